#pragma once
// Is a node whole: up, with its data, and (a replica) less than a second behind?
#include <vector>

#include "sim/metrics/backlog.hpp"
#include "sim/metrics/followers.hpp"

namespace writepath {

constexpr DurationNs caught_up_below = ns_per_s;

class Redundancy {
 public:
  Redundancy(const Followers& followers, const Backlog& backlog)
      : followers_(followers),
        backlog_(backlog),
        moves_(followers.size(), true),
        replaced_by_(followers.size(), no_node) {
    for (std::size_t i = 0; i < followers.size(); ++i)
      if (followers.at(i).role == NodeRole::primary && primary_ == no_node)
        primary_ = NodeId{static_cast<std::uint32_t>(i)};
  }
  void on(const RoleChanged& fact) {
    if (fact.role == NodeRole::primary) primary_ = fact.node;
  }
  /// Its last segment is another's now; who takes one over is not replaced itself any more.
  void on(const StorageReplaced& fact) {
    replaced_by_[fact.node.value] = fact.by;
    replaced_by_[fact.by.value] = no_node;
  }
  /// A replica that went down is not whole before it has shown something new.
  void went_down(NodeId node) { moves_[node.value] = false; }
  void moved(NodeId node) { moves_[node.value] = true; }

  bool caught_up(NodeId node, TimeNs now) const {
    return backlog_.lag(node.value, now) < caught_up_below;
  }
  /// A primary that another one has replaced is not whole until it is a replica. A storage node
  /// that another one has replaced need not come back.
  bool whole(NodeId node, TimeNs now) const {
    while (replaced_by_[node.value] != no_node) node = replaced_by_[node.value];
    const Follower& follower = followers_[node];
    if (!follower.up || follower.data_gone) return false;
    switch (follower.role) {
      case NodeRole::primary:
        return node == primary_;
      case NodeRole::replica:
        return follower.counted_since != never && moves_[node.value] && caught_up(node, now);
      default:
        return true;
    }
  }

 private:
  const Followers& followers_;
  const Backlog& backlog_;
  NodeId primary_ = no_node;
  std::vector<bool> moves_;          ///< by node
  std::vector<NodeId> replaced_by_;  ///< by node
};

}  // namespace writepath
