#pragma once
// What one process does: a run, its results folder, and the summary for its parent.
#include "sim/cli/run_plan.hpp"

namespace writepath::cli {

/// The exit code: 0, or 4 when the results can't be written (said on stderr). `summary`: RunSummary
/// as JSON, without time series and histogram.
int play_and_write(const PlannedRun& run, const std::vector<LoadedScenario>& scenarios,
                   const Options& options, const ModelRegistry& registry, long parent,
                   std::string& summary);

}  // namespace writepath::cli
