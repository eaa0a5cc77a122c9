// Row locks: order of arrival, deadlocks, the wait's limit.
#include "models/common/row_locks.hpp"

#include <string>
#include <vector>

#include "sim/engine/scope.hpp"
#include "sim/engine/sleep.hpp"
#include "tests/catch.hpp"

using namespace writepath;

namespace {

struct Bench {
  EventQueue queue;
  Scope scope{queue};
  RowLocks locks{queue, from_s(50)};
  std::string log;
  int deadlocks = 0, timeouts = 0;

  void at(TimeNs time, std::uint64_t txn, std::vector<Key> rows, DurationNs hold);
  void run() { queue.run_until(queue.now() + from_s(200)); }
};

// Locks its rows one after the other, 1 s apart; holds them; rolls back at once if refused.
Task<> transaction(Bench& b, TimeNs start, std::uint64_t txn, std::vector<Key> rows,
                   DurationNs hold) {
  co_await sleep_until(b.queue, start);
  bool ok = true;
  auto result = RowLocks::Result::granted;
  for (std::size_t i = 0; i < rows.size() && ok; ++i) {
    if (i > 0) co_await sleep_for(b.queue, from_s(1));
    result = co_await b.locks.lock(TxnId{txn}, rows[i]);
    ok = result == RowLocks::Result::granted;
  }
  b.deadlocks += result == RowLocks::Result::deadlock;
  b.timeouts += result == RowLocks::Result::timed_out;
  b.log += std::to_string(txn) + (ok ? "+" : "-") +
           std::to_string(static_cast<int>(to_s(b.queue.now()))) + " ";
  if (ok) co_await sleep_for(b.queue, hold);
  b.locks.release(TxnId{txn});
}

void Bench::at(TimeNs time, std::uint64_t txn, std::vector<Key> rows, DurationNs hold) {
  scope.spawn(transaction(*this, time, txn, std::move(rows), hold));
}

}  // namespace

TEST_CASE("a hot row serves in order of arrival") {
  Bench b;
  for (std::uint64_t txn = 1; txn <= 4; ++txn)
    b.at(from_ms(static_cast<double>(txn)), txn, {7}, from_s(10));
  b.run();
  CHECK(b.log == "1+0 2+10 3+20 4+30 ");
  CHECK(b.locks.held() == 0);
}

TEST_CASE("rows of others are free, one's own too") {
  Bench b;
  b.at(0, 1, {1, 2, 1}, from_s(10));
  b.at(0, 2, {3, 4}, from_s(10));
  b.run();
  CHECK(b.log == "2+1 1+2 ");
}

TEST_CASE("a cycle of two is refused to the one that would close it, and the other goes on") {
  Bench b;
  b.at(0, 1, {1, 2}, from_s(5));
  b.at(from_ms(500), 2, {2, 1}, from_s(5));
  b.run();
  // At 1 s transaction 1 waits for row 2; at 1.5 s transaction 2 would wait for row 1.
  CHECK(b.log == "2-1 1+1 ");
  CHECK(b.deadlocks == 1);
  CHECK(b.locks.held() == 0);
}

TEST_CASE("a cycle of three, closed by a transaction that was granted while it waited") {
  Bench b;
  b.at(from_ms(0), 1, {1, 2}, from_s(5));
  b.at(from_ms(100), 2, {2, 3}, from_s(5));
  b.at(from_ms(200), 3, {3, 1}, from_s(5));
  b.run();
  CHECK(b.deadlocks == 1);
  CHECK(b.log == "3-1 2+1 1+6 ");
  CHECK(b.locks.held() == 0);
}

TEST_CASE("a chain without a cycle is no deadlock") {
  Bench b;
  b.at(from_ms(0), 1, {1}, from_s(5));
  b.at(from_ms(100), 2, {2, 1}, from_s(5));
  b.at(from_ms(200), 3, {3, 2}, from_s(5));
  b.run();
  CHECK(b.deadlocks == 0);
  CHECK(b.log == "1+0 2+5 3+10 ");
}

TEST_CASE("innodb_lock_wait_timeout ends a wait, and the queue closes up") {
  Bench b;
  b.at(from_s(0), 1, {1}, from_s(60));
  b.at(from_s(1), 2, {1}, from_s(1));   // gives up at 51
  b.at(from_s(20), 3, {1}, from_s(1));  // served at 60
  b.run();
  CHECK(b.log == "1+0 2-51 3+60 ");
  CHECK(b.timeouts == 1);
  CHECK(b.locks.held() == 0);
}
