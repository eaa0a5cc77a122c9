#pragma once
// Which nodes are replicas, and since when their lag counts. A replica that is down still counts:
// its backlog is real. One whose data are gone does not, from the loss until it is ready again; nor
// does one that joins, until it is ready: what it has to catch up by then was never its to show.
#include <vector>

#include "sim/metrics/config.hpp"
#include "sim/observe/facts.hpp"

namespace writepath {

struct Follower {
  NodeRole role = NodeRole::primary;
  bool was_replica = false;  ///< ever: it gets a report
  bool attached = false;     ///< its volume outlives its host
  bool up = true;
  bool data_gone = false;
  TimeNs tracked_since =
      never;  ///< what is acknowledged from here on is kept until it is visible here
  TimeNs counted_since = never;  ///< ... and its lag counts

  bool tracks(TimeNs ack) const { return ack >= tracked_since; }
  bool counts(TimeNs ack) const { return ack >= counted_since; }
};

/// Changes of one node: what `followers[node]` should become. `leaves` is true when the node stops
/// counting, so that its backlog must be settled first.
struct FollowerChange {
  Follower next;
  bool leaves = false;
};

class Followers {
 public:
  explicit Followers(const std::vector<NodeInfo>& nodes) {
    for (const NodeInfo& node : nodes) {
      Follower follower;
      follower.role = node.role;
      follower.attached = node.storage == StorageKind::attached;
      follower.was_replica = node.role == NodeRole::replica;
      if (follower.was_replica && node.present) follower.tracked_since = follower.counted_since = 0;
      followers_.push_back(follower);
    }
  }
  std::size_t size() const { return followers_.size(); }
  const Follower& at(std::size_t node) const { return followers_[node]; }
  const Follower& operator[](NodeId node) const { return followers_[node.value]; }
  void set(NodeId node, const Follower& next) { followers_[node.value] = next; }

  FollowerChange after(const OperationStarted& fact) const {
    FollowerChange change{(*this)[fact.node]};
    if (change.next.tracked_since == never) change.next.tracked_since = fact.at;
    return change;
  }
  FollowerChange after(const NodeDown& fact) const {
    FollowerChange change{(*this)[fact.node]};
    change.next.up = false;
    if (fact.crash == CrashKind::loss && !change.next.attached) lose(change);
    return change;
  }
  FollowerChange after(const NodeUp& fact) const {
    FollowerChange change{(*this)[fact.node]};
    change.next.up = true;
    if (fact.data_lost)
      lose(change);
    else if (change.next.data_gone)
      change.next.data_gone = false;
    if (change.next.role == NodeRole::replica && change.next.tracked_since == never) {
      change.next.tracked_since = fact.at;
      if (!change.next.data_gone) change.next.counted_since = fact.at;
    }
    return change;
  }
  FollowerChange after(const ReplicaReady& fact) const {
    FollowerChange change{(*this)[fact.node]};
    change.next.data_gone = false;
    if (change.next.role == NodeRole::replica) {
      if (change.next.tracked_since == never) change.next.tracked_since = fact.at;
      if (change.next.counted_since == never) change.next.counted_since = fact.at;
    }
    return change;
  }
  FollowerChange after(const RoleChanged& fact) const {
    FollowerChange change{(*this)[fact.node]};
    const bool was = change.next.role == NodeRole::replica;
    const bool is = fact.role == NodeRole::replica;
    change.next.role = fact.role;
    // Whoever leads has the data: what it has not is not part of history any more.
    if (fact.role == NodeRole::primary) change.next.data_gone = false;
    if (is && !was) {
      change.next.was_replica = true;
      change.next.tracked_since = fact.at;
      if (!change.next.data_gone) change.next.counted_since = fact.at;
    } else if (was && !is) {
      stop(change);
    }
    return change;
  }

 private:
  static void stop(FollowerChange& change) {
    change.leaves = change.next.counted_since != never;
    change.next.counted_since = change.next.tracked_since = never;
  }
  static void lose(FollowerChange& change) {
    change.next.data_gone = true;
    stop(change);
  }
  std::vector<Follower> followers_;
};

}  // namespace writepath
