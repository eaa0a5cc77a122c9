#include "models/common/row_locks.hpp"

#include <utility>

#include "sim/engine/timeout.hpp"

namespace writepath {

RowLocks::RowLocks(EventQueue& queue, DurationNs wait_timeout)
    : queue_(queue), wait_timeout_(wait_timeout) {}

bool RowLocks::try_lock(TxnId txn, Key key) {
  const std::uint32_t owner = owner_of(txn);
  Row& row = rows_[key];
  if (row.holder == nobody) grant(row, key, owner);
  return row.holder == owner;
}

Task<RowLocks::Result> RowLocks::lock(TxnId txn, Key key) {
  if (try_lock(txn, key)) co_return Result::granted;
  const std::uint32_t owner = owner_of(txn);
  Row& row = *rows_.find(key);
  if (would_deadlock(owner, row.holder)) co_return Result::deadlock;

  (row.last_waiter == nobody ? row.first_waiter : owners_[row.last_waiter].next_waiter) = owner;
  row.last_waiter = owner;
  Owner& me = owners_[owner];
  me.waits = true;
  me.awaited = key;
  me.next_waiter = nobody;
  co_await with_timeout(queue_, me.granted.wait(), wait_timeout_);
  if (!me.waits) co_return Result::granted;
  leave_queue(owner);
  co_return Result::timed_out;
}

void RowLocks::release(TxnId txn) {
  const std::uint32_t* const found = by_txn_.find(txn.value);
  if (found == nullptr) return;
  const std::uint32_t index = *found;
  Owner& owner = owners_[index];
  if (owner.waits) leave_queue(index);
  for (std::uint32_t h = owner.last_held; h != nobody;) {
    const Key key = held_[h].row;
    free_held_.push_back(std::exchange(h, held_[h].next));
    Row& row = *rows_.find(key);
    const std::uint32_t next = row.first_waiter;
    if (next == nobody) {
      rows_.erase(key);
      continue;
    }
    row.first_waiter = owners_[next].next_waiter;
    if (row.first_waiter == nobody) row.last_waiter = nobody;
    owners_[next].waits = false;
    grant(row, key, next);
    owners_[next].granted.notify_all();
  }
  owner.last_held = nobody;
  by_txn_.erase(txn.value);
  free_owners_.push_back(index);
}

std::uint32_t RowLocks::owner_of(TxnId txn) {
  if (const std::uint32_t* const known = by_txn_.find(txn.value)) return *known;
  std::uint32_t index;
  if (free_owners_.empty()) {
    index = static_cast<std::uint32_t>(owners_.size());
    owners_.emplace_back(queue_);
  } else {
    index = free_owners_.back();
    free_owners_.pop_back();
  }
  owners_[index].txn = txn;
  by_txn_[txn.value] = index;
  return index;
}

void RowLocks::grant(Row& row, Key key, std::uint32_t owner) {
  row.holder = owner;
  std::uint32_t h;
  if (free_held_.empty()) {
    h = static_cast<std::uint32_t>(held_.size());
    held_.emplace_back();
  } else {
    h = free_held_.back();
    free_held_.pop_back();
  }
  held_[h] = {key, owners_[owner].last_held};
  owners_[owner].last_held = h;
}

// Each transaction waits for one row at most and each row has one holder, so "waits for" is a
// chain: a cycle exists if the chain from the holder comes back to the one that wants to wait.
bool RowLocks::would_deadlock(std::uint32_t owner, std::uint32_t holder) {
  while (holder != owner) {
    if (!owners_[holder].waits) return false;
    holder = rows_.find(owners_[holder].awaited)->holder;
  }
  return true;
}

void RowLocks::leave_queue(std::uint32_t index) {
  Owner& owner = owners_[index];
  Row& row = *rows_.find(owner.awaited);
  std::uint32_t before = nobody;
  for (std::uint32_t w = row.first_waiter; w != index; w = owners_[w].next_waiter) before = w;
  (before == nobody ? row.first_waiter : owners_[before].next_waiter) = owner.next_waiter;
  if (row.last_waiter == index) row.last_waiter = before;
  owner.waits = false;
}

}  // namespace writepath
