#include "sim/scenario/json_node.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

#include "sim/scenario/words.hpp"

namespace writepath {
namespace {

constexpr std::size_t line_width = 100;

bool is_scalar(const JsonNode& node) {
  return node.type != JsonNode::Type::list && node.type != JsonNode::Type::object;
}

std::string json_text(std::string_view text) {
  constexpr char digits[] = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (byte < 0x20) {
      out += "\\u00";
      out += digits[byte >> 4];
      out += digits[byte & 15];
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string scalar(const JsonNode& node) {
  switch (node.type) {
    case JsonNode::Type::boolean:
      return node.boolean ? "true" : "false";
    case JsonNode::Type::number:
      return node.whole ? std::to_string(node.integer) : shortest(node.number);
    case JsonNode::Type::text:
      return json_text(node.text);
    default:
      return "null";
  }
}

/// All on one line, or "" when that gets longer than `room`.
std::string on_one_line(const JsonNode& node, std::size_t room) {
  if (is_scalar(node)) return scalar(node);
  const bool is_list = node.is(JsonNode::Type::list);
  const std::size_t size = is_list ? node.items.size() : node.members.size();
  if (size == 0) return is_list ? "[]" : "{}";
  std::string out = is_list ? "[" : "{ ";
  for (std::size_t i = 0; i < size; ++i) {
    if (i > 0) out += ", ";
    if (!is_list) out += json_text(node.members[i].key) + ": ";
    const std::string value = on_one_line(is_list ? node.items[i] : node.members[i].value, room);
    if (value.empty() || out.size() + value.size() > room) return "";
    out += value;
  }
  return out + (is_list ? "]" : " }");
}

void print(const JsonNode& node, std::size_t indent, std::size_t used, std::string& out) {
  const std::size_t taken = indent + used + 2;
  const std::string line = is_scalar(node)
                               ? scalar(node)
                               : on_one_line(node, taken < line_width ? line_width - taken : 0);
  if (!line.empty()) {
    out += line;
    return;
  }
  const bool is_list = node.is(JsonNode::Type::list);
  const std::size_t size = is_list ? node.items.size() : node.members.size();
  out += is_list ? '[' : '{';
  for (std::size_t i = 0; i < size; ++i) {
    out += i > 0 ? ",\n" : "\n";
    out.append(indent + 2, ' ');
    if (is_list) {
      print(node.items[i], indent + 2, 0, out);
    } else {
      const std::string key = json_text(node.members[i].key) + ": ";
      out += key;
      print(node.members[i].value, indent + 2, key.size(), out);
    }
  }
  out += '\n';
  out.append(indent, ' ');
  out += is_list ? ']' : '}';
}

}  // namespace

const JsonMember* JsonNode::member(std::string_view key) const {
  for (const JsonMember& m : members)
    if (m.key == key) return &m;
  return nullptr;
}

JsonMember* JsonNode::member(std::string_view key) {
  return const_cast<JsonMember*>(std::as_const(*this).member(key));
}

JsonNode JsonNode::of(bool value) {
  JsonNode node;
  node.type = Type::boolean;
  node.boolean = value;
  return node;
}

JsonNode JsonNode::of(double value) {
  JsonNode node;
  node.type = Type::number;
  node.number = value;
  return node;
}

JsonNode JsonNode::of(std::int64_t value) {
  JsonNode node = of(static_cast<double>(value));
  node.whole = true;
  node.integer = value;
  return node;
}

JsonNode JsonNode::of(std::string value) {
  JsonNode node;
  node.type = Type::text;
  node.text = std::move(value);
  return node;
}

JsonNode JsonNode::list() {
  JsonNode node;
  node.type = Type::list;
  return node;
}

JsonNode JsonNode::object() {
  JsonNode node;
  node.type = Type::object;
  return node;
}

JsonNode& JsonNode::add(std::string key, JsonNode value) {
  members.push_back({std::move(key), {}, std::move(value)});
  return members.back().value;
}

std::string pointer_step(std::string_view token) {
  std::string out = "/";
  for (const char c : token) {
    if (c == '~')
      out += "~0";
    else if (c == '/')
      out += "~1";
    else
      out += c;
  }
  return out;
}

std::string pointer_token(std::string_view escaped) {
  std::string out;
  for (std::size_t i = 0; i < escaped.size(); ++i) {
    if (escaped[i] == '~' && i + 1 < escaped.size() &&
        (escaped[i + 1] == '0' || escaped[i + 1] == '1'))
      out += escaped[++i] == '0' ? '~' : '/';
    else
      out += escaped[i];
  }
  return out;
}

const JsonNode& nearest_node(const JsonNode& root, std::string_view pointer) {
  const JsonNode* node = &root;
  while (!pointer.empty()) {
    pointer.remove_prefix(1);  // the slash
    const std::size_t end = std::min(pointer.find('/'), pointer.size());
    const std::string token = pointer_token(pointer.substr(0, end));
    pointer.remove_prefix(end);
    if (node->is(JsonNode::Type::object)) {
      const JsonMember* next = node->member(token);
      if (!next) break;
      node = &next->value;
    } else if (node->is(JsonNode::Type::list)) {
      std::size_t index = 0;
      const auto [last, error] = std::from_chars(token.data(), token.data() + token.size(), index);
      if (error != std::errc{} || last != token.data() + token.size() ||
          index >= node->items.size())
        break;
      node = &node->items[index];
    } else {
      break;
    }
  }
  return *node;
}

const char* type_name(JsonNode::Type type) {
  switch (type) {
    case JsonNode::Type::null:
      return "null";
    case JsonNode::Type::boolean:
      return "true or false";
    case JsonNode::Type::number:
    case JsonNode::Type::broken:
      return "a number";
    case JsonNode::Type::text:
      return "a text";
    case JsonNode::Type::list:
      return "a list";
    case JsonNode::Type::object:
      return "an object";
  }
  return "?";
}

std::string shown(const JsonNode& node) {
  switch (node.type) {
    case JsonNode::Type::boolean:
      return node.boolean ? "true" : "false";
    case JsonNode::Type::number: {
      if (node.text.empty()) return scalar(node);
      return node.text.size() <= 40 ? node.text : node.text.substr(0, 37) + "...";
    }
    case JsonNode::Type::text:
      return "the text " + quoted(node.text);
    default:
      return type_name(node.type);
  }
}

std::string to_json(const JsonNode& node) {
  std::string out;
  print(node, 0, 0, out);
  return out + "\n";
}

std::string shortest(double value) {
  char buffer[32];
  // Whole numbers in full (1000000, not 1e+06), as people write them.
  const bool plain = value == std::floor(value) && std::fabs(value) < 1e15;
  const auto result =
      plain ? std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::fixed)
            : std::to_chars(buffer, buffer + sizeof buffer, value);
  return std::string(buffer, result.ptr);
}

}  // namespace writepath
