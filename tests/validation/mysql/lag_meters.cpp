// The heartbeat against pencil and paper, and against the true lag. (The blind spots of all three
// meters are scenarios/lag-meters.)
#include <algorithm>
#include <string>

#include "tests/catch.hpp"
#include "tests/support/whole_run.hpp"

using namespace writepath;
using namespace writepath::test;

namespace {

RunSummary played(const std::string& architecture, const std::vector<std::string>& sets,
                  const std::string& faults = "") {
  return run_text(R"({ "scenario_version": 1, "name": "meters", "question": "?",
    "duration_s": 40, "warmup_s": 2, "settle_s": 60,
    "network": { "intra_az": { "rtt_ms": 0.4, "jitter": 1, "bandwidth_gbps": 1000 },
                 "inter_az": { "rtt_ms": 2, "jitter": 1, "bandwidth_gbps": 1000 } },
    "workload": { "clients": [ { "name": "c", "azs": ["a"],
        "open_loop": { "rate_per_s": 50, "arrivals": "constant" } } ],
      "transactions": [ { "name": "insert", "autocommit": true } ],
      "heartbeat": { "enabled": true } },
    "architectures": [
      { "name": "mysql", "model": "mysql_binlog",
        "nodes": [ { "id": "w", "role": "primary", "az": "a",
                     "device": { "flush_ms": 1, "iops": 100000, "bandwidth_mb_per_s": 100000 } },
                   { "id": "r", "role": "replica", "az": "b",
                     "device": { "flush_ms": 1, "iops": 100000, "bandwidth_mb_per_s": 100000 } } ],
        "options": { "replica_parallel_workers": 1 } },
      { "name": "aurora", "model": "aurora_quorum",
        "nodes": [ { "id": "w", "role": "primary", "az": "a" },
                   { "id": "r", "role": "replica", "az": "b" } ] } ],
    "faults": [ )" + faults +
                      R"( ], "battery": { "enabled": false } })",
                  architecture, sets);
}

std::vector<std::string> heartbeat(const std::string& interval_s, const std::string& skew_s) {
  return {"/workload/heartbeat/interval_s=" + interval_s, "/workload/heartbeat/skew_s=" + skew_s};
}

}  // namespace

TEST_CASE("a row is visible after its commit and its way; what is read before is a row older") {
  // MySQL: 0.07 ms of CPU and two flushes of 1.01 ms, 1 ms there, 0.1 ms and two flushes again.
  const double visible_ms = 0.07 + 2.02 + 1 + 0.1 + 2.02;
  for (const auto& [skew_ms, lag_ms] :
       {std::pair{visible_ms - 0.2, 50.0}, {visible_ms + 0.2, 0.0}}) {
    CAPTURE(skew_ms);
    const RunSummary run = played("mysql", heartbeat("0.05", std::to_string(skew_ms / 1000)));
    CHECK(value_of(run, "heartbeat_lag_ms_p50") == Approx(lag_ms));
  }
}

TEST_CASE("heartbeats are transactions: they add load, and count as no commits") {
  for (const char* architecture : {"mysql", "aurora"}) {
    CAPTURE(architecture);
    const RunSummary with = played(architecture, heartbeat("0.05", "0.025"));
    const RunSummary without = played(architecture, {"/workload/heartbeat/enabled=false"});
    CHECK(value_of(with, "heartbeats_written") == 799);  // at 0.05, 0.1, ... 39.95 s
    CHECK(value_of(with, "heartbeats_lost") == 0);
    CHECK(value_of(with, "heartbeat_lag_ms_max") == 0);
    CHECK(value_of(with, "commits_acked") == value_of(without, "commits_acked"));
    CHECK(value_of(with, "primary_shipped_bytes_per_commit") >
          1.1 * value_of(without, "primary_shipped_bytes_per_commit"));
    for (const CheckResult& c : with.checks) {
      INFO(c.name << ": " << c.witness);
      CHECK(c.verdict == CheckResult::Verdict::holds);
    }
  }
}

TEST_CASE("above the applier's capacity heartbeat and true lag grow alike, within an interval") {
  const RunSummary run = played("mysql", {"/workload/clients/0/open_loop/rate_per_s=700"});
  std::vector<double> meter, truth;
  for (const TimePoint& point : run.time_series) {
    if (point.t_ns < 5 * ns_per_s || point.t_ns >= 40 * ns_per_s) continue;
    if (point.metric == "heartbeat_lag_ms") meter.push_back(point.value);
    if (point.metric == "replica_lag_ms") truth.push_back(point.value);
  }
  REQUIRE(meter.size() == truth.size());
  REQUIRE(truth.back() > 10'000);
  // The reading stands in the middle of its second, the true lag at its end.
  for (std::size_t i = 0; i < meter.size(); ++i) CHECK(meter[i] == Approx(truth[i]).margin(1500));
}

TEST_CASE("the heartbeat follows the endpoint, and what a failover takes of it is counted") {
  const std::string gone = R"({ "id": "f", "at_s": 20.0005, "kind": "az_outage",
                                "target": { "az": "a" } })";
  const RunSummary mysql = played("mysql", heartbeat("0.01", "0.005"), gone);
  CHECK(value_of(mysql, "heartbeats_written") > 2500);  // some seconds less than 4000
  CHECK(value_of(mysql, "heartbeats_written") < 3900);
  CHECK(check(mysql, "durability").verdict == CheckResult::Verdict::holds);
  CHECK(value_of(mysql, "heartbeats_lost") ==
        value_of(subject(mysql.faults, "f").metrics, "rpo_heartbeats"));
  const RunSummary aurora = played("aurora", heartbeat("0.01", "0.005"), gone);
  CHECK(value_of(aurora, "heartbeats_lost") == 0);
  CHECK(check(aurora, "durability").verdict == CheckResult::Verdict::holds);
}
