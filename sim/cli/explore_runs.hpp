#pragma once
// An exploration: every plan on every architecture, each run in a process of its own; then the
// smallest plan for each finding.
#include "sim/cli/run_plan.hpp"
#include "sim/explore/report.hpp"

namespace writepath::cli {

struct ExploreRequest {
  const LoadedScenario* base = nullptr;
  Budget budget;
  std::uint64_t seed = 1, first = 0, plans = 1;
  std::size_t processes = 1;
  bool quiet = false;            ///< no progress
  std::string out;               ///< folder for the scenarios that reproduce; empty: none
  std::string command;           ///< "writepath explore FILE ...", all but plan numbers
  std::size_t most_tried = 200;  ///< plans to run to make one smaller
};

struct Explored {
  Exploration exploration;
  int interrupted_by = 0;  ///< SIGINT, SIGTERM or SIGHUP: the exploration has what was found so far
};

/// The same exploration whatever `processes` is. Throws ResultsError.
Explored explore(const ExploreRequest& request, const ModelRegistry& registry);

}  // namespace writepath::cli
