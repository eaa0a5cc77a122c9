#pragma once
// JSON text to a document with places, by nlohmann's SAX parser. Neither depth, size nor content of
// the text can crash it: at most 64 levels and a million values are accepted.
#include <optional>
#include <string_view>

#include "sim/scenario/json_node.hpp"
#include "sim/scenario/mistakes.hpp"

namespace writepath {

inline constexpr std::size_t deepest_nesting = 64;
inline constexpr std::size_t most_values = 1'000'000;

struct ParsedJson {
  std::optional<JsonNode> root;  ///< empty after a syntax error
  /// The syntax error (then alone), or duplicate keys and numbers out of range.
  Mistakes mistakes;
};

/// `source` goes into every place; see Place.
ParsedJson parse_json(std::string_view text, int source);

}  // namespace writepath
