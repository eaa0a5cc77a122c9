#include "sim/durability/load.hpp"

#include "sim/durability/describe.hpp"
#include "sim/scenario/document.hpp"
#include "sim/scenario/reader.hpp"

namespace writepath::durability {

LoadedSpec load_text(std::string text, const std::string& label,
                     const std::vector<std::string>& sets) {
  LoadedSpec loaded;
  Spec spec;
  loaded.diagnostics =
      read_document(std::move(text), label, sets, [&](const JsonNode& root, Mistakes& mistakes) {
        if (!root.is(JsonNode::Type::object)) {
          mistakes.add(root.place, "", "a durability file must be an object, not " + shown(root));
          return;
        }
        const ModelCatalog none;
        Reading reading{mistakes, none, {}};
        Reader reader(reading, &root, "", root.place);
        describe(reader, spec);
        reader.finish();
      });
  if (loaded.diagnostics.empty()) loaded.spec = std::move(spec);
  return loaded;
}

LoadedSpec load_file(const std::string& path, const std::vector<std::string>& sets) {
  std::string text;
  const std::string problem = read_file(path, "durability", text);
  if (problem.empty()) return load_text(std::move(text), path, sets);
  return {std::nullopt, {{path, 0, 0, "", problem}}};
}

std::string schema_json() {
  Spec spec;
  return schema_of("writepath durability", [&](Fields& f) { describe(f, spec); }, {});
}

}  // namespace writepath::durability
