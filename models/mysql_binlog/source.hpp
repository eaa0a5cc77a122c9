#pragma once
// A server in the role of the source: executes transactions, commits them in groups, and ships its
// binlog. Volatile: it belongs to one incarnation, or to one promotion.
#include <cstdint>

#include "models/common/row_locks.hpp"
#include "models/mysql_binlog/buffer_pool.hpp"
#include "models/mysql_binlog/cluster.hpp"
#include "models/mysql_binlog/commit_pipeline.hpp"
#include "models/mysql_binlog/disk.hpp"
#include "models/mysql_binlog/flow_control.hpp"
#include "sim/engine/event.hpp"

namespace writepath::mysql {

class Source {
 public:
  /// `log`: what its binlog holds, named by the epoch that begins now.
  Source(Cluster& cluster, Node& node, Disk& disk, BufferPool& buffer_pool, LogPlace log);

  Task<bool> execute(ServerSession& session);
  Task<Outcome> commit(ServerSession& session);
  /// The client went away: the transaction is rolled back.
  void abandon(const ServerSession& session) { row_locks_.release(session.txn.id); }
  Task<ReadResult> read(ReadRequest request);

  /// A receiver has connected and asks for everything after `from`.
  void start_dump(std::uint32_t link, LogPlace from);
  /// A replica's socket took `bytes` off the wire.
  void credit_send_buffer() { send_buffer_drained_.notify_all(); }
  void acknowledged(NodeId replica, const ReplicaAck& ack) {
    pipeline_->semi_sync().acknowledged(replica, ack, end().seq.value);
  }

  /// For flow control.
  void replica_applied(NodeId replica, CommitSeq applied) {
    flow_control_.reported(replica, cluster_.now(), applied.value, end().seq.value);
  }

  /// Another one is the source now: commits under way are never answered.
  void step_down() { pipeline_->step_down(); }

  /// COMMITs that it has accepted and not yet answered.
  std::int64_t commits_under_way() const { return commits_under_way_; }

  LogPlace end() const { return pipeline_->end(); }  ///< of the binlog as written
  /// In the engine: what reads see.
  LogPlace committed() const { return pipeline_->committed(); }

 private:
  Task<bool> lock_rows(ServerSession& session);
  Task<> dump(std::uint32_t link, std::uint64_t from);
  void dump_ended(std::uint32_t link);
  void end_earlier_dumps(std::uint32_t link);
  void send_heartbeat(std::uint32_t link);
  std::uint64_t event_bytes(LogPlace place) const;
  bool sent_in_vain(const ReplicationLink& link, LogPlace next) const;

  Cluster& cluster_;
  Node& node_;
  BufferPool& buffer_pool_;
  RowLocks row_locks_;
  std::unique_ptr<CommitPipeline> pipeline_;
  FlowControl flow_control_;
  Signal send_buffer_drained_;
  std::int64_t commits_under_way_ = 0;
};

}  // namespace writepath::mysql
