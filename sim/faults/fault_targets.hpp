#pragma once
// From a fault's target, as the scenario words it, to the nodes that it strikes now.
#include <utility>
#include <vector>

#include "sim/core/random.hpp"
#include "sim/model/endpoints.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/world/world.hpp"

namespace writepath {

/// The nodes that a fault's target (or peer) names at this moment, in order of deployment; empty
/// when there is none (no replica is left, say). `pick` draws for "pick": "random".
/// An AZ alone names every database node there; where `everything` is struck, everything there.
std::vector<NodeId> resolve_target(const FaultTarget& target, bool everything, const World& world,
                                   const Endpoints& endpoints, RandomStream& pick);

/// The ways (from, to) that a fault of the network strikes: between its nodes and the peers, or,
/// without peers, all other nodes.
using Way = std::pair<NodeId, NodeId>;
std::vector<Way> ways_between(const std::vector<NodeId>& nodes, const std::vector<NodeId>* peers,
                              FaultSpec::Direction direction, const World& world);

/// The nodes and all others on their hosts: they share a host's fate and its cable.
std::vector<NodeId> with_host_mates(const std::vector<NodeId>& nodes, const World& world);

}  // namespace writepath
