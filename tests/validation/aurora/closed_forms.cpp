// Whole runs against pencil and paper: the commit's path, and the 4th of 6 acknowledgements.
#include "tests/catch.hpp"
#include "tests/support/whole_run.hpp"
#include "tests/validation/aurora/scenario_text.hpp"

using namespace writepath;
using namespace writepath::test;

namespace {

double part(const RunSummary& run, const std::string& name) {
  return value_of(run.commit_latency_breakdown_ms, name);
}

/// Client and instances have processors and links to spare; the network costs `round_trip_ms`.
AuroraText quiet() {
  AuroraText scenario;
  scenario.options = R"({"writer": {"send_path_us": 20, "commit_cpu_us": 10},
    "storage": {"receive_cpu_us": 5, "nic_gbps": 1000, "device": )" +
                     device("0.5") + "}}";
  scenario.nodes = R"([{"id": "w", "role": "primary", "az": "a", "nic_gbps": 1000}])";
  return scenario;
}

std::string with_device(const std::string& flush_ms, const std::string& more = "") {
  return R"({"writer": {"send_path_us": 0, "commit_cpu_us": 0}, "storage": {"receive_cpu_us": 0,
             "nic_gbps": 1000, "device": )" +
         device(flush_ms) + "}" + more + "}";
}

/// Mean of the k-th smallest of n exponentials of mean 1.
double order_statistic(int k, int n) {
  double sum = 0;
  for (int i = 0; i < k; ++i) sum += 1.0 / (n - i);
  return sum;
}

}  // namespace

TEST_CASE("An unloaded commit is the sum of its steps", "[aurora][validation]") {
  AuroraText scenario = quiet();
  scenario.clients =
      R"([{"name": "web", "azs": ["a"], "closed_loop": {"clients": 1, "think_time_ms": 20}}])";
  const RunSummary run = run_text(scenario.text(), "aurora");
  // Client to writer and back 1 ms; statement 50 us and commit 10 us of CPU; boxcars of up to three
  // records leave one after the other, 20 us each (one group: one boxcar); out and back 1 ms; 5 us
  // to receive, 0.5 ms to flush. Bytes take microseconds at 1 Tb/s.
  const double expected = 1 + 0.050 + 0.010 + 1 + 0.005 + 0.5;
  CHECK(value_of(run, "commit_latency_ms_mean") >= expected);
  CHECK(value_of(run, "commit_latency_ms_mean") == Approx(expected + 0.020).margin(0.012));
  CHECK(part(run, "execute") == Approx(0.060).margin(1e-6));
  CHECK(part(run, "cpu_queue") == Approx(0).margin(1e-6));
  CHECK(part(run, "out") == Approx(0.5).margin(0.001));
  CHECK(part(run, "back") == Approx(0.5).margin(0.001));
  CHECK(part(run, "remote_flush") == Approx(0.505).margin(0.001));
  CHECK(part(run, "local_flush") == 0);
  double sum = 0;
  for (const Metric& m : run.commit_latency_breakdown_ms) sum += m.value.value_or(0);
  CHECK(sum == Approx(value_of(run, "commit_latency_ms_mean")).epsilon(1e-6));
}

TEST_CASE("The commit returns with the 4th of 6 acknowledgements: exponential flushes",
          "[aurora][validation]") {
  // Flushes of one node overlap only when commits do; at 10 commits/s of 10 ms they hardly do.
  AuroraText scenario;
  scenario.duration_s = "1202";
  scenario.clients =
      R"([{"name": "web", "azs": ["a"], "closed_loop": {"clients": 1, "think_time_ms": 200}}])";
  scenario.transactions =
      R"([{"name": "insert", "autocommit": true, "pages_dirtied": 1, "statement_cpu_us": 0}])";
  scenario.nodes = R"([{"id": "w", "role": "primary", "az": "a", "nic_gbps": 1000}])";
  for (const int k : {4, 5, 6}) {
    const std::string more = R"(, "write": {"any": [{"of": "all", "n": )" + std::to_string(k) +
                             R"(}]}, "read": {"any": [{"of": "all", "n": )" +
                             std::to_string(7 - k) + "}]}";
    scenario.options = with_device(R"({"exponential": {"mean": 10}})", more);
    const RunSummary run = run_text(scenario.text(), "aurora");
    INFO(k << " of 6, " << value_of(run, "commits_acked") << " commits");
    // 5600 commits: three standard errors are below 2 %.
    CHECK(value_of(run, "commit_latency_ms_mean") - 2 ==
          Approx(10 * order_statistic(k, 6)).epsilon(0.03));
  }
}

