#pragma once
// Faults that change how a machine works without taking it down: its disk, processors, clock, or
// whether its process runs. From marked events only.
#include <vector>

#include "sim/core/ids.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/world/world.hpp"

namespace writepath {

/// `until`: when the fault will heal; a stalled disk needs to know.
void change_machines(const FaultSpec& fault, const std::vector<NodeId>& nodes, World& world,
                     TimeNs until = 0);
void change_machines_back(const FaultSpec& fault, const std::vector<NodeId>& nodes, World& world);

}  // namespace writepath
