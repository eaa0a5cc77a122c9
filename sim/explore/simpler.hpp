#pragma once
// What may be taken out of a plan.
#include <vector>

#include "sim/explore/plan.hpp"

namespace writepath {

/// Plans that are simpler in one respect, the boldest first: faults removed (half of them, then
/// each), the load as the scenario has it and then lower, fewer nodes struck, milder and shorter
/// faults, rounder times. Each makes the plan smaller by some measure, so that taking one after the
/// other comes to an end.
std::vector<Plan> simpler_plans(const Plan& plan, const Scenario& base);

}  // namespace writepath
