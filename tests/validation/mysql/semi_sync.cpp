// Semi-synchronous replication: how many acknowledge, who sees what before they do, the fall-back
// and the way back, and what a source that crashed while it waited comes back with.
#include <string>

#include "tests/catch.hpp"
#include "tests/support/whole_run.hpp"

using namespace writepath;
using namespace writepath::test;

namespace {

// A round trip of 4 ms to AZ b and 12 ms to AZ c; flushes of 1.01 ms; clients beside the source.
RunSummary played(const std::string& options, const std::string& faults = "",
                  const std::vector<std::string>& sets = {}) {
  const std::string device =
      R"("device": { "flush_ms": 1, "iops": 100000, "bandwidth_mb_per_s": 100000 })";
  return run_text(
      R"({ "scenario_version": 1, "name": "semi-sync", "question": "?",
    "duration_s": 60, "warmup_s": 2, "settle_s": 60, "data": { "size_gb": 0.1 },
    "network": {
      "intra_az": { "rtt_ms": 0.4, "jitter": 1, "bandwidth_gbps": 1000 },
      "inter_az": { "rtt_ms": 4, "jitter": 1, "bandwidth_gbps": 1000 },
      "links": [ { "from": "a", "to": "c", "rtt_ms": 12 } ] },
    "workload": {
      "clients": [ { "name": "web", "azs": ["a"],
                     "open_loop": { "rate_per_s": 100, "arrivals": "constant" } } ],
      "transactions": [ { "name": "insert", "autocommit": true } ],
      "reads": [ { "rate_per_s": 5000, "target": "primary", "azs": ["a"] } ],
      "session": { "timeout_s": 5, "endpoint_ttl_s": 1 },
      "probe": { "enabled": false } },
    "architectures": [ { "name": "m", "model": "mysql_binlog",
      "nodes": [ { "id": "db1", "role": "primary", "az": "a", )" +
          device + R"( }, { "id": "db2", "role": "replica", "az": "b", )" + device +
          R"( }, { "id": "db3", "role": "replica", "az": "c", )" + device + R"( } ],
      "options": )" +
          options + R"( } ], "battery": { "enabled": false },
    "faults": [ )" +
          faults + " ] }",
      "m", sets);
}

std::string source_is_lost(const std::string& more = "") {
  return R"({ "id": "lost", "at_s": 20.004, "kind": "az_outage", "target": { "az": "a" } )" + more +
         " }";
}

double p50_ms(const RunSummary& run, int from_s, int to_s) {
  double sum = 0;
  for (const TimePoint& point : run.time_series)
    if (point.metric == "commit_latency_ms_p50" && point.t_ns >= from_s * ns_per_s &&
        point.t_ns < to_s * ns_per_s)
      sum += point.value;
  return sum / (to_s - from_s);
}

constexpr double alone_ms = 0.4 + 0.07 + 2 * 1.01;

}  // namespace

TEST_CASE("a commit waits for as many replicas as it was told, whichever are nearest") {
  const auto p50 = [](const char* count, const char* more = "") {
    return value_of(played(std::string(R"({ "semi_sync": "after_sync",
        "rpl_semi_sync_source_wait_for_replica_count": )") +
                           count + more + " }"),
                    "commit_latency_ms_p50");
  };
  CHECK(p50("1") == Approx(alone_ms + 4).margin(0.1));
  // Its neighbours' group holds the commit stage while it waits (constant arrivals, 10 ms apart).
  CHECK(p50("2") >= alone_ms + 12 - 0.1);
  CHECK(p50("1", R"(, "semi_sync_replicas": ["db3"])") >= alone_ms + 12 - 0.1);
  CHECK(p50("1", R"(, "semi_sync_replicas": ["db2"])") == Approx(alone_ms + 4).margin(0.1));
}

// COMMIT is sent at 20 s, the binlog synced 2.3 ms later; the AZ goes dark 4 ms later, when the
// events have not reached a replica yet.
TEST_CASE("before the acknowledgement: AFTER_COMMIT shows what may be lost, AFTER_SYNC does not") {
  const auto seen_and_lost = [](const char* wait_point) {
    const RunSummary run =
        played(std::string(R"({ "semi_sync": ")") + wait_point + "\" }", source_is_lost());
    CHECK(value_of(subject(run.faults, "lost").metrics, "rpo_transactions") ==
          (std::string(wait_point) == "off" ? 1 : 0));
    return check(run, "visibility").witness;
  };
  CHECK(seen_and_lost("after_sync").empty());
  CHECK(seen_and_lost("after_commit").find("which was lost") != std::string::npos);
  CHECK(seen_and_lost("off").find("which was lost") != std::string::npos);
}

TEST_CASE("no replica left: wait_no_replica waits out the timeout, its opposite goes on at once") {
  const std::string faults = R"({ "id": "gone", "at_s": 20, "kind": "node_crash",
    "crash": "process", "restart_after_s": 10, "target": { "role": "replica" } })";
  const auto played_with = [&](const char* wait) {
    return played(std::string(R"({ "semi_sync": "after_sync",
        "rpl_semi_sync_source_timeout_ms": 3000, "rpl_semi_sync_source_wait_no_replica": )") +
                      wait + " }",
                  faults);
  };
  const RunSummary waits = played_with("true");
  CHECK(value_of(waits, "commit_latency_ms_max") == Approx(3000 + alone_ms).margin(10));
  CHECK(value_of(waits, "semi_sync_fallbacks") == 1);
  const RunSummary goes_on = played_with("false");
  CHECK(value_of(goes_on, "commit_latency_ms_max") < 100);
  CHECK(value_of(goes_on, "semi_sync_fallbacks") == 1);
  // Asynchronous meanwhile, and back by itself when the replicas are.
  for (const RunSummary* run : {&waits, &goes_on}) {
    CHECK(p50_ms(*run, 25, 30) == Approx(alone_ms).margin(0.1));
    CHECK(p50_ms(*run, 40, 60) == Approx(alone_ms + 4).margin(0.1));
  }
}

