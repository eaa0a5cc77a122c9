#pragma once
// How committing transactions become durable, ordered, visible and acknowledged. The steps are
// here; the two pipelines (mysql_stages.cpp, mariadb_locks.cpp) say in which order and under which
// locks groups of transactions pass them.
#include <cstdint>
#include <memory>

#include "models/common/row_locks.hpp"
#include "models/mysql_binlog/cluster.hpp"
#include "models/mysql_binlog/commit_stage.hpp"
#include "models/mysql_binlog/dependency_tracker.hpp"
#include "models/mysql_binlog/disk.hpp"
#include "models/mysql_binlog/semi_sync.hpp"
#include "models/mysql_binlog/sync_schedule.hpp"
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

class CommitPipeline {
 public:
  /// `log`: what the binlog holds, named by the epoch that begins now.
  CommitPipeline(Cluster& cluster, Node& node, Disk& disk, RowLocks& locks, LogPlace log);
  virtual ~CommitPipeline() = default;

  /// Ends when the transaction may be acknowledged; never, once the source has stepped down.
  virtual Task<> commit(Committer& me) = 0;

  void step_down() { stopped_ = true; }
  LogPlace end() const { return end_; }              ///< of the binlog as written
  LogPlace committed() const { return committed_; }  ///< in the engine: what reads see
  Watermark& sendable() { return sendable_; }        ///< what dump threads may send
  SemiSync& semi_sync() { return semi_sync_; }
  void passed(const Transaction& txn, Step step);

 protected:
  /// The prepare's redo goes to the log buffer. From there on it is not in flight: what recovery
  /// finds of it is committed, or rolled back before the server opens.
  void append_prepare(Committer& c);
  /// Gives each of the group its place in the commit order.
  void order(const CommitGroup& group);
  /// Writes the group's caches to the binlog.
  void write_binlog(const CommitGroup& group);
  /// Whether sync_binlog asks for a flush after this group.
  bool sync_is_due() const { return sync_schedule_.is_due(); }
  /// Flushes the binlog if sync_binlog asks for it.
  Task<> sync_binlog(CommitGroup group);
  /// The engine commits: reads see the group, its row locks are free.
  void commit_in_engine(const CommitGroup& group);
  /// Lets the clients have their answers; `semi_sync_wait` of the time went into waiting for
  /// replicas.
  void finish(const CommitGroup& group, DurationNs semi_sync_wait);
  void passed(const CommitGroup& group, Step step);
  std::uint64_t redo_bytes_of(const Transaction& txn) const;

  Cluster& cluster_;
  Node& node_;
  Disk& disk_;
  const Options& options_;
  SemiSync semi_sync_;
  bool stopped_ = false;

 private:
  BinlogEvent event_of(const Committer& c, TimeNs written_at, std::uint64_t group);

  RowLocks& locks_;
  LogPlace end_, committed_;
  DependencyTracker dependencies_;
  Watermark sendable_;
  SyncSchedule sync_schedule_;
};

std::unique_ptr<CommitPipeline> make_mysql_stages(Cluster&, Node&, Disk&, RowLocks&, LogPlace log);
std::unique_ptr<CommitPipeline> make_mariadb_locks(Cluster&, Node&, Disk&, RowLocks&, LogPlace log);
std::unique_ptr<CommitPipeline> make_no_binlog(Cluster&, Node&, Disk&, RowLocks&, LogPlace log);
/// As the options ask for it.
std::unique_ptr<CommitPipeline> make_pipeline(Cluster&, Node&, Disk&, RowLocks&, LogPlace log);

}  // namespace writepath::mysql
