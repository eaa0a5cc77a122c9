// Row locks of whole transactions at an Aurora writer: what one hot row allows is 1 / (the time for
// which its lock is held).
#include "tests/catch.hpp"
#include "tests/support/whole_run.hpp"
#include "tests/validation/aurora/scenario_text.hpp"

using namespace writepath;
using namespace writepath::test;

namespace {

// A round trip of 0.2 ms everywhere, a statement 0.05 ms and COMMIT 0.1 ms of CPU; a commit record
// is durable after the send path's 0.02 ms, a round trip, and 0.505 ms at a storage node.
constexpr double round_trip = 0.2, statement = 0.05, commit = 0.1;
constexpr double durable = 0.02 + round_trip + 0.005 + 0.5;

AuroraText hot(const std::string& rows, const std::string& clients, const std::string& writer = "",
               const std::string& flush_ms = "0.5") {
  AuroraText scenario;
  scenario.round_trip_ms = "0.2";
  scenario.clients = R"([{"name": "app", "azs": ["a"], "closed_loop": {"clients": )" + clients +
                     R"(}}], "keys": {"count": )" + rows + "}";
  scenario.transactions =
      R"([{"name": "two", "statements": 2, "rows_written": 2, "statement_cpu_us": 50}])";
  scenario.probe = R"({"enabled": false})";
  scenario.nodes = R"([{"id": "w", "role": "primary", "az": "a", "nic_gbps": 1000}])";
  scenario.options = R"({"writer": {"send_path_us": 20, "commit_cpu_us": 100)" + writer +
                     R"(}, "storage": {"receive_cpu_us": 5, "nic_gbps": 1000, "device": )" +
                     device(flush_ms) + "}}";
  return scenario;
}

const char* const until_durable = R"(, "locks_released": "when_durable")";
const char* const autocommit =
    R"([{"name": "count", "autocommit": true, "rows_written": 1, "pages_dirtied": 1}])";

double part(const RunSummary& run, const std::string& name) {
  return value_of(run.commit_latency_breakdown_ms, name);
}

}  // namespace

TEST_CASE("A row is held over the round trips of its transaction, to its commit record",
          "[aurora][locks]") {
  const RunSummary run = run_text(hot("1", "16").text(), "aurora");
  const double held = 2 * round_trip + statement + commit;
  CHECK(value_of(run, "commits_per_s") == Approx(1000 / held).epsilon(0.005));
  CHECK(value_of(run, "deadlocks") == 0);  // everybody asks for the same row first
}

TEST_CASE("Locks that are released when durable hold the row for the quorum, too",
          "[aurora][locks]") {
  const RunSummary run = run_text(hot("1", "16", until_durable).text(), "aurora");
  const double held = 2 * round_trip + statement + commit + durable;
  CHECK(value_of(run, "commits_per_s") == Approx(1000 / held).epsilon(0.005));
}

TEST_CASE("A row that is incremented by autocommit: COMMIT's processor time, or the whole quorum",
          "[aurora][locks]") {
  AuroraText scenario = hot("1", "32");
  scenario.transactions = autocommit;
  const RunSummary early = run_text(scenario.text(), "aurora");
  CHECK(value_of(early, "commits_per_s") == Approx(1000 / commit).epsilon(0.005));
  // 32 clients in a circle: all but what a commit costs by itself is the wait for the row.
  const double alone = round_trip + statement + commit + durable;
  CHECK(part(early, "lock_wait") == Approx(32 * commit - alone).epsilon(0.02));

  scenario = hot("1", "32", until_durable);
  scenario.transactions = autocommit;
  const RunSummary late = run_text(scenario.text(), "aurora");
  CHECK(value_of(late, "commits_per_s") == Approx(1000 / (commit + durable)).epsilon(0.005));
  CHECK(part(late, "lock_wait") == Approx(32 * (commit + durable) - alone).epsilon(0.02));
  CHECK(part(late, "execute") == Approx(statement + commit).epsilon(1e-6));
}

TEST_CASE("Many rows: no waits worth speaking of", "[aurora][locks]") {
  const RunSummary run = run_text(hot("1000000", "16").text(), "aurora");
  const double transaction = 3 * round_trip + 2 * statement + commit + durable;
  CHECK(value_of(run, "commits_per_s") == Approx(16 * 1000 / transaction).epsilon(0.02));
}

TEST_CASE("Deadlocks abort, count, and leave no lock behind", "[aurora][locks]") {
  const RunSummary run = run_text(hot("2", "8").text(), "aurora");
  CHECK(value_of(run, "deadlocks") > 100);
  CHECK(value_of(run, "lock_wait_timeouts") == 0);  // nobody waits for a transaction that is gone
  CHECK(value_of(run, "commits_failed") == 0);      // clients begin anew
  CHECK(value_of(run, "commits_per_s") > 600);
}

TEST_CASE("A wait of innodb_lock_wait_timeout aborts and counts", "[aurora][locks]") {
  // The 64th in the queue would wait for 63 transactions of 26 ms.
  const std::string writer = std::string(until_durable) + R"(, "innodb_lock_wait_timeout_s": 1)";
  const RunSummary run = run_text(hot("1", "64", writer, "25").text(), "aurora");
  CHECK(value_of(run, "lock_wait_timeouts") > 10);
  CHECK(value_of(run, "deadlocks") == 0);
}

TEST_CASE("A client that dies within a transaction leaves no lock behind", "[aurora][locks]") {
  AuroraText scenario = hot("1", "8");
  scenario.clients.insert(scenario.clients.find("], \"keys\""),
                          R"(, {"name": "other", "azs": ["b"], "closed_loop": {"clients": 8}})");
  // All 16 transactions hold the row or queue for it, at any time.
  scenario.faults = R"([{"id": "f", "at_s": 4, "kind": "node_crash", "crash": "process",
    "restart_after_s": 3600, "target": {"role": "client", "pick": "random"}}])";
  const RunSummary run = run_text(scenario.text(), "aurora");
  const double held = 2 * round_trip + statement + commit;
  // The queue of the dead is passed through at once; the other eight fill the rest of the run.
  CHECK(value_of(run, "commits_per_s") == Approx(1000 / held).epsilon(0.01));
  CHECK(value_of(run, "lock_wait_timeouts") == 0);
}
