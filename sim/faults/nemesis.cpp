#include "sim/faults/nemesis.hpp"

#include <algorithm>

#include "sim/faults/machine_faults.hpp"
#include "sim/model/operations.hpp"
#include "sim/scenario/fault_kinds.hpp"

namespace writepath {

namespace {

bool applies_to(const FaultSpec& fault, const ArchitectureSpec& architecture) {
  return fault.architecture.empty() || fault.architecture == architecture.name;
}

// How long a torn write waits for a flush to tear, and how often it looks.
constexpr DurationNs torn_write_patience = 900'000'000, torn_write_step = 20'000;

Impairment impairment_of(const FaultSpec& fault) {
  return {.loss_probability = fault.loss_probability.value_or(0),
          .delay = from_ms(fault.delay_ms.value_or(0))};
}

NodeId node_named(const World& world, const std::string& name) {
  for (std::uint32_t n = 0; n < world.node_count(); ++n)
    if (world.node(NodeId{n}).name() == name) return NodeId{n};
  return no_node;
}

}  // namespace

Nemesis::Nemesis(World& world, const Scenario& scenario, const ArchitectureSpec& architecture,
                 FactLog& facts, Endpoints& endpoints, Command planned_failover)
    : world_(world),
      scenario_(scenario),
      architecture_(architecture),
      facts_(facts),
      endpoints_(endpoints),
      planned_failover_(std::move(planned_failover)),
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
  Played& played = plan_[index];
  if (!resolve(fault, played)) return;

  played.struck_at = world_.now();
  facts_.state(FaultStruck{world_.now(), index, no_node});
  for (const NodeId node : played.nodes)
    if (outages_.has_joined(node)) facts_.state(FaultStruck{world_.now(), index, node});
  apply(index);
  // A write that is to be torn may have to be waited for.
  if (fault.kind != FaultKind::torn_write) post_healing(index);
}

void Nemesis::post_healing(std::uint32_t index) {
  const TimeNs heals = heals_at(scenario_.faults[index]);
  if (heals != never) world_.queue().post_marked_at(heals, [this, index] { heal(index); });
}

bool Nemesis::resolve(const FaultSpec& fault, Played& played) const {
  const bool everything = is_of_network(fault.kind) || fault.kind == FaultKind::az_outage;
  RandomStream pick = world_.stream("faults." + fault.id);
  const auto resolved = [&](const FaultTarget& target) {
    std::vector<NodeId> nodes = resolve_target(target, everything, world_, endpoints_, pick);
    return strikes_hosts(fault) ? with_host_mates(nodes, world_) : nodes;
  };
  const auto anybody = [this](const std::vector<NodeId>& nodes) {
    return std::any_of(nodes.begin(), nodes.end(),
                       [this](NodeId node) { return outages_.has_joined(node); });
  };
  const FaultTargets targets = targets_of(fault.kind);
  if (targets == FaultTargets::none) return true;
  played.nodes = resolved(fault.target);
  if (targets == FaultTargets::preferred && fault.target.is_empty()) return true;
  if (!anybody(played.nodes)) return false;
  if (fault.kind == FaultKind::slow_node && fault.delay_ms)
    // Each node is slow by itself, towards the others that are struck, too.
    for (const NodeId node : played.nodes)
      for (const Way& way : ways_between({node}, nullptr, fault.direction, world_))
        played.ways.push_back(way);
  if (!everything) return true;
  std::vector<NodeId> peers;
  if (fault.peer) peers = resolved(*fault.peer);
  if (fault.peer && !anybody(peers)) return false;
  played.ways = ways_between(played.nodes, fault.peer ? &peers : nullptr, fault.direction, world_);
  return true;
}

