#include "sim/scenario/set_option.hpp"

#include <charconv>

#include "sim/scenario/json_parse.hpp"
#include "sim/scenario/words.hpp"

namespace writepath {
namespace {

std::vector<std::string> tokens_of(std::string_view pointer) {
  std::vector<std::string> tokens;
  for (const char c : pointer) {
    if (c == '/')
      tokens.emplace_back();
    else
      tokens.back() += c;
  }
  for (std::string& token : tokens) token = pointer_token(token);
  return tokens;
}

bool is_index(const std::string& token, std::size_t& index) {
  const char* end = token.data() + token.size();
  const auto result = std::from_chars(token.data(), end, index);
  return result.ec == std::errc{} && result.ptr == end;
}

/// What elements of a list are called: their "name", or else their "id".
std::string element_name(const JsonNode& element) {
  for (const char* key : {"name", "id"}) {
    const JsonMember* member = element.member(key);
    if (member && member->value.is(JsonNode::Type::text)) return member->value.text;
  }
  return "";
}

class Walk {
 public:
  Walk(JsonNode& root, Place place) : node_(&root), place_(place) {}

  /// One step on; false when it can't be taken, and why() says why.
  bool step(const std::string& token) {
    if (node_->is(JsonNode::Type::object)) return into_object(token);
    if (node_->is(JsonNode::Type::list)) return into_list(token);
    why_ = "there is nothing in " + shown(*node_) + " to go to";
    return false;
  }
  JsonNode& node() const { return *node_; }
  const std::string& why() const { return why_; }

 private:
  bool into_object(const std::string& token) {
    if (JsonMember* member = node_->member(token)) {
      node_ = &member->value;
      return true;
    }
    JsonNode created = JsonNode::object();
    created.place = place_;
    node_->members.push_back({token, place_, std::move(created)});
    node_ = &node_->members.back().value;
    return true;
  }
  bool into_list(const std::string& token) {
    std::size_t index = 0;
    if (token == "-") {
      index = node_->items.size();
      node_->items.push_back(JsonNode::object());
      node_->items.back().place = place_;
    } else if (is_index(token, index)) {
      if (index >= node_->items.size()) {
        why_ = "there is no element " + token + ": the list has " +
               std::to_string(node_->items.size());
        return false;
      }
    } else if (!find_named(token, index)) {
      return false;
    }
    node_ = &node_->items[index];
    return true;
  }
  bool find_named(const std::string& token, std::size_t& index) {
    std::vector<std::string> names;
    for (index = 0; index < node_->items.size(); ++index) {
      names.push_back(element_name(node_->items[index]));
      if (!token.empty() && names.back() == token) return true;
    }
    why_ = "there is no element " + writepath::quoted(token) + suggest(token, names, "names");
    return false;
  }

  JsonNode* node_;
  Place place_;
  std::string why_;
};

/// The value as JSON; as a text when it isn't JSON and doesn't look as if it were meant to be.
bool value_of(const std::string& text, int source, const std::string& pointer, Mistakes& mistakes,
              JsonNode& value) {
  ParsedJson parsed = parse_json(text, source);
  const bool structured = text.find_first_of("{[\"") == text.find_first_not_of(json_blank);
  if (!parsed.root && !structured) {
    value = JsonNode::of(text);
    value.place = {source, 1, 1};
    return true;
  }
  for (const Mistake& mistake : parsed.mistakes.sorted())
    mistakes.add(mistake.place, pointer + mistake.pointer, mistake.message);
  if (parsed.root) value = std::move(*parsed.root);
  return parsed.root.has_value();
}

}  // namespace

void apply_set(JsonNode& root, const std::string& option, int source, Mistakes& mistakes) {
  const Place place{source, 1, 1};
  const std::size_t equals = option.find('=');
  if (equals == std::string::npos || option[0] != '/') {
    mistakes.add(place, "", "must have the form /json/pointer=VALUE");
    return;
  }
  const std::string pointer = option.substr(0, equals);
  const std::vector<std::string> tokens = tokens_of(pointer);
  if (tokens.size() > deepest_nesting) {
    mistakes.add(place, "", "goes deeper than " + std::to_string(deepest_nesting) + " levels");
    return;
  }
  JsonNode value;
  if (!value_of(option.substr(equals + 1), source, pointer, mistakes, value)) return;
  Walk walk(root, place);
  for (const std::string& token : tokens) {
    if (walk.node().is(JsonNode::Type::broken)) return;  // reported already
    if (walk.step(token)) continue;
    mistakes.add(place, pointer, walk.why());
    return;
  }
  walk.node() = std::move(value);
}

}  // namespace writepath
