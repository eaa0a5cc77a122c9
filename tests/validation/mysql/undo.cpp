// Transactions in flight at a crash of MySQL: undone in the background once the server has opened
// (MySQL 8.0 manual, 17.18.2); a replica that is promoted has none.
#include "tests/catch.hpp"
#include "tests/support/whole_run.hpp"

using namespace writepath;
using namespace writepath::test;

namespace {

const char* const alone = R"([{"id": "db1", "role": "primary", "az": "a"}])";

/// A transaction of two statements of 2 s, each of which changes half of the rows: begun at 4.25 s,
/// it is in its second statement when the server dies at 7 s.
std::string interrupted(std::uint64_t rows_in_flight, const std::string& nodes,
                        const std::string& options, const std::string& faults,
                        const std::string& keys = "100000000") {
  const std::string rows = std::to_string(2 * rows_in_flight);
  return R"({"scenario_version": 1, "name": "test", "question": "?", "seed": 1,
    "duration_s": 40, "warmup_s": 2, "settle_s": 20, "battery": {"enabled": false},
    "workload": {"keys": {"count": )" +
         keys + R"(},
      "clients": [{"name": "web", "azs": ["a"], "transactions": ["insert"], "open_loop": {"rate_per_s": 50}},
        {"name": "batch", "azs": ["a"], "transactions": ["batch"], "start_s": 4, "stop_s": 4.4,
         "open_loop": {"rate_per_s": 4, "arrivals": "constant"}}],
      "transactions": [{"name": "insert", "autocommit": true},
        {"name": "batch", "statements": 2, "statement_cpu_us": 2000000, "redo_bytes": 100000,
         "binlog_bytes": 100000, "rows_written": )" +
         rows + R"(, "pages_dirtied": )" + rows + R"(}]},
    "architectures": [{"name": "mysql", "model": "mysql_binlog", "nodes": )" +
         nodes + R"(, "options": )" + options + R"(}], "faults": )" + faults + "}";
}
std::string crash(const std::string& kind, const std::string& more = "") {
  return R"([{"id": "f", "at_s": 7, "kind": "node_crash", "crash": ")" + kind +
         R"(", "restart_after_s": 0, "target": {"role": "primary"}})" + more + "]";
}

const Metrics& fault(const RunSummary& run, const std::string& id = "f") {
  return subject(run.faults, id).metrics;
}

void nothing_is_broken(const RunSummary& run) {
  for (const CheckResult& c : run.checks) {
    INFO(c.name << ": " << c.witness);
    CHECK(c.verdict == CheckResult::Verdict::holds);
  }
}

}  // namespace

TEST_CASE("MySQL: undo of N rows takes N times the undo thread's work on a row, after opening",
          "[mysql][undo]") {
  double rto_s = 0;
  for (const char* const kind : {"process", "host"})
    for (const std::uint64_t rows : {1'000, 100'000}) {
      INFO(kind << ", " << rows << " rows");
      const RunSummary run = run_text(
          interrupted(rows, alone, R"({"innodb_redo_log_capacity_mb": 4000})", crash(kind)),
          "mysql");
      nothing_is_broken(run);
      CHECK(value_of(fault(run), "rpo_transactions") == 0);
      CHECK(value_of(fault(run), "in_flight_transactions") == 1);
      CHECK(value_of(fault(run), "undo_s") ==
            Approx(static_cast<double>(rows) * 20e-6).epsilon(0.01));
      // The redo is replayed before the server opens; undo is not waited for.
      if (rto_s == 0) rto_s = value_of(fault(run), "rto_s");
      CHECK(value_of(fault(run), "rto_s") == Approx(rto_s).margin(0.1));
    }
}

