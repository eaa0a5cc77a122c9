#pragma once
// What kinds of faults have in common, for all who treat them alike.
#include "sim/scenario/scenario.hpp"

namespace writepath {

enum class FaultTargets {
  none,        ///< endpoint_delay: the name service itself
  preferred,   ///< planned_failover: a target is welcome, not needed
  nodes,       ///< database nodes: of a role, one by its id, or all of an AZ
  everything,  ///< the network of nodes, or of everything in an AZ, clients included
  az,          ///< everything in an AZ
};
FaultTargets targets_of(FaultKind);

enum class FaultEnds {
  after_duration,  ///< after duration_s, or at the run's end
  by_restart,      ///< after restart_after_s, or never
  stays,           ///< after duration_s, or never: a clock stays wrong
  at_once,         ///< a command, over when it is given
};
FaultEnds ends_of(FaultKind);

/// Whether a FaultHealed follows in the run.
bool heals(const FaultSpec&);
/// Whether it strikes whole hosts, hence all nodes on them.
bool strikes_hosts(const FaultSpec&);
/// Whether what its nodes had not flushed is lost.
bool takes_unflushed(const FaultSpec&);
/// Whether the contents of its nodes' disks are lost, of local ones at least.
bool takes_disks(const FaultSpec&);
/// Whether its target and peer are two ends of a network.
bool is_of_network(FaultKind);

/// Whether `id` is the fault `base` itself or the name of a later strike of it: base.2, base.3, ...
bool is_strike_of(const std::string& id, const std::string& base);

}  // namespace writepath
