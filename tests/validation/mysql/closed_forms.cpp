// The MySQL model against pencil and paper: constant latencies, no jitter, so that each figure is a
// sum.
#include <cmath>

#include "tests/catch.hpp"
#include "tests/support/whole_run.hpp"

using namespace writepath;
using namespace writepath::test;

namespace {

// A single applier, unless a test says otherwise (parallel ones: applying.cpp).
std::string with_one_applier(const std::string& options) {
  const std::string rest = options.substr(1);
  return R"({ "replica_parallel_workers": 1)" + (options == "{}" ? rest : "," + rest);
}

// RTT 0.4 ms within an AZ and 2 ms between AZs; a flush takes 1 ms of latency and 0.01 ms of the
// device's server; a statement 0.05 ms and COMMIT 0.02 ms of CPU.
std::string quiet(const std::string& clients, const std::string& options = "{}",
                  const std::string& more = "") {
  return R"({ "scenario_version": 1, "name": "quiet", "question": "?",
    "duration_s": 40, "warmup_s": 2, "settle_s": 40,
    "network": {
      "intra_az": { "rtt_ms": 0.4, "jitter": 1, "bandwidth_gbps": 1000 },
      "inter_az": { "rtt_ms": 2, "jitter": 1, "bandwidth_gbps": 1000 } },
    "workload": { "clients": [ )" +
         clients + R"( ],
      "transactions": [ { "name": "insert", "autocommit": true, "rows_written": 2,
                          "statement_cpu_us": 50 } ], "probe": { "enabled": false } },
    "architectures": [ { "name": "m", "model": "mysql_binlog",
      "nodes": [
        { "id": "db1", "role": "primary", "az": "a", "nic_gbps": 1000,
          "device": { "flush_ms": 1, "iops": 100000, "bandwidth_mb_per_s": 100000 } },
        { "id": "db2", "role": "replica", "az": "b", "nic_gbps": 1000,
          "device": { "flush_ms": 1, "iops": 100000, "bandwidth_mb_per_s": 100000 } },
        { "id": "db3", "role": "replica", "az": "c", "nic_gbps": 1000,
          "device": { "flush_ms": 1, "iops": 100000, "bandwidth_mb_per_s": 100000 } } ],
      "options": )" +
         with_one_applier(options) + R"( } ], "battery": { "enabled": false } )" + more + " }";
}

const char* one_client = R"({ "name": "one", "azs": ["a"],
  "closed_loop": { "clients": 1, "think_time_ms": 20 } })";

std::string load(double rate_per_s) {
  return R"({ "name": "load", "azs": ["a"], "open_loop": { "rate_per_s": )" +
         std::to_string(rate_per_s) + " } }";
}

constexpr double flush_ms = 1.01, client_rtt_ms = 0.4, inter_az_rtt_ms = 2;
constexpr double cpu_ms = 0.07;
// Pages written in the background delay a flush by at most a few requests of 0.01 ms; transfers of
// a few hundred bytes at 1000 Gb/s take nanoseconds.
constexpr double slack_ms = 0.01;
// 0.05 ms and 0.05 ms a row, then its own two flushes.
constexpr double apply_ms = 0.15 + 2 * flush_ms;

}  // namespace

TEST_CASE("an unloaded commit is a round trip, CPU and two flushes") {
  const RunSummary run = run_text(quiet(one_client), "m");
  const double expected = client_rtt_ms + cpu_ms + 2 * flush_ms;
  CHECK(value_of(run, "commit_latency_ms_p50") == Approx(expected).margin(slack_ms));
  CHECK(value_of(run, "commit_latency_ms_mean") == Approx(expected).margin(slack_ms));
  double sum = 0;
  for (const Metric& part : run.commit_latency_breakdown_ms) sum += part.value.value_or(0);
  CHECK(sum == Approx(value_of(run, "commit_latency_ms_mean")).epsilon(1e-9));
  for (const CheckResult& c : run.checks) {
    INFO(c.name << ": " << c.witness);
    CHECK(c.verdict == CheckResult::Verdict::holds);
  }
}

