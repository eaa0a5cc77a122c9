#include "models/mysql_binlog/applier_commit.hpp"

#include "models/mysql_binlog/server.hpp"

namespace writepath::mysql {

ApplierCommit::ApplierCommit(Cluster& cluster, Servers& cpu, Disk& disk, Listener& listener)
    : cluster_(cluster),
      cpu_(cpu),
      disk_(disk),
      options_(cluster.options),
      listener_(listener),
      written_(disk.executed),
      flush_(cluster.queue()),
      sync_(cluster.queue()),
      sync_schedule_(options_.sync_binlog) {}

Task<> ApplierCommit::prepare(Committer& me) {
  append_redo(me);
  if (options_.redo_flush() == RedoFlush::at_commit)
    co_await disk_.redo.flush_up_to(me.prepare_lsn, cpu_);
  else if (options_.redo_flush() == RedoFlush::write_at_commit)
    disk_.redo.write();
}

bool ApplierCommit::enrol(Committer& me) {
  CommitGroup alone;
  alone.append(me);
  return flush_.enrol(alone);
}

Task<> ApplierCommit::lead() {
  return prepares_first() ? lead_mariadb_locks() : lead_mysql_stages();
}

// FLUSH and SYNC of ordered_commit; the COMMIT stage has nothing to wait for here.
Task<> ApplierCommit::lead_mysql_stages() {
  co_await flush_.mutex.lock();
  co_await cpu_.turn();
  if (stopped_) co_return;
  const CommitGroup flushed = flush_.take_queue();
  flushed.for_each([&](Committer& c) { append_redo(c); });
  if (options_.redo_flush() == RedoFlush::at_commit) {
    co_await disk_.redo.flush();
    co_await cpu_.turn();
  } else if (options_.redo_flush() == RedoFlush::write_at_commit) {
    disk_.redo.write();
  }
  if (stopped_) co_return;
  prepared_and_written(flushed);
  const bool leads = sync_.enrol(flushed);
  flush_.mutex.unlock();
  if (!leads) co_return;

  co_await sync_.mutex.lock();
  co_await cpu_.turn();
  if (stopped_) co_return;
  const CommitGroup synced = sync_.take_queue();
  if (sync_schedule_.pass()) {
    co_await disk_.binlog.flush();
    co_await cpu_.turn();
  }
  if (stopped_) co_return;
  listener_.committed(synced);
  sync_.mutex.unlock();
}

// trx_group_commit_leader: the binlog is written and synced under LOCK_log.
Task<> ApplierCommit::lead_mariadb_locks() {
  co_await flush_.mutex.lock();
  co_await cpu_.turn();
  if (stopped_) co_return;
  const CommitGroup group = flush_.take_queue();
  prepared_and_written(group);
  if (sync_schedule_.pass()) {
    co_await disk_.binlog.flush();
    co_await cpu_.turn();
  }
  if (stopped_) co_return;
  listener_.committed(group);
  flush_.mutex.unlock();
}

void ApplierCommit::append_redo(Committer& me) {
  const TransactionType& type = cluster_.context.type_of(me.session.txn.type);
  me.prepare_lsn = disk_.redo.append(static_cast<std::uint64_t>(type.redo_bytes));
}

// The files know contiguous positions only. What is written beyond a gap moves them when the gap is
// closed; until it is committed, a crash in between undoes it and it is applied again.
void ApplierCommit::prepared_and_written(const CommitGroup& group) {
  std::uint64_t bytes = 0;
  group.for_each([&](Committer& c) {
    written_.add(c.session.place.seq.value);
    disk_.redo.prepared(written_.mark(), c.prepare_lsn);
    bytes += binlog_bytes_of(cluster_, c.session.txn);
  });
  disk_.binlog_epoch = group.last->session.place.epoch;
  disk_.binlog.append(bytes, written_.mark());
}

}  // namespace writepath::mysql
