#pragma once
// What made a result, beside its scenario and seed: recorded in manifest.json alone, the only part
// of the results that may differ when the same run is made elsewhere.
#include <string>

#include "sim/cli/options.hpp"
#include "sim/scenario/json_node.hpp"

namespace writepath::cli {

JsonNode provenance(const Options& options);

/// "writepath 0.1.0 (g++ 12.2.0, SimGrid 3.32)"
std::string version_text();

}  // namespace writepath::cli
