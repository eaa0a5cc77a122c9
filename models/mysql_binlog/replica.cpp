#include "models/mysql_binlog/replica.hpp"

#include "models/mysql_binlog/flow_control.hpp"
#include "models/mysql_binlog/monitor_questions.hpp"
#include "models/mysql_binlog/server.hpp"
#include "sim/engine/sleep.hpp"
#include "sim/engine/timeout.hpp"

namespace writepath::mysql {

Replica::Replica(Cluster& cluster, Node& node, Disk& disk, BufferPool& buffer_pool)
    : cluster_(cluster),
      node_(node),
      disk_(disk),
      relay_log_(cluster.queue(), disk.received(cluster.lineages)),
      applier_(make_applier(cluster, node, disk, buffer_pool, relay_log_)),
      packets_(cluster.queue()),
      source_changed_(cluster.queue()),
      acknowledges_(cluster.options.semi_sync != SemiSyncMode::off &&
                    cluster.options.acknowledges(node.name())) {}

void Replica::start() {
  node_.scope().spawn(receiver(receiver_));
  if (cluster_.options.receiver_packet_cpu_us > 0) node_.scope().spawn(take_packets());
  applier_->start();
  node_.scope().spawn(report_seconds_behind_source(cluster_, node_, *this));
  if (cluster_.options.flow_control) node_.scope().spawn(report_applied());
}

Task<ReadResult> Replica::read(ReadRequest request) {
  co_await node_.cpu().serve(request.cpu);
  co_return ReadResult{true, applied()};
}

// ---- receiver

// The replica connects, names its position (GTID auto-position), and from then on the source's
// dump thread pushes. A connection that is lost is opened again at once; if that fails, or has come
// to nothing before, after source_connect_retry_s (sql/rpl_replica.cc, try_to_reconnect).
Task<> Replica::receiver(std::uint32_t me) {
  const DurationNs retry = from_s(cluster_.options.source_connect_retry_s);
  while (!stopped_) {
    const NodeId source = disk_.source;
    dialling_ = true;
    const Dialled dialled = co_await cluster_.context.network().dial(
        node_.id(), source, from_s(cluster_.options.replica_net_timeout_s));
    if (stopped_ || me != receiver_) {
      if (dialled.result == DialResult::connected)
        cluster_.context.network().close(dialled.connection, node_.id());
      co_return;
    }
    dialling_ = false;
    if (dialled.result == DialResult::connected && disk_.source == source) {
      link_ = open_link(cluster_, source, node_.id(), dialled.connection);
      connected_ = true;
      heard_ = false;
      ++connects_;
      last_heard_ = cluster_.now();
      request_dump(cluster_, link_, relay_log_.end);
      co_await until_connection_ends();
      disconnect();
      if (disk_.needs_copy) co_return;  // the server rebuilds it
      if (disk_.source != source || connects_ <= 1) continue;
    }
    co_await with_timeout(cluster_.queue(), source_changed_.wait(), retry);
  }
}

// It is lost, another source is named, or the source was silent for replica_net_timeout_s: dump
// threads send heartbeat events, so that only a dead connection is.
Task<> Replica::until_connection_ends() {
  const DurationNs timeout = from_s(cluster_.options.replica_net_timeout_s);
  for (;;) {
    const DurationNs left = last_heard_ + timeout - cluster_.now();
    if (left <= 0) co_return;
    const bool ended = co_await with_timeout(cluster_.queue(), source_changed_.wait(), left);
    if (ended) co_return;
  }
}

// On connecting, a receiver asks for the source's clock (SELECT UNIX_TIMESTAMP()); here the answer
// comes with the first packet.
void Replica::hear(std::uint32_t link, TimeNs source_clock) {
  if (!is_current(link)) return;
  last_heard_ = cluster_.now();
  connects_ = 0;
  if (std::exchange(heard_, true)) return;
  clock_diff_s_ = whole_seconds(node_.local_time()) - whole_seconds(source_clock);
}

void Replica::receive(std::uint32_t link, LogPlace last, std::uint64_t bytes) {
  const Packet packet{link, last, bytes};
  if (!is_current(link)) return;
  if (cluster_.options.receiver_packet_cpu_us > 0)
    packets_.push(packet);
  else
    write_relay_log(packet);
}

Task<> Replica::take_packets() {
  for (;;) {
    const Packet packet = co_await packets_.receive();
    co_await node_.cpu().serve(from_us(cluster_.options.receiver_packet_cpu_us));
    write_relay_log(packet);
  }
}

void Replica::write_relay_log(const Packet& packet) {
  const auto& [link, last, bytes] = packet;
  // What the socket holds is read even if the connection has been closed meanwhile.
  if (link != link_ || stopped_) return;
  const TimeNs now = cluster_.now();
  disk_.relay_epoch = last.epoch;
  disk_.relay_log.append(bytes, last.seq.value);
  if (last == relay_log_.end) return;  // a part of a large transaction
  relay_log_.end = last;
  cluster_.context.state(ReplicaProgress{now, node_.id(), ReplicaStage::received, last});
  relay_log_.readable.advance(last.seq.value);
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
  if (!acknowledges_ || !is_current(link)) return;
  Cluster* const cluster = &cluster_;
  cluster_.context.network().send(
      cluster_.links[link].connection, node_.id(),
      static_cast<std::uint64_t>(cluster_.options.replica_ack_bytes), Traffic::ack,
      [cluster, link, ack] { receive_ack(*cluster, link, ack); }, {.last = ack.seq});
}

void Replica::refused(std::uint32_t link, bool errant) {
  if (!is_current(link)) return;
  if (errant) disk_.needs_copy = true;
  source_changed_.notify_all();
  if (errant) rebuild(cluster_, node_.id());
}

void Replica::abandon() {
  stopped_ = true;
  applier_->stop();
}

void Replica::change_source(NodeId source) {
  if (connected_ && disk_.source == source) return;  // a monitor that restarted says it again
  disk_.source = source;
  source_changed_.notify_all();
  // STOP REPLICA ends an attempt that is under way.
  if (dialling_ && !stopped_) node_.scope().spawn(receiver(++receiver_));
}

void Replica::disconnect() {
  if (!connected_) return;
  connected_ = false;
  cluster_.context.network().close(cluster_.links[link_].connection, node_.id());
}

// ---- promotion

Task<> Replica::answer_when_applied(ReplyPath path, CommitSeq position) {
  const CommitSeq wanted = std::max(position, relay_log_.end.seq);
  co_await applier_->applied_mark().reaches(wanted.value);
  path.answer(true);
}

Task<> Replica::drain() {
  stopped_ = true;
  source_changed_.notify_all();
  disconnect();
  applier_->end_delay();
  co_await applier_->applied_mark().reaches(relay_log_.end.seq.value);
}

void Replica::stop() {
  stopped_ = true;
  source_changed_.notify_all();
  disconnect();
  applier_->stop();
}

// The greeting must have come before the monitor asks for the verdict: half of its own patience.
Task<> Replica::look_at_source() {
  if (!connected_) co_return;
  const std::uint32_t link = link_;
  const std::optional<bool> greeted =
      co_await ask<bool>(cluster_.context, node_.id(), disk_.source,
                         from_s(cluster_.options.detector.timeout_s) / 2, Greet{&cluster_});
  if (!greeted.has_value() && is_current(link)) source_changed_.notify_all();
}

// For the source's flow control.
Task<> Replica::report_applied() {
  for (;;) {
    co_await sleep_for(cluster_.queue(), apply_report_interval);
    if (stopped_) co_return;
    if (connected_) mysql::report_applied(cluster_, link_, applied().seq);
  }
}

}  // namespace writepath::mysql
