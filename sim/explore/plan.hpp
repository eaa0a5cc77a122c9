#pragma once
// A plan: faults and a load, to be played on every architecture of a scenario.
#include <cstdint>
#include <vector>

#include "sim/scenario/scenario.hpp"

namespace writepath {

/// Factors of what the scenario has.
struct LoadScale {
  double rate = 1;              ///< of every open loop
  double reads = 1;             ///< of every read load
  std::vector<double> weights;  ///< of each transaction type
};

struct Plan {
  std::uint64_t index = 0;     ///< plan `index` of a seed is the same whoever asks, and when
  std::uint64_t run_seed = 1;  ///< of arrivals, keys, latencies
  double duration_s = 0;
  std::vector<FaultSpec> faults;
  LoadScale load;
};

/// What to play: the base with the plan's faults, load and seed, without expectations or battery.
Scenario scenario_of(const Plan& plan, const Scenario& base);

/// When a fault is over: it healed, its node came back; nullopt: not before the run's end.
std::optional<double> over_s(const FaultSpec& fault);

}  // namespace writepath
