#pragma once
// A scenario's expectations over several seeds: in how many they held, and what that says.
#include <cstdint>
#include <string>
#include <vector>

#include "sim/check/expectations.hpp"

namespace writepath {

/// One expectation of one architecture.
struct ExpectationOverSeeds {
  std::size_t index = 0;  ///< in Scenario::expect
  std::string architecture{}, text{}, because{};
  std::size_t seeds = 0, held = 0, broken = 0;  ///< the rest of the seeds could not be judged
  ExpectationVerdict verdict = ExpectationVerdict::unjudged;
  std::string reason{};                      ///< "held in 18 of 20 seeds, ..."
  std::vector<ExpectationResult> failing{};  ///< broken or unjudged, by seed
};

/// `results`: those of every seed, as evaluate() gives them. An expectation must hold in every
/// seed; with `in_at_least`, in that share of them; with `confidence` too, the chance to hold must
/// be at least that: by Clopper and Pearson's exact bounds, and "unjudged" while the seeds are too
/// few to say. A seed that could not be judged counts for neither side.
std::vector<ExpectationOverSeeds> over_seeds(const Scenario& scenario,
                                             const std::vector<ExpectationResult>& results);

}  // namespace writepath
