// MariaDB 10.11's group commit (sql/log.cc, MYSQL_BIN_LOG::trx_group_commit_leader): each
// transaction flushes its redo at prepare, outside the binlog's locks; the leader of a group writes
// and syncs the binlog under LOCK_log. Each lock is taken before the one before it is released, so
// groups keep their order and never merge: a group that waits for AFTER_SYNC under
// LOCK_after_binlog_sync lets exactly one more group through LOCK_log.
#include "models/mysql_binlog/commit_pipeline.hpp"

namespace writepath::mysql {

namespace {

class MariadbLocks final : public CommitPipeline {
 public:
  MariadbLocks(Cluster& cluster, Node& node, Disk& disk, RowLocks& locks, LogPlace log)
      : CommitPipeline(cluster, node, disk, locks, log),
        group_commit_(cluster.queue()),
        lock_after_binlog_sync_(cluster.queue()),
        lock_commit_ordered_(cluster.queue()) {}

  Task<> commit(Committer& me) override;

 private:
  Task<> prepare(Committer& me);
  Task<> lead();

  CommitStage group_commit_;  ///< its mutex is LOCK_log
  FifoMutex lock_after_binlog_sync_, lock_commit_ordered_;
};

Task<> MariadbLocks::commit(Committer& me) {
  co_await prepare(me);
  if (stopped_) co_return;
  CommitGroup alone;
  alone.append(me);
  const bool leads = group_commit_.enrol(alone);
  if (leads) co_await lead();
  co_await me.done.passes();
  co_await node_.cpu().turn();
}

// innobase_xa_prepare: the transaction's own redo flush, shared with whoever asks meanwhile.
Task<> MariadbLocks::prepare(Committer& me) {
  const TimeNs began = cluster_.now();
  append_prepare(me);
  if (options_.redo_flush() == RedoFlush::at_commit) {
    co_await disk_.redo.flush_up_to(me.prepare_lsn, node_.cpu());
  } else if (options_.redo_flush() == RedoFlush::write_at_commit) {
    disk_.redo.write();
  }
  if (stopped_) co_return;
  me.session.breakdown[CommitPart::local_flush] += cluster_.now() - began;
  CommitPipeline::passed(me.session.txn, Step::redo_flushed);
}

Task<> MariadbLocks::lead() {
  co_await group_commit_.mutex.lock();
  co_await node_.cpu().turn();
  if (stopped_) co_return;
  if (options_.group_commit_sync_delay_us > 0)
    co_await group_commit_.wait_for_company(options_.group_commit_sync_no_delay_count,
                                            from_us(options_.group_commit_sync_delay_us));
  if (stopped_) co_return;
  const CommitGroup group = group_commit_.take_queue();
  order(group);
  write_binlog(group);
  co_await sync_binlog(group);  // and wakes the dump threads
  if (stopped_) co_return;

  co_await lock_after_binlog_sync_.lock();
  co_await node_.cpu().turn();
  group_commit_.mutex.unlock();
  if (stopped_) co_return;
  const std::uint64_t last = group.last->session.place.seq.value;
  const TimeNs synced = cluster_.now();
  if (options_.semi_sync == SemiSyncMode::after_sync) {
    co_await semi_sync_.wait(last);
    co_await node_.cpu().turn();
  }
  if (stopped_) co_return;
  DurationNs waited = cluster_.now() - synced;

  co_await lock_commit_ordered_.lock();
  co_await node_.cpu().turn();
  lock_after_binlog_sync_.unlock();
  if (stopped_) co_return;
  commit_in_engine(group);
  lock_commit_ordered_.unlock();

  const TimeNs committed = cluster_.now();
  if (options_.semi_sync == SemiSyncMode::after_commit) co_await semi_sync_.wait(last);
  waited += cluster_.now() - committed;
  if (!stopped_) finish(group, waited);
}

}  // namespace

std::unique_ptr<CommitPipeline> make_mariadb_locks(Cluster& cluster, Node& node, Disk& disk,
                                                   RowLocks& locks, LogPlace log) {
  return std::make_unique<MariadbLocks>(cluster, node, disk, locks, log);
}

}  // namespace writepath::mysql
