#include "models/mysql_binlog/source.hpp"

#include <algorithm>

#include "models/mysql_binlog/server.hpp"
#include "sim/engine/sleep.hpp"
#include "sim/engine/timeout.hpp"

namespace writepath::mysql {

namespace {
/// A dump thread hands the socket at most so much at a time (MySQL reads its binlog in blocks;
/// assumption, range 8 to 256 kB: it bounds a message, not the rate).
constexpr std::uint64_t largest_send_bytes = std::uint64_t{64} * 1024;
}  // namespace

Source::Source(Cluster& cluster, Node& node, Disk& disk, BufferPool& buffer_pool, LogPlace log)
    : cluster_(cluster),
      node_(node),
      disk_(disk),
      buffer_pool_(buffer_pool),
      row_locks_(cluster.queue(), from_s(cluster.options.innodb_lock_wait_timeout_s)),
      undo_(cluster.context, node.id(), row_locks_, *this),
      pipeline_(make_pipeline(cluster, node, disk, row_locks_, log)),
      flow_control_(cluster.options),
      send_buffer_drained_(cluster.queue()) {}

// ---- statements

Task<bool> Source::execute(ServerSession& session) {
  const TransactionType& type = cluster_.context.type_of(session.txn.type);
  const TimeNs arrived = cluster_.now();
  session.statement_began = node_.local_time();
  const DurationNs work = from_us(type.statement_work_us());
  const DurationNs cpu = node_.cpu().time_of(work);
  co_await node_.cpu().serve(work);
  session.breakdown[CommitPart::execute] += cpu;
  session.breakdown[CommitPart::cpu_queue] += cluster_.now() - arrived - cpu;
  const TimeNs asked = cluster_.now();
  const bool locked = co_await lock_rows(session);
  session.breakdown[CommitPart::lock_wait] += cluster_.now() - asked;
  session.waited_for_lock |= cluster_.now() > asked;
  if (!locked) {
    roll_back(session.txn.id);
    co_return false;
  }
  if (session.statements_done == 0) {
    // Pages change in the buffer pool; the mini-transactions' redo lies in the log buffer.
    const TimeNs changing_since = cluster_.now();
    co_await buffer_pool_.change_pages(session.txn, static_cast<std::uint64_t>(type.redo_bytes));
    session.breakdown[CommitPart::execute] += cluster_.now() - changing_since;
    pipeline_->passed(session.txn, Step::buffer_pool_changed);
    pipeline_->passed(session.txn, Step::redo_buffered);
  }
  // Its redo is appended at its commit only; a real one's is in the file with what came before it.
  if (type.rows_written > 0)
    disk_.undo.changed(session.txn, changes_after(type, session.statements_done + 1),
                       disk_.redo.end());
  co_return true;
}

Task<bool> Source::lock_rows(ServerSession& session) {
  const TransactionType& type = cluster_.context.type_of(session.txn.type);
  const RowRange rows = rows_of(type, session.statements_done);
  for (std::uint32_t i = rows.begin; i < rows.end; ++i) {
    const Key row = cluster_.context.keys().key(session.txn.key_seed, i);
    if (row_locks_.try_lock(session.txn.id, row)) continue;
    const RowLocks::Result result = co_await row_locks_.lock(session.txn.id, row);
    if (result == RowLocks::Result::granted) continue;
    const bool deadlock = result == RowLocks::Result::deadlock;
    cluster_.context.state(
        RolledBack{cluster_.now(), node_.id(), session.txn.id,
                   deadlock ? RollbackReason::deadlock : RollbackReason::lock_wait_timeout});
    co_return false;
  }
  co_return true;
}

Task<ReadResult> Source::read(ReadRequest request) {
  co_await node_.cpu().serve(request.cpu);
  co_return ReadResult{true, committed()};
}

// ---- commit

Task<Outcome> Source::commit(ServerSession& session) {
  ++commits_under_way_;
  const TimeNs arrived = cluster_.now();
  const DurationNs work = from_us(cluster_.options.commit_cpu_us);
  const DurationNs cpu = node_.cpu().time_of(work);
  co_await node_.cpu().serve(work);
  session.breakdown[CommitPart::execute] += cpu;
  session.breakdown[CommitPart::cpu_queue] += cluster_.now() - arrived - cpu;

  Committer me(cluster_.queue(), session);
  me.entered_at = cluster_.now();
  // Prepared: from here on it holds all its locks, so whatever has committed by now is before it.
  me.commit_parent = committed().seq.value;
  co_await pipeline_->commit(me);
  const DurationNs delay = flow_control_.delay();
  if (delay > 0) {
    co_await sleep_for(cluster_.queue(), delay);
    session.breakdown[CommitPart::order_wait] += delay;
  }
  --commits_under_way_;
  co_return Outcome::committed;
}

// ---- the dump thread

void Source::start_dump(std::uint32_t link, LogPlace from) {
  cluster_.links[link].is_dumped_to = true;
  if (cluster_.links[link].acknowledges) pipeline_->semi_sync().connected();
  end_earlier_dumps(link);
  node_.scope().spawn(dump(link, from.seq.value));
  Cluster* const cluster = &cluster_;
  Source* const self = this;
  cluster_.context.network().on_closed(cluster_.links[link].connection, node_.id(),
                                       [cluster, self, link, source = node_.id()] {
                                         // Unless another incarnation, or another role, has taken
                                         // this one's place.
                                         if (cluster->server(source).source() == self)
                                           self->dump_ended(link);
                                       });
}

void Source::dump_ended(std::uint32_t link) {
  if (!std::exchange(cluster_.links[link].is_dumped_to, false)) return;
  if (cluster_.links[link].acknowledges) pipeline_->semi_sync().disconnected();
}

// A replica that connects anew has given up its last connection, whatever the source knows of that
// (sql/rpl_source.cc, kill_zombie_dump_threads).
void Source::end_earlier_dumps(std::uint32_t link) {
  const ReplicationLink& now = cluster_.links[link];
  for (std::uint32_t i = 0; i < link; ++i) {
    const ReplicationLink& earlier = cluster_.links[i];
    if (!earlier.is_dumped_to || earlier.replica != now.replica || earlier.source != now.source ||
        earlier.source_incarnation != now.source_incarnation)
      continue;
    cluster_.context.network().close(earlier.connection, node_.id());
    dump_ended(i);
  }
}

std::uint64_t Source::event_bytes(LogPlace place) const {
  return binlog_bytes_of(cluster_, cluster_.content.at(place).txn) +
         static_cast<std::uint64_t>(cluster_.options.binlog_event_header_bytes);
}

// A source that was paused, or whose packets got lost, sends on a connection that its replica has
// given up long ago, and what that replica has got from another source since.
bool Source::sent_in_vain(const ReplicationLink& link, LogPlace next) const {
  if (cluster_.content.holds(next)) return false;
  WRITEPATH_CHECK(!cluster_.context.network().is_open(link.connection, link.replica),
                  "a replica waits for a binlog event that it was not said to need");
  return true;
}

Task<> Source::dump(std::uint32_t link_index, std::uint64_t sent) {
  const auto send_buffer_bytes = static_cast<std::uint64_t>(cluster_.options.send_buffer_mb * 1e6);
  const DurationNs heartbeat_period = cluster_.options.source_heartbeat_period_s > 0
                                          ? from_s(cluster_.options.source_heartbeat_period_s)
                                          : longest_run;
  const DurationNs packet_cpu = from_us(cluster_.options.dump_packet_cpu_us);
  std::uint64_t sent_of_next = 0;  // bytes of the transaction after `sent`, if it goes in parts
  for (;;) {
    if (pipeline_->sendable().value() <= sent) {
      const bool more = co_await with_timeout(
          cluster_.queue(), pipeline_->sendable().reaches(sent + 1), heartbeat_period);
      if (!more) {
        if (!cluster_.context.network().is_open(cluster_.links[link_index].connection, node_.id()))
          co_return;
        send_heartbeat(link_index);
        continue;
      }
    }
    ReplicationLink& link = cluster_.links[link_index];
    while (link.in_flight_bytes >= send_buffer_bytes) co_await send_buffer_drained_.wait();
    if (!cluster_.context.network().is_open(link.connection, node_.id())) co_return;

    const LogPlace log = end();
    if (sent_in_vain(link, cluster_.lineages.cut(log, CommitSeq{sent + 1}))) co_return;
    std::uint64_t bytes = 0, to = sent;
    while (to < pipeline_->sendable().value() && bytes < largest_send_bytes) {
      const std::uint64_t left =
          event_bytes(cluster_.lineages.cut(log, CommitSeq{to + 1})) - sent_of_next;
      const bool large = sent_of_next > 0 || left > largest_send_bytes;
      if (large && bytes > 0) break;
      const std::uint64_t part = large ? std::min(left, largest_send_bytes) : left;
      bytes += part;
      sent_of_next = part < left ? sent_of_next + part : 0;
      if (part < left) break;
      ++to;
    }
    if (packet_cpu > 0) co_await node_.cpu().serve(packet_cpu);
    link.in_flight_bytes += bytes;
    Cluster* const cluster = &cluster_;
    // What a receiver gets of a large transaction is no transaction before its last part.
    const LogPlace last = cluster_.lineages.cut(log, CommitSeq{to});
    cluster_.context.network().send(
        link.connection, node_.id(), bytes, Traffic::binlog,
        [cluster, link_index, bytes = static_cast<std::uint32_t>(bytes), last,
         clock = node_.local_time()] { receive_events(*cluster, link_index, bytes, last, clock); },
        {.first = sent, .last = last.seq.value});
    sent = to;
  }
}

// Header and log name (assumption, range 40 to 100 bytes).
void Source::send_heartbeat(std::uint32_t link) {
  constexpr std::uint64_t heartbeat_bytes = 60;
  Cluster* const cluster = &cluster_;
  cluster_.context.network().send(
      cluster_.links[link].connection, node_.id(), heartbeat_bytes, Traffic::control,
      [cluster, link, clock = node_.local_time()] { receive_heartbeat(*cluster, link, clock); });
}

}  // namespace writepath::mysql
