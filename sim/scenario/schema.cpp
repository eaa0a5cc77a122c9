// Fields that print themselves as JSON Schema, draft 2020-12.
#include <cmath>

#include "sim/core/check.hpp"
#include "sim/scenario/describe.hpp"
#include "sim/scenario/distribution_form.hpp"
#include "sim/scenario/json_node.hpp"
#include "sim/scenario/load.hpp"
#include "sim/scenario/writer.hpp"

namespace writepath {
namespace {

constexpr const char* name_pattern = "^[a-z0-9][a-z0-9._-]{0,63}$";

std::string sentence(std::string text) {
  if (!text.empty() && text.back() != '.') text += '.';
  return text;
}

std::string words(Doc doc) {
  std::string text = sentence(doc.text);
  if (*doc.unit) text += " Unit: " + sentence(doc.unit);
  if (*doc.source) text += " Source of the default: " + sentence(doc.source);
  return text;
}

void limit(JsonNode& schema, Range range) {
  const auto bound = [&schema](const char* key, double value) {
    if (std::isfinite(value)) schema.add(key, JsonNode::of(value));
  };
  bound(range.above_min ? "exclusiveMinimum" : "minimum", range.min);
  bound("maximum", range.max);
}

class SchemaPrinter final : public Fields {
 public:
  struct Shared {
    const ModelCatalog& catalog;
    JsonNode defs = JsonNode::object();
  };

  /// `object` becomes the schema of an object. Defaults are left out where the same description
  /// serves several places: there the place says the defaults.
  SchemaPrinter(Shared& shared, JsonNode& object) : shared_(shared), object_(object) {
    object_.type = JsonNode::Type::object;
  }

  /// The schema of what `body` describes: itself, or a reference to $defs when it has a type name.
  static JsonNode of(Shared& shared, const std::function<void(Fields&)>& body) {
    JsonNode object;
    SchemaPrinter printer(shared, object);
    body(printer);
    printer.finish();
    if (printer.type_name_.empty()) return object;
    if (const JsonMember* known = shared.defs.member(printer.type_name_))
      WRITEPATH_CHECK(to_json(known->value) == to_json(object), "two types of one name");
    else
      shared.defs.add(printer.type_name_, object);
    return reference(printer.type_name_);
  }

  static JsonNode reference(const std::string& type) {
    JsonNode schema = JsonNode::object();
    schema.add("$ref", JsonNode::of("#/$defs/" + type));
    return schema;
  }

  /// The object's own keywords, once all its keys are known.
  void finish() {
    if (!about_.empty()) object_.add("description", JsonNode::of(about_));
    object_.add("type", JsonNode::of(std::string("object")));
    JsonNode comment = JsonNode::object();
    comment.add("description", JsonNode::of(std::string("Free words for people; ignored.")));
    properties_.add("comment", std::move(comment));
    object_.add("properties", std::move(properties_));
    if (!required_.items.empty()) object_.add("required", std::move(required_));
    if (!alternatives_.items.empty()) object_.add("oneOf", std::move(alternatives_));
    if (!conditions_.items.empty()) object_.add("allOf", std::move(conditions_));
    object_.add("additionalProperties", JsonNode::of(false));
  }

