#include "sim/scenario/syntax_error.hpp"

#include <cctype>

#include "sim/scenario/words.hpp"

namespace writepath {
namespace {

using Expects = ParserState::Expects;

bool is_letter(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string hex(unsigned byte, int digits) {
  std::string out;
  for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4)
    out += "0123456789ABCDEF"[(byte >> shift) & 15];
  return out;
}

std::string at(Place place) {
  if (place.source > 0) return "column " + std::to_string(place.column);
  return "line " + std::to_string(place.line) + ", column " + std::to_string(place.column);
}

/// Bytes of the UTF-8 character that begins the text; 0 when it is ill-formed.
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) -> unsigned {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0;
  };
  const auto follows = [&](std::size_t i) { return (byte(i) & 0xC0) == 0x80; };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return follows(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const bool overlong = first == 0xE0 && byte(1) < 0xA0;
    const bool surrogate = first == 0xED && byte(1) >= 0xA0;
    return !overlong && !surrogate && follows(1) && follows(2) ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const bool overlong = first == 0xF0 && byte(1) < 0x90;
    const bool beyond = first == 0xF4 && byte(1) >= 0x90;
    return !overlong && !beyond && follows(1) && follows(2) && follows(3) ? 4 : 0;
  }
  return 0;
}

/// nlohmann refuses a \u without four digits, and lone halves of a surrogate pair.
bool is_bad_unicode_escape(std::string_view rest) {
  const auto code = [&](std::size_t begin) -> unsigned {  // 0x10000 when there are no four digits
    unsigned value = 0;
    for (std::size_t i = begin; i < begin + 4; ++i) {
      const char c = i < rest.size() ? rest[i] : ' ';
      if (!std::isxdigit(static_cast<unsigned char>(c))) return 0x10000;
      value = value * 16 + static_cast<unsigned>(is_digit(c) ? c - '0' : (c | 32) - 'a' + 10);
    }
    return value;
  };
  const unsigned first = code(2);
  if (first == 0x10000 || (first >= 0xDC00 && first <= 0xDFFF)) return true;
  if (first < 0xD800 || first > 0xDBFF) return false;
  return rest.substr(6, 2) != "\\u" || code(8) < 0xDC00 || code(8) > 0xDFFF;
}

/// The cursor stands at the quotation mark of a text; it is moved to what is wrong with it.
std::string what_is_wrong_inside_text(TextCursor& cursor) {
  const Place begin = cursor.place();
  cursor.step();
  while (!cursor.at_end() && cursor.look() != '"') {
    const auto byte = static_cast<unsigned char>(cursor.look());
    if (byte == '\n' || byte == '\r')
      return "the text that begins at " + at(begin) + " is not closed by \" before the line ends";
    if (byte < 0x20) return "a control character stands in a text: write it as \\u" + hex(byte, 4);
    if (byte == '\\') {
      const char escape = cursor.look(1);
      if (escape == '\0' || std::string_view("\"\\/bfnrtu").find(escape) == std::string_view::npos)
        return "a backslash before something that JSON doesn't escape: write \\\\ for a backslash";
      if (escape == 'u' && is_bad_unicode_escape(cursor.rest()))
        return "\\u needs four hexadecimal digits that make a character";
      cursor.step();
    }
    std::size_t length = utf8_length(cursor.rest());
    if (length == 0) return "the byte 0x" + hex(byte, 2) + " is not UTF-8: save the file as UTF-8";
    while (length-- > 0) cursor.step();
  }
  return cursor.at_end() ? "the file ends inside the text that begins at " + at(begin) : "";
}

std::string word_at(std::string_view rest) {
  std::size_t n = 0;
  while (n < rest.size() && (is_letter(rest[n]) || is_digit(rest[n]) || rest[n] == '-')) ++n;
  return std::string(rest.substr(0, n));
}

std::string what_is_wrong_with_value(TextCursor& cursor) {
  const char c = cursor.look();
  const std::string word = word_at(cursor.rest());
  if (c == '"') return what_is_wrong_inside_text(cursor);
  if (c == ',') return "a value is missing before this comma";
  if (c == '}' || c == ']') return std::string("a value is missing before this ") + c;
  if (word == "NaN" || word == "nan" || word == "Infinity" || word == "inf" ||
      word == "-Infinity" || word == "-inf" || word == "-NaN")
    return word + " is not a number that JSON knows";
  if (word == "True" || word == "False" || word == "TRUE" || word == "FALSE")
    return "write true and false in small letters";
  if (word == "None" || word == "NULL" || word == "Null" || word == "undefined")
    return quoted(word) + " is not a JSON value; leave the key out";
  if (is_letter(c)) return quoted(word) + " stands without quotation marks";
  if (is_digit(c) || c == '-' || c == '+' || c == '.')
    return "this is not a JSON number, such as 60, -0.5 or 1e6";
  return "no JSON value begins with this";
}

std::string what_is_wrong(ParserState& state) {
  TextCursor& cursor = state.cursor;
  const char c = cursor.look();
  if (cursor.at_end())
    return state.anything_open
               ? std::string("the file ends here, but the ") + (state.in_object ? '{' : '[') +
                     " of " + at(state.open_place) + " is still open"
               : "the file ends here, but a value is expected";
  if (c == '#' || (c == '/' && (cursor.look(1) == '/' || cursor.look(1) == '*')))
    return "JSON knows no comments; put the words under a key \"comment\"";
  if (c == '\'') return "texts and keys stand in double quotation marks (\"), not in single ones";
  const std::string end(1, state.in_object ? '}' : ']');
  switch (state.expects) {
    case Expects::nothing:
      return "the document ends before this: remove what follows";
    case Expects::colon:
      return "a colon is missing after the key";
    case Expects::comma_or_end:
      if (c == '"' || c == '{' || c == '[' || c == '-' || is_letter(c) || is_digit(c))
        return "a comma is missing before this";
      if (c == '}' || c == ']')
        return std::string("this ") + c + " can't close the " + (state.in_object ? '{' : '[') +
               " of " + at(state.open_place);
      return "a comma or " + end + " is expected here";
    case Expects::key:
      if (c == '}')
        return "there is a comma before this }, but nothing follows it: remove the comma";
      [[fallthrough]];
    case Expects::key_or_end:
      if (c == '"') return what_is_wrong_inside_text(cursor);
      if (is_letter(c))
        return "keys stand in double quotation marks: " + quoted(word_at(cursor.rest()));
      return "a key in double quotation marks is expected here";
    case Expects::value:
      if (c == ']' && !state.in_object && state.anything_open)
        return "there is a comma before this ], but nothing follows it: remove the comma";
      [[fallthrough]];
    case Expects::value_or_end:
      return what_is_wrong_with_value(cursor);
  }
  return "";
}

/// Over the colon and comma that the parser accepted, to what it refused.
void go_to_offence(ParserState& state) {
  while (true) {
    state.cursor.skip(json_blank);
    if (state.expects == Expects::colon && state.cursor.look() == ':')
      state.expects = Expects::value;
    else if (state.expects == Expects::comma_or_end && state.cursor.look() == ',')
      state.expects = state.in_object ? Expects::key : Expects::value;
    else
      return;
    state.cursor.step();
  }
}

}  // namespace

Mistake explain_syntax_error(ParserState state, std::string otherwise) {
  go_to_offence(state);
  std::string message = what_is_wrong(state);
  if (message.empty()) message = std::move(otherwise);
  return {state.cursor.place(), "", "syntax error: " + message};
}

}  // namespace writepath
