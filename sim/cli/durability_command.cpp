#include <iostream>

#include "sim/cli/commands.hpp"
#include "sim/durability/load.hpp"
#include "sim/durability/report.hpp"

namespace writepath::cli {
namespace {

using durability::Sweep;

std::vector<Sweep> sweeps_of(const std::vector<std::string>& texts) {
  std::vector<Sweep> sweeps;
  for (const std::string& text : texts) {
    Sweep sweep;
    const std::string wrong = parse_sweep(text, sweep);
    if (!wrong.empty()) throw UsageError("--sweep " + text + ": " + wrong);
    sweeps.push_back(std::move(sweep));
  }
  return sweeps;
}

}  // namespace

int durability_command(const Options& options) {
  std::vector<std::string> sets = options.sets;
  if (options.seed) sets.push_back("/seed=" + std::to_string(*options.seed));
  if (!options.method.empty()) sets.push_back("/method=\"" + options.method + "\"");
  std::vector<Sweep> sweeps = sweeps_of(options.sweeps);
  const durability::LoadedSpec loaded = durability::load_file(options.arguments.front(), sets);
  for (const Diagnostic& d : loaded.diagnostics) std::cerr << to_text(d) + "\n";
  if (!loaded.spec) return exit_usage;
  if (sweeps.empty()) sweeps = sweeps_of(loaded.spec->sweep);
  const durability::Answers answers = durability::solve(*loaded.spec, sweeps);
  for (const durability::PlacementAnswers& placement : answers.points.front().placements)
    if (placement.answers.empty())
      throw UsageError(
          "no closed form exists here: it needs exponential durations, and one protection group or "
          "no AZ outages; use --method auto");
  const std::string text = options.format == Format::json  ? durability::json_report(answers)
                           : options.format == Format::csv ? durability::csv_report(answers)
                                                           : durability::text_report(answers, 100);
  return print(text) ? exit_holds : exit_results;
}

}  // namespace writepath::cli
