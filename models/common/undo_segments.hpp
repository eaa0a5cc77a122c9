#pragma once
// What a database's undo segments say: which transactions have changed rows and neither committed
// nor been undone, as of any place in the redo log that a recovery may come back to. Undo records
// are pages like any others, so their redo decides what is left of them (InnoDB; SIGMOD 2017,
// S4.3: "the list of these in-flight transactions from the undo segments").
//
// Rows follow from the transaction's seed, so a transaction's undo log is a number: how many of its
// changes, in their order, are in the data.
#include <cstdint>
#include <vector>

#include "sim/core/flat_map.hpp"
#include "sim/core/ring.hpp"
#include "sim/model/model.hpp"

namespace writepath {

/// A transaction that a crash interrupted.
struct InFlightTransaction {
  Transaction txn;
  std::uint32_t changes = 0;  ///< of its redo, the first so many: what undo takes back
};

class UndoSegments {
 public:
  /// From this LSN on the data have so many of the transaction's changes: more with each statement,
  /// fewer with each step of its undo. In the order of LSNs.
  void changed(const Transaction& txn, std::uint32_t changes, std::uint64_t lsn) {
    marks_.push({lsn, {txn, changes}, false});
  }
  /// It has committed, or nothing of it is left.
  void ended(TxnId txn, std::uint64_t lsn) {
    marks_.push({lsn, {Transaction{txn, 0, 0}, 0}, true});
  }

  /// No recovery goes back before this LSN.
  void settle(std::uint64_t lsn);
  /// The data were replaced by others.
  void clear() { *this = UndoSegments{}; }
  /// A recovery has come back to this LSN: what came after it never was.
  void truncate(std::uint64_t lsn);

  /// Who is in flight as of this LSN, the newest transaction first: as InnoDB's list of them is
  /// ordered (trx_sys->rw_trx_list), and rolled back (trx_rollback_or_clean_recovered).
  std::vector<InFlightTransaction> in_flight_at(std::uint64_t lsn) const;

 private:
  static constexpr std::uint32_t nobody = UINT32_MAX;
  struct Mark {
    std::uint64_t lsn = 0;
    InFlightTransaction is;
    bool ended = false;
  };
  /// Those in flight, by slot; free slots have no transaction.
  struct Table {
    std::vector<InFlightTransaction> slots;
    std::vector<std::uint32_t> free;
    FlatMap<std::uint32_t> slot_of;  // by transaction
    void apply(const Mark& mark);
  };

  Table settled_;
  Ring<Mark> marks_;
};

}  // namespace writepath
