#include "sim/faults/nemesis.hpp"

#include <algorithm>

#include "sim/model/operations.hpp"

namespace writepath {

namespace {

bool applies_to(const FaultSpec& fault, const ArchitectureSpec& architecture) {
  return fault.architecture.empty() || fault.architecture == architecture.name;
}

NodeId node_named(const World& world, const std::string& name) {
  for (std::uint32_t n = 0; n < world.node_count(); ++n)
    if (world.node(NodeId{n}).name() == name) return NodeId{n};
  return no_node;
}

}  // namespace

Nemesis::Nemesis(World& world, const Scenario& scenario, const ArchitectureSpec& architecture,
                 FactLog& facts, const Endpoints& endpoints)
    : world_(world),
      scenario_(scenario),
      architecture_(architecture),
      facts_(facts),
      endpoints_(endpoints),
      end_(from_s(scenario.duration_s)),
      outages_(world, facts),
      plan_(scenario.faults.size()) {}

void Nemesis::begin() {
  for (std::uint32_t i = 0; i < scenario_.faults.size(); ++i) {
    const FaultSpec& fault = scenario_.faults[i];
    const TimeNs at = from_s(fault.at_s);
    if (!applies_to(fault, architecture_) || at >= end_) continue;
    world_.queue().post_marked_at(at, [this, i] { strike(i); });
  }
  for (std::uint32_t i = 0; i < scenario_.operations.size(); ++i) {
    const OperationSpec& operation = scenario_.operations[i];
    const NodeId node = node_named(world_, operation_node_name(operation, i));
    if (!writepath::applies_to(operation, architecture_) || node == no_node) continue;
    world_.queue().post_marked_at(from_s(operation.at_s),
                                  [this, i, node] { start_operation(i, node); });
  }
}

void Nemesis::strike(std::uint32_t index) {
  const FaultSpec& fault = scenario_.faults[index];
  RandomStream pick = world_.stream("faults." + fault.id);
  std::vector<NodeId> nodes = resolve_target(fault, world_, endpoints_, pick);
  const bool whole_hosts = fault.kind != FaultKind::node_crash || fault.crash != CrashKind::process;
  if (whole_hosts) nodes = with_host_mates(nodes, world_);
  const bool anybody = std::any_of(nodes.begin(), nodes.end(),
                                   [&](NodeId node) { return outages_.has_joined(node); });
  if (!anybody) return;

  facts_.state(FaultStruck{world_.now(), index, no_node});
  for (const NodeId node : nodes)
    if (outages_.has_joined(node)) facts_.state(FaultStruck{world_.now(), index, node});
  switch (fault.kind) {
    case FaultKind::node_crash:
      outages_.strike(nodes, fault.crash);
      break;
    case FaultKind::az_outage:
      // The AZ's routers go dark too: what is in flight to or from it is lost.
      cut_off(nodes, true);
      outages_.strike(nodes, CrashKind::host);
      break;
    case FaultKind::partition:
      cut_off(nodes, true);
      break;
  }
  plan_[index].struck = std::move(nodes);
  const TimeNs heals = heals_at(fault);
  if (heals != never) world_.queue().post_marked_at(heals, [this, index] { heal(index); });
}

TimeNs Nemesis::heals_at(const FaultSpec& fault) const {
  const bool crash = fault.kind == FaultKind::node_crash;
  if (crash && !fault.restart_after_s) return never;
  const std::optional<double> span = crash ? fault.restart_after_s : fault.duration_s;
  return span ? std::min(end_, world_.now() + from_s(*span)) : end_;
}

void Nemesis::heal(std::uint32_t index) {
  facts_.state(FaultHealed{world_.now(), index});
  const FaultKind kind = scenario_.faults[index].kind;
  if (kind != FaultKind::node_crash) cut_off(plan_[index].struck, false);
  if (kind != FaultKind::partition) outages_.release(plan_[index].struck);
}

void Nemesis::start_operation(std::uint32_t operation, NodeId node) {
  facts_.state(OperationStarted{world_.now(), operation, node});
  outages_.join(node);
}

void Nemesis::cut_off(const std::vector<NodeId>& nodes, bool cut) {
  for (const NodeId inside : nodes)
    for (std::uint32_t n = 0; n < world_.node_count(); ++n) {
      const NodeId outside{n};
      if (std::find(nodes.begin(), nodes.end(), outside) != nodes.end()) continue;
      std::uint32_t& holds = cuts_[std::minmax(inside, outside)];
      if (cut && holds++ == 0) world_.network().cut(inside, outside);
      if (!cut && --holds == 0) world_.network().mend(inside, outside);
    }
}

}  // namespace writepath
