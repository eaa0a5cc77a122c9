// The writer's row locks, and transactions that do not commit. Both are the engine's affair, and
// the engine is a fork of InnoDB (SIGMOD 2017, S5).
#include "models/aurora_quorum/instance.hpp"
#include "sim/engine/timeout.hpp"

namespace writepath::aurora {

/// False: the transaction is rolled back.
Task<bool> Writer::lock_rows(ServerSession& session) {
  const RowRange rows =
      rows_of(cluster_.context.type_of(session.txn.type), session.statements_done);
  const TimeNs asked = now();
  auto result = RowLocks::Result::granted;
  for (std::uint32_t i = rows.begin; i < rows.end && result == RowLocks::Result::granted; ++i) {
    const Key row = cluster_.context.keys().key(session.txn.key_seed, i);
    if (!locks_.try_lock(session.txn.id, row)) result = co_await locks_.lock(session.txn.id, row);
  }
  session.breakdown[CommitPart::lock_wait] += now() - asked;
  if (result == RowLocks::Result::granted) co_return true;
  const bool deadlock = result == RowLocks::Result::deadlock;
  cluster_.context.state(
      RolledBack{now(), id_, session.txn.id,
                 deadlock ? RollbackReason::deadlock : RollbackReason::lock_wait_timeout});
  roll_back(session);
  co_return false;
}

Task<> Writer::drain(DurationNs limit) {
  open_ = false;
  co_await with_timeout(cluster_.queue(), vdl_.reaches(log_->end()), limit);
}

/// At once, and at no cost: only what recovery finds in flight is undone change by change.
void Writer::roll_back(const ServerSession& session) {
  // A session that died with an earlier process, and that only now comes to its end.
  if (undo_.concerns(session.txn.id)) return;
  log_->undo_segments().ended(session.txn.id, log_->end());
  locks_.release(session.txn.id);
}

}  // namespace writepath::aurora
