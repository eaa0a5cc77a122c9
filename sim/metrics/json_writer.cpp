#include "sim/metrics/json_writer.hpp"

#include <charconv>
#include <cmath>
#include <cstdint>

namespace writepath {
namespace {

template <class T>
void append_number(std::string& out, T number) {
  char text[40];
  out.append(text, std::to_chars(text, text + sizeof text, number).ptr);
}

}  // namespace

void JsonWriter::new_line() {
  if (indent_ == 0) return;
  out_ += '\n';
  out_.append(static_cast<std::size_t>(indent_ * level_), ' ');
}

void JsonWriter::separate() {
  if (after_key_) {
    after_key_ = false;
    return;
  }
  if (out_.empty()) return;
  if (!first_) out_ += ',';
  new_line();
}

void JsonWriter::begin(char bracket) {
  separate();
  out_ += bracket;
  ++level_;
  first_ = true;
}

void JsonWriter::end(char bracket) {
  --level_;
  if (!first_) new_line();
  out_ += bracket;
  first_ = false;
}

void JsonWriter::key(std::string_view name) {
  separate();
  first_ = false;
  quote(name);
  out_ += indent_ == 0 ? ":" : ": ";
  after_key_ = true;
}

void JsonWriter::quote(std::string_view text) {
  out_ += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    switch (c) {
      case '"':
        out_ += "\\\"";
        break;
      case '\\':
        out_ += "\\\\";
        break;
      case '\n':
        out_ += "\\n";
        break;
      case '\t':
        out_ += "\\t";
        break;
      default:
        if (byte < 0x20) {
          out_ += "\\u00";
          out_ += "0123456789abcdef"[byte >> 4];
          out_ += "0123456789abcdef"[byte & 15];
        } else {
          out_ += c;
        }
    }
  }
  out_ += '"';
}

void JsonWriter::value(std::string_view text) {
  separate();
  first_ = false;
  quote(text);
}
void JsonWriter::value(double number) {
  if (!std::isfinite(number)) return null();
  separate();
  first_ = false;
  append_number(out_, number == 0 ? 0.0 : number);  // no -0
}
void JsonWriter::value(std::uint64_t number) {
  separate();
  first_ = false;
  append_number(out_, number);
}
void JsonWriter::value(std::int64_t number) {
  separate();
  first_ = false;
  append_number(out_, number);
}
void JsonWriter::value(bool truth) {
  separate();
  first_ = false;
  out_ += truth ? "true" : "false";
}
void JsonWriter::null() {
  separate();
  first_ = false;
  out_ += "null";
}

}  // namespace writepath
