#pragma once
// What can be written down without solving a chain.
#include <optional>

#include "sim/durability/spec.hpp"

namespace writepath::durability {

/// Mean time until `lost` of `copies` are missing at once, from all present: a birth-death process
/// in which every present copy fails at `fail` and every missing one is back at `repair`, both per
/// second (Karlin and Taylor, A First Course in Stochastic Processes, chapter 4).
double birth_death_mean_s(int copies, int lost, double fail, double repair);

/// The papers' back of an envelope (SIGMOD 2017, S2.2): expected losses in a year of one group, to
/// first order, from two ways: as many copies as it takes missing at once, or an AZ out and as many
/// more as it takes then. Good where all chances are small and the copies' failures short.
double envelope(const Spec&, const Placement&, Measure);

}  // namespace writepath::durability
