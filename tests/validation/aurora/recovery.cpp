// Crash recovery and failover as whole runs: each way to a new writer, its time in parts, and what
// the time depends on (SIGMOD 2017, S4.3; 2018, S2.4).
#include "tests/catch.hpp"
#include "tests/support/whole_run.hpp"
#include "tests/validation/aurora/scenario_text.hpp"

using namespace writepath;
using namespace writepath::test;

namespace {

const char* const alone = R"([{"id": "w", "role": "primary", "az": "a"}])";
const char* const with_reader =
    R"([{"id": "w", "role": "primary", "az": "a"}, {"id": "r", "role": "replica", "az": "b"}])";

AuroraText failing(const std::string& nodes, const std::string& fault) {
  AuroraText scenario;
  scenario.duration_s = "30";
  scenario.settle_s = "20";
  scenario.clients =
      R"([{"name": "web", "azs": ["a", "b", "c"], "open_loop": {"rate_per_s": 200}}])";
  scenario.nodes = nodes;
  scenario.options = R"({"failover": {"promotion_s": 0.75, "restart_s": 1.5,
    "replace_instance_s": 6, "detector": {"interval_s": 0.2, "timeout_s": 0.2, "failures": 3}}})";
  scenario.faults = R"([{"id": "f", "at_s": 10, )" + fault + "}]";
  return scenario;
}

const Metrics& fault(const RunSummary& run) { return subject(run.faults, "f").metrics; }

void nothing_is_lost(const RunSummary& run) {
  CHECK(value_of(fault(run), "rpo_transactions") == 0);
  for (const CheckResult& c : run.checks) {
    INFO(c.name << ": " << c.witness);
    CHECK(c.verdict == CheckResult::Verdict::holds);
  }
  double parts = 0;
  for (const char* part :
       {"detect_s", "elect_s", "start_s", "survey_s", "recover_s", "reconnect_s", "first_commit_s"})
    parts += value_of(fault(run), part);
  CHECK(parts == Approx(value_of(fault(run), "rto_s")));
  // Round trips of 1 ms and metadata writes of 2 ms: no lease is waited for, no redo replayed.
  const double emergent_s = value_of(fault(run), "survey_s") + value_of(fault(run), "recover_s");
  CHECK(emergent_s > 0.002);
  CHECK(emergent_s < 0.030);
}

}  // namespace

TEST_CASE("A reader is promoted: detection, its role's end, then milliseconds",
          "[aurora][recovery]") {
  for (const char* kind : {"process", "host", "loss"}) {
    INFO(kind);
    const RunSummary run = run_text(
        failing(with_reader, std::string(R"("kind": "node_crash", "target": {"role": "primary"},
                                            "crash": ")") +
                                 kind + "\"")
            .text(),
        "aurora");
    nothing_is_lost(run);
    CHECK(value_of(fault(run), "detect_s") > 0.4);  // three misses
    CHECK(value_of(fault(run), "detect_s") < 1.1);
    CHECK(value_of(fault(run), "elect_s") < 0.01);
    CHECK(value_of(fault(run), "start_s") == Approx(0.75));
  }
}

TEST_CASE("The writer's process restarts in place before anybody has missed it",
          "[aurora][recovery]") {
  for (const char* nodes : {alone, with_reader}) {
    INFO(nodes);
    AuroraText scenario = failing(nodes, R"("kind": "node_crash", "target": {"role": "primary"},
                          "crash": "process", "restart_after_s": 0)");
    scenario.options = R"({"failover": {"restart_s": 1.5, "detector": {"failures": 5}}})";
    const RunSummary run = run_text(scenario.text(), "aurora");
    nothing_is_lost(run);
    CHECK(value_of(fault(run), "detect_s") == Approx(0).margin(1e-9));
    CHECK(value_of(fault(run), "elect_s") == Approx(0).margin(1e-9));
    CHECK(value_of(fault(run), "start_s") == Approx(1.5));
    CHECK(value_of(fault(run), "rto_s") < 2.5);  // the endpoint has not moved
  }
}

