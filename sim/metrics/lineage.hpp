#pragma once
// What of the histories (sim/observe/lineage.hpp) a final log holds.
#include "sim/metrics/config.hpp"
#include "sim/observe/lineage.hpp"

namespace writepath {

/// Up to where positions of `epoch` stand in a history given by its epochs' ends; 0: not at all.
inline std::uint64_t kept_of(const LogEnds& log, Epoch epoch) {
  for (const LogPlace& end : log)
    if (end.epoch == epoch) return end.seq.value;
  return 0;
}

/// Whether a position stands in a history given by its epochs' ends.
inline bool survives(const Lineage& lineage, LogPlace place, const LogEnds& log) {
  if (!is_place(place)) return true;
  place = lineage.first_name(place);
  return place.seq.value <= kept_of(log, place.epoch);
}

}  // namespace writepath
