#pragma once
// What plans may contain.
#include <cstddef>
#include <string>
#include <vector>

#include "sim/scenario/scenario.hpp"

namespace writepath {

struct Budget {
  std::vector<FaultKind> kinds;  ///< at least one
  std::size_t max_faults = 4;    ///< in a plan
  std::size_t max_at_once = 2;   ///< in effect at a moment; one that never ends counts to the end
  /// Of storage nodes, never more than an AZ and one node more are missing. Instances come beside.
  bool within_az_plus_one = false;
};

inline constexpr std::size_t most_faults = 50;

/// Every kind of fault.
std::vector<FaultKind> all_fault_kinds();

bool allows(const Budget& budget, const std::vector<FaultSpec>& faults);

}  // namespace writepath
