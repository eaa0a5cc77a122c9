#pragma once
// Quorum rules over counts of copies, and how far a group is from breaking them.
#include <string>
#include <vector>

#include "sim/durability/spec.hpp"

namespace writepath::durability {

/// Copies of some kind: reachable, intact, ...
struct Counts {
  int full = 0, tail = 0;
};

bool met(const CountRule&, Counts);
Counts all_of(const Placement&);

/// Whether one set of copies can meet `first` while the others meet `second`.
bool disjoint(const CountRule& first, const CountRule& second, Counts all);

/// The rule of a measure: what must stay met, and by which copies.
struct Watch {
  CountRule rule;
  bool of_intact = false;  ///< by intact copies, reachable or not; else by the reachable ones
};
Watch watch_of(const Placement&, Measure);

/// What must be reachable to rebuild a copy. That every copy is lost is asked of somebody who would
/// rebuild from any full copy that is left, whatever it proves.
CountRule repair_rule(const Placement&, Measure);

/// The fewest copies whose loss breaks the rule, the worst chosen; 0: it is not met.
int losses_to_break(const CountRule&, Counts);

}  // namespace writepath::durability
