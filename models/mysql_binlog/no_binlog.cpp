// Commits without a binlog (log_bin = OFF): InnoDB's own. The commit record makes the transaction
// visible and frees its locks at once (trx_commit_in_memory); the client is answered when the log
// is flushed that far, and whoever comes during a flush shares the next one (log_write_up_to).
#include "models/mysql_binlog/commit_pipeline.hpp"

namespace writepath::mysql {

namespace {

class NoBinlog final : public CommitPipeline {
 public:
  using CommitPipeline::CommitPipeline;
  Task<> commit(Committer& me) override;
};

Task<> NoBinlog::commit(Committer& me) {
  const TimeNs began = cluster_.now();
  CommitGroup alone;
  alone.append(me);
  append_prepare(me);
  order(alone);
  disk_.binlog_epoch = me.session.place.epoch;
  commit_in_engine(alone);
  const std::uint64_t commit_lsn = disk_.redo.end();
  if (options_.redo_flush() == RedoFlush::at_commit)
    co_await disk_.redo.flush_up_to(commit_lsn, node_.cpu());
  else if (options_.redo_flush() == RedoFlush::write_at_commit)
    disk_.redo.write();
  if (stopped_) {
    co_await me.done.passes();  // another one is the source: never answered
    co_return;
  }
  alone.spent(CommitPart::local_flush, cluster_.now() - began);
  finish(alone, 0);
}

}  // namespace

std::unique_ptr<CommitPipeline> make_no_binlog(Cluster& cluster, Node& node, Disk& disk,
                                               RowLocks& locks, LogPlace log) {
  return std::make_unique<NoBinlog>(cluster, node, disk, locks, log);
}

}  // namespace writepath::mysql
