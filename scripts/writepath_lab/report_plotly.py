"""Plotly's library, no larger than a page needs it.

Debian's plotly.js has every kind of plot, 8.7 MB. A page draws lines, points and bars, so it takes
the modules that these need: a custom bundle (https://github.com/plotly/plotly.js, CUSTOM_BUNDLE.md)
cut out of the whole one. Packed with gzip, it has a tenth of the size; the browser unpacks it.
"""
import base64
import gzip
import json
import re

# What lib/index-basic.js of Plotly does, without pies. Lines and points are in the core.
ENTRY = ("'use strict';\nvar Plotly = _dereq_('./core');\nPlotly.register([_dereq_('./bar')]);\n"
         "module.exports = Plotly;\n")
ENTRY_NEEDS = ("./core", "./bar")
# As browserify lays a bundle out: ({1:[function(...){ BODY },{NAME:NUMBER,...}],2:[...]},{},[ENTRY])
BEGIN = "({1:[function(_dereq_,module,exports){\n"
END = re.compile(r"^\},(\{[^\n]*\})\](?:,(\d+):\[function\(_dereq_,module,exports\)\{\n"
                 r"|\},\{\},\[(\d+)\]\)\(\3\)\n)", re.M)


def modules_of(library):
    """(what stands before, {number: (body, {name: number})}, the entry's number, what comes after),
    or None where the library is no such bundle."""
    before, found, rest = library.partition(BEGIN)
    modules, number, at, last = {}, 1, 0, None
    for end in END.finditer(rest) if found else ():
        # A module may hold a bundle of its own, whose end ends nothing here: the last one does.
        modules[number] = rest[at:end.start()], json.loads(end[1])
        if end[2]:
            number, at = int(end[2]), end.end()
        else:
            last = end
    return (before, modules, int(last[3]), rest[last.end():]) if last else None


def needed_by(modules, numbers):
    seen, ahead = set(), list(numbers)
    while ahead:
        number = ahead.pop()
        if number not in seen:
            seen.add(number)
            ahead += modules.get(number, ("", {}))[1].values()
    return sorted(seen)


def smaller(library):
    """The library with lines, points and bars alone; as it is where it is laid out otherwise."""
    parts = modules_of(library)
    if not parts:
        return library
    before, modules, entry, after = parts
    names = modules[entry][1]
    if any(name not in names for name in ENTRY_NEEDS):
        return library
    modules[entry] = ENTRY, {name: names[name] for name in ENTRY_NEEDS}
    numbers = needed_by(modules, [entry])
    if any(number not in modules for number in numbers):
        return library
    kept = ",".join(f"{number}:[function(_dereq_,module,exports){{\n{modules[number][0]}}},"
                    f"{json.dumps(modules[number][1], separators=(',', ':'))}]"
                    for number in numbers)
    return f"{before}({{{kept}}},{{}},[{entry}])({entry})\n{after}"


def packed(text):
    """The same bytes for the same text: no date in them."""
    return base64.b64encode(gzip.compress(text.encode("utf-8"), 9, mtime=0)).decode("ascii")


def script_elements(library, unpacked=False):
    """The library as the page has it: packed, or as any browser reads it."""
    library = smaller(library)
    if unpacked:
        return f"<script>{library}</script>\n"
    return f'<script type="application/gzip" id="library">{packed(library)}</script>\n'
