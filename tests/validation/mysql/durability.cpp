// What relaxed flush settings lose, on each kind of crash: a source alone, 200 commits a second at
// even distances, crashed 0.6 s after a whole second, which is when the log writer's round is due.
#include "tests/catch.hpp"
#include "tests/support/whole_run.hpp"

using namespace writepath;
using namespace writepath::test;

namespace {

double lost(const std::string& options, const std::string& crash, const std::string& replica = "") {
  const std::string scenario = R"({ "scenario_version": 1, "name": "crash", "question": "?",
    "duration_s": 40, "warmup_s": 2, "settle_s": 30,
    "workload": { "clients": [ { "name": "c", "azs": ["a"],
        "open_loop": { "rate_per_s": 200, "arrivals": "constant" } } ],
      "transactions": [ { "name": "insert", "autocommit": true } ] },
    "architectures": [ { "name": "m", "model": "mysql_binlog",
      "nodes": [ { "id": "db1", "role": "primary", "az": "a" })" +
                               replica + R"( ], "options": )" + options + R"( } ],
    "faults": [ { "id": "f", "at_s": 20.6, "kind": "node_crash", "crash": ")" +
                               crash +
                               R"(", "restart_after_s": 1, "target": { "role": "primary" } } ] })";
  const RunSummary run = run_text(scenario, "m");
  CHECK(check(run, "convergence").verdict == CheckResult::Verdict::holds);
  return value_of(run.faults.at(0).metrics, "rpo_transactions");
}

}  // namespace

TEST_CASE("sync_binlog = 1 and innodb_flush_log_at_trx_commit = 1 lose nothing") {
  CHECK(lost("{}", "process") == 0);
  CHECK(lost("{}", "host") == 0);
}

TEST_CASE("innodb_flush_log_at_trx_commit = 2 loses up to a second, with the host only") {
  const std::string options = R"({ "innodb_flush_log_at_trx_commit": 2 })";
  CHECK(lost(options, "process") == 0);
  CHECK(lost(options, "host") == Approx(0.6 * 200).margin(2));
}

TEST_CASE("innodb_flush_log_at_trx_commit = 0 loses up to a second with the process already") {
  const std::string options = R"({ "innodb_flush_log_at_trx_commit": 0 })";
  CHECK(lost(options, "process") == Approx(0.6 * 200).margin(2));
  CHECK(lost(options, "host") == Approx(0.6 * 200).margin(2));
}

TEST_CASE("sync_binlog = 0 alone loses what the engine had not committed durably") {
  // The commit record of a transaction is flushed with the redo of the next one.
  const double transactions = lost(R"({ "sync_binlog": 0 })", "host");
  CHECK(transactions >= 1);
  CHECK(transactions <= 2);
  CHECK(lost(R"({ "sync_binlog": 0 })", "process") == 0);
}

TEST_CASE("neither flushed: a host crash takes the engine's second, whatever the binlog lost") {
  const std::string options = R"({ "sync_binlog": 0, "innodb_flush_log_at_trx_commit": 2 })";
  CHECK(lost(options, "host") == Approx(0.6 * 200).margin(2));
}

TEST_CASE("mariadb_locks keeps the same promises") {
  CHECK(lost(R"({ "commit_pipeline": "mariadb_locks" })", "host") == 0);
  CHECK(lost(R"({ "commit_pipeline": "mariadb_locks", "innodb_flush_log_at_trx_commit": 2 })",
             "host") == Approx(0.6 * 200).margin(2));
}
