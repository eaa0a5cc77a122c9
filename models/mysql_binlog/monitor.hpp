#pragma once
// The failover monitor (an orchestrator): a node of its own that asks the source whether it serves,
// chooses the most advanced replica, has it drain its relay log and take over, and re-points the
// others.
#include <vector>

#include "models/mysql_binlog/questions.hpp"
#include "models/mysql_binlog/server.hpp"
#include "sim/engine/quorum.hpp"

namespace writepath::mysql {

class Monitor {
 public:
  Monitor(Cluster& cluster, Node& node, NodeId source);

  NodeId source() const { return source_; }

 private:
  Task<> watch();
  Task<bool> until_source_failed();
  Task<> fail_over(bool ask_source);
  Task<bool> promote(NodeId candidate);
  Task<> survey(bool ask_source);
  Task<> ask_status(std::uint32_t index, QuorumToken counted);
  Task<> repoint(NodeId server, NodeId source);
  void milestone(Milestone milestone, NodeId node);

  struct Heard {
    NodeId server;
    bool answered = false;
    ServerStatus status;
  };
  const Heard* serving_source() const;
  const Heard* most_advanced() const;
  const Heard* standby_in_sync() const;
  Task<bool> hand_over(NodeId candidate);
  Task<bool> hand_over_to_standby(NodeId standby);
  Task<> until_all_applied();
  Task<> wait_until_applied(NodeId replica, QuorumToken counted);

  Cluster& cluster_;
  Node& node_;
  NodeId source_;  ///< durable, in the monitor's own database
  Epoch epoch_;    ///< of the source's history when it last answered
  std::vector<Heard> heard_;
};

// ---- the questions; each runs at the node that is asked
struct WhoIsSource {
  Cluster* cluster;
  void operator()(const ReplyPath& path) const { path.answer(cluster->monitor->source()); }
};
struct AskStatus {
  Cluster* cluster;
  void operator()(const ReplyPath& path) const {
    path.answer(cluster->server(path.answerer).status());
  }
};
struct Promote {
  Cluster* cluster;
  void operator()(const ReplyPath& path) const { cluster->server(path.answerer).promote(path); }
};
struct TakeOver {
  Cluster* cluster;
  void operator()(const ReplyPath& path) const { cluster->server(path.answerer).take_over(path); }
};
struct AskApplied {
  Cluster* cluster;
  void operator()(const ReplyPath& path) const {
    cluster->server(path.answerer).answer_when_applied(path);
  }
};
struct ChangeSource {
  Cluster* cluster;
  NodeId source;
  void operator()(const ReplyPath& path) const {
    cluster->server(path.answerer).change_source(source);
    path.answer(true);
  }
};
/// Answers with the place that the copy will show; a server that is no source stays silent.
struct BeginCopy {
  Cluster* cluster;
  NodeId joiner;
  void operator()(const ReplyPath& path) const {
    const Source* const source = cluster->server(path.answerer).source();
    if (source == nullptr) return;
    cluster->server(joiner).begin_copy_from(source->committed());
    path.answer(source->committed());
  }
};

}  // namespace writepath::mysql
