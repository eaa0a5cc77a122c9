#include "sim/scenario/reader.hpp"

#include <algorithm>
#include <cmath>

#include "sim/scenario/distribution_form.hpp"
#include "sim/scenario/words.hpp"

namespace writepath {
namespace {

using Type = JsonNode::Type;

constexpr std::size_t longest_text = 1000;
constexpr std::size_t longest_name = 64;

/// "from 0 to 10 ms", "above 0", "at most 5", or "" for a range without bounds.
std::string range_text(Range range, Doc doc) {
  const std::string unit = *doc.unit ? std::string(" ") + doc.unit : "";
  const bool below = std::isfinite(range.min), above = std::isfinite(range.max);
  if (below && above && range.min == range.max && !range.above_min)
    return shortest(range.min) + unit;
  if (below && above && range.above_min)
    return "above " + shortest(range.min) + " and at most " + shortest(range.max) + unit;
  if (below && above) return "from " + shortest(range.min) + " to " + shortest(range.max) + unit;
  if (below) return (range.above_min ? "above " : "at least ") + shortest(range.min) + unit;
  if (above) return "at most " + shortest(range.max) + unit;
  return "";
}

std::string expected_number(const char* what, Range range, Doc doc) {
  const std::string bounds = range_text(range, doc);
  return what + (bounds.empty() ? "" : ", " + bounds);
}

Range exact(Range range) {
  return {std::max(range.min, -largest_exact), std::min(range.max, largest_exact), range.above_min};
}

bool is_name(std::string_view text) {
  const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  return !text.empty() && text.size() <= longest_name && plain(text[0]) &&
         std::all_of(text.begin(), text.end(),
                     [&](char c) { return plain(c) || c == '.' || c == '_' || c == '-'; });
}

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

}  // namespace

Reader::Reader(Reading& reading, const JsonNode* node, std::string pointer, Place place)
    : shared_(reading),
      node_(node),
      pointer_(std::move(pointer)),
      place_(place),
      consumed_(node ? node->members.size() : 0) {}

// ---- keys ----------------------------------------------------------------------------------

const JsonNode* Reader::take(const char* key, Presence presence) {
  legal_.push_back(key);
  const JsonNode* found = nullptr;
  for (std::size_t i = 0; node_ && i < node_->members.size(); ++i) {
    if (node_->members[i].key != key) continue;
    consumed_[i] = true;  // of duplicates, all: they have been reported
    if (!found) found = &node_->members[i].value;
  }
  if (!found && presence == Presence::required) {
    shared_.mistakes.add(place_, at(key), "is missing, and required");
    wrong_.push_back(at(key));
  }
  if (found && found->is(Type::null)) {
    wrong(*found, at(key), "null is not a value here; leave the key out for its default");
    return nullptr;
  }
  if (found && found->is(Type::broken)) {
    muted_ = true;
    return nullptr;
  }
  return found;
}

const JsonNode* Reader::take(const char* key, Presence presence, Type type, Doc doc) {
  const JsonNode* node = take(key, presence);
  if (!node || node->is(type)) return node;
  wrong_type(*node, at(key), type_name(type), doc);
  return nullptr;
}

bool Reader::has(const char* key) const { return node_ && node_->member(key) != nullptr; }

void Reader::finish() {
  for (std::size_t i = 0; i < consumed_.size(); ++i) {
    const JsonMember& member = node_->members[i];
    const bool free = member.key == "comment" || (pointer_.empty() && member.key == "$schema");
    if (consumed_[i] || free) continue;
    shared_.mistakes.add(
        member.place, pointer_ + pointer_step(member.key),
        shared_.mistakes.full() ? "" : "unknown key" + suggest(member.key, legal_, "keys"));
  }
}

void Reader::renamed(const char* old_key, const char* new_key) {
  for (std::size_t i = 0; node_ && i < node_->members.size(); ++i) {
    if (node_->members[i].key != old_key) continue;
    consumed_[i] = true;
    shared_.mistakes.add(node_->members[i].place, at(old_key),
                         "is now called " + writepath::quoted(new_key));
    wrong_.push_back(at(new_key));
  }
}

void Reader::require(bool holds, const char* key, const std::function<std::string()>& message,
                     const std::vector<const char*>& looks_at) {
  if (holds || muted_ || (looks_at.empty() && !wrong_.empty()) || is_wrong(key)) return;
  if (std::any_of(looks_at.begin(), looks_at.end(), [&](const char* k) { return is_wrong(k); }))
    return;
  const JsonMember* member = node_ ? node_->member(key) : nullptr;
  const bool whole_object = *key == '\0';
  shared_.mistakes.add(member ? member->value.place : place_, whole_object ? pointer_ : at(key),
                       message());
}

bool Reader::is_wrong(const char* key) const {
  const std::string here = at(key);
  return *key != '\0' && std::any_of(wrong_.begin(), wrong_.end(), [&](const std::string& w) {
    return w.compare(0, here.size(), here) == 0 &&
           (w.size() == here.size() || w[here.size()] == '/');
  });
}

void Reader::exactly_one_of(const std::vector<const char*>& keys) {
  std::string all, given;
  int count = 0;
  for (const char* key : keys) {
    all += (all.empty() ? "" : ", ") + std::string(key);
    if (!has(key)) continue;
    ++count;
    given += (given.empty() ? "" : " and ") + std::string(key);
  }
  require(
      count == 1, "",
      [&] { return "must have exactly one of " + all + (count == 0 ? "" : ", not " + given); },
      keys);
}

void Reader::wrong(const JsonNode& node, const std::string& pointer, std::string message) {
  shared_.mistakes.add(node.place, pointer, std::move(message));
  wrong_.push_back(pointer);
}

void Reader::wrong_type(const JsonNode& node, const std::string& pointer, const char* expected,
                        Doc doc) {
  if (node.is(Type::broken)) {
    muted_ = true;
    return;
  }
  const std::string unit = *doc.unit ? std::string(" (") + doc.unit + ")" : "";
  wrong(node, pointer, std::string("must be ") + expected + unit + ", not " + shown(node));
}

// ---- single values -------------------------------------------------------------------------

bool Reader::in_range(const JsonNode& node, const std::string& pointer, Range range, Doc doc) {
  const bool low = range.above_min ? node.number <= range.min : node.number < range.min;
  if (!low && node.number <= range.max) return true;
  wrong(node, pointer, "must be " + range_text(range, doc) + ", not " + shown(node));
  return false;
}

bool Reader::read_number(const JsonNode& node, const std::string& pointer, double& value,
                         Range range, Doc doc) {
  if (!node.is(Type::number)) {
    wrong_type(node, pointer, expected_number("a number", range, doc).c_str(), {});
    return false;
  }
  if (!in_range(node, pointer, range, doc)) return false;
  value = node.number;
  return true;
}

void Reader::number(const char* key, double& value, Range range, Doc doc, Presence presence) {
  if (const JsonNode* node = take(key, presence)) read_number(*node, at(key), value, range, doc);
}

void Reader::number(const char* key, std::optional<double>& value, Range range, Doc doc) {
  double read = 0;
  const JsonNode* node = take(key, Presence::optional);
  if (node && read_number(*node, at(key), read, range, doc)) value = read;
}

void Reader::integer(const char* key, std::int64_t& value, Range range, Doc doc,
                     Presence presence) {
  const JsonNode* node = take(key, presence);
  if (!node) return;
  range = exact(range);
  if (!node->is(Type::number))
    wrong_type(*node, at(key), expected_number("a whole number", range, doc).c_str(), {});
  else if (!in_range(*node, at(key), range, doc))
    return;
  else if (!node->whole)
    wrong(*node, at(key), "must be a whole number, not " + shown(*node));
  else
    value = node->integer;
}

void Reader::integer(const char* key, std::optional<std::int64_t>& value, Range range, Doc doc) {
  std::int64_t read = INT64_MIN;  // no legal value: exact() excludes it
  integer(key, read, range, doc, Presence::optional);
  if (read != INT64_MIN) value = read;
}

void Reader::seed(const char* key, std::uint64_t& value, Doc doc) {
  auto read = static_cast<std::int64_t>(value);
  integer(key, read, {0, largest_exact}, doc, Presence::optional);
  value = static_cast<std::uint64_t>(read);
}

void Reader::boolean(const char* key, bool& value, Doc doc) {
  if (const JsonNode* node = take(key, Presence::optional, Type::boolean, doc))
    value = node->boolean;
}

bool Reader::read_text(const JsonNode& node, const std::string& pointer, std::string& value,
                       TextRule rule) {
  if (!node.is(Type::text)) {
    wrong_type(node, pointer, "a text", {});
  } else if (rule == TextRule::name && !is_name(node.text)) {
    wrong(node, pointer,
          "must be a name: up to 64 small letters, digits, '.', '_' and '-', the first a letter or "
          "digit; not " +
              writepath::quoted(node.text));
  } else if (rule == TextRule::reference && node.text.empty()) {
    wrong(node, pointer, "must not be empty");
  } else if (characters(node.text) > longest_text) {
    wrong(node, pointer,
          "must have at most 1000 characters, not " + std::to_string(characters(node.text)));
  } else {
    value = node.text;
    return true;
  }
  return false;
}

void Reader::text(const char* key, std::string& value, TextRule rule, Doc, Presence presence) {
  if (const JsonNode* node = take(key, presence)) read_text(*node, at(key), value, rule);
}

void Reader::alias(const char* alias, const char* key, std::string& value, Doc) {
  const JsonNode* node = take(alias, Presence::optional);
  if (!node) return;
  if (has(key))
    wrong(*node, at(alias), "says the same as " + writepath::quoted(key) + ": give one of the two");
  else
    read_text(*node, at(alias), value, TextRule::reference);
}

void Reader::number_or_text(const char* key, std::optional<double>& number, std::string& text,
                            Doc doc) {
  const JsonNode* node = take(key, Presence::optional);
  if (!node) return;
  if (node->is(Type::number))
    number = node->number;
  else if (node->is(Type::text))
    read_text(*node, at(key), text, TextRule::reference);
  else
    wrong_type(*node, at(key), "a number or the name of an architecture", doc);
}

void Reader::choose(const char* key, const std::vector<const char*>& names, std::size_t& current,
                    Doc doc, Presence presence) {
  const JsonNode* node = take(key, presence);
  if (!node) return;
  std::string legal = "one of ";
  for (std::size_t i = 0; i < names.size(); ++i) {
    legal += (i == 0 ? "" : ", ") + std::string(names[i]);
    if (!node->is(Type::text) || node->text != names[i]) continue;
    current = i;
    return;
  }
  if (!node->is(Type::text)) {
    wrong_type(*node, at(key), legal.c_str(), doc);
    return;
  }
  const std::string guess = nearest_word(node->text, {names.begin(), names.end()});
  wrong(*node, at(key),
        "must be " + legal + ", not " + writepath::quoted(node->text) +
            (guess.empty() ? "" : "; did you mean " + writepath::quoted(guess) + "?"));
}

void Reader::choose(const char* key, const std::vector<const char*>& names,
                    std::optional<std::size_t>& current, Doc doc) {
  std::size_t chosen = names.size();
  choose(key, names, chosen, doc, Presence::optional);
  if (chosen < names.size()) current = chosen;
}

}  // namespace writepath
