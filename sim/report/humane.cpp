#include "sim/report/humane.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <vector>

namespace writepath {
namespace {

struct Scale {
  double factor = 1;  ///< shown number = value x factor
  std::string suffix;
};

Scale scale_of(std::string_view unit, double size) {
  if (unit == "ms" || unit == "s" || unit == "us") {
    const double ms = unit == "ms" ? 1 : unit == "s" ? 1000 : 0.001;
    const double size_ms = size * ms;
    if (size_ms == 0) return {ms, ""};
    if (size_ms < 0.9995) return {ms * 1000, " us"};
    if (size_ms < 999.5) return {ms, " ms"};
    return {ms / 1000, " s"};
  }
  if (unit == "bytes") {
    if (size < 999.5) return {1, " B"};
    if (size < 999.5e3) return {1e-3, " kB"};
    if (size < 999.5e6) return {1e-6, " MB"};
    return {1e-9, " GB"};
  }
  if (unit == "1/s" || unit == "per s") return {1, "/s"};
  return {1, ""};
}

std::string with_thousands(std::string digits) {
  const std::size_t first = digits[0] == '-' ? 1 : 0;
  for (std::size_t at = std::min(digits.find('.'), digits.size()); at > first + 3;) {
    at -= 3;
    digits.insert(at, ",");
  }
  return digits;
}

std::string number(double value) {
  const double size = std::fabs(value);
  std::array<char, 400> buffer;
  const auto fixed = [&](int decimals) {
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                   std::chars_format::fixed, decimals)
                         .ptr;
    return with_thousands(std::string(buffer.data(), end));
  };
  if (value == std::floor(value)) return size < 1e15 ? fixed(0) : "very large";
  if (size >= 99.95) return fixed(0);
  if (size >= 9.995) return fixed(1);
  if (size >= 0.9995) return fixed(2);
  if (size >= 0.0005) return fixed(3);
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                 std::chars_format::scientific, 1)
                       .ptr;
  return std::string(buffer.data(), end);
}

bool continues_character(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

}  // namespace

std::string humane(std::optional<double> value, std::string_view unit) {
  if (!value) return "-";
  const Scale scale = scale_of(unit, std::fabs(*value));
  return number(*value * scale.factor) + scale.suffix;
}

std::string humane(std::span<const std::optional<double>> values, std::string_view unit) {
  if (values.size() == 1) return humane(values.front(), unit);
  std::vector<double> known;
  for (const auto& value : values)
    if (value) known.push_back(*value);
  if (known.empty()) return "-";
  std::sort(known.begin(), known.end());
  const std::size_t middle = known.size() / 2;
  const double median = known.size() % 2 ? known[middle] : (known[middle - 1] + known[middle]) / 2;
  const double size = std::max(std::fabs(known.front()), std::fabs(known.back()));
  const Scale scale = scale_of(unit, size);
  const auto shown = [&](double v) { return number(v * scale.factor); };
  std::string text = shown(median);
  if (known.front() != known.back())
    text += " [" + shown(known.front()) + ".." + shown(known.back()) + "]";
  return text + scale.suffix;
}

std::string printable(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    // U+0080 to U+009F are control characters too; some terminals obey them.
    const bool c1 =
        byte == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0;
    if (c1) ++i;
    out += c1 || byte < 0x20 || byte == 0x7F ? '?' : text[i];
  }
  return out;
}

std::size_t columns_of(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return !continues_character(c); }));
}

std::string wrapped(std::string_view text, std::size_t width, std::size_t indent,
                    std::size_t used) {
  std::string out;
  bool at_start = true;  // of the current line
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = text.find_first_not_of(' ', at);
    if (begin == std::string_view::npos) break;
    const std::size_t end = std::min(text.find(' ', begin), text.size());
    const std::string_view word = text.substr(begin, end - begin);
    if (!at_start && used + 1 + columns_of(word) > width) {
      out += "\n" + std::string(indent, ' ');
      used = indent;
    } else if (!at_start) {
      out += ' ';
      ++used;
    }
    at_start = false;
    out += word;
    used += columns_of(word);
    at = end;
  }
  return out;
}

}  // namespace writepath