TEST_CASE("Slowing the two slowest tenfold does not move the latency; a third does",
          "[aurora][validation]") {
  const auto mean_with = [](const std::string& slow) {
    AuroraText scenario = quiet();
    scenario.options.insert(scenario.options.find(R"("device")"), R"("slow": [)" + slow + "], ");
    return value_of(run_text(scenario.text(), "aurora"), "commit_latency_ms_mean");
  };
  const std::string two = R"({"copy": "c1", "factor": 10}, {"copy": "b2", "factor": 10})";
  const double usual = mean_with("");
  CHECK(mean_with(two) == Approx(usual).epsilon(1e-3));
  CHECK(mean_with(two + R"(, {"copy": "a1", "factor": 10})") ==
        Approx(usual + 9 * 0.5).epsilon(0.01));
}

TEST_CASE("The writer ships redo only and writes nothing; readers write nothing",
          "[aurora][validation]") {
  AuroraText scenario = quiet();
  scenario.nodes =
      R"([{"id": "w", "role": "primary", "az": "a"}, {"id": "r1", "role": "replica", "az": "b"},
                       {"id": "r2", "role": "replica", "az": "c"}])";
  for (const std::string source : {"writer", "storage"}) {
    INFO("log_source " << source);
    scenario.options = R"({"log_source": ")" + source + R"("})";
    const RunSummary run = run_text(scenario.text(), "aurora");
    CHECK(value_of(run, "primary_ios_per_commit") == 0);
    double page_bytes = 0, redo_bytes = 0;
    for (const TrafficRow& row : run.traffic) {
      if (row.place == "primary" && row.traffic == "page")
        page_bytes += static_cast<double>(row.bytes);
      if (row.place == "primary" && row.traffic == "redo")
        redo_bytes += static_cast<double>(row.bytes);
    }
    CHECK(page_bytes == 0);
    CHECK(redo_bytes > 0);
    for (const IoRow& row : run.io) {
      INFO(row.place << " " << row.purpose);
      CHECK(((row.place == "storage") || row.writes + row.flushes == 0));
    }
    for (const CheckResult& c : run.checks) {
      INFO(c.name << ": " << c.witness);
      CHECK(c.verdict == CheckResult::Verdict::holds);
    }
    CHECK(value_of(run, "replica_lag_ms_max") < 20);
    CHECK(value_of(run, "replica_lag_ms_mean") > -1);
  }
}

TEST_CASE("Redo for pages outside a reader's buffer pool is discarded, by their share",
          "[aurora][validation]") {
  AuroraText scenario = quiet();
  scenario.data = R"({"size_gb": 100})";
  scenario.nodes =
      R"([{"id": "w", "role": "primary", "az": "a"}, {"id": "r", "role": "replica", "az": "b"}])";
  scenario.options = R"({"reader": {"buffer_pool_gb": 25}})";
  const RunSummary run = run_text(scenario.text(), "aurora");
  const double applied = value_of(run, "records_applied"),
               discarded = value_of(run, "records_discarded");
  CHECK(applied + discarded > 2000);
  CHECK(applied / (applied + discarded) == Approx(0.25).margin(0.05));
}

TEST_CASE("Both papers' commit conditions give the same run", "[aurora][validation]") {
  AuroraText scenario = quiet();
  scenario.jitter = R"({"lognormal": {"median": 1, "p99": 1.6}})";
  scenario.data = R"({"size_gb": 40})";
  scenario.options = R"({"commit_on": "vdl"})";
  const RunSummary vdl = run_text(scenario.text(), "aurora");
  scenario.options = R"({"commit_on": "vcl"})";
  const RunSummary vcl = run_text(scenario.text(), "aurora");
  CHECK(vdl.fingerprint == vcl.fingerprint);
}

