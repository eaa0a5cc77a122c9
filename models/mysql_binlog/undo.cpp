// Undo at a source: what it takes to take back one change. Order and locks: models/common/undo.hpp.
#include "models/mysql_binlog/source.hpp"

namespace writepath::mysql {

/// While the server runs, at once and at no cost.
void Source::roll_back(TxnId txn) {
  // A session that died with an earlier process, and that only now comes to its end.
  if (undo_.concerns(txn)) return;
  disk_.undo.ended(txn, disk_.redo.end());
  row_locks_.release(txn);
}

// Its redo is flushed with the next commit's: nobody waits for it.
Task<bool> Source::undo_change(Transaction txn, std::uint32_t change) {
  const TransactionType& type = cluster_.context.type_of(txn.type);
  const std::uint32_t rows = rows_changed(type, change + 1) - rows_changed(type, change);
  const DurationNs work = from_us(cluster_.options.undo_row_cpu_us * rows);
  if (work > 0) co_await node_.cpu().serve(work);
  const std::uint64_t redo_bytes =
      static_cast<std::uint64_t>(type.redo_bytes) / (changes_of(type) + std::uint64_t{1});
  co_await buffer_pool_.change_page(txn, change, redo_bytes);
  if (stepped_down_) co_return false;
  disk_.undo.changed(txn, change, disk_.redo.append(redo_bytes));
  co_return true;
}

Task<bool> Source::end_undo(Transaction txn) {
  constexpr std::uint64_t record_bytes = 100;  // undo log freed; assumption, range 50 to 500
  if (stepped_down_) co_return false;
  disk_.undo.ended(txn.id, disk_.redo.append(record_bytes));
  co_return true;
}

}  // namespace writepath::mysql
