#pragma once
// The description of a durability file: keys, units, ranges, defaults, sources.
#include "sim/durability/spec.hpp"
#include "sim/scenario/fields.hpp"

namespace writepath::durability {

void describe(Fields&, Spec&);
void describe(Fields&, Placement&);
void describe(Fields&, AzCopies&);
void describe(Fields&, Demand&);
void describe(Fields&, Rates&);
void describe(Fields&, Shapes&);
void describe(Fields&, Effort&);

}  // namespace writepath::durability