TEST_CASE("a lone replica's lag floor is the way there and one apply, less the way back") {
  const RunSummary run = run_text(quiet(one_client), "m");
  // Shipped when the binlog is synced, which is also when the client is answered.
  const double expected = inter_az_rtt_ms / 2 + apply_ms - client_rtt_ms / 2;
  CHECK(value_of(run, "replica_lag_ms_p50") == Approx(expected).margin(2 * slack_ms));
}

TEST_CASE("AFTER_SYNC adds one round trip to the nearest replica") {
  const RunSummary run = run_text(quiet(one_client, R"({ "semi_sync": "after_sync" })"), "m");
  CHECK(value_of(run, "commit_latency_ms_p50") ==
        Approx(client_rtt_ms + cpu_ms + 2 * flush_ms + inter_az_rtt_ms).margin(slack_ms));
}

TEST_CASE("without a binlog a commit is one flush, and concurrent ones share it") {
  const std::string alone = R"("nodes": [ { "id": "db1", "role": "primary", "az": "a",
                                "device": { "flush_ms": 1, "iops": 100000 } } ])";
  const auto without_binlog = [&](const std::string& clients) {
    std::string text = quiet(clients, R"({ "log_bin": false })");
    const auto from = text.find("\"nodes\"");
    text.replace(from, text.find("]", from) + 1 - from, alone);
    return run_text(text, "m");
  };
  CHECK(value_of(without_binlog(one_client), "commit_latency_ms_p50") ==
        Approx(client_rtt_ms + cpu_ms + flush_ms).margin(slack_ms));
  const RunSummary run = without_binlog(
      R"({ "name": "many", "azs": ["a"], "closed_loop": { "clients": 16, "think_time_ms": 0 } })");
  // Whoever comes during a flush waits for the next: at most two flushes, one at a time.
  CHECK(value_of(run, "commits_per_s") > 16 * 1000 / (2 * flush_ms + cpu_ms + client_rtt_ms) * 0.9);
  CHECK(value_of(run, "commit_latency_ms_p50") > client_rtt_ms + cpu_ms + flush_ms);
  CHECK(value_of(run, "commit_latency_ms_p50") < client_rtt_ms + cpu_ms + 2 * flush_ms + 0.2);
}

TEST_CASE("a leader waits for company as long as it is told to, or for so many") {
  const auto p50 = [](const std::string& options) {
    return value_of(run_text(quiet(one_client, options), "m"), "commit_latency_ms_p50");
  };
  const double alone = client_rtt_ms + cpu_ms + 2 * flush_ms;
  CHECK(p50(R"({ "binlog_group_commit_sync_delay_us": 5000 })") ==
        Approx(alone + 5).margin(slack_ms));
  CHECK(p50(R"({ "binlog_group_commit_sync_delay_us": 5000,
                 "binlog_group_commit_sync_no_delay_count": 2 })") ==
        Approx(alone + 5).margin(slack_ms));  // the second never comes
  CHECK(p50(R"({ "binlog_group_commit_sync_delay_us": 5000,
                 "binlog_group_commit_sync_no_delay_count": 1 })") ==
        Approx(alone).margin(slack_ms));
}

TEST_CASE("a relay log that is flushed first adds that flush") {
  const RunSummary run = run_text(
      quiet(one_client, R"({ "semi_sync": "after_commit", "sync_relay_log": true })"), "m");
  CHECK(value_of(run, "commit_latency_ms_p50") ==
        Approx(client_rtt_ms + cpu_ms + 3 * flush_ms + inter_az_rtt_ms).margin(slack_ms));
}

