#!/usr/bin/env python3
"""Finds uses of co_await that g++ 12 compiles wrongly without a word, or that hide a trap.

A wait is a statement of its own, in one of two forms:

    co_await expression;
    [type] name = co_await expression;

So it never stands in the condition of if, while, for or switch (g++ 12 loses the frame of a
coroutine without locals), in or around a ternary (it destroys temporaries twice), in braces (it
does not compile), in a macro or its arguments, inside another expression, or in `co_return`.

usage: check_coroutines.py [FILE or FOLDER ...]   default: sim and models
       check_coroutines.py --self-test
Exit 0: clean. 1: something found (file:line: reason). 2: the self-test failed.
"""
import pathlib
import re
import sys

TOKEN = re.compile(
    r'''//[^\n]*|/\*.*?\*/'''                                   # comments
    r'''|R"(?P<delimiter>[^(\s]*)\(.*?\)(?P=delimiter)"'''      # raw strings
    r'''|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])+\''''            # strings and characters
    r'''|[A-Za-z_]\w*'''
    r'''|\d(?:[\w.']|[eEpP][+-])*'''
    r'''|::|->|\+\+|--|<<=|>>=|<=>|&&|\|\||[-+*/%&|^!=<>]=|<<|[^\s]''',
    re.DOTALL)
CLOSING = {')': '(', ']': '[', '}': '{'}
HEADERS = {'if', 'for', 'while', 'switch'}
# What may stand before `=`: a type and a name, a structured binding, a member, an element.
TARGET = re.compile(r'(?:\w+|::|->|&&|[<>,&*\[\].])$')


class Token:
    def __init__(self, text, line):
        self.text = text
        self.line = line


def tokenise(source):
    """The tokens without comments and literals, and the lines of macros that wait."""
    macros = []

    # A preprocessor line, continuation lines included, is no code of ours to parse.
    def drop_directive(match):
        if re.search(r'\bco_await\b', re.sub(r'//.*|/\*.*?\*/', '', match.group())):
            macros.append(source.count('\n', 0, match.start()) + 1)
        return '\n' * match.group().count('\n')

    code = re.sub(r'^[ \t]*#(?:[^\\\n]|\\.|\\\n)*', drop_directive, source, flags=re.MULTILINE)
    tokens, line, position = [], 1, 0
    for match in TOKEN.finditer(code):
        line += code.count('\n', position, match.start())
        position = match.start()
        text = match.group()
        if text.startswith(('//', '/*')):
            continue
        if text.startswith(('"', "'", 'R"')):
            text = '0'
        tokens.append(Token(text, line))
    return tokens, macros


def opening(tokens, i):
    """The index of the bracket that tokens[i] closes."""
    depth = 0
    for k in range(i, -1, -1):
        if tokens[k].text in CLOSING:
            depth += 1
        elif tokens[k].text in CLOSING.values():
            depth -= 1
            if depth == 0:
                return k
    return 0


def before(tokens, i):
    """The statement's words before tokens[i]; None if it stands inside parentheses or brackets."""
    words, k = [], i - 1
    while k >= 0:
        text = tokens[k].text
        if text in (';', '{', '}'):
            break
        if text in ('(', '['):
            return None
        if text in (')', ']'):
            start = opening(tokens, k)
            if text == ')' and tokens[start - 1].text in HEADERS | {'constexpr'}:
                break  # a control header: the statement begins behind it
            words[0:0] = [token.text for token in tokens[start:k + 1]]
            k = start - 1
            continue
        if text in ('else', 'do'):
            break
        if text == ':' and (tokens[k - 1].text == 'default' or
                            any(t.text == 'case' for t in tokens[max(0, k - 6):k])):
            break  # a label
        words.insert(0, text)
        k -= 1
    return words


def after(tokens, i):
    """The statement's words behind tokens[i] up to `;`; None if something else ends it."""
    words, depth, angles = [], 0, 0
    for k in range(i + 1, len(tokens)):
        text = tokens[k].text
        if depth == 0 and text == ';':
            return words
        if text in CLOSING.values():
            depth += 1
        elif text in CLOSING:
            depth -= 1
            if depth < 0:
                return None
        elif depth == 0 and text == '<' and re.match(r'\w', tokens[k - 1].text):
            angles += 1
        elif depth == 0 and text == '>' and angles > 0:
            angles -= 1
        elif depth == 0 and text == ',' and angles == 0:
            return None
        words.append(text)
    return None


def complaint(tokens, i):
    """Why the co_await at tokens[i] is refused, or None."""
    prefix, suffix = before(tokens, i), after(tokens, i)
    if prefix is None:
        return 'co_await inside parentheses: a condition, an argument or a macro'
    if '?' in prefix or (suffix is not None and '?' in suffix):
        return 'co_await with a ternary in the same statement'
    if suffix is None:
        return 'co_await in braces or in a list: it must end its own statement'
    if prefix in ([], ['(', 'void', ')']):
        return None
    if prefix[-1] == '=' and prefix.count('=') == 1 and prefix[0] != 'return' and \
            all(TARGET.match(word) for word in prefix[:-1]):
        return None
    return 'co_await inside a larger expression: give its result a name first'


