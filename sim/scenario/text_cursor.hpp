#pragma once
// Walks over a text and knows line and column.
#include <cstddef>
#include <string_view>

#include "sim/scenario/json_node.hpp"

namespace writepath {

class TextCursor {
 public:
  TextCursor(std::string_view text, int source) : text_(text), place_{source, 1, 1} {}

  bool at_end() const { return at_ >= text_.size(); }
  char look(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  std::string_view rest() const { return text_.substr(at_); }
  std::size_t offset() const { return at_; }
  Place place() const { return place_; }

  void step() {
    const auto byte = static_cast<unsigned char>(text_[at_++]);
    if (byte == '\n') {
      ++place_.line;
      place_.column = 1;
    } else if (at_ >= text_.size() || (static_cast<unsigned char>(text_[at_]) & 0xC0) != 0x80) {
      ++place_.column;  // the next byte begins a new character
    }
  }
  void skip(std::string_view characters) {
    while (!at_end() && characters.find(text_[at_]) != std::string_view::npos) step();
  }
  /// Past the string, number, word or bracket that begins here; the text is known to be valid.
  void skip_token() {
    const char first = look();
    if (at_end()) return;
    step();
    if (first == '"') {
      while (!at_end() && look() != '"') {
        if (look() == '\\') step();
        if (!at_end()) step();
      }
      if (!at_end()) step();
    } else if (std::string_view("{}[]").find(first) == std::string_view::npos) {
      while (!at_end() && std::string_view(" \t\r\n,:]}").find(look()) == std::string_view::npos)
        step();
    }
  }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
  Place place_;
};

}  // namespace writepath
