#include <algorithm>
#include <iostream>
#include <thread>

#include "sim/cli/commands.hpp"
#include "sim/cli/explore_runs.hpp"
#include "sim/cli/model_libraries.hpp"
#include "sim/scenario/words.hpp"

namespace writepath::cli {
namespace {

/// All of the command that a plan depends on.
std::string command_line(const Options& options, const LoadedScenario& base, const Budget& budget) {
  std::string line = "writepath explore " + shell_quoted(base.file);
  line += scenario_arguments(options);
  if (!options.faults.empty()) {
    line += " --faults ";
    for (std::size_t i = 0; i < options.faults.size(); ++i)
      line += (i == 0 ? "" : ",") + to_text(options.faults[i]);
  }
  line += " --max-faults " + std::to_string(budget.max_faults);
  line += " --max-at-once " + std::to_string(budget.max_at_once);
  if (budget.within_az_plus_one) line += " --within az_plus_one";
  return line + " --seed " + std::to_string(base.scenario.seed);
}

ExploreRequest request_of(const Options& options, const LoadedScenario& base) {
  ExploreRequest request;
  request.base = &base;
  request.budget.kinds = options.faults.empty() ? all_fault_kinds() : options.faults;
  request.budget.max_faults = options.max_faults;
  request.budget.max_at_once = options.max_at_once;
  request.budget.within_az_plus_one = options.within_az_plus_one;
  request.seed = base.scenario.seed;
  request.first = options.first_plan;
  request.plans = options.plans;
  request.processes =
      options.jobs ? options.jobs : std::max(1u, std::thread::hardware_concurrency());
  request.quiet = options.quiet;
  request.out = options.out_given ? options.out : "results/explore";
  request.command = command_line(options, base, request.budget);
  return request;
}

}  // namespace

int explore_command(const Options& options) {
  const ModelRegistry registry = known_models(options);
  const std::vector<LoadedScenario> scenarios = load_all(options, catalog_of(registry));
  const Explored explored = explore(request_of(options, scenarios.front()), registry);
  const Exploration& found = explored.exploration;
  const std::string text =
      options.format == Format::json ? json_report(found) : text_report(found, style_of_stdout());
  const bool printed = options.quiet || print(text);
  if (explored.interrupted_by) {
    std::cerr << "writepath: stopped by signal " + std::to_string(explored.interrupted_by) +
                     "; this is what was found so far\n";
    return 128 + explored.interrupted_by;
  }
  if (!printed) return exit_results;
  const auto crashed = [](const ExploredArchitecture& a) {
    return a.found[static_cast<std::size_t>(FindingKind::crash)] > 0;
  };
  if (std::any_of(found.architectures.begin(), found.architectures.end(), crashed))
    return exit_internal;
  return breaks_a_promise(found) ? exit_broken : exit_holds;
}

}  // namespace writepath::cli