def check(source):
    """(line, reason) of everything that is refused."""
    tokens, macros = tokenise(source)
    found = [(line, 'co_await in a macro') for line in macros]
    for i, token in enumerate(tokens):
        if token.text != 'co_await' or (i > 0 and tokens[i - 1].text == 'operator'):
            continue
        reason = complaint(tokens, i)
        if reason:
            found.append((token.line, reason))
    return sorted(found)


GOOD = r'''
co_await f();
(void)co_await f();
x = co_await f(a, g(b), {1, 2});
const int x = co_await f();
const std::optional<std::vector<int>> reply = co_await with_timeout<A, B>(queue, f(), limit);
const auto [a, b] = co_await f();
this->member_ = co_await f();
array[i] = co_await f();
if (ready) co_await f();
if (ready) x = co_await f(); else co_await g();
if constexpr (sizeof(T) > 4) co_await f();
for (;;) { co_await f(); }
for (int i = 0; i < 3; ++i) co_await f(i);
while (i < 3) { ++i; const int y = co_await f(); }
do { co_await f(); } while (i < 3);
do co_await f(); while (i < 3);
switch (kind) { case Kind::a: co_await f(); break; default: x = co_await g(); }
scope.spawn([](EventQueue& q) -> Task<> { co_await sleep_for(q, 1); }(queue));
Awaiter operator co_await() && noexcept { return {}; }
// if (co_await f()) in a comment
/* while (co_await f()); */
const char* text = "if (co_await f())"; const char c = '"'; co_await f();
const char* raw = R"(co_await ? ")"; co_await f();
const int big = 1'000'000; co_await f();
if (x < y) { co_await f(x > 3, y); }
bool operator<(const A& a, const A& b); void g() { co_await f(); }
'''.strip().splitlines()

BAD = r'''
if (co_await f()) g();
if (!co_await f()) g();
if (const bool ok = co_await f(); ok) g();
if (auto r = co_await f()) g();
if (x && co_await f()) g();
while (co_await f()) g();
while (!co_await with_timeout(queue, f(), 1)) g();
do g(); while (co_await f());
for (int i = co_await f(); i < 3; ++i) g();
for (int i = 0; i < 3 && co_await f(); ++i) g();
for (auto& x : co_await f()) g();
switch (co_await f()) { case 1: break; }
x = co_await (c ? a() : b());
x = c ? co_await a() : b();
int x = c ? 1 : co_await b();
co_await (c ? a() : b());
c ? co_await a() : co_await b();
std::vector<int> v{co_await f(), 2};
int x{co_await f()};
g({co_await f()});
return Pair{co_await f(), 1};
x = Pair{co_await f(), 1};
CHECK(co_await f());
g(co_await f());
co_await f(co_await g());
g(1, co_await f());
bool b = x && co_await f();
bool b = !co_await f();
x += co_await f();
int s = 1 + co_await f();
std::string s = "x" + std::to_string(co_await f());
co_return co_await f();
return co_await f();
int a = co_await f(), b = 2;
a[co_await f()] = 1;
map.at(key()) = co_await f();
a = b = co_await f();
#define WAIT(x) co_await x
#define WAIT(x) \
  co_await x
assert((co_await f()) == 3);
if (ready) { if (co_await f()) g(); }
case 1: if (co_await f()) g();
/* a comment */ if (/* another */ co_await f()) g();
auto s = "\"" + co_await f();
'''.strip()
BAD = re.split(r'\n(?!  co_await x)', BAD)


def self_test():
    failures = [f'refused, but right: {code}' for code in GOOD if check('void t() {\n' + code + '\n}')]
    failures += [f'missed: {code}' for code in BAD if not check('void t() {\n' + code + '\n}')]
    if check('\n\nvoid t() {\n  // x\n  if (co_await f()) g();\n}') != \
            [(5, 'co_await inside parentheses: a condition, an argument or a macro')]:
        failures.append('wrong line or reason')
    for failure in failures:
        print(failure)
    print(f'self-test: {len(GOOD)} right and {len(BAD)} wrong snippets, {len(failures)} failures')
    return 2 if failures else 0


def files_of(names):
    for name in names:
        path = pathlib.Path(name)
        if path.is_dir():
            yield from sorted(p for p in path.rglob('*') if p.suffix in ('.hpp', '.cpp'))
        else:
            yield path


def main(arguments):
    if arguments == ['--self-test']:
        return self_test()
    root = pathlib.Path(__file__).resolve().parent.parent
    status, count = 0, 0
    for path in files_of(arguments or [root / 'sim', root / 'models']):
        count += 1
        for line, reason in check(path.read_text(encoding='utf-8')):
            print(f'{path}:{line}: {reason}')
            status = 1
    if count == 0:
        print('check_coroutines: no files')
        status = 1
    return status


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
