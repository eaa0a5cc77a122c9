#pragma once
// From a file to a checked question; every mistake at once, as for scenarios.
#include <optional>
#include <string>
#include <vector>

#include "sim/durability/spec.hpp"
#include "sim/scenario/load.hpp"

namespace writepath::durability {

struct LoadedSpec {
  std::optional<Spec> spec;  ///< empty when there are diagnostics
  std::vector<Diagnostic> diagnostics;
};

/// `sets` are "/json/pointer=VALUE", applied in order.
LoadedSpec load_file(const std::string& path, const std::vector<std::string>& sets);
LoadedSpec load_text(std::string text, const std::string& label,
                     const std::vector<std::string>& sets);

/// The format as JSON Schema (draft 2020-12).
std::string schema_json();

}  // namespace writepath::durability