// facts of queues: commit number n arrives at n / lambda and is applied at n / mu, so its lag grows
// by lambda/mu - 1 for each second of commit time.
TEST_CASE("above the applier's capacity lag grows by arrival rate / apply rate - 1") {
  const double apply_per_s = 1000 / apply_ms;
  for (const double rate_per_s : {500.0, 600.0, 900.0}) {
    const RunSummary run = run_text(quiet(load(rate_per_s)), "m");
    INFO("rate " << rate_per_s << "/s, capacity " << apply_per_s << "/s");
    const double realised = value_of(run, "commits_per_s");
    CHECK(value_of(run, "replica_lag_growth_s_per_s") ==
          Approx(realised / apply_per_s - 1).margin(0.02));
  }
}

// Looked at from the wall clock: at time t commit number mu t has just been applied, which arrived
// at (mu / lambda) t. So the lag that is seen grows by 1 - mu/lambda for each second that passes.
TEST_CASE("seen by the wall clock lag grows by 1 - apply rate / arrival rate") {
  const double apply_per_s = 1000 / apply_ms;
  for (const double rate_per_s : {500.0, 600.0, 900.0}) {
    const RunSummary run = run_text(quiet(load(rate_per_s)), "m");
    const auto seen_s = [&](std::int64_t at_s) {
      for (const TimePoint& point : run.time_series)
        if (point.metric == "replica_lag_ms" && point.t_ns == at_s * ns_per_s)
          return point.value / 1000;
      throw std::runtime_error("no such point");
    };
    const double realised = value_of(run, "commits_per_s");
    INFO("rate " << rate_per_s << "/s, capacity " << apply_per_s << "/s");
    CHECK((seen_s(25) - seen_s(10)) / 15 == Approx(1 - apply_per_s / realised).margin(0.02));
  }
}

TEST_CASE("below the applier's capacity lag stays within milliseconds") {
  const RunSummary run = run_text(quiet(load(200)), "m");
  CHECK(value_of(run, "replica_lag_ms_p99") < 40);
  CHECK(std::abs(value_of(run, "replica_lag_growth_s_per_s")) < 1e-3);
}

TEST_CASE("with an applier of no cost lag is the way there") {
  const RunSummary run = run_text(quiet(load(900), R"({ "applier": { "cost": "none" } })"), "m");
  CHECK(value_of(run, "replica_lag_ms_p50") ==
        Approx(inter_az_rtt_ms / 2 - client_rtt_ms / 2).margin(slack_ms));
}

TEST_CASE("group commit shares flushes: more clients commit more than a flush each allows") {
  const std::string clients = R"({ "name": "many", "azs": ["a"],
    "closed_loop": { "clients": 16, "think_time_ms": 0 } })";
  const RunSummary run = run_text(quiet(clients), "m");
  // Alone each flush stage takes 1.01 ms: at most 990 groups a second. The two stages overlap.
  CHECK(value_of(run, "commits_per_s") > 3000);
  // Nobody commits faster than two flushes.
  CHECK(value_of(run, "commit_latency_ms_p50") > 2 * flush_ms);
  CHECK(value_of(run, "commits_per_s") < 16 * 1000 / (2 * flush_ms + cpu_ms + client_rtt_ms));
}

TEST_CASE("without acknowledgements the source falls back after the timeout and comes back") {
  const std::string more = R"(, "faults": [ { "id": "cut", "at_s": 10, "kind": "partition",
    "target": { "role": "replica" }, "duration_s": 12 } ] )";
  const RunSummary run = run_text(quiet(one_client, R"({ "semi_sync": "after_sync",
                                      "rpl_semi_sync_source_timeout_ms": 3000 })",
                                        more),
                                  "m");
  // One commit waits the timeout out; the others neither before nor after it.
  CHECK(value_of(run, "commit_latency_ms_max") ==
        Approx(3000 + client_rtt_ms + cpu_ms + 2 * flush_ms).margin(1));
  CHECK(value_of(subject(run.faults, "cut").metrics, "rpo_transactions") == 0);
}
