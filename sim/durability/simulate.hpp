#pragma once
// Chances by simulation, with their 95 % confidence intervals.
#include <cstdint>

#include "sim/durability/spec.hpp"

namespace writepath::durability {

struct Estimate {
  double probability = 0;
  /// Of 95 %; both 0 where no loss was seen. Nothing is known of the error of a closed form: then
  /// both are the probability itself.
  double low = 0, high = 0;
  std::int64_t replications = 0;  ///< independent estimates, of which this is the mean; 0: exact
};

/// Rare-event simulation, for any shape and size. Each replication draws histories of AZ outages,
/// stratified by their number, and estimates a group's chance under each; a volume of n groups
/// survives a history with (1 - p)^n.
Estimate by_importance_sampling(const Spec&, const Placement&, Measure);

/// Counting losses: sees what happens once in about a thousand years, and no less.
Estimate by_plain_simulation(const Spec&, const Placement&, Measure);

}  // namespace writepath::durability
