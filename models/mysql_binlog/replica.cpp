#include "models/mysql_binlog/replica.hpp"

#include "models/mysql_binlog/flow_control.hpp"
#include "models/mysql_binlog/server.hpp"
#include "sim/engine/sleep.hpp"
#include "sim/engine/timeout.hpp"

namespace writepath::mysql {

Replica::Replica(Cluster& cluster, Node& node, Disk& disk, BufferPool& buffer_pool)
    : cluster_(cluster),
      node_(node),
      disk_(disk),
      buffer_pool_(buffer_pool),
      received_(disk.received(cluster.lineages)),
      applied_(disk.transactions(cluster.lineages)),
      relay_end_(cluster.queue(), received_.seq.value),
      applied_mark_(cluster.queue(), applied_.seq.value),
      source_changed_(cluster.queue()) {}

void Replica::start() {
  node_.scope().spawn(receiver());
  node_.scope().spawn(applier());
  node_.scope().spawn(lag_meter());
  if (cluster_.options.flow_control) node_.scope().spawn(report_applied());
}

Task<ReadResult> Replica::read(ReadRequest request) {
  co_await node_.cpu().serve(request.cpu);
  co_return ReadResult{true, applied_};
}

// ---- receiver ----------------------------------------------------------------------------------

// The replica connects, names its position (GTID auto-position), and from then on the source's
// dump thread pushes. Without a source it tries again every source_connect_retry_s.
Task<> Replica::receiver() {
  const DurationNs retry = from_s(cluster_.options.source_connect_retry_s);
  while (!stopped_) {
    const NodeId source = disk_.source;
    const Dialled dialled = co_await cluster_.context.network().dial(node_.id(), source, retry);
    if (stopped_) co_return;
    if (dialled.result == DialResult::connected && disk_.source == source) {
      link_ = open_link(cluster_, source, node_.id(), dialled.connection);
      connected_ = true;
      request_dump(cluster_, link_, received_);
      co_await until_source_is_lost();
      disconnect();
      if (disk_.needs_copy) co_return;  // the server rebuilds it
      if (disk_.source != source) continue;
    }
    co_await with_timeout(cluster_.queue(), source_changed_.wait(), retry);
  }
}

// A source that restarts without a word (its host died) leaves the replica with a connection that
// says nothing any more.
Task<> Replica::until_source_is_lost() {
  const DurationNs limit = from_s(cluster_.options.replica_net_timeout_s);
  heard_at_ = cluster_.now();
  while (heard_at_ + limit > cluster_.now()) {
    const bool changed = co_await with_timeout(cluster_.queue(), source_changed_.wait(),
                                               heard_at_ + limit - cluster_.now());
    if (changed) co_return;
  }
}

void Replica::heartbeat(std::uint32_t link) {
  if (is_current(link)) heard_at_ = cluster_.now();
}

void Replica::receive(std::uint32_t link, LogPlace last, std::uint64_t bytes) {
  if (!is_current(link) || stopped_) return;
  const TimeNs now = cluster_.now();
  heard_at_ = now;
  received_ = last;
  disk_.relay_epoch = last.epoch;
  disk_.relay_log.append(bytes, last.seq.value);
  cluster_.context.state(ReplicaProgress{now, node_.id(), ReplicaStage::received, last});
  relay_end_.advance(last.seq.value);
  if (cluster_.options.semi_sync == SemiSyncMode::off) return;
  const ReplicaAck ack{last.seq.value, now, now, 0};
  if (cluster_.options.sync_relay_log)
    node_.scope().spawn(acknowledge_when_flushed(link, ack));
  else
    acknowledge(link, ack);
}

Task<> Replica::acknowledge_when_flushed(std::uint32_t link, ReplicaAck ack) {
  co_await disk_.relay_log.flush();
  ack.replied_at = cluster_.now();
  acknowledge(link, ack);
}

void Replica::acknowledge(std::uint32_t link, const ReplicaAck& ack) {
  if (!is_current(link)) return;
  Cluster* const cluster = &cluster_;
  cluster_.context.network().send(cluster_.links[link].connection, node_.id(),
                                  static_cast<std::uint64_t>(cluster_.options.replica_ack_bytes),
                                  Traffic::ack,
                                  [cluster, link, ack] { receive_ack(*cluster, link, ack); });
}

void Replica::refused(std::uint32_t link, bool errant) {
  if (!is_current(link)) return;
  if (errant) disk_.needs_copy = true;
  source_changed_.notify_all();
  if (errant) rebuild(cluster_, node_.id());
}

void Replica::change_source(NodeId source) {
  disk_.source = source;
  source_changed_.notify_all();
}

void Replica::disconnect() {
  if (!connected_) return;
  connected_ = false;
  cluster_.context.network().close(cluster_.links[link_].connection, node_.id());
}

// ---- applier -----------------------------------------------------------------------------------

Task<> Replica::applier() {
  for (;;) {
    const CommitSeq next{applied_.seq.value + 1};
    co_await relay_end_.reaches(next.value);
    const LogPlace place = cluster_.lineages.cut(received_, next);
    co_await apply(place);
  }
}

// One transaction, as a commit of its own in the replica's storage: pages in the buffer pool, redo
// flushed, its own binlog (log_replica_updates) flushed; then it can be read.
Task<> Replica::apply(LogPlace place) {
  const BinlogEvent event = cluster_.content.at(place);
  const TransactionType& type = cluster_.context.type_of(event.txn.type);
  const ApplierOptions& cost = cluster_.options.applier;
  applying_timestamp_ = event.timestamp;
  cluster_.context.state(
      ReplicaProgress{cluster_.now(), node_.id(), ReplicaStage::apply_started, place});

  const bool full = cost.cost == ApplierOptions::Cost::full;
  if (full) {
    const double work_us =
        cost.transaction_us + cost.row_us * static_cast<double>(type.rows_written);
    co_await node_.cpu().serve(from_us(work_us));
  }
  co_await buffer_pool_.change_pages(event.txn, static_cast<std::uint64_t>(type.redo_bytes));
  disk_.redo.prepared(place.seq.value,
                      disk_.redo.append(static_cast<std::uint64_t>(type.redo_bytes)));
  if (full)
    co_await disk_.redo.flush();
  else
    disk_.redo.write();
  disk_.binlog_epoch = place.epoch;
  disk_.binlog.append(binlog_bytes_of(cluster_, event.txn), place.seq.value);
  if (full) co_await disk_.binlog.flush();

  applied_ = place;
  const TimeNs now = cluster_.now();
  cluster_.context.state(ReplicaProgress{now, node_.id(), ReplicaStage::applied, place});
  cluster_.context.state(ReplicaProgress{now, node_.id(), ReplicaStage::visible, place});
  applied_mark_.advance(place.seq.value);
}

Task<> Replica::answer_when_applied(ReplyPath path) {
  co_await applied_mark_.reaches(received_.seq.value);
  path.answer(true);
}

Task<> Replica::drain() {
  stopped_ = true;
  source_changed_.notify_all();
  disconnect();
  co_await applied_mark_.reaches(received_.seq.value);
}

// Seconds_Behind_Source, once a second: the replica's clock less the time stamp of the event that
// is being applied; 0 when the relay log is drained, whatever the receiver still lacks.
Task<> Replica::lag_meter() {
  for (;;) {
    co_await sleep_for(cluster_.queue(), ns_per_s);
    if (stopped_) co_return;
    const bool drained = applied_.seq == received_.seq;
    const DurationNs behind = drained ? 0 : node_.local_time() - applying_timestamp_;
    const DurationNs whole_seconds = std::max<DurationNs>(behind / ns_per_s, 0) * ns_per_s;
    cluster_.context.state(
        LagReported{cluster_.now(), node_.id(), "seconds_behind_source", whole_seconds});
  }
}

// For the source's flow control.
Task<> Replica::report_applied() {
  for (;;) {
    co_await sleep_for(cluster_.queue(), apply_report_interval);
    if (stopped_) co_return;
    if (connected_) mysql::report_applied(cluster_, link_, applied_.seq);
  }
}

}  // namespace writepath::mysql