TEST_CASE("Without a reader, a lost process is started again by the service",
          "[aurora][recovery]") {
  const RunSummary run = run_text(
      failing(alone, R"("kind": "node_crash", "target": {"role": "primary"}, "crash": "process")")
          .text(),
      "aurora");
  nothing_is_lost(run);
  CHECK(value_of(fault(run), "detect_s") > 0.4);
  CHECK(value_of(fault(run), "detect_s") < 1.1);
  CHECK(value_of(fault(run), "start_s") == Approx(1.5));  // it has no reader's role to end
  CHECK(value_of(fault(run), "elect_s") < 1);             // until the service asks it again
}

// Amazon Aurora user guide, High availability: without a reader, a new instance is created in the
// same AZ.
TEST_CASE("Without a reader, a dead host is replaced", "[aurora][recovery]") {
  const RunSummary run = run_text(
      failing(alone, R"("kind": "node_crash", "target": {"role": "primary"}, "crash": "loss")")
          .text(),
      "aurora");
  nothing_is_lost(run);
  // Six seconds for the host, 1.5 s for the process; looked at every 0.2 s.
  CHECK(value_of(fault(run), "start_s") >= 6 + 1.5);
  CHECK(value_of(fault(run), "start_s") < 6 + 1.5 + 0.5);
  CHECK(value_of(fault(run), "rto_s") < 15);
}

// "Requests at stale volume epochs are rejected [...] changes the locks on the door" (2018, S2.4).
// The old writer lives, clients of its AZ still talk to it, and it holds two of six copies.
TEST_CASE("A false failover: the writer that was cut off acknowledges nothing, and nothing is lost",
          "[aurora][recovery]") {
  AuroraText scenario =
      failing(with_reader, R"("kind": "partition", "target": {"az": "a"}, "duration_s": 8)");
  scenario.clients = R"([{"name": "near", "azs": ["a"], "open_loop": {"rate_per_s": 100}},
                         {"name": "far", "azs": ["b", "c"], "open_loop": {"rate_per_s": 100}}])";
  const RunSummary run = run_text(scenario.text(), "aurora");
  nothing_is_lost(run);
  CHECK(value_of(run, "commits_lost") == 0);
  CHECK(value_of(run, "errant_transactions") == 0);
  // It is a reader afterwards.
  CHECK(subject(run.replicas, "w").id == "w");
  // Clients beside it got nothing for as long as they were cut off, the others had a new writer.
  CHECK(value_of(subject(run.clients, "far").metrics, "commits_acked") >
        value_of(subject(run.clients, "near").metrics, "commits_acked") + 300);
}

// "Reach a read quorum for each protection group" (2017, S4.3); "if needed, repair to a write
// quorum from the read quorum", and the truncation and the epoch are written to a write quorum
// (2018, S2.4): with three of six, recovery finds VDL and waits for a fourth; with two it finds
// nothing.
TEST_CASE("Recovery surveys with a read quorum and opens with a write quorum",
          "[aurora][recovery]") {
  for (const int storage_down : {3, 4}) {
    INFO(storage_down << " storage nodes down");
    AuroraText scenario = failing(with_reader, "");
    scenario.faults = R"([
      {"id": "f", "at_s": 10, "kind": "node_crash", "crash": "host", "target": {"role": "primary"}})";
    for (int i = 0; i < storage_down; ++i)  // from c2 on backwards; back one second apart
      scenario.faults += R"(, {"id": "s)" + std::to_string(i) +
                         R"(", "at_s": 9, "kind": "node_crash", "crash": "host",
        "target": {"role": "storage", "index": )" +
                         std::to_string(5 - i) + R"(}, "restart_after_s": )" +
                         std::to_string(6 + 2 * i) + "}";
    scenario.faults += "]";
    const RunSummary run = run_text(scenario.text(), "aurora");
    CHECK(value_of(fault(run), "rpo_transactions") == 0);
    CHECK(check(run, "durability").verdict == CheckResult::Verdict::holds);
    // The reader asks from about 11.6 s on; nodes come back at 15 s, 17 s, ... and are found by the
    // next connection that is tried, after 1.2 s at most, not by TCP's next retransmission.
    const double survey_s = value_of(fault(run), "survey_s");
    const double recover_s = value_of(fault(run), "recover_s");
    if (storage_down == 3) {
      CHECK(survey_s < 0.02);
      CHECK(recover_s > 3);
      CHECK(recover_s < 5);
    } else {
      CHECK(survey_s > 3);
      CHECK(survey_s < 5);
      CHECK(recover_s > 0.8);  // the fourth comes two seconds after the third
      CHECK(recover_s < 3.3);
    }
  }
}

