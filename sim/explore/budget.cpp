#include "sim/explore/budget.hpp"

#include <algorithm>

#include "sim/explore/absences.hpp"
#include "sim/explore/plan.hpp"
#include "sim/scenario/words.hpp"

namespace writepath {

std::vector<FaultKind> all_fault_kinds() {
  std::vector<FaultKind> kinds;
  for (const auto& [word, kind] : fault_kind_words()) kinds.push_back(kind);
  return kinds;
}

bool allows(const Budget& budget, const std::vector<FaultSpec>& faults) {
  if (faults.size() > budget.max_faults) return false;
  for (const FaultSpec& begins : faults) {
    const auto at_once = std::count_if(faults.begin(), faults.end(), [&](const FaultSpec& fault) {
      const std::optional<double> over = over_s(fault);
      return fault.at_s <= begins.at_s && (!over || begins.at_s < *over || &fault == &begins);
    });
    if (static_cast<std::size_t>(at_once) > budget.max_at_once) return false;
  }
  return !budget.within_az_plus_one ||
         is_within(absences_of(faults, Promise::Over::storage), az_plus_one);
}

}  // namespace writepath
