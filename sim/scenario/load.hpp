#pragma once
// From a file to checked values. Nothing is ever written, and every mistake is reported at once,
// each with its place; only a syntax error stands alone, for nothing after it can be trusted.
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sim/scenario/metric_names.hpp"
#include "sim/scenario/model_catalog.hpp"
#include "sim/scenario/scenario.hpp"

namespace writepath {

/// One mistake. Lines and columns count from 1, columns in characters; 0 where a place has no line
/// (a file that can't be read, a `--set` option, which then stands in `file`).
struct Diagnostic {
  std::string file;
  int line = 0, column = 0;
  std::string pointer;  ///< JSON pointer (RFC 6901) of the value or key; "" is the whole document
  std::string message;  ///< with the legal values or range, and a guess where one is near
};

/// "file:line:column: /pointer: message", without the parts that are missing.
std::string to_text(const Diagnostic&);

struct LoadResult {
  std::optional<Scenario> scenario;     ///< empty when there are diagnostics
  std::string resolved_json;            ///< every default filled in; loading it gives the same text
  std::string hash;                     ///< FNV-1a of resolved_json, 16 hexadecimal digits
  std::vector<Diagnostic> diagnostics;  ///< ordered by place; never empty without a scenario
};

/// A file that gives one member of a document, in place of the document's own. Its mistakes have
/// their places in that file.
struct MemberFile {
  std::string key, path;      ///< no path: no file
  const char* noun = "JSON";  ///< what the file should be, for messages
};
inline MemberFile price_list(const std::string& path) { return {"prices", path, "price list"}; }

/// Reads at most 16 MiB of a regular file. `prices` replaces the scenario's own; then `sets`, each
/// "/json/pointer=VALUE", are applied in order.
LoadResult load_scenario_file(const std::string& path, const std::vector<std::string>& sets,
                              const ModelCatalog&, const MetricNames&,
                              const MemberFile& prices = {});

/// The same for text at hand; `label` stands for the file in diagnostics.
LoadResult load_scenario_text(std::string text, const std::string& label,
                              const std::vector<std::string>& sets, const ModelCatalog&,
                              const MetricNames&, const MemberFile& prices = {});

/// The scenario format as JSON Schema (draft 2020-12), models' options included.
std::string schema_json(const ModelCatalog&);

/// The same of any other input file, by what describes it.
std::string schema_of(const std::string& title, const std::function<void(Fields&)>& body,
                      const ModelCatalog&);

}  // namespace writepath