TEST_CASE("MySQL: an empty pool's pages are read one after another", "[mysql][undo]") {
  const RunSummary run = run_text(
      interrupted(2'000, alone, R"({"innodb_buffer_pool_size_gb": 5})", crash("process")), "mysql");
  nothing_is_broken(run);
  const double warm_s = 2'000 * 20e-6;
  CHECK(value_of(fault(run), "in_flight_transactions") == 1);
  CHECK(value_of(fault(run), "undo_s") > 3 * warm_s);
}

TEST_CASE("MySQL: who wants the rows waits for the undo, all others go on", "[mysql][undo]") {
  const RunSummary run = run_text(
      interrupted(1'000, alone, R"({"undo_row_cpu_us": 10000})", crash("process"), "10000"),
      "mysql");
  nothing_is_broken(run);
  const double undo_s = value_of(fault(run), "undo_s");
  CHECK(undo_s == Approx(10).epsilon(0.02));
  CHECK(value_of(fault(run), "rto_s") < 4);
  CHECK(value_of(run, "transaction_latency_ms_p50") < 10);
  CHECK(value_of(run, "commit_latency_ms_max") > 0.9e3 * undo_s);
}

TEST_CASE("MySQL: a second crash leaves the rest to the next recovery", "[mysql][undo]") {
  const RunSummary run =
      run_text(interrupted(1'000, alone, R"({"undo_row_cpu_us": 10000})",
                           crash("process", R"(, {"id": "again", "at_s": 14, "kind": "node_crash",
                        "crash": "process", "restart_after_s": 0, "target": {"role": "primary"}})")),
               "mysql");
  nothing_is_broken(run);
  CHECK_FALSE(maybe(fault(run), "undo_s").has_value());
  const double opened_s = 7 + value_of(fault(run), "detect_s") + value_of(fault(run), "start_s") +
                          value_of(fault(run), "recover_s");
  CHECK(value_of(fault(run, "again"), "in_flight_transactions") >= 1);
  CHECK(value_of(fault(run, "again"), "undo_s") == Approx(10 - (14 - opened_s)).margin(0.3));
}

TEST_CASE("MySQL: a promoted replica has nothing in flight, a standby's volume has",
          "[mysql][undo]") {
  const std::string nodes = R"([{"id": "db1", "role": "primary", "az": "a"},
                                {"id": "db2", "role": "replica", "az": "b"}])";
  const std::string lost =
      R"([{"id": "f", "at_s": 7, "kind": "node_crash", "crash": "host", "target": {"role": "primary"}}])";
  const RunSummary promoted = run_text(interrupted(1'000, nodes, "{}", lost), "mysql");
  CHECK(value_of(fault(promoted), "in_flight_transactions") == 0);
  CHECK(value_of(fault(promoted), "undo_s") == 0);
  CHECK(value_of(fault(promoted), "rto_s") > 0);

  const char* const attached =
      R"([{"id": "db1", "role": "primary", "az": "a", "storage": "attached"}])";
  const RunSummary mirrored =
      run_text(interrupted(1'000, attached, R"({"mirror": {"az": "b", "takeover_s": 1}})", lost),
               "mysql", {"/duration_s=80"});
  nothing_is_broken(mirrored);
  CHECK(value_of(fault(mirrored), "in_flight_transactions") == 1);
  CHECK(value_of(fault(mirrored), "undo_s") == Approx(0.02).epsilon(0.05));
}

// Crashes of every kind at any time, with relaxed flushes, too: what was acknowledged and lost is
// the fault's loss; nothing that the history has is undone, and no row is free too early.
TEST_CASE("MySQL: what is in flight is undone once, and nothing else is", "[mysql][undo]") {
  double in_flight = 0;
  for (int seed = 1; seed <= 40; ++seed) {
    const char* const kinds[] = {"process", "host"};
    const char* const options[] = {
        R"({"undo_row_cpu_us": 2000})", R"({"undo_row_cpu_us": 2000, "log_bin": false})",
        R"({"undo_row_cpu_us": 20, "innodb_flush_log_at_trx_commit": 2, "sync_binlog": 0})",
        R"({"undo_row_cpu_us": 2000, "commit_pipeline": "mariadb_locks"})"};
    const std::string at = std::to_string(5 + 0.137 * seed);
    std::string text =
        interrupted(20, alone, options[seed % 4],
                    crash(kinds[seed / 2 % 2], R"(, {"id": "again", "at_s": )" +
                                                   std::to_string(10.5 + 0.05 * seed) +
                                                   R"(, "kind": "node_crash", "crash": "host",
                        "restart_after_s": 0, "target": {"role": "primary"}})"),
                    "300");
    INFO("seed " << seed);
    RunOptions run_options;
    run_options.seed = static_cast<std::uint64_t>(seed);
    const RunSummary run =
        run_text(text, "mysql",
                 {"/faults/f/at_s=" + at, "/duration_s=20", "/workload/clients/batch/stop_s=12",
                  "/workload/transactions/batch/statement_cpu_us=150000",
                  "/workload/clients/web/open_loop/rate_per_s=20"},
                 run_options);
    for (const CheckResult& c : run.checks) {
      INFO(c.name << ": " << c.witness);
      CHECK(c.verdict != CheckResult::Verdict::broken);
    }
    in_flight += value_of(fault(run), "in_flight_transactions") +
                 value_of(fault(run, "again"), "in_flight_transactions");
  }
  CHECK(in_flight > 40);
}