  void number(const char* key, double& value, Range range, Doc doc, Presence presence) override {
    JsonNode& schema = property(key, "number", doc, presence);
    limit(schema, range);
    default_of(schema, presence, [&] { return JsonNode::of(value); });
  }
  void number(const char* key, std::optional<double>&, Range range, Doc doc) override {
    limit(property(key, "number", doc, Presence::optional), range);
  }
  void integer(const char* key, std::int64_t& value, Range range, Doc doc,
               Presence presence) override {
    JsonNode& schema = property(key, "integer", doc, presence);
    limit(schema, range);
    default_of(schema, presence, [&] { return JsonNode::of(value); });
  }
  void integer(const char* key, std::optional<std::int64_t>&, Range range, Doc doc) override {
    limit(property(key, "integer", doc, Presence::optional), range);
  }
  void seed(const char* key, std::uint64_t& value, Doc doc) override {
    auto as_integer = static_cast<std::int64_t>(value);
    integer(key, as_integer, {0, largest_exact}, doc, Presence::optional);
  }
  void boolean(const char* key, bool& value, Doc doc) override {
    JsonNode& schema = property(key, "boolean", doc, Presence::optional);
    default_of(schema, Presence::optional, [&] { return JsonNode::of(value); });
  }
  void text(const char* key, std::string& value, TextRule rule, Doc doc,
            Presence presence) override {
    JsonNode& schema = property(key, "string", doc, presence);
    limit_text(schema, rule);
    if (!value.empty()) default_of(schema, presence, [&] { return JsonNode::of(value); });
  }
  void texts(const char* key, std::vector<std::string>& value, TextRule rule, Doc doc,
             std::size_t min_items, Presence presence) override {
    JsonNode& schema = property(key, "array", doc, presence);
    JsonNode item = JsonNode::object();
    item.add("type", JsonNode::of(std::string("string")));
    limit_text(item, rule);
    schema.add("items", std::move(item));
    limit_list(schema, min_items);
    schema.add("uniqueItems", JsonNode::of(true));
    default_of(schema, presence, [&] {
      JsonNode list = JsonNode::list();
      for (const std::string& text : value) list.items.push_back(JsonNode::of(text));
      return list;
    });
  }
  void distribution(const char* key, Distribution& value, Range range, Doc doc,
                    Presence presence) override {
    JsonNode& schema = distribution_property(key, range, doc, presence);
    default_of(schema, presence, [&] {
      return write_fields(
                 [&](Fields& f) { f.distribution("default", value, range, doc, presence); })
          .members.front()
          .value;
    });
  }
  void distribution(const char* key, std::optional<Distribution>&, Range range, Doc doc) override {
    distribution_property(key, range, doc, Presence::optional);
  }
  void pairs(const char* key, std::vector<std::pair<double, double>>&, Doc doc,
             Presence presence) override {
    JsonNode& schema = property(key, "array", doc, presence);
    JsonNode pair = JsonNode::object(), number = JsonNode::object();
    number.add("type", JsonNode::of(std::string("number")));
    pair.add("type", JsonNode::of(std::string("array")));
    pair.add("items", std::move(number));
    pair.add("minItems", JsonNode::of(std::int64_t{2}));
    pair.add("maxItems", JsonNode::of(std::int64_t{2}));
    schema.add("items", std::move(pair));
    limit_list(schema, 0);
  }
  void number_or_text(const char* key, std::optional<double>&, std::string&, Doc doc) override {
    JsonNode& schema = property(key, "number", doc, Presence::optional);
    JsonNode types = JsonNode::list();
    for (const char* type : {"number", "string"})
      types.items.push_back(JsonNode::of(std::string(type)));
    schema.member("type")->value = std::move(types);
  }
  void alias(const char* alias, const char*, std::string&, Doc doc) override {
    limit_text(property(alias, "string", doc, Presence::optional), TextRule::reference);
  }
  void model(ArchitectureSpec& architecture, Doc doc, Doc options_doc) override {
    std::vector<const char*> names;
    for (const ModelEntry& entry : shared_.catalog) names.push_back(entry.name.c_str());
    words_property("model", names, doc, Presence::required);
    property("options", "object", options_doc, Presence::optional);
    for (const ModelEntry& entry : shared_.catalog) add_options(entry, architecture);
  }
  void require(bool, const char*, const std::function<std::string()>&,
               const std::vector<const char*>&) override {}
  void exactly_one_of(const std::vector<const char*>& keys) override {
    for (const char* key : keys) {
      JsonNode list = JsonNode::list();
      list.items.push_back(JsonNode::of(std::string(key)));
      JsonNode alternative = JsonNode::object();
      alternative.add("required", std::move(list));
      alternatives_.items.push_back(std::move(alternative));
    }
  }
  bool reading() const override { return false; }
  bool has(const char*) const override { return false; }
  void renamed(const char*, const char*) override {}
  void about(const char* text, const char* type_name) override {
    about_ = text;
    type_name_ = type_name;
  }

 protected:
  void choose(const char* key, const std::vector<const char*>& names, std::size_t& current, Doc doc,
              Presence presence) override {
    JsonNode& schema = words_property(key, names, doc, presence);
    default_of(schema, presence, [&] { return JsonNode::of(std::string(names[current])); });
  }
  void choose(const char* key, const std::vector<const char*>& names, std::optional<std::size_t>&,
              Doc doc) override {
    words_property(key, names, doc, Presence::optional);
  }
  void nested(const char* key, Doc doc, Presence presence,
              const std::function<void(Fields&)>& body) override {
    JsonNode& schema = add(key, of(shared_, body), doc, presence);
    // Only a shared type needs its defaults here; others show them at their own keys.
    if (schema.member("$ref")) default_of(schema, presence, [&] { return write_fields(body); });
  }
  bool nested_optional(const char* key, bool, Doc doc,
                       const std::function<void(Fields&)>& body) override {
    add(key, of(shared_, body), doc, Presence::optional);
    return false;
  }
  void items(const char* key, std::size_t size, std::size_t min_items, Doc doc, Presence presence,
             const std::function<void(std::size_t)>&,
             const std::function<void(Fields&, std::size_t)>& each,
             const std::function<void(Fields&)>& fresh) override {
    JsonNode& schema = property(key, "array", doc, presence);
    schema.add("items", of(shared_, fresh));
    limit_list(schema, min_items);
    default_of(schema, presence, [&] {
      JsonNode list = JsonNode::list();
      for (std::size_t i = 0; i < size; ++i)
        list.items.push_back(write_fields([&](Fields& f) { each(f, i); }));
      return list;
    });
  }

