#pragma once
// InnoDB's exclusive row locks, held from the statement that changes the row until the engine
// commits or rolls back. Rows are granted in order of arrival; a wait that would close a cycle is a
// deadlock, and the transaction that would close it is rolled back (InnoDB detects at once too, and
// prefers the one that changed fewer rows: MySQL 8.0 manual, 17.7.5.2).
#include <cstdint>
#include <deque>
#include <vector>

#include "models/common/changes.hpp"
#include "sim/core/flat_map.hpp"
#include "sim/core/ids.hpp"
#include "sim/core/time.hpp"
#include "sim/engine/event.hpp"
#include "sim/engine/task.hpp"

namespace writepath {

class RowLocks {
 public:
  /// `wait_timeout`: innodb_lock_wait_timeout.
  RowLocks(EventQueue& queue, DurationNs wait_timeout);

  enum class Result { granted, deadlock, timed_out };
  /// True if the transaction holds the row now; false: somebody else does.
  bool try_lock(TxnId txn, Key row);
  /// Ends when the transaction holds the row, or will not get it; what it holds already stays until
  /// release().
  Task<Result> lock(TxnId txn, Key row);
  /// All that the transaction holds goes to those who wait.
  void release(TxnId txn);

  std::uint64_t held() const { return rows_.size(); }

 private:
  static constexpr std::uint32_t nobody = UINT32_MAX;
  struct Row {
    std::uint32_t holder = nobody;
    std::uint32_t first_waiter = nobody, last_waiter = nobody;
  };
  struct Owner {
    explicit Owner(EventQueue& queue) : granted(queue) {}
    TxnId txn;
    bool waits = false;
    Key awaited = 0;
    std::uint32_t next_waiter = nobody;
    std::uint32_t last_held = nobody;  ///< its rows, a list in held_
    Signal granted;
  };
  struct Held {
    Key row = 0;
    std::uint32_t next = nobody;
  };
  std::uint32_t owner_of(TxnId txn);
  void grant(Row& row, Key key, std::uint32_t owner);
  bool would_deadlock(std::uint32_t owner, std::uint32_t holder);
  void leave_queue(std::uint32_t owner);

  EventQueue& queue_;
  DurationNs wait_timeout_;
  FlatMap<Row> rows_;              // by key
  FlatMap<std::uint32_t> by_txn_;  // index into owners_
  std::deque<Owner> owners_;       // never shrinks; addresses stay
  std::vector<std::uint32_t> free_owners_, free_held_;
  std::vector<Held> held_;
};

}  // namespace writepath
