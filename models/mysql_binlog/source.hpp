#pragma once
// A server in the role of the source: executes transactions, commits them in groups, ships its
// binlog, and undoes what it had in flight when it crashed. Volatile: it belongs to one
// incarnation, or to one promotion.
#include <cstdint>

#include "models/common/undo.hpp"
#include "models/mysql_binlog/buffer_pool.hpp"
#include "models/mysql_binlog/cluster.hpp"
#include "models/mysql_binlog/commit_pipeline.hpp"
#include "models/mysql_binlog/disk.hpp"
#include "models/mysql_binlog/flow_control.hpp"
#include "sim/engine/event.hpp"

namespace writepath::mysql {

class Source final : UndoEngine {
 public:
  /// `log`: what its binlog holds, named by the epoch that begins now.
  Source(Cluster& cluster, Node& node, Disk& disk, BufferPool& buffer_pool, LogPlace log);

  Task<bool> execute(ServerSession& session);
  Task<Outcome> commit(ServerSession& session);
  /// The client went away: the transaction is rolled back.
  void abandon(const ServerSession& session) { roll_back(session.txn.id); }
  /// What crash recovery has found in flight holds its rows until it is undone.
  void found(const std::vector<InFlightTransaction>& in_flight) {
    undo_.found(end().epoch, in_flight);
  }
  Task<> undo() { return undo_.run(); }
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
  void step_down() {
    pipeline_->step_down();
    stepped_down_ = true;
  }

  /// COMMITs that it has accepted and not yet answered.
  std::int64_t commits_under_way() const { return commits_under_way_; }

  LogPlace end() const { return pipeline_->end(); }  ///< of the binlog as written
  /// In the engine: what reads see.
  LogPlace committed() const { return pipeline_->committed(); }

 private:
  Task<bool> lock_rows(ServerSession& session);
  void roll_back(TxnId txn);
  Task<bool> undo_change(Transaction txn, std::uint32_t change) override;
  Task<bool> end_undo(Transaction txn) override;
  Task<> dump(std::uint32_t link, std::uint64_t from);
  void dump_ended(std::uint32_t link);
  void end_earlier_dumps(std::uint32_t link);
  void send_heartbeat(std::uint32_t link);
  std::uint64_t event_bytes(LogPlace place) const;
  bool sent_in_vain(const ReplicationLink& link, LogPlace next) const;

  Cluster& cluster_;
  Node& node_;
  Disk& disk_;
  BufferPool& buffer_pool_;
  RowLocks row_locks_;
  Undo undo_;
  std::unique_ptr<CommitPipeline> pipeline_;
  FlowControl flow_control_;
  Signal send_buffer_drained_;
  std::int64_t commits_under_way_ = 0;
  bool stepped_down_ = false;
};

}  // namespace writepath::mysql
