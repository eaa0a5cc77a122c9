#pragma once
// Questions that tests ask: placements of the papers, rates high enough to see something.
#include "sim/durability/spec.hpp"

namespace writepath::durability {

Placement two_of_three();
Placement four_of_six();
Placement full_and_tail();
/// Copies in one AZ, every one of them needed unless `enough` are.
Placement in_one_az(std::int64_t copies, std::int64_t enough);

/// Failures so frequent that a loss in a year is no rare event.
Spec frequent();
/// The rates of Spec's defaults.
Spec rare();

}  // namespace writepath::durability
