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

}  // namespace

std::vector<NodeId> resolve_target(const FaultSpec& fault, const World& world,
                                   const Endpoints& endpoints, RandomStream& pick) {
  const FaultTarget& target = fault.target;
  if (!target.node.empty())
    return nodes_where(world, [&](const Node& node) { return node.name() == target.node; });
  if (!target.role || fault.kind == FaultKind::az_outage)
    return nodes_where(world, [&](const Node& node) { return node.az() == target.az; });

  const std::vector<NodeId> all = nodes_of_role(target, world, endpoints);
  if (all.empty()) return all;
  if (target.pick == FaultTarget::Pick::random) return {all[pick.below(all.size())]};
  if (!target.index) return all;
  const auto index = static_cast<std::size_t>(*target.index);
  return index < all.size() ? std::vector<NodeId>{all[index]} : std::vector<NodeId>{};
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
