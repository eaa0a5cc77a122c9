// Undo recovery as whole runs (SIGMOD 2017, S4.3): the database opens as if nothing had been in
// flight, and what was is undone beside new transactions, in a time that has a closed form.
#include "tests/catch.hpp"
#include "tests/support/whole_run.hpp"
#include "tests/validation/aurora/scenario_text.hpp"

using namespace writepath;
using namespace writepath::test;

namespace {

const char* const alone = R"([{"id": "w", "role": "primary", "az": "a"}])";
const char* const with_reader =
    R"([{"id": "w", "role": "primary", "az": "a"}, {"id": "r", "role": "replica", "az": "b"}])";

/// A transaction of two statements of 2 s, each of which changes half of the rows, one on a page:
/// begun at 4.25 s, it is in its second statement when the writer dies at 7 s.
AuroraText interrupted(std::uint64_t rows_in_flight, const std::string& nodes,
                       const std::string& crash) {
  const std::string rows = std::to_string(2 * rows_in_flight);
  AuroraText scenario;
  scenario.duration_s = "40";
  scenario.settle_s = "20";
  scenario.clients = R"([{"name": "web", "azs": ["a"], "transactions": ["insert"],
                          "open_loop": {"rate_per_s": 50}},
    {"name": "batch", "azs": ["a"], "transactions": ["batch"], "start_s": 4, "stop_s": 4.4,
     "open_loop": {"rate_per_s": 4, "arrivals": "constant"}}])";
  scenario.transactions = R"([{"name": "insert", "autocommit": true},
    {"name": "batch", "statements": 2, "statement_cpu_us": 2000000, "redo_bytes": 100000,
     "rows_written": )" + rows +
                          R"(, "pages_dirtied": )" + rows + "}]";
  scenario.nodes = nodes;
  scenario.options = R"({"storage": {"device": )" + device("0.1") + R"(, "nic_gbps": 1000},
    "failover": {"promotion_s": 0.5, "restart_s": 1,
    "detector": {"interval_s": 0.2, "timeout_s": 0.2, "failures": 3}}})";
  scenario.faults = R"([{"id": "f", "at_s": 7, "kind": "node_crash", "target": {"role": "primary"},
                         )" +
                    crash + "}]";
  return scenario;
}
const char* const host_lost = R"("crash": "host")";
const char* const process_restarts = R"("crash": "process", "restart_after_s": 0)";

const Metrics& fault(const RunSummary& run, const std::string& id = "f") {
  return subject(run.faults, id).metrics;
}

void nothing_is_wrong(const RunSummary& run) {
  for (const CheckResult& c : run.checks) {
    INFO(c.name << ": " << c.witness);
    CHECK(c.verdict == CheckResult::Verdict::holds);
  }
  CHECK(value_of(run, "commits_lost") == 0);
}

}  // namespace

