// RDS's Multi-AZ cluster (profile rds-multi-az-cluster): a writer and two readable standbys, one of
// which acknowledges; flow control bounds how far they are behind; failover ends when both have
// applied what they have.
#include <algorithm>
#include <string>

#include "tests/catch.hpp"
#include "tests/support/whole_run.hpp"

using namespace writepath;
using namespace writepath::test;

namespace {

/// 16 clients without thinking time commit about 3,000 times a second; a replica applies about 480.
std::string cluster(const std::string& options, const std::string& more = "",
                    const std::string& duration_s = "150") {
  const std::string device = R"("device": { "flush_ms": 1, "iops": 100000 })";
  return R"({ "scenario_version": 1, "name": "cluster", "question": "?",
    "duration_s": )" +
         duration_s + R"(, "warmup_s": 2, "settle_s": 600,
    "network": { "intra_az": { "rtt_ms": 0.2, "jitter": 1 }, "inter_az": { "rtt_ms": 1, "jitter": 1 } },
    "workload": { "clients": [ { "name": "c", "azs": ["a"], "closed_loop": { "clients": 16 } } ],
      "transactions": [ { "name": "insert", "autocommit": true } ],
      "session": { "timeout_s": 5, "endpoint_ttl_s": 1 }, "probe": { "enabled": false } },
    "architectures": [ { "name": "m", "model": "mysql_binlog",
      "nodes": [ { "id": "w", "role": "primary", "az": "a", )" +
         device + R"( }, { "id": "r1", "role": "replica", "az": "b", )" + device +
         R"( }, { "id": "r2", "role": "replica", "az": "c", )" + device +
         R"( } ], "options": { "profile": "rds-multi-az-cluster")" + options + R"( } } ])" + more +
         " }";
}

struct Span {
  double smallest_s = 1e9, largest_s = 0;
};
/// Of the replicas' median lag in each second from `from_s` to `until_s`.
Span lag_between(const RunSummary& run, double from_s, double until_s) {
  Span span;
  for (const TimePoint& point : run.time_series) {
    const double at_s = static_cast<double>(point.t_ns) / 1e9;
    if (point.metric != "replica_lag_ms_p50" || at_s < from_s || at_s >= until_s) continue;
    span.smallest_s = std::min(span.smallest_s, point.value / 1000);
    span.largest_s = std::max(span.largest_s, point.value / 1000);
  }
  return span;
}

}  // namespace

TEST_CASE("flow control keeps the lag near its target, while without it lag grows with the load") {
  const RunSummary bounded =
      run_text(cluster(R"(, "rpl_semi_sync_master_target_apply_lag_s": 5)"), "m");
  const RunSummary growing = run_text(cluster(R"(, "flow_control": false)"), "m");
  INFO("bounded: " << value_of(bounded, "replica_lag_ms_max") << " ms, "
                   << value_of(bounded, "commits_per_s")
                   << "/s; growing: " << value_of(growing, "replica_lag_ms_max") << " ms, "
                   << value_of(growing, "commits_per_s") << "/s");
  CHECK(value_of(growing, "replica_lag_ms_max") > 100'000);
  CHECK(value_of(bounded, "replica_lag_ms_max") < 10'000);
  // Once the delay has found its place, it stays near the target.
  const Span settled = lag_between(bounded, 30, 150);
  INFO("settled between " << settled.smallest_s << " and " << settled.largest_s << " s");
  CHECK(settled.smallest_s > 4);
  CHECK(settled.largest_s < 7);
  // The writer is then no quicker than the replicas.
  CHECK(value_of(bounded, "commits_per_s") < 0.5 * value_of(growing, "commits_per_s"));
}

TEST_CASE("below the target flow control changes nothing") {
  const RunSummary on = run_text(cluster("", "", "15"), "m");
  const RunSummary off = run_text(cluster(R"(, "flow_control": false)", "", "15"), "m");
  CHECK(value_of(on, "commits_acked") == Approx(value_of(off, "commits_acked")).epsilon(1e-3));
}

TEST_CASE("failover of a cluster loses nothing and waits for both readers") {
  // r2 has a slower device: its backlog takes longer than that of r1, which is chosen.
  const std::string fault = R"(, "faults": [ { "id": "f", "at_s": 4, "kind": "node_crash",
                                 "crash": "host", "target": { "role": "primary" } } ])";
  const auto recover_s = [&](const std::string& options) {
    const RunSummary run = run_text(cluster(options, fault, "100"), "m",
                                    {"/architectures/m/nodes/r2/device/flush_ms=2"});
    CHECK(value_of(subject(run.faults, "f").metrics, "rpo_transactions") == 0);
    for (const CheckResult& result : run.checks) {
      INFO(result.name << ": " << result.witness);
      CHECK(result.verdict == CheckResult::Verdict::holds);
    }
    return value_of(subject(run.faults, "f").metrics, "recover_s");
  };
  const double both = recover_s("");
  const double one = recover_s(R"(, "failover_waits_for": "candidate")");
  INFO("both " << both << " s, candidate alone " << one << " s");
  CHECK(both > 1.2 * one);
}
