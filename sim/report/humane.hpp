#pragma once
// Numbers as people read them: three significant digits, a unit that suits the size.
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace writepath {

/// `unit` as in the metrics' contract: "ms", "s", "us", "bytes", "1/s" or "" and others. No value:
/// "-".
std::string humane(std::optional<double> value, std::string_view unit);

/// Over several seeds: "median [least..greatest]" with one unit; one value stands alone.
std::string humane(std::span<const std::optional<double>> values, std::string_view unit);

/// Text from a scenario, safe to print: control characters become '?'.
std::string printable(std::string_view text);

/// Columns that UTF-8 text takes on a terminal (each character one).
std::size_t columns_of(std::string_view text);

/// Words wrapped at `width` columns, every line but the first after `indent` blanks; no newline at
/// the end. `used`: columns already taken on the first line.
std::string wrapped(std::string_view text, std::size_t width, std::size_t indent,
                    std::size_t used = 0);

}  // namespace writepath
