#include "sim/faults/fault_targets.hpp"

#include <algorithm>

namespace writepath {

namespace {

template <class Predicate>
std::vector<NodeId> nodes_where(const World& world, Predicate holds) {
  std::vector<NodeId> found;
  for (std::uint32_t n = 0; n < world.node_count(); ++n)
    if (holds(world.node(NodeId{n}))) found.push_back(NodeId{n});
  return found;
}

std::vector<NodeId> nodes_of_role(const FaultTarget& target, const World& world,
                                  const Endpoints& endpoints) {
  // Without storage nodes the role means the primary's volume (ModelEntry::storage_is_primary).
  const auto& members = endpoints.members();
  const bool volume = *target.role == NodeRole::storage &&
                      std::none_of(members.begin(), members.end(),
                                   [](const auto& m) { return m.initial == NodeRole::storage; });
  const NodeRole role = volume ? NodeRole::primary : *target.role;
  std::vector<NodeId> found;
  for (const Endpoints::Member& member : members) {
    const bool initially = target.when == FaultTarget::When::initial;
    if (!member.present || (initially ? member.initial : member.current) != role) continue;
    if (!target.az.empty() && world.node(member.node).az() != target.az) continue;
    if (std::find(found.begin(), found.end(), member.node) == found.end())
      found.push_back(member.node);
  }
  return found;
}

std::vector<NodeId> database_nodes_in(const std::string& az, const World& world,
                                      const Endpoints& endpoints) {
  return nodes_where(world, [&](const Node& node) {
    const auto& members = endpoints.members();
    return node.az() == az && std::any_of(members.begin(), members.end(), [&](const auto& m) {
             return m.node == node.id() && m.present && m.initial != NodeRole::client &&
                    m.initial != NodeRole::monitor;
           });
  });
}

}  // namespace

std::vector<NodeId> resolve_target(const FaultTarget& target, bool everything, const World& world,
                                   const Endpoints& endpoints, RandomStream& pick) {
  if (target.is_empty()) return {};
  if (!target.node.empty())
    return nodes_where(world, [&](const Node& node) { return node.name() == target.node; });
  if (!target.role && everything)
    return nodes_where(world, [&](const Node& node) { return node.az() == target.az; });
  if (!target.role) return database_nodes_in(target.az, world, endpoints);

  const std::vector<NodeId> all = nodes_of_role(target, world, endpoints);
  if (all.empty()) return all;
  if (target.pick == FaultTarget::Pick::random) return {all[pick.below(all.size())]};
  if (!target.index) return all;
  const auto index = static_cast<std::size_t>(*target.index);
  return index < all.size() ? std::vector<NodeId>{all[index]} : std::vector<NodeId>{};
}

std::vector<Way> ways_between(const std::vector<NodeId>& nodes, const std::vector<NodeId>* peers,
                              FaultSpec::Direction direction, const World& world) {
  const auto is_in = [](const std::vector<NodeId>& list, NodeId node) {
    return std::find(list.begin(), list.end(), node) != list.end();
  };
  std::vector<Way> ways;
  for (const NodeId inside : nodes)
    for (std::uint32_t n = 0; n < world.node_count(); ++n) {
      const NodeId outside{n};
      if (is_in(nodes, outside) || (peers != nullptr && !is_in(*peers, outside))) continue;
      if (direction != FaultSpec::Direction::incoming) ways.emplace_back(inside, outside);
      if (direction != FaultSpec::Direction::outgoing) ways.emplace_back(outside, inside);
    }
  return ways;
}

std::vector<NodeId> with_host_mates(const std::vector<NodeId>& nodes, const World& world) {
  const auto is_struck = [&](const Node& node) {
    return std::any_of(nodes.begin(), nodes.end(), [&](NodeId id) {
      const Node& struck = world.node(id);
      return struck.id() == node.id() ||
             (!node.config().host.empty() && node.config().host == struck.config().host);
    });
  };
  return nodes_where(world, is_struck);
}

}  // namespace writepath
