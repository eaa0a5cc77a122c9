#include "sim/durability/rule.hpp"

#include <algorithm>

namespace writepath::durability {

bool met(const CountRule& rule, Counts counts) {
  return std::any_of(rule.begin(), rule.end(), [counts](const Demand& demand) {
    return counts.full + counts.tail >= demand.copies && counts.full >= demand.full;
  });
}

Counts all_of(const Placement& placement) {
  Counts all;
  for (const AzCopies& az : placement.azs) {
    all.full += static_cast<int>(az.full);
    all.tail += static_cast<int>(az.tail);
  }
  return all;
}

CountRule repair_rule(const Placement& placement, Measure measure) {
  if (measure == Measure::every_copy) return {Demand{1, 1}};
  return placement.repair_from.empty() ? placement.read : placement.repair_from;
}

bool disjoint(const CountRule& first, const CountRule& second, Counts all) {
  for (int full = 0; full <= all.full; ++full)
    for (int tail = 0; tail <= all.tail; ++tail)
      if (met(first, {full, tail}) && met(second, {all.full - full, all.tail - tail})) return true;
  return false;
}

Watch watch_of(const Placement& placement, Measure measure) {
  switch (measure) {
    case Measure::write_quorum:
      return {placement.write, false};
    case Measure::read_quorum:
      return {placement.read, false};
    case Measure::data:
      return {placement.read, true};
    case Measure::every_copy:
      break;
  }
  return {{Demand{1, 1}}, true};
}

int losses_to_break(const CountRule& rule, Counts counts) {
  int fewest = counts.full + counts.tail;
  if (!met(rule, counts)) return 0;
  for (int full = 0; full <= counts.full; ++full)
    for (int tail = 0; tail <= counts.tail; ++tail)
      if (!met(rule, {full, tail}))
        fewest = std::min(fewest, counts.full - full + counts.tail - tail);
  return fewest;
}

}  // namespace writepath::durability
