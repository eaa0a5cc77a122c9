#pragma once
// A protection group and its AZs as a continuous-time Markov chain: every duration exponential.
// Copies of one kind in one AZ are alike, and so are AZs that hold the same copies, so states are
// counts; that keeps a 2-2-2 placement at a few hundred states.
#include <cstdint>
#include <optional>
#include <vector>

#include "sim/durability/spec.hpp"

namespace writepath::durability {

struct Transition {
  std::uint32_t to = 0;
  double rate = 0;  ///< per second
};

struct Chain {
  /// State 0: every copy whole, every AZ up. States in which the measure is lost are not here.
  std::vector<std::vector<Transition>> from;
  std::vector<double> loss_rate;  ///< from each state to where the measure is lost, per second
  bool lost_at_once = false;      ///< the placement never meets the rule
};

/// Solving takes n^3 steps: about a second at the limit.
inline constexpr std::size_t most_states = 1500;

/// None when a duration is not exponential, or there are more than most_states.
std::optional<Chain> chain_of(const Spec&, const Placement&, Measure);

/// Mean time until the measure is lost, in seconds; infinite when it never is.
double mean_time_to_loss_s(const Chain&);

/// The chance of a loss within so long.
double loss_probability(const Chain&, double horizon_s);

}  // namespace writepath::durability
