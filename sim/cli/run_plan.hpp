#pragma once
// All runs that a command line asks for, in the order in which they are reported: scenario,
// architecture, seed, and with each seed the standard battery's faults.
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "sim/cli/options.hpp"
#include "sim/model/registry.hpp"
#include "sim/run/battery.hpp"
#include "sim/scenario/scenario.hpp"

namespace writepath::cli {

struct LoadedScenario {
  std::string file;
  Scenario scenario;
};

struct PlannedRun {
  std::size_t scenario = 0, architecture = 0;  ///< indices
  std::uint64_t seed = 0;
  std::optional<BatteryFault>
      battery;                  ///< a short run with this fault instead of the scenario's own
  std::filesystem::path place;  ///< of its results
  std::string hash;             ///< of its resolved scenario
};

/// What a planned run plays; the seed is filled in.
Scenario scenario_of(const PlannedRun& run, const std::vector<LoadedScenario>& scenarios);

/// The scenario as text, every default filled in, and its hash (16 hexadecimal digits).
std::string resolved_text(const Scenario& scenario, const ModelCatalog& catalog);
std::string hash_of(const std::string& resolved);

std::vector<PlannedRun> plan_runs(const std::vector<LoadedScenario>& scenarios,
                                  const Options& options, const ModelRegistry& registry);

/// The command line that plays this run again (with the others of its scenario and seed).
std::string reproduce_line(const PlannedRun& run, const std::vector<LoadedScenario>& scenarios,
                           const Options& options);

/// What every command line names that has to load the same scenario again, blank first.
std::string scenario_arguments(const Options& options);

/// For a shell's command line: in quotation marks where that is needed.
std::string shell_quoted(const std::string& text);

/// "aurora, seed 3" or "aurora, seed 3, standard fault primary_lost", for messages.
std::string words_for(const PlannedRun& run, const std::vector<LoadedScenario>& scenarios);

}  // namespace writepath::cli
