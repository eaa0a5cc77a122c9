#pragma once
// JSON text, written in order: nothing is built up that would have to be kept.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace writepath {

class JsonWriter {
 public:
  /// `indent` blanks a level, 0: one line. `level`: where the text will stand.
  explicit JsonWriter(int indent = 0, int level = 0) : indent_(indent), level_(level) {}

  void begin_object() { begin('{'); }
  void end_object() { end('}'); }
  void begin_array() { begin('['); }
  void end_array() { end(']'); }
  void key(std::string_view name);
  void value(std::string_view text);
  void value(const char* text) { value(std::string_view(text)); }
  void value(double number);  ///< shortest form; not finite: null
  void value(std::uint64_t number);
  void value(std::int64_t number);
  void value(bool truth);
  void value(const std::optional<double>& number) {
    if (number)
      value(*number);
    else
      null();
  }
  void null();
  template <class T>
  void member(std::string_view name, const T& v) {
    key(name);
    value(v);
  }

  std::string take() { return std::move(out_); }

 private:
  void begin(char bracket);
  void end(char bracket);
  void separate();
  void new_line();
  void quote(std::string_view text);

  std::string out_;
  int indent_, level_;
  bool first_ = true, after_key_ = false;
};

}  // namespace writepath
