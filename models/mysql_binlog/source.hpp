#pragma once
// A server in the role of the source: executes transactions, commits them in groups, and ships its
// binlog. Volatile: it belongs to one incarnation, or to one promotion.
#include <cstdint>

#include "models/mysql_binlog/buffer_pool.hpp"
#include "models/mysql_binlog/cluster.hpp"
#include "models/mysql_binlog/disk.hpp"
#include "models/mysql_binlog/ordered_commit.hpp"
#include "models/mysql_binlog/semi_sync.hpp"
#include "sim/engine/event.hpp"
#include "sim/engine/watermark.hpp"

namespace writepath::mysql {

/// The named steps of a transaction at the source, in the order that it must pass them.
enum class Step : std::uint32_t {
  buffer_pool_changed,
  redo_buffered,
  redo_flushed,
  binlog_written,
  binlog_flushed,
  engine_committed
};
std::vector<const char*> step_names();

class Source {
 public:
  /// `log`: what its binlog holds, named by the epoch that begins now.
  Source(Cluster& cluster, Node& node, Disk& disk, BufferPool& buffer_pool, LogPlace log);

  Task<bool> execute(ServerSession& session);
  Task<Outcome> commit(ServerSession& session);
  Task<ReadResult> read(ReadRequest request);

  /// A receiver has connected and asks for everything after `from`.
  void start_dump(std::uint32_t link, LogPlace from);
  /// A replica's socket took `bytes` off the wire.
  void credit_send_buffer() { send_buffer_drained_.notify_all(); }
  void acknowledged(NodeId replica, const ReplicaAck& ack) {
    semi_sync_.acknowledged(replica, ack, end_.seq.value);
  }

  /// Another one is the source now: commits under way are never answered.
  void step_down() { stopped_ = true; }

  LogPlace end() const { return end_; }              ///< of the binlog as written
  LogPlace committed() const { return committed_; }  ///< in the engine: what reads see

 private:
  // The write path, stage by stage (sql/binlog.cc, ordered_commit).
  Task<> lead_flush_stage();
  Task<> lead_sync_stage();
  Task<> lead_commit_stage();
  void assign_places(const CommitGroup& group);
  void write_binlog(const CommitGroup& group);
  void finish(const CommitGroup& group, DurationNs semi_sync_wait);
  void passed(const CommitGroup& group, Step step);
  void passed(const Transaction& txn, Step step);

  Task<> dump(std::uint32_t link, std::uint64_t from);

  Cluster& cluster_;
  Node& node_;
  Disk& disk_;
  BufferPool& buffer_pool_;
  LogPlace end_, committed_;
  CommitStage flush_stage_, sync_stage_, commit_stage_;
  Watermark binlog_synced_;  ///< what dump threads may send (sync_binlog = 1: after the sync)
  Signal send_buffer_drained_;
  SemiSync semi_sync_;
  bool stopped_ = false;
};

}  // namespace writepath::mysql
