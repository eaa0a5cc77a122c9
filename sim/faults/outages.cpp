#include "sim/faults/outages.hpp"

namespace writepath {

Outages::Outages(World& world, FactLog& facts) : world_(world), facts_(facts) {
  for (std::uint32_t n = 0; n < world.node_count(); ++n) {
    const bool starts = world.node(NodeId{n}).config().starts;
    nodes_.push_back({.joined = starts, .up = starts});
  }
}

// The facts first: what models say of the crash comes after it.
void Outages::hold_down(const std::vector<NodeId>& nodes, CrashKind kind) {
  for (const NodeId id : nodes) {
    ++nodes_[id.value].holds;
    if (std::exchange(nodes_[id.value].up, false)) facts_.state(NodeDown{world_.now(), id, kind});
  }
}

void Outages::lose_volumes(const std::vector<NodeId>& nodes) {
  hold_down(nodes, CrashKind::loss);
  for (const NodeId id : nodes)
    if (has_joined(id)) world_.lose_volume(id);
}

void Outages::strike(const std::vector<NodeId>& nodes, CrashKind kind) {
  hold_down(nodes, kind);
  for (const NodeId id : nodes)
    if (has_joined(id)) world_.crash(id, kind);
}

void Outages::release(const std::vector<NodeId>& nodes) {
  for (const NodeId id : nodes) {
    --nodes_[id.value].holds;
    start_if_free(id);
  }
}

void Outages::join(NodeId node) {
  nodes_[node.value].joined = true;
  start_if_free(node);
}

void Outages::start_if_free(NodeId id) {
  State& state = nodes_[id.value];
  Node& node = world_.node(id);
  if (state.holds != 0 || !state.joined || state.up) return;
  state.up = true;
  const std::uint32_t generation = node.storage().generation();
  const bool data_lost = generation != state.generation;
  state.generation = generation;
  facts_.state(NodeUp{world_.now(), id, node.incarnation() + 1, data_lost});
  world_.restart(id);
}

}  // namespace writepath
