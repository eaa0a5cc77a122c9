#pragma once
// From a plan that shows something to a small one that still does.
#include <functional>

#include "sim/explore/plan.hpp"

namespace writepath {

/// For each plan, whether it still shows the finding. Plans of one call may run side by side.
using StillShows = std::function<std::vector<bool>(const std::vector<Plan>&)>;

struct Shrunk {
  Plan plan;
  std::size_t tried = 0;  ///< plans that were run on the way
};

/// Takes the first simpler plan that still shows it, again and again, until none does or `most`
/// have been tried. The result depends on nothing but the arguments: plans are tried in batches
/// whose size is fixed, and the first of a batch is taken, whichever was ready first.
Shrunk shrink(Plan plan, const Scenario& base, const StillShows& still_shows, std::size_t most);

/// Fewer faults are smaller, then a shorter time under faults (one without an end: to the run's
/// end); ties go to the lower index.
bool is_smaller(const Plan& a, const Plan& b);

}  // namespace writepath
