#include "sim/cli/run_plan.hpp"

#include <array>
#include <charconv>

#include "sim/cli/model_libraries.hpp"
#include "sim/cli/results_folder.hpp"
#include "sim/core/random.hpp"
#include "sim/scenario/writer.hpp"

namespace writepath::cli {
std::string shell_quoted(const std::string& text) {
  constexpr const char* plain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./=:,+@%";
  if (!text.empty() && text.find_first_not_of(plain) == std::string::npos) return text;
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

std::string resolved_text(const Scenario& scenario, const ModelCatalog& catalog) {
  return to_json(write_scenario(scenario, catalog));
}

std::string hash_of(const std::string& resolved) {
  std::array<char, 16> digits;
  const std::uint64_t hash = fnv1a(resolved);
  for (std::size_t i = 0; i < digits.size(); ++i)
    digits[i] = "0123456789abcdef"[(hash >> (60 - 4 * i)) & 15];
  return {digits.begin(), digits.end()};
}

Scenario scenario_of(const PlannedRun& run, const std::vector<LoadedScenario>& scenarios) {
  const Scenario& given = scenarios[run.scenario].scenario;
  Scenario played =
      run.battery ? battery_scenario(given, given.architectures[run.architecture], *run.battery)
                  : given;
  played.seed = run.seed;
  return played;
}

std::vector<PlannedRun> plan_runs(const std::vector<LoadedScenario>& scenarios,
                                  const Options& options, const ModelRegistry& registry) {
  const ModelCatalog catalog = catalog_of(registry);
  std::vector<PlannedRun> plan;
  const auto add = [&](std::size_t s, std::size_t a, std::uint64_t seed,
                       std::optional<BatteryFault> battery) {
    PlannedRun run{s, a, seed, battery, {}, {}};
    const Scenario& scenario = scenarios[s].scenario;
    run.place = results_place(options.out, scenario.name, scenario.architectures[a].name,
                              battery ? name_of(*battery) : "", seed);
    run.hash = hash_of(resolved_text(scenario_of(run, scenarios), catalog));
    plan.push_back(std::move(run));
  };
  for (std::size_t s = 0; s < scenarios.size(); ++s) {
    const Scenario& scenario = scenarios[s].scenario;
    const bool exercised = scenario.faults.empty() && scenario.battery.enabled;
    for (std::size_t a = 0; a < scenario.architectures.size(); ++a) {
      const ArchitectureSpec& architecture = scenario.architectures[a];
      const ModelFactory* factory = find_model(registry, architecture.model);
      for (std::uint64_t n = 0; n < options.runs; ++n) {
        add(s, a, scenario.seed + n, std::nullopt);
        if (!exercised) continue;
        for (const BatteryFault fault : battery_faults())
          if (is_applicable(fault, architecture, *factory)) add(s, a, scenario.seed + n, fault);
      }
    }
  }
  return plan;
}

std::string scenario_arguments(const Options& options) {
  std::string line;
  if (!options.prices.empty()) line += " --prices " + shell_quoted(options.prices);
  for (const std::string& set : options.sets) line += " --set " + shell_quoted(set);
  return line + model_library_arguments(options);
}

std::string reproduce_line(const PlannedRun& run, const std::vector<LoadedScenario>& scenarios,
                           const Options& options) {
  std::string line = "writepath run " + shell_quoted(scenarios[run.scenario].file);
  line += scenario_arguments(options);
  line += " --seed " + std::to_string(run.seed);
  if (options.stepped) line += " --engine stepped";
  if (options.simgrid_network) line += " --network simgrid";
  return line;
}

std::string words_for(const PlannedRun& run, const std::vector<LoadedScenario>& scenarios) {
  std::string words = scenarios[run.scenario].scenario.architectures[run.architecture].name +
                      ", seed " + std::to_string(run.seed);
  if (run.battery) words += std::string(", standard fault ") + name_of(*run.battery);
  return words;
}

}  // namespace writepath::cli
