#pragma once
// How the workers' transactions become durable and visible: the server's own group commit
// (mysql_stages.cpp, mariadb_locks.cpp) without what only a source does: it gives no places, waits
// for no replica and answers no client. Workers that queue meanwhile share the flushes.
#include "models/mysql_binlog/cluster.hpp"
#include "models/mysql_binlog/commit_stage.hpp"
#include "models/mysql_binlog/disk.hpp"
#include "models/mysql_binlog/sync_schedule.hpp"

namespace writepath::mysql {

class ApplierCommit {
 public:
  /// Told when the engine has committed a group.
  class Listener {
   public:
    virtual ~Listener() = default;
    virtual void committed(const CommitGroup& group) = 0;
  };
  ApplierCommit(Cluster& cluster, Servers& cpu, Disk& disk, Listener& listener);

  /// Before the transaction's turn has come. MariaDB: its redo flush (slave workers prepare before
  /// they wait for the prior commit). MySQL: nothing, redo is flushed by the group.
  bool prepares_first() const { return options_.commit_pipeline == Pipeline::mariadb_locks; }
  Task<> prepare(Committer& me);
  /// In the order in which they shall commit. True: it leads, and must call lead().
  bool enrol(Committer& me);
  /// For all that queued behind the leader; their `done` opens when they are committed.
  Task<> lead();
  void stop() { stopped_ = true; }

 private:
  Task<> lead_mysql_stages();
  Task<> lead_mariadb_locks();
  void append_redo(Committer& me);
  void prepared_and_written(const CommitGroup& group);

  Cluster& cluster_;
  Servers& cpu_;  ///< a worker that is woken waits for a processor, as sessions do
  Disk& disk_;
  const Options& options_;
  Listener& listener_;
  LowWaterMark written_;  ///< to the binlog, and prepared
  CommitStage flush_;     ///< MariaDB: its mutex is LOCK_log
  CommitStage sync_;      ///< MySQL only
  SyncSchedule sync_schedule_;
  bool stopped_ = false;
};

}  // namespace writepath::mysql
