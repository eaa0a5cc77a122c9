#pragma once
// The failover monitor (an orchestrator): a node of its own that decides whether the source is dead
// (monitor_detection.cpp), chooses a replica (monitor_choice.cpp), makes the old source harmless
// (monitor_fencing.cpp), has the replica take over (monitor_promotion.cpp) and re-points the
// others; or does all that on an operator's command (monitor_planned.cpp).
#include <vector>

#include "models/mysql_binlog/monitor_questions.hpp"
#include "models/mysql_binlog/questions.hpp"
#include "models/mysql_binlog/server.hpp"
#include "sim/engine/quorum.hpp"

namespace writepath::mysql {

class Monitor {
 public:
  Monitor(Cluster& cluster, Node& node, NodeId source);

  NodeId source() const { return source_; }
  /// The agent on a source's host asks whether it may go on. False: another one was chosen.
  bool renew_lease(NodeId server);
  /// An operator's command, heard if the monitor lives and nothing else is under way. `preferred`
  /// may be no_node: it chooses.
  void planned_failover(NodeId preferred);

 private:
  struct Heard {
    NodeId server;
    bool answered = false;
    ServerStatus status;
  };

  void boot();
  Task<> watch();
  Task<> fail_over(bool ask_source);
  void repoint_all();
  Task<> repoint(NodeId server, NodeId source);
  Task<> set_aside_if_errant(NodeId server, LogPlace place, NodeId source);
  void milestone(Milestone milestone, NodeId node);

  // ---- detection
  Task<bool> until_source_failed();
  bool asks_replicas() const;
  void have_replicas_look();
  Task<> have_look(NodeId replica);
  Task<bool> replicas_agree(bool ask_source);
  Task<> survey(bool ask_source);
  Task<> ask_status(std::uint32_t index, QuorumToken counted);

  // ---- choice
  const Heard* serving_source() const;
  const Heard* candidate(NodeId preferred) const;
  const Heard* standby_in_sync() const;
  bool qualifies(const Heard& heard) const;

  // ---- promotion
  Task<bool> hand_over(NodeId candidate);
  Task<bool> hand_over_to_standby(NodeId standby);
  Task<bool> promote(NodeId candidate);
  Task<> until_all_applied();
  Task<> wait_until_applied(NodeId replica, QuorumToken counted);

  // ---- fencing
  Task<> fence(NodeId old_source, NodeId candidate);
  Task<bool> told_to_stop(NodeId old_source);

  // ---- planned
  Task<> planned(NodeId preferred);
  Task<bool> switch_over(NodeId preferred);
  Task<bool> switch_to_standby();
  Task<> reopen(NodeId source);

  Cluster& cluster_;
  Node& node_;
  NodeId source_;  ///< durable, in the monitor's own database
  bool has_booted_ = false;
  // Volatile.
  Epoch epoch_;  ///< of the source's history when it last answered
  std::vector<Heard> heard_;
  bool surveyed_ = false;   ///< `heard_` is as fresh as the verdict on the source
  bool surveying_ = false;  ///< for that verdict
  bool switching_ = false;  ///< a planned failover is under way
  bool failing_over_ = false;
  TimeNs lease_granted_ = 0;  ///< when an agent last heard that its source may go on
};

}  // namespace writepath::mysql
