#pragma once
// From a fault's target, as the scenario words it, to the nodes that it strikes now.
#include <vector>

#include "sim/core/random.hpp"
#include "sim/model/endpoints.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/world/world.hpp"

namespace writepath {

/// The nodes that the fault's target names at this moment, in order of deployment; empty when there
/// is none (no replica is left, say). `pick` draws for "pick": "random".
/// An az_outage, and a partition of an AZ, name every node there, clients included.
std::vector<NodeId> resolve_target(const FaultSpec& fault, const World& world,
                                   const Endpoints& endpoints, RandomStream& pick);

/// The nodes and all others on their hosts: they share a host's fate and its cable.
std::vector<NodeId> with_host_mates(const std::vector<NodeId>& nodes, const World& world);

}  // namespace writepath
