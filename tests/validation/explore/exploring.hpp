#pragma once
// Explorations of scenarios/explore-small.
#include <string>
#include <vector>

#include "sim/cli/explore_runs.hpp"

namespace writepath::test {

struct Exploring {
  std::vector<std::string> architectures = {};  ///< of the scenario
  std::vector<FaultKind> kinds = {};            ///< empty: all
  std::uint64_t plans = 200;
  std::vector<std::string> sets = {};  ///< as on the command line
  bool within_az_plus_one = false;
  std::size_t most_tried = 0;  ///< 0: smallest plans are not made smaller
  std::string out = {};
};

Exploration explore_small(const Exploring& what, const ModelRegistry& registry = builtin_models());

inline std::uint64_t found(const ExploredArchitecture& a, FindingKind kind) {
  return a.found[static_cast<std::size_t>(kind)];
}
inline std::uint64_t against(const ExploredArchitecture& a, FindingKind kind) {
  return a.against_promise[static_cast<std::size_t>(kind)];
}

}  // namespace writepath::test
