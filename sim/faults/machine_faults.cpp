#include "sim/faults/machine_faults.hpp"

namespace writepath {

namespace {

// Nodes of one host share its processors: slow them once.
template <class F>
void for_each_cpu(const std::vector<NodeId>& nodes, World& world, F f) {
  std::vector<const Servers*> done;
  for (const NodeId id : nodes) {
    Servers& cpu = world.node(id).cpu();
    bool seen = false;
    for (const Servers* const other : done) seen |= other == &cpu;
    if (seen) continue;
    done.push_back(&cpu);
    f(cpu);
  }
}

}  // namespace

void change_machines(const FaultSpec& fault, const std::vector<NodeId>& nodes, World& world,
                     TimeNs until) {
  const double factor = fault.factor.value_or(1);
  if (fault.kind == FaultKind::slow_node)
    for_each_cpu(nodes, world, [&](Servers& cpu) { cpu.slowness().begin(factor); });
  for (const NodeId id : nodes) {
    Node& node = world.node(id);
    switch (fault.kind) {
      case FaultKind::disk_stall:
        node.storage().stall_until(until);
        break;
      case FaultKind::slow_disk:
        node.storage().slowness().begin(factor);
        break;
      case FaultKind::clock_jump:
        node.jump_clock(from_ms(fault.jump_ms.value_or(0)));
        break;
      case FaultKind::clock_drift:
        node.add_drift_ppm(fault.drift_ppm.value_or(0));
        break;
      case FaultKind::pause:
        world.pause(id);
        break;
      default:
        break;
    }
  }
}

void change_machines_back(const FaultSpec& fault, const std::vector<NodeId>& nodes, World& world) {
  const double factor = fault.factor.value_or(1);
  if (fault.kind == FaultKind::slow_node)
    for_each_cpu(nodes, world, [&](Servers& cpu) { cpu.slowness().end(factor); });
  for (const NodeId id : nodes) {
    Node& node = world.node(id);
    switch (fault.kind) {
      case FaultKind::slow_disk:
        node.storage().slowness().end(factor);
        break;
      case FaultKind::clock_jump:
        node.jump_clock(-from_ms(fault.jump_ms.value_or(0)));
        break;
      case FaultKind::clock_drift:
        node.add_drift_ppm(-fault.drift_ppm.value_or(0));
        break;
      case FaultKind::pause:
        world.resume(id);
        break;
      default:
        break;
    }
  }
}

}  // namespace writepath
