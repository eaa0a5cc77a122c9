#include "sim/run/battery.hpp"

#include <algorithm>

namespace writepath {

namespace {

const NodeSpec* first_with(const ArchitectureSpec& architecture, NodeRole role) {
  for (const NodeSpec& node : architecture.nodes)
    if (node.role == role) return &node;
  return nullptr;
}

FaultTarget target_of(BatteryFault fault, const ArchitectureSpec& architecture) {
  FaultTarget target;
  switch (fault) {
    case BatteryFault::primary_lost:
      target.role = NodeRole::primary;
      break;
    case BatteryFault::replica_lost:
      target.role = NodeRole::replica;
      break;
    case BatteryFault::storage_lost:
      target.role = NodeRole::storage;
      break;
    case BatteryFault::az_lost:
      if (const NodeSpec* primary = first_with(architecture, NodeRole::primary))
        target.az = primary->az;
      return target;
  }
  target.index = 0;
  return target;
}

// One load, as it stands when measuring begins; groups that take turns would else add up.
std::vector<ClientGroup> active_groups(const Scenario& scenario) {
  std::vector<ClientGroup> active;
  for (const ClientGroup& group : scenario.workload.clients)
    if (group.start_s <= scenario.warmup_s &&
        scenario.warmup_s < group.stop_s.value_or(scenario.duration_s))
      active.push_back(group);
  if (active.empty() && !scenario.workload.clients.empty())
    active.push_back(scenario.workload.clients.front());
  for (ClientGroup& group : active) {
    group.start_s = 0;
    group.stop_s.reset();
  }
  return active;
}

}  // namespace

std::vector<BatteryFault> battery_faults() {
  return {BatteryFault::primary_lost, BatteryFault::replica_lost, BatteryFault::storage_lost,
          BatteryFault::az_lost};
}

const char* name_of(BatteryFault fault) {
  switch (fault) {
    case BatteryFault::primary_lost:
      return "primary_lost";
    case BatteryFault::replica_lost:
      return "replica_lost";
    case BatteryFault::storage_lost:
      return "storage_lost";
    case BatteryFault::az_lost:
      return "az_lost";
  }
  return "";
}

bool is_applicable(BatteryFault fault, const ArchitectureSpec& architecture,
                   const ModelFactory& factory) {
  const FaultTarget target = target_of(fault, architecture);
  if (!target.role) return !target.az.empty();
  if (first_with(architecture, *target.role) != nullptr) return true;
  if (!factory.entry.roles) return false;
  const std::vector<NodeRole> roles = factory.entry.roles(architecture);
  return std::find(roles.begin(), roles.end(), *target.role) != roles.end();
}

Scenario battery_scenario(const Scenario& scenario, const ArchitectureSpec& architecture,
                          BatteryFault fault) {
  Scenario run = scenario;
  run.duration_s = scenario.battery.duration_s;
  run.settle_s = scenario.battery.settle_s;
  run.warmup_s = std::min(scenario.warmup_s, scenario.battery.fault_at_s / 2);
  run.workload.clients = active_groups(scenario);
  run.operations.clear();
  run.expect.clear();
  FaultSpec spec;
  spec.id = name_of(fault);
  spec.at_s = scenario.battery.fault_at_s;
  spec.kind = fault == BatteryFault::az_lost ? FaultKind::az_outage : FaultKind::node_crash;
  spec.crash = CrashKind::host;
  spec.target = target_of(fault, architecture);
  spec.if_absent = FaultSpec::IfAbsent::skip;
  run.faults = {spec};
  return run;
}

}  // namespace writepath
