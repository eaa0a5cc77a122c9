#include "models/mysql_binlog/source.hpp"

#include <algorithm>

#include "models/mysql_binlog/server.hpp"

namespace writepath::mysql {

namespace {
/// A dump thread hands the socket at most so much at a time (MySQL reads its binlog in blocks;
/// assumption, range 8 to 256 kB: it bounds a message, not the rate).
constexpr std::uint64_t largest_send_bytes = 64 * 1024;
}  // namespace

std::vector<const char*> step_names() {
  return {"buffer_pool_changed", "redo_buffered",  "redo_flushed",
          "binlog_written",      "binlog_flushed", "engine_committed"};
}

Source::Source(Cluster& cluster, Node& node, Disk& disk, BufferPool& buffer_pool, LogPlace log)
    : cluster_(cluster),
      node_(node),
      disk_(disk),
      buffer_pool_(buffer_pool),
      end_(log),
      committed_(log),
      flush_stage_(cluster.queue()),
      sync_stage_(cluster.queue()),
      commit_stage_(cluster.queue()),
      binlog_synced_(cluster.queue(), log.seq.value),
      send_buffer_drained_(cluster.queue()),
      semi_sync_(cluster, node.id()) {}

// ---- statements ------------------------------------------------------------------------------

Task<bool> Source::execute(ServerSession& session) {
  const TransactionType& type = cluster_.context.type_of(session.txn.type);
  const TimeNs arrived = cluster_.now();
  const DurationNs work = from_us(type.statement_cpu_us);
  co_await node_.cpu().serve(work);
  session.breakdown[CommitPart::execute] += work;
  session.breakdown[CommitPart::cpu_queue] += cluster_.now() - arrived - work;
  if (session.statements_done == 0) {
    // Pages change in the buffer pool; the mini-transactions' redo lies in the log buffer.
    buffer_pool_.change_pages(session.txn, static_cast<std::uint64_t>(type.redo_bytes));
    passed(session.txn, Step::buffer_pool_changed);
    passed(session.txn, Step::redo_buffered);
  }
  co_return true;
}

Task<ReadResult> Source::read(ReadRequest request) {
  co_await node_.cpu().serve(request.cpu);
  co_return ReadResult{true, committed_};
}

// ---- commit ----------------------------------------------------------------------------------

Task<Outcome> Source::commit(ServerSession& session) {
  const TimeNs arrived = cluster_.now();
  const DurationNs work = from_us(cluster_.options.commit_cpu_us);
  co_await node_.cpu().serve(work);
  session.breakdown[CommitPart::execute] += work;
  session.breakdown[CommitPart::cpu_queue] += cluster_.now() - arrived - work;

  Committer me(cluster_.queue(), session);
  me.entered_at = cluster_.now();
  CommitGroup alone;
  alone.append(me);
  const bool leads = flush_stage_.enrol(alone);
  if (leads) co_await lead_flush_stage();
  co_await me.done.passes();
  co_return Outcome::committed;
}

// FLUSH: one redo flush makes the whole group's prepares durable; then GTIDs in order, and the
// transactions' caches go to the binlog.
Task<> Source::lead_flush_stage() {
  co_await flush_stage_.mutex.lock();
  if (stopped_) co_return;
  const CommitGroup group = flush_stage_.take_queue();
  const TimeNs began = cluster_.now();
  group.for_each([began](Committer& c) { c.flush_began_at = began; });

  assign_places(group);
  co_await disk_.redo.flush();
  if (stopped_) co_return;
  passed(group, Step::redo_flushed);

  write_binlog(group);
  passed(group, Step::binlog_written);
  const TimeNs flushed = cluster_.now();
  group.for_each([flushed](Committer& c) {
    c.session.breakdown[CommitPart::local_flush] += flushed - c.flush_began_at;
  });

  const bool leads = sync_stage_.enrol(group);
  flush_stage_.mutex.unlock();
  if (leads) co_await lead_sync_stage();
}

// SYNC: sync_binlog = 1, one flush for all that came meanwhile; then the dump threads may send.
Task<> Source::lead_sync_stage() {
  co_await sync_stage_.mutex.lock();
  if (stopped_) co_return;
  const CommitGroup group = sync_stage_.take_queue();
  const TimeNs began = cluster_.now();

  co_await disk_.binlog.flush();
  if (stopped_) co_return;
  passed(group, Step::binlog_flushed);
  const TimeNs synced = cluster_.now();
  group.for_each([began, synced](Committer& c) {
    c.synced_at = synced;
    c.session.breakdown[CommitPart::local_flush] += synced - began;
  });
  binlog_synced_.advance(group.last->session.place.seq.value);

  const bool leads = commit_stage_.enrol(group);
  sync_stage_.mutex.unlock();
  if (leads) co_await lead_commit_stage();
}

// COMMIT: AFTER_SYNC waits before anybody can see the transactions, AFTER_COMMIT afterwards.
Task<> Source::lead_commit_stage() {
  co_await commit_stage_.mutex.lock();
  if (stopped_) co_return;
  const CommitGroup group = commit_stage_.take_queue();
  const LogPlace last = group.last->session.place;
  const TimeNs began = cluster_.now();

  if (cluster_.options.semi_sync == SemiSyncMode::after_sync)
    co_await semi_sync_.wait(last.seq.value);
  if (stopped_) co_return;
  committed_ = last;
  passed(group, Step::engine_committed);
  commit_stage_.mutex.unlock();
  if (cluster_.options.semi_sync == SemiSyncMode::after_commit)
    co_await semi_sync_.wait(last.seq.value);

  if (!stopped_) finish(group, cluster_.now() - began);
}

void Source::assign_places(const CommitGroup& group) {
  std::uint64_t redo_bytes = 0;
  group.for_each([&](Committer& c) {
    end_ = {end_.epoch, CommitSeq{end_.seq.value + 1}};
    c.session.place = end_;
    redo_bytes +=
        static_cast<std::uint64_t>(cluster_.context.type_of(c.session.txn.type).redo_bytes);
    cluster_.context.state(
        CommitOrdered{cluster_.now(), node_.id(), c.session.txn.id, end_, Lsn{end_.seq.value}});
  });
  disk_.redo.append(redo_bytes, end_.seq.value);
}

void Source::write_binlog(const CommitGroup& group) {
  std::uint64_t bytes = 0;
  const TimeNs timestamp = node_.local_time();
  LogPlace last;
  group.for_each([&](Committer& c) {
    last = c.session.place;
    cluster_.content.append(last, {c.session.txn, timestamp});
    bytes += binlog_bytes_of(cluster_, c.session.txn);
  });
  disk_.binlog_epoch = last.epoch;
  disk_.binlog.append(bytes, last.seq.value);
}

void Source::finish(const CommitGroup& group, DurationNs semi_sync_wait) {
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

void Source::passed(const CommitGroup& group, Step step) {
  group.for_each([&](Committer& c) { passed(c.session.txn, step); });
}

void Source::passed(const Transaction& txn, Step step) {
  cluster_.context.state(
      StepDone{cluster_.now(), node_.id(), txn.id, static_cast<std::uint32_t>(step)});
}

// ---- the dump thread ---------------------------------------------------------------------------

void Source::start_dump(std::uint32_t link, LogPlace from) {
  node_.scope().spawn(dump(link, from.seq.value));
}

Task<> Source::dump(std::uint32_t link_index, std::uint64_t sent) {
  const auto send_buffer_bytes = static_cast<std::uint64_t>(cluster_.options.send_buffer_mb * 1e6);
  for (;;) {
    co_await binlog_synced_.reaches(sent + 1);
    ReplicationLink& link = cluster_.links[link_index];
    while (link.in_flight_bytes >= send_buffer_bytes) co_await send_buffer_drained_.wait();
    if (!cluster_.context.network().is_open(link.connection, node_.id())) co_return;

    const LogPlace log = end_;
    std::uint64_t bytes = 0, to = sent;
    while (to < binlog_synced_.value() && bytes < largest_send_bytes) {
      const LogPlace next = cluster_.lineages.cut(log, CommitSeq{++to});
      bytes += binlog_bytes_of(cluster_, cluster_.content.at(next).txn) +
               static_cast<std::uint64_t>(cluster_.options.binlog_event_header_bytes);
    }
    link.in_flight_bytes += bytes;
    Cluster* const cluster = &cluster_;
    const LogPlace last = cluster_.lineages.cut(log, CommitSeq{to});
    cluster_.context.network().send(link.connection, node_.id(), bytes, Traffic::binlog,
                                    [cluster, link_index, bytes = static_cast<std::uint32_t>(bytes),
                                     last] { receive_events(*cluster, link_index, bytes, last); });
    sent = to;
  }
}

}  // namespace writepath::mysql
