#include "models/common/undo.hpp"

#include <algorithm>

namespace writepath {

void Undo::found(Epoch epoch, const std::vector<InFlightTransaction>& list) {
  epoch_ = epoch;
  list_ = list;
  next_ = 0;
  for (const InFlightTransaction& transaction : list_) lock_rows(transaction);
}

/// InnoDB's locks of what a transaction changed are implied by its id in the row: they are there
/// when the database opens.
void Undo::lock_rows(const InFlightTransaction& found) {
  const TransactionType& type = context_.type_of(found.txn.type);
  const std::uint32_t rows = rows_changed(type, found.changes);
  for (std::uint32_t i = 0; i < rows; ++i)
    locks_.try_lock(found.txn.id, context_.keys().key(found.txn.key_seed, i));
  context_.state(FoundInFlight{context_.now(), node_, epoch_, found.txn.id, found.txn.key_seed,
                               rows, found.changes});
}

bool Undo::concerns(TxnId txn) const {
  const auto first = list_.begin() + static_cast<std::ptrdiff_t>(next_);
  const auto at = std::lower_bound(
      first, list_.end(), txn,
      [](const InFlightTransaction& of, TxnId wanted) { return of.txn.id > wanted; });
  return at != list_.end() && at->txn.id == txn;
}

Task<> Undo::run() {
  for (; next_ < list_.size(); ++next_) {
    InFlightTransaction& transaction = list_[next_];
    for (; transaction.changes > 0; --transaction.changes) {
      const bool taken_back =
          co_await engine_.undo_change(transaction.txn, transaction.changes - 1);
      if (!taken_back) co_return;
    }
    const bool ended = co_await engine_.end_undo(transaction.txn);
    if (!ended) co_return;
    context_.state(Undone{context_.now(), node_, epoch_, transaction.txn.id});
    locks_.release(transaction.txn.id);
  }
}

}  // namespace writepath
