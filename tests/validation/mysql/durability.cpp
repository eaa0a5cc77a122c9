// What relaxed flush settings lose, on each kind of crash: a source alone, 200 commits a second at
// even distances, crashed 0.6 s after a whole second, which is when the log writer's round is due.
#include <string>

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

// InnoDB's own commit: one flush, and recovery keeps what has its commit record.
TEST_CASE("without a binlog the redo log alone decides what a crash leaves") {
  CHECK(lost(R"({ "log_bin": false })", "process") == 0);
  CHECK(lost(R"({ "log_bin": false })", "host") == 0);
  CHECK(lost(R"({ "log_bin": false, "innodb_flush_log_at_trx_commit": 2 })", "process") == 0);
  CHECK(lost(R"({ "log_bin": false, "innodb_flush_log_at_trx_commit": 2 })", "host") ==
        Approx(0.6 * 200).margin(2));
}

TEST_CASE("a replica that needs purged binlog is rebuilt from a copy") {
  const auto redundant_after_s = [](const char* expire_s) {
    const std::string scenario = R"({ "scenario_version": 1, "name": "purged", "question": "?",
      "duration_s": 60, "warmup_s": 2, "settle_s": 60, "data": { "size_gb": 5 },
      "workload": { "clients": [ { "name": "c", "azs": ["a"], "open_loop": { "rate_per_s": 50 } } ],
        "transactions": [ { "name": "insert", "autocommit": true } ] },
      "architectures": [ { "name": "m", "model": "mysql_binlog",
        "nodes": [ { "id": "db1", "role": "primary", "az": "a" },
                   { "id": "db2", "role": "replica", "az": "b" } ],
        "options": { "binlog_expire_logs_s": )" +
                                 std::string(expire_s) + R"( } } ],
      "faults": [ { "id": "f", "at_s": 10, "kind": "node_crash", "crash": "process",
                    "restart_after_s": 20, "target": { "role": "replica" } } ] })";
    const RunSummary run = run_text(scenario, "m");
    CHECK(check(run, "convergence").verdict == CheckResult::Verdict::holds);
    return value_of(run.faults.at(0).metrics, "time_to_full_redundancy_s");
  };
  CHECK(redundant_after_s("3600") < 25.5);
  // 5 GB over 10 Gb/s take 4 s more. (Retention shorter than the copy would never end.)
  CHECK(redundant_after_s("15") > 26.5);
}

TEST_CASE("mariadb_locks keeps the same promises") {
  CHECK(lost(R"({ "commit_pipeline": "mariadb_locks" })", "host") == 0);
  CHECK(lost(R"({ "commit_pipeline": "mariadb_locks", "innodb_flush_log_at_trx_commit": 2 })",
             "host") == Approx(0.6 * 200).margin(2));
}
