#pragma once
// What was explored and found, for people and for programs.
#include <array>
#include <string>
#include <vector>

#include "sim/explore/budget.hpp"
#include "sim/explore/judge.hpp"
#include "sim/explore/plan.hpp"
#include "sim/observe/promise.hpp"
#include "sim/report/report.hpp"

namespace writepath {

/// The smallest plan with a finding: one against the promise if there is any, else one that the
/// architecture's rules allow.
struct Smallest {
  Finding finding;             ///< of `plan`
  std::uint64_t found_in = 0;  ///< index of the plan that it was made of
  Plan plan;
  std::size_t tried = 0;  ///< plans that were run to make it smaller
  std::string file;       ///< the scenario that plays it
};

struct ExploredArchitecture {
  std::string name;
  Promise promise;
  std::uint64_t plans = 0;                           ///< that were run to their end, or crashed
  std::array<std::uint64_t, finding_kinds> found{};  ///< plans with this finding
  std::array<std::uint64_t, finding_kinds> against_promise{};  ///< of these
  std::vector<Smallest> smallest;                              ///< in the order of FindingKind
};

struct Exploration {
  std::string scenario;
  std::uint64_t seed = 0, first = 0, plans = 0;
  Budget budget;
  std::string command;  ///< "writepath explore FILE --seed 1 ...": with --first N --plans 1, plan N
  std::vector<ExploredArchitecture> architectures;  ///< in the order of the scenario
};

/// Whether something was found that an architecture promises not to happen.
bool breaks_a_promise(const Exploration& exploration);

std::string text_report(const Exploration& exploration, const TextStyle& style);
std::string json_report(const Exploration& exploration);

/// "acknowledged transactions survive the loss of any AZ and 1 storage node more, ..."
std::string sentence(const Promise& promise);
/// "at 3.2 s: partition of the primary, 1 s"
std::string words_of(const FaultSpec& fault);

/// The scenario that plays a smallest plan on its architecture alone. Its question says what was
/// found, its expectation holds as long as that is still so.
Scenario reproducing(const Smallest& smallest, const Exploration& exploration,
                     const std::string& architecture, const Scenario& base);

}  // namespace writepath
