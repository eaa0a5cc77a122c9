#include "sim/cli/model_options.hpp"

#include "sim/core/check.hpp"
#include "sim/report/humane.hpp"
#include "sim/scenario/json_parse.hpp"
#include "sim/scenario/load.hpp"

namespace writepath::cli {
namespace {

constexpr std::size_t width = 100, indent = 6;

const JsonNode* at(const JsonNode& node, std::string_view key) {
  const JsonMember* member = node.member(key);
  return member ? &member->value : nullptr;
}

/// One value on one line.
std::string plain(const JsonNode& node) {
  std::string text = to_json(node), line;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\n') {
      line += text[i];
      continue;
    }
    while (i + 1 < text.size() && text[i + 1] == ' ') ++i;
    if (i + 1 < text.size()) line += ' ';
  }
  return line;
}

class Printer {
 public:
  explicit Printer(const JsonNode& defs) : defs_(defs) {}

  void options(const std::string& prefix, const JsonNode& schema) {
    const JsonNode* properties = at(schema, "properties");
    if (!properties) return;
    for (const JsonMember& option : properties->members) one(prefix + option.key, option.value);
  }

  std::string text;

 private:
  void one(const std::string& name, const JsonNode& schema) {
    const JsonNode& type = resolved(schema);
    text += "  " + name + legal(type);
    const JsonNode* fallback = at(schema, "default");
    if (fallback && !at(type, "properties")) text += "; default " + plain(*fallback);
    text += "\n";
    if (const JsonNode* words = at(schema, "description"))
      text += std::string(indent, ' ') + wrapped(words->text, width, indent, indent) + "\n";
    options(name + ".", type);
  }

  /// The description of a type that stands under $defs.
  const JsonNode& resolved(const JsonNode& schema) const {
    const JsonNode* reference = at(schema, "$ref");
    if (!reference) return schema;
    const JsonNode* type = at(defs_, reference->text.substr(std::string("#/$defs/").size()));
    return type ? *type : schema;
  }

  static std::string legal(const JsonNode& type) {
    if (const JsonNode* words = at(type, "enum")) {
      std::string list;
      for (const JsonNode& word : words->items) list += (list.empty() ? ": " : " | ") + word.text;
      return list;
    }
    std::string range;
    const JsonNode* least = at(type, "minimum");
    const JsonNode* above = at(type, "exclusiveMinimum");
    const JsonNode* most = at(type, "maximum");
    if (least) range += " from " + plain(*least);
    if (above) range += " above " + plain(*above);
    if (most) range += " to " + plain(*most);
    const JsonNode* kind = at(type, "type");
    if (!kind || kind->text == "object") return "";
    return ": " + (kind->text == "array" ? "list" : kind->text) + range;
  }

  const JsonNode& defs_;
};

}  // namespace

std::string model_options_text(const ModelCatalog& catalog, const std::string& model) {
  const ParsedJson schema = parse_json(schema_json(catalog), 0);
  const JsonNode* defs = schema.root ? at(*schema.root, "$defs") : nullptr;
  const JsonNode* options = defs ? at(*defs, "options_of_" + model) : nullptr;
  WRITEPATH_CHECK(options != nullptr, "the schema has no options of a model");
  Printer printer(*defs);
  printer.options("", *options);
  return "## Options\n\nKeys of an architecture's \"options\"; a dot stands for an object "
         "within.\n\n" +
         printer.text;
}

}  // namespace writepath::cli