// bugs.mysql.com 99370: what waits for an acknowledgement is in the binlog, and recovery commits
// what the binlog has, acknowledged or not.
TEST_CASE("a source that crashed while it waited commits on recovery what nobody acknowledged") {
  const RunSummary run =
      played(R"({ "semi_sync": "after_sync", "rpl_semi_sync_source_timeout_ms": 100000,
                  "source_connect_retry_s": 1 })",
             R"({ "id": "cut", "at_s": 20, "kind": "partition", "duration_s": 1.2,
                  "target": { "role": "replica" } },
                { "id": "crash", "at_s": 21, "kind": "node_crash", "crash": "process",
                  "restart_after_s": 0.5, "target": { "role": "primary" } })");
  // A hundred a second arrived while none could end; their clients never learnt.
  CHECK(value_of(run, "commits_unknown") == Approx(100).margin(5));
  CHECK(value_of(run, "commits_unknown_committed") == Approx(100).margin(5));
  CHECK(value_of(run, "commits_unknown_lost") <= 2);  // not yet in the binlog
  CHECK(value_of(run, "errant_transactions") == 0);
  CHECK(value_of(run, "commits_lost") == 0);
  CHECK(check(run, "convergence").verdict == CheckResult::Verdict::holds);
}

TEST_CASE("if another one took over meanwhile, they are errant: on a disk, in no history") {
  const std::string faults = R"({ "id": "cut", "at_s": 20, "kind": "partition", "duration_s": 1,
                                  "target": { "az": "a" } },)" +
                             source_is_lost(R"(, "duration_s": 20 )");
  const std::vector<std::string> later{"/faults/1/at_s=20.5"};
  const RunSummary semi_sync = played(R"({ "semi_sync": "after_sync" })", faults, later);
  CHECK(value_of(semi_sync, "errant_transactions") == Approx(50).margin(5));
  CHECK(value_of(subject(semi_sync.faults, "lost").metrics, "rpo_transactions") == 0);
  CHECK(value_of(subject(semi_sync.faults, "lost").metrics, "recoverable_transactions") == 0);
  CHECK(value_of(semi_sync, "commits_unknown_lost") >= 45);

  // Asynchronous: the same transactions, but their clients were told that they had happened.
  const RunSummary async = played("{}", faults, later);
  const double lost = value_of(subject(async.faults, "lost").metrics, "rpo_transactions");
  CHECK(lost == Approx(50).margin(5));
  CHECK(value_of(subject(async.faults, "lost").metrics, "recoverable_transactions") == lost);
  CHECK(value_of(async, "errant_transactions") >= lost);
  CHECK(value_of(async, "errant_transactions") <= lost + 2);
  for (const RunSummary* run : {&semi_sync, &async}) {
    CHECK(check(*run, "durability").verdict == CheckResult::Verdict::holds);
    CHECK(check(*run, "convergence").verdict == CheckResult::Verdict::holds);
  }
}
