#pragma once
// Plans at random.
#include "sim/explore/budget.hpp"
#include "sim/explore/plan.hpp"

namespace writepath {

/// Depends on the base, the budget, the seed and the index alone. Faults begin in the first half of
/// what the warm-up leaves of the run and are over after 7/10 of it, so that the rest shows whether
/// commits go on. One plan in four has waves: what begins when others end. A clock stays wrong, and
/// some crashes are for good.
Plan draw_plan(const Scenario& base, const Budget& budget, std::uint64_t seed, std::uint64_t index);

}  // namespace writepath