void Nemesis::apply(std::uint32_t index) {
  const FaultSpec& fault = scenario_.faults[index];
  const Played& played = plan_[index];
  Network& network = world_.network();
  switch (fault.kind) {
    case FaultKind::node_crash:
      outages_.strike(played.nodes, fault.crash);
      break;
    case FaultKind::az_outage:
      // The AZ's routers go dark too: what is in flight to or from it is lost.
      for (const auto& [from, to] : played.ways) network.cut(from, to, true);
      outages_.strike(played.nodes, CrashKind::host);
      break;
    case FaultKind::partition:
      for (const auto& [from, to] : played.ways) network.cut(from, to, true);
      break;
    case FaultKind::planned_failover:
      if (planned_failover_)
        planned_failover_(played.nodes.empty() ? no_node : played.nodes.front());
      break;
    case FaultKind::slow_node:
      change_machines(fault, played.nodes, world_);
      [[fallthrough]];
    case FaultKind::packet_loss:
    case FaultKind::packet_delay:
      for (const auto& [from, to] : played.ways) network.impair(from, to, impairment_of(fault));
      break;
    case FaultKind::volume_loss:
      outages_.lose_volumes(played.nodes);
      break;
    case FaultKind::torn_write:
      tear_write(index, torn_write_patience / torn_write_step);
      break;
    case FaultKind::disk_stall:
    case FaultKind::slow_disk:
    case FaultKind::clock_jump:
    case FaultKind::clock_drift:
    case FaultKind::pause:
      change_machines(fault, played.nodes, world_, heals_at(fault));
      break;
    case FaultKind::endpoint_delay:
      late_by_ += from_s(fault.delay_s.value_or(0));
      endpoints_.set_publish_delay(late_by_, world_.queue());
      break;
  }
}

void Nemesis::undo(const FaultSpec& fault, const Played& played) {
  Network& network = world_.network();
  switch (fault.kind) {
    case FaultKind::node_crash:
      outages_.release(played.nodes);
      break;
    case FaultKind::az_outage:
      for (const auto& [from, to] : played.ways) network.mend(from, to, true);
      outages_.release(played.nodes);
      break;
    case FaultKind::partition:
      for (const auto& [from, to] : played.ways) network.mend(from, to, true);
      break;
    case FaultKind::slow_node:
      change_machines_back(fault, played.nodes, world_);
      [[fallthrough]];
    case FaultKind::packet_loss:
    case FaultKind::packet_delay:
      for (const auto& [from, to] : played.ways) network.repair(from, to, impairment_of(fault));
      break;
    case FaultKind::volume_loss:
    case FaultKind::torn_write:
      outages_.release(played.nodes);
      break;
    case FaultKind::disk_stall:
    case FaultKind::slow_disk:
    case FaultKind::clock_jump:
    case FaultKind::clock_drift:
    case FaultKind::pause:
      change_machines_back(fault, played.nodes, world_);
      break;
    case FaultKind::endpoint_delay:
      late_by_ -= from_s(fault.delay_s.value_or(0));
      endpoints_.set_publish_delay(late_by_, world_.queue());
      break;
    case FaultKind::planned_failover:
      break;
  }
}

// The hosts die as soon as one of their disks is in the middle of a flush; an idle one's patience
// ends, the run's end ends it too.
void Nemesis::tear_write(std::uint32_t index, std::int64_t tries) {
  const std::vector<NodeId>& nodes = plan_[index].nodes;
  const bool in_flight = std::any_of(nodes.begin(), nodes.end(), [this](NodeId node) {
    return world_.node(node).host_up() && world_.node(node).storage().flush_in_flight();
  });
  if (in_flight || tries == 0 || world_.now() + torn_write_step >= end_) {
    outages_.strike(nodes, CrashKind::host);
    return post_healing(index);
  }
  world_.queue().post_marked_after(torn_write_step,
                                   [this, index, tries] { tear_write(index, tries - 1); });
}

TimeNs Nemesis::heals_at(const FaultSpec& fault) const {
  if (!heals(fault)) return never;
  const bool restart = ends_of(fault.kind) == FaultEnds::by_restart;
  const std::optional<double> span = restart ? fault.restart_after_s : fault.duration_s;
  return span ? std::min(end_, world_.now() + from_s(*span)) : end_;
}

void Nemesis::heal(std::uint32_t index) {
  facts_.state(FaultHealed{world_.now(), index});
  undo(scenario_.faults[index], plan_[index]);
}

void Nemesis::start_operation(std::uint32_t operation, NodeId node) {
  facts_.state(OperationStarted{world_.now(), operation, node});
  outages_.join(node);
}

}  // namespace writepath
