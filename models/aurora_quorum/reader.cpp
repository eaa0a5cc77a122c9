#include "models/aurora_quorum/reader.hpp"

#include <algorithm>

#include "models/aurora_quorum/instance.hpp"
#include "sim/engine/timeout.hpp"

namespace writepath::aurora {

namespace {
// How a reader keeps to its source: assumption, range 0.1 to 5 s each.
constexpr DurationNs dial_timeout = from_s(1);
constexpr DurationNs retry_after = from_ms(200);
constexpr DurationNs check_source_every = from_s(1);
constexpr DurationNs silence_at_most = 3 * stream_heartbeat;
constexpr DurationNs report_lag_every = from_s(1);
}  // namespace

Reader::Reader(Instance& instance, Cluster& cluster, bool attached)
    : instance_(instance),
      cluster_(cluster),
      id_(instance.id()),
      pages_(instance.pages()),
      serves_(attached),
      fresh_(!attached),
      closed_(cluster.queue()),
      ready_(cluster.queue()) {
  if (attached) log_ = cluster.volume.log(epoch_);
}

void Reader::stop() {
  stopped_ = true;
  cluster_.network().close(connection_, id_);
  closed_.notify_all();
}

bool Reader::is_connected() const { return cluster_.network().is_open(connection_, id_); }

// ---- where the redo comes from

NodeId Reader::choose_source() {
  if (cluster_.options.log_source == Options::LogSource::writer) {
    const NodeId writer = cluster_.volume.writer();
    return writer == id_ ? no_node : writer;
  }
  const std::vector<std::uint16_t>& copies = instance_.nearest_copies();
  for (std::size_t i = 0; i < copies.size(); ++i) {  // the nearest one that answers
    source_copy_ = copies[attempts_++ % copies.size()];
    if (cluster_.memberships.holds_all(source_copy_)) break;
  }
  return cluster_.storage[source_copy_]->id();
}

bool Reader::source_is_right() const {
  return cluster_.options.log_source == Options::LogSource::storage ||
         cluster_.volume.writer() == source_;
}

Task<> Reader::follow() {
  EventQueue& queue = cluster_.queue();
  Network& network = cluster_.network();
  while (!stopped_) {
    source_ = choose_source();
    if (source_ != no_node) {
      const Dialled dialled = co_await network.dial(id_, source_, dial_timeout);
      if (dialled.result == DialResult::connected && !stopped_) {
        connection_ = dialled.connection;
        network.on_closed(connection_, id_, [this] { closed_.notify_all(); });
        send_subscription();
        heard_at_ = queue.now();
        while (is_connected() && source_is_right() && queue.now() < heard_at_ + silence_at_most)
          co_await with_timeout(queue, closed_.wait(), check_source_every);
        network.close(connection_, id_);
      }
    }
    if (!stopped_) co_await sleep_for(queue, retry_after);
  }
}

/// What had arrived beyond `applied_` is asked for again.
void Reader::send_subscription() {
  received_ = applied_;
  bytes_received_ = 0;
  ++subscription_;
  const std::uint64_t from = log_ ? applied_ : none;
  if (cluster_.options.log_source == Options::LogSource::writer) {
    Instance* const writer = cluster_.instance_at(source_);
    cluster_.network().send(connection_, id_, control_bytes, Traffic::control,
                            [writer, from, reader = instance_.index(), number = subscription_,
                             at = connection_] { writer->subscribed(reader, number, at, from); });
  } else {
    StorageNode* const node = cluster_.storage[source_copy_].get();
    cluster_.network().send(connection_, id_, control_bytes, Traffic::control,
                            [node, from, reader = instance_.index(), number = subscription_,
                             at = connection_] { node->subscribe(reader, number, at, from); });
  }
}

// ---- what arrives

void Reader::receive(const StreamMessage& message) {
  if (message.subscription != subscription_ || stopped_) return;
  heard_at_ = cluster_.now();
  attempts_ = 0;
  if (!log_ || message.epoch != epoch_) change_epoch(message.epoch);
  if (!log_) return;
  bytes_received_ += redo_between(*log_, message.after, message.to);
  if (message.after > received_ || fresh_) anchor_at(std::min(message.after, message.vdl));
  received_ = std::max(received_, message.to);
  known_vdl_ = std::max(known_vdl_, message.vdl);
  stamp_ = message.stamp;

  const LogPlace place = commit_up_to(received_commit_, received_);
  if (place > received_place_) {
    received_place_ = place;
    cluster_.context.state(ReplicaProgress{cluster_.now(), id_, ReplicaStage::received, place});
  }
  ready_.advance(std::min(received_, known_vdl_));
  if (known_vdl_ <= applied_) report_lag(stamp_);
  if (fresh_ || !serves_) {
    instance_.reader_serves();
    fresh_ = false;
    serves_ = true;
  }
}

/// The log of a new writer: as the old one up to what was durable, and what was applied was
/// durable.
void Reader::change_epoch(Epoch epoch) {
  const std::shared_ptr<Log>& log = cluster_.volume.log(epoch);
  if (!log || epoch < epoch_) return;
  if (log_) received_ = cluster_.volume.truncated(received_, epoch_, epoch);
  // Where the commits that the log still holds begin, if that is later; then it is stated when redo
  // comes.
  const LogPlace place = log->commit_at(received_);
  received_commit_ = place.seq.value;
  if (place.seq < received_place_.seq) received_place_ = place;
  log_ = log;
  epoch_ = epoch;
  next_record_ = log->record_after(applied_);
}

/// The view begins here: what the buffer pool held before is not brought up to date, and goes.
void Reader::anchor_at(std::uint64_t lsn) {
  if (lsn < applied_) return;
  if (lsn > applied_) pages_.clear();
  received_ = std::max(received_, lsn);
  applied_ = lsn;
  next_record_ = log_->record_after(lsn);
  ready_.advance(lsn);
  const LogPlace place = commit_up_to(visible_commit_, lsn);
  if (place <= visible_) return;
  visible_ = place;
  for (const ReplicaStage stage : {ReplicaStage::received, ReplicaStage::apply_started,
                                   ReplicaStage::applied, ReplicaStage::visible})
    cluster_.context.state(ReplicaProgress{cluster_.now(), id_, stage, place});
  received_place_ = std::max(received_place_, place);
}

LogPlace Reader::commit_up_to(std::uint64_t& cursor, std::uint64_t lsn) const {
  const Ring<Commit>& commits = log_->commits();
  if (cursor + 1 < commits.begin()) cursor = commits.begin() - 1;
  while (commits.holds(cursor + 1) && commits[cursor + 1].lsn <= lsn) ++cursor;
  return log_->place_of(cursor);
}

// ---- applying

Task<> Reader::apply() {
  ModelContext& context = cluster_.context;
  const DurationNs each = from_us(cluster_.options.reader.apply_us_per_record);
  std::uint64_t seen = 0;
  while (true) {
    co_await ready_.reaches(seen + 1);
    seen = ready_.value();
    // Up to VDL, a consistency point, or else up to the last whole mini-transaction that is here.
    const std::shared_ptr<Log> log = log_;
    const Ring<Record>& records = log->records();
    std::uint64_t to = seen == known_vdl_ ? seen : applied_;
    std::uint64_t next = std::max(next_record_, records.begin());
    std::uint32_t applied = 0, discarded = 0, to_apply = 0, to_discard = 0;
    for (std::uint64_t n = next; n < records.end() && records[n].lsn <= seen; ++n) {
      pages_.holds(records[n].page) ? ++to_apply : ++to_discard;
      if (!records[n].ends_mtr) continue;
      applied += std::exchange(to_apply, 0);
      discarded += std::exchange(to_discard, 0);
      next = n + 1;
      to = std::max(to, records[n].lsn);
    }
    if (to <= applied_) continue;
    const TimeNs stamp = stamp_;
    const bool current = to == known_vdl_;
    const LogPlace place = commit_up_to(visible_commit_, to);
    const bool shows_more = place > visible_;
    if (shows_more)
      context.state(ReplicaProgress{cluster_.now(), id_, ReplicaStage::apply_started, place});
    if (applied > 0 && each > 0) co_await instance_.node().cpu().serve(applied * each);
    if (stopped_) co_return;
    if (to <= applied_) continue;  // anchored further on in the meantime
    next_record_ = next;
    applied_ = to;
    if (applied + discarded > 0) context.state(RecordsMet{cluster_.now(), id_, applied, discarded});
    if (shows_more) {
      visible_ = place;
      context.state(ReplicaProgress{cluster_.now(), id_, ReplicaStage::applied, place});
      context.state(ReplicaProgress{cluster_.now(), id_, ReplicaStage::visible, place});
    }
    if (current) report_lag(stamp);
  }
}

/// CloudWatch's AuroraReplicaLag: the age of the newest state of the writer that is shown here.
void Reader::report_lag(TimeNs stamp) {
  const TimeNs now = cluster_.now();
  if (now < lag_reported_at_ + report_lag_every) return;
  lag_reported_at_ = now;
  cluster_.context.state(
      LagReported{now, id_, "aurora_replica_lag", instance_.node().local_time() - stamp});
}

}  // namespace writepath::aurora
