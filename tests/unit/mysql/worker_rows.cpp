// Rows that a parallel applier's workers hold: the later transaction gives way.
#include "models/mysql_binlog/worker_rows.hpp"

#include "sim/engine/scope.hpp"
#include "tests/catch.hpp"

using namespace writepath;
using mysql::Worker;
using mysql::WorkerRows;

namespace {

struct Bench {
  EventQueue queue;
  std::deque<Worker> workers;
  WorkerRows rows{workers};
  Scope scope{queue};
  int woken = 0;

  Bench() {
    for (std::uint32_t i = 0; i < 3; ++i) {
      workers.emplace_back(queue, i);
      workers[i].session.place.seq = CommitSeq{i + 1};
    }
  }
};

Task<> count_when_woken(Bench& bench, std::uint32_t worker) {
  co_await bench.workers[worker].wake.wait();
  ++bench.woken;
}

}  // namespace

TEST_CASE("an earlier transaction makes a later one roll back; a later one waits") {
  Bench b;
  Worker &first = b.workers[0], &second = b.workers[1], &third = b.workers[2];
  CHECK(b.rows.take(second, 5));
  CHECK(b.rows.take(second, 5));  // its own
  CHECK(second.rows.size() == 1);

  b.scope.spawn(count_when_woken(b, 2));
  CHECK(!b.rows.take(third, 5));
  CHECK(third.waits_for_row);
  CHECK(!second.must_roll_back);

  b.scope.spawn(count_when_woken(b, 1));
  CHECK(!b.rows.take(first, 5));
  CHECK(second.must_roll_back);
  b.queue.run_until(1);
  CHECK(b.woken == 1);

  b.rows.release(second);  // wakes all who wait, and whoever asks first has it
  b.queue.run_until(2);
  CHECK(b.woken == 2);
  CHECK(b.rows.take(first, 5));
  CHECK(!b.rows.take(third, 5));
  b.rows.release(first);
  CHECK(b.rows.take(third, 5));
}