// Nobody could replace it, but a newer epoch exists: when it is reached again, it restarts and
// takes part in the choice.
TEST_CASE("A writer without a reader that was given up by mistake is the writer again",
          "[aurora][recovery]") {
  const RunSummary run = run_text(
      failing(alone, R"("kind": "partition", "target": {"az": "a"}, "duration_s": 5)").text(),
      "aurora");
  nothing_is_lost(run);
  CHECK(value_of(run, "commits_lost") == 0);
  CHECK(value_of(fault(run), "rto_s") > 5);
  CHECK(value_of(fault(run), "rto_s") < 9);
  CHECK(value_of(fault(run), "start_s") == Approx(1.5));
}

// ---- "generally under 10 seconds even if it crashed while processing over 100,000 write
// statements per second" (2017, S4.3)

namespace {

/// 25,000 transactions a second of four writes each, crashed after so many seconds.
AuroraText busy(const std::string& crash_at_s, const std::string& size_gb) {
  AuroraText scenario;
  scenario.duration_s = "60";
  scenario.warmup_s = "0.5";
  scenario.data = R"({"size_gb": )" + size_gb + "}";
  scenario.clients = R"([{"name": "load", "azs": ["a"], "stop_s": )" + crash_at_s +
                     R"(, "open_loop": {"rate_per_s": 25000}}])";
  scenario.transactions = R"([{"name": "four-writes", "autocommit": true, "rows_written": 4,
    "pages_dirtied": 4, "redo_bytes": 2400, "statement_cpu_us": 200}])";
  scenario.nodes = R"([{"id": "w", "role": "primary", "az": "a", "cpus": 32,
    "device": {"flush_ms": 0.5, "iops": 200000, "bandwidth_mb_per_s": 4000}}])";
  scenario.options = R"({"writer": {"buffer_pool_gb": 65536}})";
  scenario.faults = R"([{"id": "f", "at_s": )" + crash_at_s +
                    R"(, "kind": "node_crash", "crash": "process", "restart_after_s": 0,
                       "target": {"role": "primary"}}])";
  return scenario;
}

struct Recovery {
  double rto_s, survey_s, recover_s;
};
Recovery of(const RunSummary& run, double crash_at_s) {
  CHECK(value_of(run, "commits_acked") > 0.98 * 25'000 * (crash_at_s - 0.5));
  CHECK(value_of(fault(run), "rpo_transactions") == 0);
  CHECK(check(run, "durability").verdict == CheckResult::Verdict::holds);
  CHECK(value_of(fault(run), "start_s") == Approx(2));
  return {value_of(fault(run), "rto_s"), value_of(fault(run), "survey_s"),
          value_of(fault(run), "recover_s")};
}

}  // namespace

TEST_CASE("A crash at 100,000 writes/s: no redo to replay, whatever its volume",
          "[aurora][recovery]") {
  for (const auto& [at, seconds] : {std::pair{"1.5", 1.5}, std::pair{"6", 6.0}}) {
    INFO("crash at " << at << " s");
    const Recovery found = of(run_text(busy(at, "100").text(), "aurora"), seconds);
    CHECK(found.rto_s < 10);
    CHECK(found.survey_s > 0.001);
    CHECK(found.survey_s < 0.005);
    CHECK(found.recover_s > 0.0005);
    CHECK(found.recover_s < 0.008);  // the headers of 128 rollback segments are read, too
  }
}

