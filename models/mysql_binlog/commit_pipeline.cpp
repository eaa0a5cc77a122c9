#include "models/mysql_binlog/commit_pipeline.hpp"

#include <algorithm>

#include "models/mysql_binlog/server.hpp"

namespace writepath::mysql {

std::vector<const char*> step_names() {
  return {"buffer_pool_changed", "redo_buffered",  "redo_flushed",
          "binlog_written",      "binlog_flushed", "engine_committed"};
}

CommitPipeline::CommitPipeline(Cluster& cluster, Node& node, Disk& disk, RowLocks& locks,
                               LogPlace log)
    : cluster_(cluster),
      node_(node),
      disk_(disk),
      options_(cluster.options),
      semi_sync_(cluster, node.id()),
      locks_(locks),
      end_(log),
      committed_(log),
      dependencies_(options_.dependency_tracking, options_.dependency_history_size, log.seq.value),
      sendable_(cluster.queue(), log.seq.value),
      sync_schedule_(options_.sync_binlog) {}

void CommitPipeline::append_prepare(Committer& c) {
  c.prepare_lsn = disk_.redo.append(redo_bytes_of(c.session.txn));
  disk_.undo.ended(c.session.txn.id, c.prepare_lsn);
  disk_.undo.settle(disk_.redo.settled());
}

void CommitPipeline::order(const CommitGroup& group) {
  group.for_each([&](Committer& c) {
    end_ = {end_.epoch, CommitSeq{end_.seq.value + 1}};
    c.session.place = end_;
    disk_.redo.prepared(end_.seq.value, c.prepare_lsn);
    cluster_.context.state(
        CommitOrdered{cluster_.now(), node_.id(), c.session.txn.id, end_, Lsn{end_.seq.value}});
  });
}

void CommitPipeline::write_binlog(const CommitGroup& group) {
  std::uint64_t bytes = 0;
  const TimeNs written_at = node_.local_time();
  const std::uint64_t first = group.first->session.place.seq.value;
  group.for_each([&](Committer& c) {
    cluster_.content.append(c.session.place, event_of(c, written_at, first));
    bytes += binlog_bytes_of(cluster_, c.session.txn);
  });
  const LogPlace last = group.last->session.place;
  disk_.binlog_epoch = last.epoch;
  disk_.binlog.append(bytes, last.seq.value);
  passed(group, Step::binlog_written);
  // With any other sync_binlog than 1, dump threads need not wait for the flush (sql/binlog.cc,
  // update_binlog_end_pos_after_sync).
  if (options_.sync_binlog != 1) sendable_.advance(last.seq.value);
}

BinlogEvent CommitPipeline::event_of(const Committer& c, TimeNs written_at, std::uint64_t group) {
  const Transaction& txn = c.session.txn;
  const TransactionType& type = cluster_.context.type_of(txn.type);
  const auto rows = static_cast<std::uint32_t>(type.rows_written);
  dependencies_.begin(c.session.place.seq.value, c.commit_parent, rows);
  if (dependencies_.wants_rows())
    for (std::uint32_t i = 0; i < rows; ++i)
      dependencies_.row(cluster_.context.keys().key(txn.key_seed, i));
  if (type.ddl) dependencies_.ddl();
  return {txn,   c.session.statement_began, written_at, dependencies_.end(),
          group, c.session.waited_for_lock};
}

Task<> CommitPipeline::sync_binlog(CommitGroup group) {
  const LogPlace last = group.last->session.place;
  const TimeNs began = cluster_.now();
  if (sync_schedule_.pass()) {
    co_await disk_.binlog.flush();
    co_await node_.cpu().turn();
    if (stopped_) co_return;
  }
  passed(group, Step::binlog_flushed);
  group.spent(CommitPart::local_flush, cluster_.now() - began);
  sendable_.advance(last.seq.value);
}

void CommitPipeline::commit_in_engine(const CommitGroup& group) {
  committed_ = group.last->session.place;
  disk_.redo.committed(committed_.seq.value);
  passed(group, Step::engine_committed);
  group.for_each([&](Committer& c) { locks_.release(c.session.txn.id); });
}

void CommitPipeline::finish(const CommitGroup& group, DurationNs semi_sync_wait) {
  const TimeNs now = cluster_.now();
  const ReplicaAck& ack = semi_sync_.deciding();
  const bool decided = semi_sync_wait > 0 && ack.arrived_at == now;
  const DurationNs back = decided ? std::min(ack.arrived_at - ack.replied_at, semi_sync_wait) : 0;
  const DurationNs remote =
      decided ? std::min(ack.replied_at - ack.received_at, semi_sync_wait - back) : 0;
  group.for_each([&](Committer& c) {
    CommitBreakdown& parts = c.session.breakdown;
    parts[CommitPart::back] += back;
    parts[CommitPart::remote_flush] += remote;
    parts[CommitPart::out] += semi_sync_wait - back - remote;
    // Whatever passed since COMMIT was queued and is not named was spent behind another group.
    const DurationNs flushes = parts[CommitPart::local_flush];
    parts[CommitPart::group_wait] += now - c.entered_at - flushes - semi_sync_wait;
    c.done.open();
  });
}

void CommitPipeline::passed(const CommitGroup& group, Step step) {
  group.for_each([&](Committer& c) { passed(c.session.txn, step); });
}

void CommitPipeline::passed(const Transaction& txn, Step step) {
  cluster_.context.state(
      StepDone{cluster_.now(), node_.id(), txn.id, static_cast<std::uint32_t>(step)});
}

std::unique_ptr<CommitPipeline> make_pipeline(Cluster& cluster, Node& node, Disk& disk,
                                              RowLocks& locks, LogPlace log) {
  if (!cluster.options.log_bin) return make_no_binlog(cluster, node, disk, locks, log);
  return cluster.options.commit_pipeline == Pipeline::mysql_stages
             ? make_mysql_stages(cluster, node, disk, locks, log)
             : make_mariadb_locks(cluster, node, disk, locks, log);
}

std::uint64_t CommitPipeline::redo_bytes_of(const Transaction& txn) const {
  return static_cast<std::uint64_t>(cluster_.context.type_of(txn.type).redo_bytes);
}

}  // namespace writepath::mysql
