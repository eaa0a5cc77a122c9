#pragma once
// Undo recovery: "the database still needs to perform undo recovery to unwind the operations of
// in-flight transactions at the time of the crash. However, undo recovery can happen when the
// database is online after the system builds the list of these in-flight transactions from the undo
// segments" (SIGMOD 2017, S4.3). InnoDB does it so, too (MySQL 8.0 manual, 17.18.2):
//   the list is there; each of its transactions has the locks of the rows it changed    found()
//   the database opens
//   a background thread takes back each change, the last one first, and frees the
//   transaction's rows when nothing of it is left; the newest transaction first         run()
// What a second crash leaves of a transaction is found again by the next recovery.
#include <cstddef>
#include <cstdint>
#include <vector>

#include "models/common/row_locks.hpp"
#include "models/common/undo_segments.hpp"
#include "sim/engine/task.hpp"
#include "sim/model/context.hpp"

namespace writepath {

/// How an engine undoes: it reads the page, changes it, and logs that like any other change.
class UndoEngine {
 public:
  /// The transaction's change of this number. False: the database closed meanwhile.
  virtual Task<bool> undo_change(Transaction txn, std::uint32_t change) = 0;
  /// Nothing is left: its undo log is given back. False: as above.
  virtual Task<bool> end_undo(Transaction txn) = 0;

 protected:
  ~UndoEngine() = default;
};

class Undo {
 public:
  Undo(ModelContext& context, NodeId node, RowLocks& locks, UndoEngine& engine)
      : context_(context), node_(node), locks_(locks), engine_(engine) {}

  /// What recovery has found, before the database opens: the rows are locked.
  void found(Epoch epoch, const std::vector<InFlightTransaction>& list);
  /// Its rows are still locked for undo: nobody else may free them.
  bool concerns(TxnId txn) const;
  /// From the opening on, in the scope of the database's process.
  Task<> run();

 private:
  void lock_rows(const InFlightTransaction& found);

  ModelContext& context_;
  NodeId node_;
  RowLocks& locks_;
  UndoEngine& engine_;
  Epoch epoch_;
  std::vector<InFlightTransaction> list_;  ///< newest first
  std::size_t next_ = 0;                   ///< the first that is not undone
};

}  // namespace writepath
