// MYSQL_BIN_LOG::ordered_commit: three stages (FLUSH, SYNC, COMMIT), each with a queue, a leader
// and a mutex (sql/binlog.h, rpl_commit_stage_manager.h). A group that has passed a stage queues
// for the next one and lets go of the stage's mutex before its leader takes the next: if another
// group stands in that queue already, they merge and follow its leader.
#include "models/mysql_binlog/commit_pipeline.hpp"

namespace writepath::mysql {

namespace {

class MysqlStages final : public CommitPipeline {
 public:
  MysqlStages(Cluster& cluster, Node& node, Disk& disk, RowLocks& locks, LogPlace log)
      : CommitPipeline(cluster, node, disk, locks, log),
        flush_stage_(cluster.queue()),
        sync_stage_(cluster.queue()),
        commit_stage_(cluster.queue()) {}

  Task<> commit(Committer& me) override {
    CommitGroup alone;
    alone.append(me);
    const bool leads = flush_stage_.enrol(alone);
    if (leads) co_await lead_flush_stage();
    co_await me.done.passes();
    co_await node_.cpu().turn();
  }

 private:
  Task<> lead_flush_stage();
  Task<> lead_sync_stage();
  Task<> lead_commit_stage();

  CommitStage flush_stage_, sync_stage_, commit_stage_;
};

// FLUSH: one redo flush makes the whole group's prepares durable; then GTIDs in order, and the
// transactions' caches go to the binlog.
Task<> MysqlStages::lead_flush_stage() {
  co_await flush_stage_.mutex.lock();
  co_await node_.cpu().turn();
  if (stopped_) co_return;
  const CommitGroup group = flush_stage_.take_queue();
  const TimeNs began = cluster_.now();

  group.for_each([&](Committer& c) { append_prepare(c); });
  order(group);
  if (options_.redo_flush() == RedoFlush::at_commit) {
    co_await disk_.redo.flush();
    co_await node_.cpu().turn();
    if (stopped_) co_return;
  } else if (options_.redo_flush() == RedoFlush::write_at_commit) {
    disk_.redo.write();
  }
  passed(group, Step::redo_flushed);
  write_binlog(group);
  group.spent(CommitPart::local_flush, cluster_.now() - began);

  const bool leads = sync_stage_.enrol(group);
  flush_stage_.mutex.unlock();
  if (leads) co_await lead_sync_stage();
}

// SYNC: one flush for all that came meanwhile; then the dump threads may send.
Task<> MysqlStages::lead_sync_stage() {
  co_await sync_stage_.mutex.lock();
  co_await node_.cpu().turn();
  if (stopped_) co_return;
  if (options_.group_commit_sync_delay_us > 0 && sync_is_due())
    co_await sync_stage_.wait_for_company(options_.group_commit_sync_no_delay_count,
                                          from_us(options_.group_commit_sync_delay_us));
  if (stopped_) co_return;
  const CommitGroup group = sync_stage_.take_queue();
  co_await sync_binlog(group);
  if (stopped_) co_return;

  const bool leads = commit_stage_.enrol(group);
  sync_stage_.mutex.unlock();
  if (leads) co_await lead_commit_stage();
}

// COMMIT: AFTER_SYNC waits before anybody can see the transactions, AFTER_COMMIT afterwards.
Task<> MysqlStages::lead_commit_stage() {
  co_await commit_stage_.mutex.lock();
  co_await node_.cpu().turn();
  if (stopped_) co_return;
  const CommitGroup group = commit_stage_.take_queue();
  const std::uint64_t last = group.last->session.place.seq.value;
  const TimeNs began = cluster_.now();

  if (options_.semi_sync == SemiSyncMode::after_sync) {
    co_await semi_sync_.wait(last);
    co_await node_.cpu().turn();
  }
  if (stopped_) co_return;
  commit_in_engine(group);
  commit_stage_.mutex.unlock();
  if (options_.semi_sync == SemiSyncMode::after_commit) co_await semi_sync_.wait(last);

  if (!stopped_) finish(group, cluster_.now() - began);
}

}  // namespace

std::unique_ptr<CommitPipeline> make_mysql_stages(Cluster& cluster, Node& node, Disk& disk,
                                                  RowLocks& locks, LogPlace log) {
  return std::make_unique<MysqlStages>(cluster, node, disk, locks, log);
}

}  // namespace writepath::mysql