 private:
  JsonNode& add(const char* key, JsonNode schema, Doc doc, Presence presence) {
    if (*doc.text) {
      if (JsonMember* own = schema.member("description"))
        own->value.text = words(doc) + " " + own->value.text;
      else
        schema.members.insert(schema.members.begin(),
                              {"description", {}, JsonNode::of(words(doc))});
    }
    if (presence == Presence::required) required_.items.push_back(JsonNode::of(std::string(key)));
    return properties_.add(key, std::move(schema));
  }
  JsonNode& property(const char* key, const char* type, Doc doc, Presence presence) {
    JsonNode schema = JsonNode::object();
    schema.add("type", JsonNode::of(std::string(type)));
    return add(key, std::move(schema), doc, presence);
  }
  JsonNode& words_property(const char* key, const std::vector<const char*>& names, Doc doc,
                           Presence presence) {
    JsonNode list = JsonNode::list();
    for (const char* name : names) list.items.push_back(JsonNode::of(std::string(name)));
    JsonNode schema = JsonNode::object();
    schema.add("enum", std::move(list));
    return add(key, std::move(schema), doc, presence);
  }
  JsonNode& distribution_property(const char* key, Range range, Doc doc, Presence presence) {
    DistributionForm form;
    JsonNode number = JsonNode::object();
    number.add("type", JsonNode::of(std::string("number")));
    limit(number, range);
    JsonNode forms = JsonNode::list();
    forms.items.push_back(std::move(number));
    forms.items.push_back(describe_form(form));
    JsonNode schema = JsonNode::object();
    schema.add("anyOf", std::move(forms));
    return add(key, std::move(schema), doc, presence);
  }
  /// A mixture's parts are distributions again: the reference is there before its description is.
  JsonNode describe_form(DistributionForm& form) {
    const std::string type = "distribution";
    if (!shared_.defs.member(type)) {
      shared_.defs.add(type, JsonNode::object());
      JsonNode object;
      SchemaPrinter printer(shared_, object);
      describe(printer, form);
      printer.finish();
      shared_.defs.member(type)->value = std::move(object);
    }
    return reference(type);
  }
  /// The options of a model are legal when the model is that one.
  void add_options(const ModelEntry& entry, const ArchitectureSpec& architecture) {
    const std::shared_ptr<ModelOptions> options = entry.make_options();
    const Scenario scenario;
    JsonNode object;
    SchemaPrinter printer(shared_, object);
    entry.describe(printer, *options, architecture, scenario);
    const bool required = !printer.required_.items.empty();
    printer.finish();
    const std::string type = "options_of_" + entry.name;
    shared_.defs.add(type, std::move(object));

    JsonNode condition = JsonNode::object();
    JsonNode& is_model = condition.add("if", JsonNode::object());
    is_model.add("properties", JsonNode::object())
        .add("model", JsonNode::object())
        .add("const", JsonNode::of(entry.name));
    JsonNode& then = condition.add("then", JsonNode::object());
    then.add("properties", JsonNode::object()).add("options", reference(type));
    if (required) {
      JsonNode& list = then.add("required", JsonNode::list());
      list.items.push_back(JsonNode::of(std::string("options")));
    }
    conditions_.items.push_back(std::move(condition));
  }

  template <class Make>
  void default_of(JsonNode& schema, Presence presence, Make make) {
    // In a shared type (about was called with a name) each place has defaults of its own.
    if (presence == Presence::optional && type_name_.empty()) schema.add("default", make());
  }
  static void limit_list(JsonNode& schema, std::size_t min_items) {
    const auto count = [](std::size_t n) { return JsonNode::of(static_cast<std::int64_t>(n)); };
    if (min_items > 0) schema.add("minItems", count(min_items));
    schema.add("maxItems", count(longest_list));
  }
  static void limit_text(JsonNode& schema, TextRule rule) {
    if (rule == TextRule::name) schema.add("pattern", JsonNode::of(std::string(name_pattern)));
    if (rule == TextRule::reference) schema.add("minLength", JsonNode::of(std::int64_t{1}));
    if (rule != TextRule::name) schema.add("maxLength", JsonNode::of(std::int64_t{1000}));
  }

  Shared& shared_;
  JsonNode& object_;
  JsonNode properties_ = JsonNode::object();
  JsonNode required_ = JsonNode::list();
  JsonNode alternatives_ = JsonNode::list();
  JsonNode conditions_ = JsonNode::list();
  std::string about_, type_name_;
};

}  // namespace

std::string schema_json(const ModelCatalog& catalog) {
  Scenario scenario;
  return schema_of(
      "writepath scenario", [&](Fields& f) { describe(f, scenario); }, catalog);
}

std::string schema_of(const std::string& title, const std::function<void(Fields&)>& body,
                      const ModelCatalog& catalog) {
  SchemaPrinter::Shared shared{catalog};
  JsonNode root = JsonNode::object();
  root.add("$schema", JsonNode::of(std::string("https://json-schema.org/draft/2020-12/schema")));
  root.add("title", JsonNode::of(title));
  SchemaPrinter printer(shared, root);
  body(printer);
  printer.finish();
  JsonNode& properties = root.member("properties")->value;
  JsonNode link = JsonNode::object();
  link.add("description", JsonNode::of(std::string("Where this schema is, for editors.")));
  link.add("type", JsonNode::of(std::string("string")));
  properties.add("$schema", std::move(link));
  if (!shared.defs.members.empty()) root.add("$defs", std::move(shared.defs));
  return to_json(root);
}

}  // namespace writepath
