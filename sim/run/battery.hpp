#pragma once
// The standard battery: what every report says of failure behaviour when the scenario itself plays
// no fault. Each of its faults is a short run of its own, derived from the user's scenario.
#include <vector>

#include "sim/model/registry.hpp"
#include "sim/scenario/scenario.hpp"

namespace writepath {

enum class BatteryFault {
  primary_lost,  ///< its host dies for good
  replica_lost,  ///< the first replica's host dies for good
  storage_lost,  ///< the first storage node's host dies for good
  az_lost        ///< the primary's AZ goes dark until the run's end
};
std::vector<BatteryFault> battery_faults();
/// Also the id of the fault in reports: "primary_lost", ...
const char* name_of(BatteryFault);

/// Whether the architecture has what the fault strikes.
bool is_applicable(BatteryFault fault, const ArchitectureSpec& architecture,
                   const ModelFactory& factory);

/// The run's scenario: battery.duration_s long, with this fault at battery.fault_at_s and nothing
/// else. Its clients are the groups that are active when the user's warm-up ends (the first one, if
/// none is), from start to end. Expectations and operations are left out.
Scenario battery_scenario(const Scenario& scenario, const ArchitectureSpec& architecture,
                          BatteryFault fault);

}  // namespace writepath