TEST_CASE("The same crash of MySQL takes as long as its redo since the checkpoint",
          "[aurora][recovery]") {
  // 2,400 bytes a transaction at 25,000/s is 60 MB of redo a second; what the page cleaner has not
  // written is replayed at 15 MB/s (8 GB in 7.9 to 15 minutes were measured: 9.1 to 17.4 MB/s).
  Recovery last{0, 0, 0};
  for (const auto& [at, seconds] : {std::pair{"1.5", 1.5}, std::pair{"6", 6.0}}) {
    INFO("crash at " << at << " s");
    std::string text = busy(at, "100").text();
    const std::string aurora = R"("model": "aurora_quorum")";
    text.replace(text.find(aurora), aurora.size(), R"("model": "mysql_binlog")");
    const std::string options = R"("options": {"writer": {"buffer_pool_gb": 65536}})";
    text.replace(text.find(options), options.size(),
                 R"("options": {"log_bin": false, "innodb_redo_log_capacity_mb": 8000})");
    const Recovery found = of(run_text(text, "aurora"), seconds);
    CHECK(found.recover_s > 0.5 * seconds * 60 / 15);
    CHECK(found.recover_s < 1.1 * seconds * 60 / 15);
    CHECK(found.recover_s > last.recover_s);
    last = found;
  }
  CHECK(last.rto_s > 10);
}

TEST_CASE("Recovery grows little with the number of protection groups", "[aurora][recovery]") {
  // An answer of the survey carries 16 bytes for each group: 16 kB for 1,000 groups. The writer has
  // 18 MB of redo for each storage node that may lack it (the last second's, in more boxcars); the
  // questions for the rollback segments' headers wait behind that: 107 MB on 10 Gbit/s.
  const Recovery one = of(run_text(busy("1.5", "10").text(), "aurora"), 1.5);
  const Recovery thousand = of(run_text(busy("1.5", "10000").text(), "aurora"), 1.5);
  CHECK(thousand.survey_s < 2 * one.survey_s);
  CHECK(thousand.survey_s + thousand.recover_s < 0.12);
}

// ---- an AZ lost: writes go on, and all four that are left must answer

namespace {

double power(double base, int n) {
  double product = 1;
  for (int i = 0; i < n; ++i) product *= base;
  return product;
}
double choose(int n, int k) {
  double ways = 1;
  for (int i = 1; i <= k; ++i) ways *= static_cast<double>(n - k + i) / i;
  return ways;
}
/// The time within which k of n exponential flushes of mean 1 are done, with this probability.
double level_of(int k, int n, double probability) {
  double low = 0, high = 30;
  for (int step = 0; step < 60; ++step) {
    const double t = (low + high) / 2, done = 1 - std::exp(-t);
    double reached = 0;
    for (int i = k; i <= n; ++i) reached += choose(n, i) * power(done, i) * power(1 - done, n - i);
    (reached < probability ? low : high) = t;
  }
  return low;
}

}  // namespace

TEST_CASE("An AZ lost: writes go on, and the tail is that of 4 of 4", "[aurora][recovery]") {
  AuroraText scenario;
  scenario.duration_s = "1205";
  scenario.warmup_s = "5";
  scenario.clients =
      R"([{"name": "web", "azs": ["a"], "closed_loop": {"clients": 1, "think_time_ms": 200}}])";
  scenario.transactions =
      R"([{"name": "insert", "autocommit": true, "pages_dirtied": 1, "statement_cpu_us": 0}])";
  scenario.nodes = R"([{"id": "w", "role": "primary", "az": "a", "nic_gbps": 1000}])";
  scenario.probe = R"({"enabled": false})";
  scenario.options = R"({"writer": {"send_path_us": 0, "commit_cpu_us": 0},
    "storage": {"receive_cpu_us": 0, "nic_gbps": 1000, "device": )" +
                     device(R"({"exponential": {"mean": 10}})") + "}}";
  const RunSummary whole = run_text(scenario.text(), "aurora");
  scenario.faults = R"([{"id": "f", "at_s": 1, "kind": "az_outage", "target": {"az": "c"},
                         "duration_s": 1204}])";
  const RunSummary dark = run_text(scenario.text(), "aurora");
  CHECK(value_of(fault(dark), "rto_s") == 0);
  CHECK(value_of(dark, "commits_failed") + value_of(dark, "commits_unknown") == 0);
  // Two round trips of 1 ms; 5,500 commits: three standard errors of p99 are 7 %.
  for (const auto& [level, name] :
       {std::pair{0.5, "commit_latency_ms_p50"}, std::pair{0.99, "commit_latency_ms_p99"}}) {
    INFO(name);
    CHECK(value_of(whole, name) == Approx(2 + 10 * level_of(4, 6, level)).epsilon(0.07));
    CHECK(value_of(dark, name) == Approx(2 + 10 * level_of(4, 4, level)).epsilon(0.07));
  }
}
