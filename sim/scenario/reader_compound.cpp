// Lists, objects, distributions, models.
#include <algorithm>

#include "sim/scenario/distribution_form.hpp"
#include "sim/scenario/reader.hpp"
#include "sim/scenario/words.hpp"

namespace writepath {

namespace {

using Type = JsonNode::Type;

}  // namespace

const JsonNode* Reader::take_list(const char* key, Presence presence, std::size_t min_items,
                                  Doc doc) {
  const JsonNode* node = take(key, presence, Type::list, doc);
  if (!node) return nullptr;
  const std::size_t size = node->items.size();
  if (size > longest_list) {
    wrong(*node, at(key),
          "must have at most " + std::to_string(longest_list) + " items, not " +
              std::to_string(size));
    return nullptr;
  }
  if (size < min_items)
    wrong(*node, at(key),
          min_items == 1 ? std::string("must not be empty")
                         : "must have at least " + std::to_string(min_items) + " items, not " +
                               std::to_string(size));
  return node;
}

void Reader::texts(const char* key, std::vector<std::string>& value, TextRule rule, Doc doc,
                   std::size_t min_items, Presence presence) {
  const JsonNode* node = take_list(key, presence, min_items, doc);
  if (!node) return;
  std::vector<std::string> read;
  for (std::size_t i = 0; i < node->items.size(); ++i) {
    const std::string pointer = at(key) + pointer_step(i);
    std::string item;
    if (!read_text(node->items[i], pointer, item, rule)) continue;
    if (std::find(read.begin(), read.end(), item) != read.end())
      wrong(node->items[i], pointer, writepath::quoted(item) + " stands in this list already");
    read.push_back(std::move(item));
  }
  value = std::move(read);
}

void Reader::pairs(const char* key, std::vector<std::pair<double, double>>& value, Doc doc,
                   Presence presence) {
  const JsonNode* node = take_list(key, presence, 0, doc);
  if (!node) return;
  std::vector<std::pair<double, double>> read;
  for (std::size_t i = 0; i < node->items.size(); ++i) {
    const JsonNode& item = node->items[i];
    const bool pair = item.is(Type::list) && item.items.size() == 2 &&
                      item.items[0].is(Type::number) && item.items[1].is(Type::number);
    if (pair)
      read.emplace_back(item.items[0].number, item.items[1].number);
    else
      wrong_type(item, at(key) + pointer_step(i), "a list of two numbers", {});
  }
  value = std::move(read);
}

void Reader::read_object(const JsonNode& node, const std::string& pointer,
                         const std::function<void(Fields&)>& body) {
  if (!node.is(Type::object)) {
    wrong_type(node, pointer, "an object", {});
    return;
  }
  const std::size_t before = shared_.mistakes.size();
  Reader reader(shared_, &node, pointer, node.place);
  body(reader);
  reader.finish();
  if (shared_.mistakes.size() != before) wrong_.push_back(pointer);
}

void Reader::nested(const char* key, Doc, Presence presence,
                    const std::function<void(Fields&)>& body) {
  if (const JsonNode* node = take(key, presence)) read_object(*node, at(key), body);
}

bool Reader::nested_optional(const char* key, bool, Doc, const std::function<void(Fields&)>& body) {
  const JsonNode* node = take(key, Presence::optional);
  if (node) read_object(*node, at(key), body);
  return node != nullptr;
}

void Reader::items(const char* key, std::size_t, std::size_t min_items, Doc doc, Presence presence,
                   const std::function<void(std::size_t)>& resize,
                   const std::function<void(Fields&, std::size_t)>& each,
                   const std::function<void(Fields&)>&) {
  const JsonNode* node = take_list(key, presence, min_items, doc);
  if (!node) return;
  resize(node->items.size());
  for (std::size_t i = 0; i < node->items.size(); ++i)
    read_object(node->items[i], at(key) + pointer_step(i), [&](Fields& f) { each(f, i); });
}

void Reader::distribution(const char* key, Distribution& value, Range range, Doc doc,
                          Presence presence) {
  const JsonNode* node = take(key, presence);
  if (!node) return;
  if (node->is(Type::number)) {
    double constant = 0;
    if (read_number(*node, at(key), constant, range, doc)) value = {Constant{constant}};
  } else if (node->is(Type::object)) {
    const std::size_t before = shared_.mistakes.size();
    DistributionForm form(range);
    read_object(*node, at(key), [&form](Fields& f) { describe(f, form); });
    if (shared_.mistakes.size() == before) value = form.value();
  } else {
    wrong_type(*node, at(key),
               R"(a number or a distribution such as {"lognormal": {"median": 1, "p99": 2}})", doc);
  }
}

void Reader::distribution(const char* key, std::optional<Distribution>& value, Range range,
                          Doc doc) {
  if (!has(key)) {
    take(key, Presence::optional);
    return;
  }
  Distribution read;
  distribution(key, read, range, doc, Presence::optional);
  value = read;
}

void Reader::model(ArchitectureSpec& architecture, Doc doc, Doc) {
  const JsonNode* options = take("options", Presence::optional);
  const JsonNode* node = take("model", Presence::required, Type::text, doc);
  if (!node) return;
  std::vector<std::string> names;
  for (const ModelEntry& entry : shared_.catalog) names.push_back(entry.name);
  if (std::find(names.begin(), names.end(), node->text) == names.end()) {
    wrong(*node, at("model"),
          "there is no model " + writepath::quoted(node->text) +
              suggest(node->text, names, "models"));
    return;
  }
  architecture.model = node->text;
  if (options && !options->is(Type::object)) wrong_type(*options, at("options"), "an object", doc);
  shared_.pending.push_back({&architecture, options, pointer_, place_});
}

}  // namespace writepath
