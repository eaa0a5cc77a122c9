#include "sim/explore/shrink.hpp"

#include <algorithm>
#include <tuple>

#include "sim/explore/simpler.hpp"

namespace writepath {
namespace {

constexpr std::size_t batch_size = 4;

/// Time under faults; one that never ends counts to the run's end.
double faulty_s(const Plan& plan) {
  double sum = 0;
  for (const FaultSpec& fault : plan.faults)
    sum += over_s(fault).value_or(plan.duration_s) - fault.at_s;
  return sum;
}

}  // namespace

bool is_smaller(const Plan& a, const Plan& b) {
  const auto size = [](const Plan& plan) {
    return std::tuple(plan.faults.size(), faulty_s(plan), plan.index);
  };
  return size(a) < size(b);
}

Shrunk shrink(Plan plan, const Scenario& base, const StillShows& still_shows, std::size_t most) {
  Shrunk result{std::move(plan), 0};
  // A simplification that failed is not tried again at once; when a whole round has changed
  // nothing, none of them helps.
  std::vector<Plan> candidates = simpler_plans(result.plan, base);
  std::size_t next = 0;
  bool changed = false;
  while (result.tried < most) {
    if (next >= candidates.size()) {
      if (!changed) break;
      changed = false;
      next = 0;
      continue;
    }
    const std::size_t count = std::min({batch_size, candidates.size() - next, most - result.tried});
    const auto begin = candidates.begin() + static_cast<std::ptrdiff_t>(next);
    const std::vector<bool> shows =
        still_shows({begin, begin + static_cast<std::ptrdiff_t>(count)});
    result.tried += count;
    const auto found = std::find(shows.begin(), shows.end(), true);
    next += static_cast<std::size_t>(found - shows.begin());
    if (found == shows.end()) continue;
    result.plan = candidates[next];
    candidates = simpler_plans(result.plan, base);
    changed = true;
  }
  return result;
}

}  // namespace writepath
