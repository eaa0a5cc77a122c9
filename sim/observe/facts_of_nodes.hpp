#pragma once
// What models state of their nodes: up and down, roles, histories, failover, memberships, modes.
#include <cstdint>

#include "sim/core/ids.hpp"
#include "sim/core/time.hpp"
#include "sim/scenario/scenario.hpp"

namespace writepath {

struct NodeDown {
  static constexpr const char* name = "node_down";
  TimeNs at;
  NodeId node;
  CrashKind crash;
  template <class V>
  void fields(V&& v) const {
    v("t_ns", at);
    v("node", node);
    v("crash", static_cast<std::uint32_t>(crash));
  }
};
struct NodeUp {
  static constexpr const char* name = "node_up";
  TimeNs at;
  NodeId node;
  std::uint32_t incarnation;
  bool data_lost;
  template <class V>
  void fields(V&& v) const {
    v("t_ns", at);
    v("node", node);
    v("incarnation", incarnation);
    v("data_lost", data_lost);
  }
};
struct RoleChanged {
  static constexpr const char* name = "role_changed";
  TimeNs at;
  NodeId node;
  NodeRole role;
  template <class V>
  void fields(V&& v) const {
    v("t_ns", at);
    v("node", node);
    v("role", static_cast<std::uint32_t>(role));
  }
};
/// A new epoch begins after `kept`: later positions of the old epoch are not part of it.
struct LineageForked {
  static constexpr const char* name = "lineage_forked";
  TimeNs at;
  NodeId node;
  Epoch epoch;
  LogPlace kept;
  template <class V>
  void fields(V&& v) const {
    v("t_ns", at);
    v("node", node);
    v("epoch", epoch);
    v("kept_epoch", kept.epoch);
    v("kept_seq_no", kept.seq);
  }
};
/// Milestones of a failover; the parts of an RTO lie between them.
enum class Milestone : std::uint8_t {
  detected,   ///< the failure detector has decided
  elected,    ///< the new (or restarted) primary is chosen
  surveyed,   ///< it knows where history ends, if it has to ask others
  recovered,  ///< it accepts writes
  count_
};
const char* name_of(Milestone);
struct FailoverMilestone {
  static constexpr const char* name = "failover_milestone";
  TimeNs at;
  NodeId node;
  Milestone milestone;
  template <class V>
  void fields(V&& v) const {
    v("t_ns", at);
    v("node", node);
    v("milestone", static_cast<std::uint32_t>(milestone));
  }
};
/// The node has waited as long as an option says: what the report marks as input.
struct ConfiguredWait {
  static constexpr const char* name = "configured_wait";
  TimeNs at;  ///< its end
  NodeId node;
  TimeNs began;
  /// "start", "promotion", "new_host", "takeover"; "detection": from the first missed check on, as
  /// interval, number and time-out of the checks say (`node`: whom they missed).
  const char* reason;
  template <class V>
  void fields(V&& v) const {
    v("t_ns", at);
    v("node", node);
    v("began_ns", began);
    v("reason", reason);
  }
};
/// A node that joined (or was rebuilt) begins to serve reads.
struct ReplicaReady {
  static constexpr const char* name = "replica_ready";
  TimeNs at;
  NodeId node;
  std::uint64_t bytes_copied;
  template <class V>
  void fields(V&& v) const {
    v("t_ns", at);
    v("node", node);
    v("bytes_copied", bytes_copied);
  }
};
/// A segment's place in its protection group: somebody else is to take it, has taken it, or the
/// first occupant keeps it after all.
enum class MembershipStep : std::uint8_t { begun, completed, reversed, count_ };
const char* name_of(MembershipStep);
struct MembershipChanged {
  static constexpr const char* name = "membership_changed";
  TimeNs at;
  NodeId node, by;  ///< whose place it was, and who comes
  std::uint32_t group, epoch;
  MembershipStep step;
  std::uint64_t bytes_copied;
  template <class V>
  void fields(V&& v) const {
    v("t_ns", at);
    v("node", node);
    v("by", by);
    v("group", group);
    v("epoch", epoch);
    v("step", name_of(step));
    v("bytes_copied", bytes_copied);
  }
};
/// A storage node's last segment is another's now: it need not come back.
struct StorageReplaced {
  static constexpr const char* name = "storage_replaced";
  TimeNs at;
  NodeId node, by;
  template <class V>
  void fields(V&& v) const {
    v("t_ns", at);
    v("node", node);
    v("by", by);
  }
};
/// A mode of the model switched: "semi_sync" fell back (0) or came back (1), ...
struct ModeChanged {
  static constexpr const char* name = "mode_changed";
  TimeNs at;
  NodeId node;
  const char* mode;
  std::uint32_t value;
  template <class V>
  void fields(V&& v) const {
    v("t_ns", at);
    v("node", node);
    v("mode", mode);
    v("value", value);
  }
};

}  // namespace writepath
