#pragma once
// A light JSON document that remembers where each key and value stands.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace writepath {

/// Where something stands: source 0 is the file, k > 0 the k-th `--set` option (which has no
/// lines), -1 a file that gives one member of the document (`--prices`).
struct Place {
  int source = 0;
  int line = 0;    ///< from 1
  int column = 0;  ///< from 1, in characters
};

struct JsonMember;

struct JsonNode {
  enum class Type {
    null,
    boolean,
    number,
    text,
    list,
    object,
    broken,  ///< a number that has already been reported as out of range: read nothing from it
  };
  Type type = Type::null;
  bool boolean = false;
  bool whole = false;  ///< of a number: `integer` holds it exactly
  double number = 0;
  std::int64_t integer = 0;
  std::string text;  ///< the text; of a number read from a file: as it is written there
  std::vector<JsonNode> items;
  std::vector<JsonMember> members;  ///< in the order of the file
  Place place;

  bool is(Type t) const { return type == t; }
  const JsonMember* member(std::string_view key) const;  ///< the first of that name, or null
  JsonMember* member(std::string_view key);

  // For writing:
  static JsonNode of(bool);
  static JsonNode of(double);
  static JsonNode of(std::int64_t);
  static JsonNode of(std::string);
  static JsonNode list();
  static JsonNode object();
  JsonNode& add(std::string key, JsonNode value);  ///< appends a member and gives its value
};

struct JsonMember {
  std::string key;
  Place place;
  JsonNode value;
};

inline constexpr std::string_view json_blank = " \t\r\n";

/// One step of a JSON pointer, escaped: "/" + token.
std::string pointer_step(std::string_view token);
std::string pointer_token(std::string_view escaped);  ///< the inverse, without the slash
inline std::string pointer_step(std::size_t index) { return "/" + std::to_string(index); }

/// The node at the pointer, or the nearest ancestor that exists. `pointer` uses indices only.
const JsonNode& nearest_node(const JsonNode& root, std::string_view pointer);

/// "number", "text", ... for messages.
const char* type_name(JsonNode::Type);

/// The value in a few words for messages: `text "abc"`, `the number 5`, `a list`.
std::string shown(const JsonNode&);

/// Canonical text: two spaces of indentation, short lists and objects of scalars on one line,
/// numbers in their shortest form, a newline at the end.
std::string to_json(const JsonNode&);

/// The shortest text that reads back as the same number.
std::string shortest(double);

}  // namespace writepath
