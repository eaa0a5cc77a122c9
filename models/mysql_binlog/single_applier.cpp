// One applier thread: one transaction after the other, each a commit of its own in the replica's
// storage. It has nobody to share a flush with.
#include "models/mysql_binlog/applier.hpp"
#include "models/mysql_binlog/server.hpp"
#include "models/mysql_binlog/sync_schedule.hpp"

namespace writepath::mysql {

namespace {

class SingleApplier final : public Applier {
 public:
  using Applier::Applier;
  void start() override { node_.scope().spawn(run()); }

 private:
  Task<> run();
  Task<> apply(LogPlace place);

  SyncSchedule sync_schedule_{options_.sync_binlog};
};

Task<> SingleApplier::run() {
  while (!stopped_) {
    const CommitSeq next{applied().seq.value + 1};
    co_await relay_log_.readable.reaches(next.value);
    const LogPlace place = cluster_.lineages.cut(relay_log_.end, next);
    if (is_delayed()) co_await until_due(cluster_.content.at(place).written_at);
    if (!stopped_) co_await apply(place);
  }
}

// Pages in the buffer pool, redo flushed, its own binlog (log_replica_updates) flushed; then it can
// be read.
Task<> SingleApplier::apply(LogPlace place) {
  const Transaction txn = cluster_.content.at(place).txn;
  const TransactionType& type = cluster_.context.type_of(txn.type);
  const auto redo_bytes = static_cast<std::uint64_t>(type.redo_bytes);
  state_progress(ReplicaStage::apply_started, place);

  const bool full = options_.applier.cost == ApplierOptions::Cost::full;
  if (full) co_await node_.cpu().serve(work_of(type));
  co_await buffer_pool_.change_pages(txn, redo_bytes);
  if (stopped_) co_return;
  disk_.redo.prepared(place.seq.value, disk_.redo.append(redo_bytes));
  if (full && options_.redo_flush() == RedoFlush::at_commit) {
    co_await disk_.redo.flush();
    co_await node_.cpu().turn();
  } else if (!full || options_.redo_flush() == RedoFlush::write_at_commit) {
    disk_.redo.write();
  }
  if (stopped_) co_return;
  disk_.binlog_epoch = place.epoch;
  disk_.binlog.append(binlog_bytes_of(cluster_, txn), place.seq.value);
  if (full && sync_schedule_.pass()) {
    co_await disk_.binlog.flush();
    co_await node_.cpu().turn();
  } else if (!full) {
    disk_.cut_to(place);  // free, not forgetful: as if both had been flushed
  }
  if (!stopped_) committed_up_to(place);
}

}  // namespace

std::unique_ptr<Applier> make_single_applier(Cluster& cluster, Node& node, Disk& disk,
                                             BufferPool& buffer_pool, RelayLog& relay_log) {
  return std::make_unique<SingleApplier>(cluster, node, disk, buffer_pool, relay_log);
}

}  // namespace writepath::mysql
