// Row locks of whole transactions: held across round trips, and given back by deadlocks.
#include <string>

#include "tests/catch.hpp"
#include "tests/support/whole_run.hpp"

using namespace writepath;
using namespace writepath::test;

namespace {

// A round trip of 0.2 ms to the clients, a statement 0.05 ms and COMMIT 0.02 ms of CPU, a flush
// 1.01 ms.
RunSummary played(int rows, int clients, const std::string& options = "{}") {
  const std::string device =
      R"("device": { "flush_ms": 1, "iops": 100000, "bandwidth_mb_per_s": 100000 })";
  return run_text(
      R"({ "scenario_version": 1, "name": "row-locks", "question": "?",
    "duration_s": 20, "warmup_s": 2, "settle_s": 10,
    "network": { "intra_az": { "rtt_ms": 0.2, "jitter": 1, "bandwidth_gbps": 1000 } },
    "workload": { "clients": [ { "name": "app", "azs": ["a"], "closed_loop": { "clients": )" +
          std::to_string(clients) + R"( } } ],
      "transactions": [ { "name": "two", "statements": 2, "rows_written": 2,
                          "statement_cpu_us": 50 } ],
      "keys": { "count": )" +
          std::to_string(rows) + R"( }, "probe": { "enabled": false } },
    "architectures": [ { "name": "m", "model": "mysql_binlog",
      "nodes": [ { "id": "db1", "role": "primary", "az": "a", )" +
          device + R"( } ], "options": )" + options + R"( } ], "battery": { "enabled": false } })",
      "m");
}

}  // namespace

TEST_CASE("a row is held over the round trips of its transaction") {
  // From the first statement's end: two round trips, the second statement, COMMIT, two flushes.
  const RunSummary run = played(1, 8);
  CHECK(value_of(run, "commits_per_s") ==
        Approx(1000 / (2 * 0.2 + 0.05 + 0.02 + 2 * 1.01)).epsilon(0.005));
  CHECK(value_of(run, "deadlocks") == 0);  // everybody asks for the same row first
}

TEST_CASE("deadlocks abort, count, and leave no lock behind") {
  const RunSummary run = played(2, 8);
  CHECK(value_of(run, "deadlocks") > 100);
  CHECK(value_of(run, "lock_wait_timeouts") == 0);  // nobody waits for a transaction that is gone
  CHECK(value_of(run, "commits_failed") == 0);      // clients begin anew
  CHECK(value_of(run, "commits_per_s") > 300);
}

TEST_CASE("a wait of innodb_lock_wait_timeout aborts and counts") {
  // The 64th in the queue would wait for 63 transactions of 25 ms.
  const RunSummary run = played(1, 64, R"({ "innodb_lock_wait_timeout_s": 1,
      "binlog_group_commit_sync_delay_us": 22500 })");
  CHECK(value_of(run, "lock_wait_timeouts") > 10);
  CHECK(value_of(run, "deadlocks") == 0);
}
