#pragma once
// What a plan takes away and for how long, counted conservatively: what may be missing, is.
#include <string>
#include <vector>

#include "sim/observe/promise.hpp"
#include "sim/scenario/scenario.hpp"

namespace writepath {

/// A node, or a whole AZ, may be missing or without its data.
struct Absence {
  double from_s = 0, until_s = 0;  ///< until_s: repaired; infinite: never back, or without its data
  std::string az;                  ///< of the node, or the whole AZ; empty: some AZ
  std::string node;                ///< empty: the whole AZ
};

/// A node that comes back has missed something, which others must tell it first: it counts as
/// missing so much longer. Assumption, range 1 to 10 s (gossip and replicas' catching up take less
/// than 1 s after the outages that plans have).
inline constexpr double repair_s = 5;

/// Of the nodes over which a promise is made. A node whose disk is lost is missing for the rest of
/// the run, for whether it was repaired depends on the data's size.
std::vector<Absence> absences_of(const std::vector<FaultSpec>& faults, Promise::Over over);

/// Whether at no time more than this is missing.
bool is_within(const std::vector<Absence>& absences, const Extent& extent);

/// An AZ and one node more: of six copies, two in each of three AZs, three are left.
inline constexpr Extent az_plus_one{.nodes = 0, .azs = 1, .beside_az = 1};

}  // namespace writepath
