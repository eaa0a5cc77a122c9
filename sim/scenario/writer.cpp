#include "sim/scenario/writer.hpp"

#include <algorithm>

#include "sim/scenario/describe.hpp"
#include "sim/scenario/distribution_form.hpp"

namespace writepath {
namespace {

class Writer final : public Fields {
 public:
  /// The scenario and catalog are for the options of models; without them options are not written.
  Writer(JsonNode& object, const Scenario* scenario, const ModelCatalog* catalog)
      : object_(object), scenario_(scenario), catalog_(catalog) {}

  void number(const char* key, double& value, Range, Doc, Presence) override {
    object_.add(key, JsonNode::of(value));
  }
  void number(const char* key, std::optional<double>& value, Range, Doc) override {
    if (value) object_.add(key, JsonNode::of(*value));
  }
  void integer(const char* key, std::int64_t& value, Range, Doc, Presence) override {
    object_.add(key, JsonNode::of(value));
  }
  void integer(const char* key, std::optional<std::int64_t>& value, Range, Doc) override {
    if (value) object_.add(key, JsonNode::of(*value));
  }
  void seed(const char* key, std::uint64_t& value, Doc) override {
    object_.add(key, JsonNode::of(static_cast<std::int64_t>(value)));
  }
  void boolean(const char* key, bool& value, Doc) override {
    object_.add(key, JsonNode::of(value));
  }
  void text(const char* key, std::string& value, TextRule, Doc, Presence presence) override {
    if (!value.empty() || presence == Presence::required) object_.add(key, JsonNode::of(value));
  }
  void texts(const char* key, std::vector<std::string>& value, TextRule, Doc, std::size_t,
             Presence) override {
    JsonNode& list = object_.add(key, JsonNode::list());
    for (const std::string& item : value) list.items.push_back(JsonNode::of(item));
  }
  void distribution(const char* key, Distribution& value, Range range, Doc, Presence) override {
    if (const auto* constant = std::get_if<Constant>(&value.shape)) {
      object_.add(key, JsonNode::of(constant->value));
      return;
    }
    DistributionForm form(value, range);
    write_into(key, [&form](Fields& f) { describe(f, form); });
  }
  void distribution(const char* key, std::optional<Distribution>& value, Range range,
                    Doc doc) override {
    if (value) distribution(key, *value, range, doc, Presence::required);
  }
  void pairs(const char* key, std::vector<std::pair<double, double>>& value, Doc,
             Presence) override {
    JsonNode& list = object_.add(key, JsonNode::list());
    for (const auto& [first, second] : value) {
      list.items.push_back(JsonNode::list());
      list.items.back().items = {JsonNode::of(first), JsonNode::of(second)};
    }
  }
  void number_or_text(const char* key, std::optional<double>& number, std::string& text,
                      Doc) override {
    if (number)
      object_.add(key, JsonNode::of(*number));
    else if (!text.empty())
      object_.add(key, JsonNode::of(text));
  }
  void alias(const char*, const char*, std::string&, Doc) override {}
  void model(ArchitectureSpec& architecture, Doc, Doc) override {
    object_.add("model", JsonNode::of(architecture.model));
    if (!catalog_ || !architecture.options) return;
    const auto entry = std::find_if(catalog_->begin(), catalog_->end(), [&](const ModelEntry& e) {
      return e.name == architecture.model;
    });
    if (entry == catalog_->end()) return;
    // The same description reads and writes, hence takes a mutable value; a writer changes nothing.
    auto& options = const_cast<ModelOptions&>(*architecture.options);
    write_into("options",
               [&](Fields& f) { entry->describe(f, options, architecture, *scenario_); });
  }
  void require(bool, const char*, const std::function<std::string()>&,
               const std::vector<const char*>&) override {}
  void exactly_one_of(const std::vector<const char*>&) override {}
  bool reading() const override { return false; }
  bool has(const char*) const override { return false; }
  void renamed(const char*, const char*) override {}
  void about(const char*, const char*) override {}

 protected:
  void choose(const char* key, const std::vector<const char*>& names, std::size_t& current, Doc,
              Presence) override {
    object_.add(key, JsonNode::of(std::string(names[current])));
  }
  void choose(const char* key, const std::vector<const char*>& names,
              std::optional<std::size_t>& current, Doc) override {
    if (current) object_.add(key, JsonNode::of(std::string(names[*current])));
  }
  void nested(const char* key, Doc, Presence, const std::function<void(Fields&)>& body) override {
    write_into(key, body);
  }
  bool nested_optional(const char* key, bool present, Doc,
                       const std::function<void(Fields&)>& body) override {
    if (present) write_into(key, body);
    return present;
  }
  void items(const char* key, std::size_t size, std::size_t, Doc, Presence,
             const std::function<void(std::size_t)>&,
             const std::function<void(Fields&, std::size_t)>& each,
             const std::function<void(Fields&)>&) override {
    JsonNode list = JsonNode::list();
    for (std::size_t i = 0; i < size; ++i) {
      list.items.push_back(JsonNode::object());
      Writer item(list.items.back(), scenario_, catalog_);
      each(item, i);
    }
    object_.add(key, std::move(list));
  }

 private:
  void write_into(const char* key, const std::function<void(Fields&)>& body) {
    JsonNode object = JsonNode::object();
    Writer writer(object, scenario_, catalog_);
    body(writer);
    object_.add(key, std::move(object));
  }

  JsonNode& object_;
  const Scenario* scenario_;
  const ModelCatalog* catalog_;
};

}  // namespace

JsonNode write_scenario(const Scenario& scenario, const ModelCatalog& catalog) {
  JsonNode object = JsonNode::object();
  Scenario copy = scenario;  // for the same reason as the options above
  Writer writer(object, &scenario, &catalog);
  describe(writer, copy);
  return object;
}

JsonNode write_fields(const std::function<void(Fields&)>& body) {
  JsonNode object = JsonNode::object();
  Writer writer(object, nullptr, nullptr);
  body(writer);
  return object;
}

}  // namespace writepath
