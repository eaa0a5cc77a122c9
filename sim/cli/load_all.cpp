#include <algorithm>
#include <filesystem>
#include <iostream>

#include "sim/cli/commands.hpp"
#include "sim/metrics/metric_names.hpp"
#include "sim/scenario/load.hpp"
#include "sim/scenario/words.hpp"

namespace writepath::cli {
namespace {

bool same_file(const std::string& a, const std::string& b) {
  std::error_code unknown;
  return a == b || std::filesystem::equivalent(a, b, unknown);
}

/// A price list is wrong once, however many scenarios it is for.
bool said(const std::vector<std::string>& mistakes, const std::string& text) {
  return std::find(mistakes.begin(), mistakes.end(), text) != mistakes.end();
}

}  // namespace

std::vector<LoadedScenario> load_all(const Options& options, const ModelCatalog& catalog) {
  std::vector<std::string> sets = options.sets;
  if (options.seed) sets.push_back("/seed=" + std::to_string(*options.seed));
  const MetricNames names = metric_names();

  std::vector<LoadedScenario> loaded;
  std::vector<std::string> mistakes;
  for (std::size_t i = 0; i < options.arguments.size(); ++i) {
    const std::string& file = options.arguments[i];
    bool repeated = false;
    for (std::size_t k = 0; k < i && !repeated; ++k)
      repeated = same_file(options.arguments[k], file);
    if (repeated) {
      mistakes.push_back(file + ": given twice");
      continue;
    }
    LoadResult result = load_scenario_file(file, sets, catalog, names, price_list(options.prices));
    for (const Diagnostic& d : result.diagnostics)
      if (std::string text = to_text(d); d.file != options.prices || !said(mistakes, text))
        mistakes.push_back(std::move(text));
    if (!result.scenario) continue;
    for (const LoadedScenario& other : loaded)
      if (other.scenario.name == result.scenario->name)
        mistakes.push_back(file + ": /name: " + writepath::quoted(result.scenario->name) +
                           " is also that of " + other.file +
                           "; their results would share a folder");
    loaded.push_back({file, std::move(*result.scenario)});
  }
  for (const LoadedScenario& scenario : loaded)
    if (options.history && !scenario.scenario.workload.registers.enabled)
      mistakes.push_back(scenario.file +
                         ": /workload/registers/enabled: must be true for --history: else there is "
                         "no history to write");
  for (const LoadedScenario& scenario : loaded)
    if (scenario.scenario.seed > largest_seed - (options.runs - 1))
      mistakes.push_back(scenario.file + ": the last seed of --runs " +
                         std::to_string(options.runs) + " would exceed " +
                         std::to_string(largest_seed));
  if (mistakes.empty()) return loaded;
  for (const std::string& mistake : mistakes) std::cerr << mistake + "\n";
  throw BadScenario{};
}

}  // namespace writepath::cli