// No retry of the batch before the undo has ended matters: it waits for its own rows.
TEST_CASE("Undo of N rows: N times the undo thread's work on a row, where the pages are there",
          "[aurora][undo]") {
  for (const std::uint64_t rows : {10'000, 50'000, 100'000}) {
    INFO(rows);
    const RunSummary run = run_text(interrupted(rows, with_reader, host_lost).text(), "aurora");
    nothing_is_wrong(run);
    CHECK(value_of(fault(run), "in_flight_transactions") == 1);
    CHECK(value_of(fault(run), "undo_s") ==
          Approx(static_cast<double>(rows) * 20e-6).epsilon(0.01));
  }
}

TEST_CASE("and a page read for each page, one after another, where the pool is empty",
          "[aurora][undo]") {
  for (const std::uint64_t rows : {1'000, 4'000}) {
    INFO(rows);
    const RunSummary run = run_text(interrupted(rows, alone, process_restarts).text(), "aurora");
    nothing_is_wrong(run);
    CHECK(value_of(fault(run), "in_flight_transactions") == 1);
    // A round trip of 1 ms, and the device's read of 0.1 ms.
    const double row_s = 20e-6 + 0.001 + 0.0001;
    CHECK(value_of(fault(run), "undo_s") ==
          Approx(static_cast<double>(rows) * row_s).epsilon(0.03));
  }
}

TEST_CASE("The database opens as soon with 100,000 rows to undo as with one", "[aurora][undo]") {
  const auto rto_parts = [](std::uint64_t rows) {
    const RunSummary run = run_text(interrupted(rows, alone, process_restarts).text(), "aurora");
    nothing_is_wrong(run);
    // The run ends before 100,000 pages have been read.
    CHECK(maybe(fault(run), "undo_s").has_value() == (rows < 100'000));
    double parts = 0;
    for (const char* part : {"detect_s", "elect_s", "start_s", "survey_s", "recover_s",
                             "reconnect_s", "first_commit_s"})
      parts += value_of(fault(run), part);
    CHECK(parts == Approx(value_of(fault(run), "rto_s")));
    CHECK(value_of(fault(run), "start_s") == Approx(1));
    return std::pair{value_of(fault(run), "rto_s"), value_of(fault(run), "recover_s")};
  };
  const auto [one_rto_s, one_recover_s] = rto_parts(1);
  const auto [many_rto_s, many_recover_s] = rto_parts(100'000);
  CHECK(many_rto_s == Approx(one_rto_s).margin(0.05));
  CHECK(many_rto_s < 1.2);
  // 129 headers are read at once: a round trip and a read more than without a list.
  CHECK(one_recover_s < 0.008);
  CHECK(many_recover_s == Approx(one_recover_s).margin(0.001));
}

TEST_CASE("One read after another, the list of those in flight takes 129 reads", "[aurora][undo]") {
  AuroraText scenario = interrupted(1, alone, process_restarts);
  const double at_once_s = value_of(fault(run_text(scenario.text(), "aurora")), "recover_s");
  scenario.options = R"({"undo": {"list_reads_at_once": 1}, )" +
                     scenario.options.substr(scenario.options.find('{') + 1);
  const double in_turn_s = value_of(fault(run_text(scenario.text(), "aurora")), "recover_s");
  CHECK(in_turn_s - at_once_s == Approx(128 * 0.0011).epsilon(0.05));
}

TEST_CASE("Who wants the rows waits for the undo; all others go on at once", "[aurora][undo]") {
  // Some 950 of 10,000 rows are in flight; 20 ms of work on each.
  AuroraText scenario = interrupted(1'000, with_reader, host_lost);
  scenario.options = R"({"undo": {"row_cpu_us": 10000}, )" +
                     scenario.options.substr(scenario.options.find('{') + 1);
  const RunSummary run =
      run_text(scenario.text(), "aurora", {R"(/workload/keys={"count": 10000})"});
  nothing_is_wrong(run);
  const double undo_s = value_of(fault(run), "undo_s");
  CHECK(undo_s == Approx(10).epsilon(0.02));
  CHECK(value_of(fault(run), "rto_s") < 2);
  // About one in ten: the first to wait came with the opening. None waited for longer.
  CHECK(value_of(run, "transaction_latency_ms_p50") < 10);
  const double longest_ms = value_of(run, "commit_latency_ms_max");
  CHECK(longest_ms > 0.9 * undo_s * 1e3);
  CHECK(longest_ms < 1e3 * undo_s + 2500);
  CHECK(value_of(run, "lock_wait_timeouts") == 0);
}

TEST_CASE("A lock wait ends after innodb_lock_wait_timeout_s, however long the undo takes",
          "[aurora][undo]") {
  AuroraText scenario = interrupted(1'000, with_reader, host_lost);
  scenario.options =
      R"({"undo": {"row_cpu_us": 10000}, "writer": {"innodb_lock_wait_timeout_s": 2}, )" +
      scenario.options.substr(scenario.options.find('{') + 1);
  const RunSummary run =
      run_text(scenario.text(), "aurora", {R"(/workload/keys={"count": 10000})"});
  nothing_is_wrong(run);
  CHECK(value_of(fault(run), "undo_s") == Approx(10).epsilon(0.02));
  CHECK(value_of(run, "lock_wait_timeouts") > 20);
}

TEST_CASE("A second crash during the undo: the next recovery undoes what is left",
          "[aurora][undo]") {
  AuroraText scenario = interrupted(4'000, alone, process_restarts);
  scenario.faults.back() = ',';
  scenario.faults += R"({"id": "again", "at_s": 10, "kind": "node_crash", "crash": "process",
                         "restart_after_s": 0, "target": {"role": "primary"}}])";
  const RunSummary run = run_text(scenario.text(), "aurora");
  nothing_is_wrong(run);
  CHECK(value_of(fault(run), "in_flight_transactions") == 1);
  CHECK_FALSE(maybe(fault(run), "undo_s").has_value());
  const double opened_s = 7 + value_of(fault(run), "start_s") + value_of(fault(run), "survey_s") +
                          value_of(fault(run), "recover_s");
  // The batch itself, and whatever the second crash found of the others'.
  CHECK(value_of(fault(run, "again"), "in_flight_transactions") >= 1);
  const double all_s = 4'000 * (20e-6 + 0.0011);
  CHECK(value_of(fault(run, "again"), "undo_s") == Approx(all_s - (10 - opened_s)).epsilon(0.05));
}

TEST_CASE("A planned failover leaves transactions in flight, too", "[aurora][undo]") {
  AuroraText scenario = interrupted(10'000, with_reader, host_lost);
  scenario.faults = R"([{"id": "f", "at_s": 7, "kind": "planned_failover"}])";
  const RunSummary run = run_text(scenario.text(), "aurora");
  nothing_is_wrong(run);
  CHECK(value_of(fault(run), "in_flight_transactions") == 1);
  CHECK(value_of(fault(run), "undo_s") == Approx(0.2).epsilon(0.02));
}

TEST_CASE("Undo is logged like any change: each row's record is followed by another one",
          "[aurora][undo]") {
  // Nobody tries the batch again.
  const auto records = [](std::uint64_t rows) {
    const RunSummary run = run_text(interrupted(rows, with_reader, host_lost).text(), "aurora",
                                    {"/workload/session/retries=0"});
    nothing_is_wrong(run);
    return value_of(run, "boxcar_records_mean") * value_of(run, "boxcars_per_commit") *
           value_of(run, "commits_acked");
  };
  CHECK(records(5'001) - records(1) == Approx(2 * 5'000).epsilon(0.001));
}
