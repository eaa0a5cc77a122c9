#include "models/mysql_binlog/applier.hpp"

#include "sim/engine/timeout.hpp"

namespace writepath::mysql {

namespace {

// What recovery found, and what had been committed beyond it before (gaps that are closed now).
LogPlace found_applied(const Cluster& cluster, Disk& disk) {
  const LogPlace log = disk.transactions(cluster.lineages);
  disk.executed.raise(log.seq.value);
  if (disk.executed.mark() == log.seq.value) return log;
  return cluster.lineages.cut(disk.received(cluster.lineages), CommitSeq{disk.executed.mark()});
}

}  // namespace

Applier::Applier(Cluster& cluster, Node& node, Disk& disk, BufferPool& buffer_pool,
                 RelayLog& relay_log)
    : cluster_(cluster),
      options_(cluster.options),
      node_(node),
      disk_(disk),
      buffer_pool_(buffer_pool),
      relay_log_(relay_log),
      applied_(found_applied(cluster, disk)),
      applied_mark_(cluster.queue(), applied_.seq.value),
      delay_(cluster.options.source_delay(node.name())),
      delay_ended_(cluster.queue()) {}

void Applier::end_delay() {
  delay_ = 0;
  delay_ended_.notify_all();
}

std::optional<TimeNs> Applier::oldest_timestamp() const {
  if (applied_.seq == relay_log_.end.seq) return std::nullopt;
  const CommitSeq oldest{applied_.seq.value + 1};
  return cluster_.content.at(cluster_.lineages.cut(relay_log_.end, oldest)).timestamp;
}

// Its own clock may run at another speed than true time, so it looks again when the time is up.
Task<> Applier::until_due(TimeNs written_at) {
  while (delay_ > 0) {
    const DurationNs left = written_at + delay_ - node_.local_time();
    if (left <= 0) co_return;
    co_await with_timeout(cluster_.queue(), delay_ended_.wait(), left);
  }
}

DurationNs Applier::work_of(const TransactionType& type) const {
  const ApplierOptions& cost = cluster_.options.applier;
  const double rows_us = cost.row_us * static_cast<double>(type.rows_written);
  return from_us(cost.transaction_us + rows_us + 1e6 * type.ddl_s);
}

void Applier::state_progress(ReplicaStage stage, LogPlace place) {
  cluster_.context.state(ReplicaProgress{cluster_.now(), node_.id(), stage, place});
}

void Applier::committed_up_to(LogPlace place) {
  applied_ = place;
  // Matters only where the binlog may lose what the redo log keeps.
  if (!options_.flushes_everything()) disk_.redo.committed(place.seq.value);
  state_progress(ReplicaStage::applied, place);
  state_progress(ReplicaStage::visible, place);
  applied_mark_.advance(place.seq.value);
}

std::unique_ptr<Applier> make_applier(Cluster& cluster, Node& node, Disk& disk,
                                      BufferPool& buffer_pool, RelayLog& relay_log) {
  return cluster.options.applies_in_parallel()
             ? make_parallel_applier(cluster, node, disk, buffer_pool, relay_log)
             : make_single_applier(cluster, node, disk, buffer_pool, relay_log);
}

}  // namespace writepath::mysql