// SIGMOD 2017, S4.2.1: no LSN beyond VDL + LAL. Redo that is larger waits for its own beginning.
TEST_CASE("a statement with more redo than the allocation limit goes on in parts") {
  const auto run = [](const std::string& transaction) {
    AuroraText scenario;
    scenario.clients = R"([{"name": "web", "azs": ["a"], "open_loop": {"rate_per_s": 2}}])";
    scenario.transactions = "[" + transaction + "]";
    scenario.nodes = R"([{"id": "w", "role": "primary", "az": "a"},
                         {"id": "r", "role": "replica", "az": "b"}])";
    return run_text(scenario.text(), "aurora");
  };
  for (const char* transaction :
       {R"({"name": "many-pages", "statements": 1, "pages_dirtied": 40, "redo_bytes": 35000000})",
        R"({"name": "large-records", "statements": 1, "pages_dirtied": 1, "redo_bytes": 50000000})",
        R"({"name": "at-once", "autocommit": true, "pages_dirtied": 3, "redo_bytes": 30000000})"}) {
    CAPTURE(transaction);
    const RunSummary summary = run(transaction);
    CHECK(value_of(summary, "commits_acked") > 10);
    CHECK(value_of(summary, "commits_failed") == 0);
    CHECK(value_of(summary, "commits_unknown") == 0);
    CHECK(check(summary, "order").verdict == CheckResult::Verdict::holds);
    CHECK(check(summary, "convergence").verdict == CheckResult::Verdict::holds);
    // Round trip, and 30 MB to the writer at 10 Gb/s, now and then two at a time: 1 + 24 ms or
    // little more. What waits for VDL is not the network's.
    CHECK(part(summary, "client_network") < 1.2 * (1 + 30e6 * 8 / 10e9 * 1e3));
  }
}

// 5 GB are more than 32 bits count.
TEST_CASE("A transaction of 5 GB of redo writes 5 GB to each copy", "[aurora][validation]") {
  AuroraText scenario;
  scenario.duration_s = "3";
  scenario.warmup_s = "0";
  scenario.settle_s = "60";
  scenario.probe = R"({"enabled": false})";
  scenario.clients = R"([{"name": "web", "azs": ["a"], "stop_s": 0.5,
                          "closed_loop": {"clients": 1}}])";
  scenario.transactions =
      R"([{"name": "huge", "statements": 1, "pages_dirtied": 1, "redo_bytes": 10000000000}])";
  scenario.nodes = R"([{"id": "w", "role": "primary", "az": "a", "nic_gbps": 1000}])";
  scenario.options = R"({"lal_bytes": 4000000000, "writer": {"unacknowledged_mb": 10000},
    "storage": {"nic_gbps": 1000, "receive_queue_mb": 20000, "device": )" +
                     device("0.5") + "}}";
  const RunSummary run = run_text(scenario.text(), "aurora", {"/workload/session/timeout_s=60"});
  CHECK(value_of(run, "commits_acked") == 1);
  double bytes = 0;
  for (const IoRow& row : run.io)
    if (row.place == "storage" && row.purpose == "log_record")
      bytes += static_cast<double>(row.write_bytes);
  // The half of it that is the commit record's goes in two parts, the rest likewise.
  CHECK(bytes >= 6 * 10e9);
  CHECK(bytes < 6.01 * 10e9);
}

// Small commits always fill more of LAL than this statement leaves: it gets its room because LSNs
// are given out in the order in which they are asked for.
TEST_CASE("A statement just under the allocation limit is not starved by small commits",
          "[aurora][validation]") {
  AuroraText scenario;
  scenario.clients = R"([
    {"name": "small", "azs": ["a"], "transactions": ["insert"], "open_loop": {"rate_per_s": 20000}},
    {"name": "large", "azs": ["a"], "transactions": ["load"], "open_loop": {"rate_per_s": 1}}])";
  scenario.transactions = R"([{"name": "insert", "autocommit": true, "redo_bytes": 500},
    {"name": "load", "statements": 1, "pages_dirtied": 1000, "rows_written": 1000,
     "redo_bytes": 9965000}])";
  scenario.nodes = R"([{"id": "w", "role": "primary", "az": "a", "nic_gbps": 1000}])";
  scenario.options = with_device("0.5");
  const RunSummary run = run_text(scenario.text(), "aurora");
  const Metrics& large = subject(run.clients, "large").metrics;
  CHECK(value_of(large, "commits_acked") > 5);
  CHECK(value_of(large, "transaction_latency_ms_max") < 100);
  CHECK(value_of(run, "commits_failed") == 0);
}
