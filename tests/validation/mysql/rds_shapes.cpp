// RDS's Multi-AZ instance and cluster against pencil and paper, and against what Amazon publishes
// of them.
#include <string>
#include <vector>

#include "tests/catch.hpp"
#include "tests/support/whole_run.hpp"

using namespace writepath;
using namespace writepath::test;

namespace {

// RTT 0.4 ms within an AZ and 2 ms between AZs; 0.07 ms of CPU; a request takes 1/iops = 0.01 ms
// and a flush 1 ms of latency.
constexpr double client_rtt_ms = 0.4, inter_az_rtt_ms = 2, cpu_ms = 0.07, server_ms = 0.01;

std::string pair_of(const std::string& options, const std::string& flush_ms = "1",
                    const std::string& more = "", const std::string& more_nodes = "",
                    const std::string& clients = R"("closed_loop": { "clients": 1,
                                                     "think_time_ms": 5 })") {
  const std::string device =
      R"("storage": "attached", "device": { "flush_ms": )" + flush_ms + R"(, "iops": 100000 })";
  return R"({ "scenario_version": 1, "name": "pair", "question": "?",
    "duration_s": 150, "warmup_s": 2, "settle_s": 100,
    "network": {
      "intra_az": { "rtt_ms": 0.4, "jitter": 1, "bandwidth_gbps": 1000 },
      "inter_az": { "rtt_ms": 2, "jitter": 1, "bandwidth_gbps": 1000 } },
    "workload": { "clients": [ { "name": "c", "azs": ["a"], )" +
         clients + R"( } ],
      "transactions": [ { "name": "insert", "autocommit": true, "statement_cpu_us": 50 } ],
      "session": { "timeout_s": 3, "endpoint_ttl_s": 5 }, "probe": { "enabled": false } },
    "architectures": [ { "name": "m", "model": "mysql_binlog",
      "nodes": [ { "id": "db1", "role": "primary", "az": "a", )" +
         device + " }" + more_nodes + R"( ], "options": )" + options + R"( } ])" + more + " }";
}

const std::string mirror = R"({ "mirror": { "az": "b" } })";

std::string crash_of(const std::string& role, const std::string& kind, const std::string& restart,
                     double at_s = 20) {
  return R"({ "id": "f", "at_s": )" + std::to_string(at_s) +
         R"(, "kind": "node_crash", "crash": ")" + kind + R"(", "target": { "role": ")" + role +
         R"(" })" + (restart.empty() ? "" : R"(, "restart_after_s": )" + restart) + " }";
}
std::string faults(const std::string& list) { return R"(, "faults": [ )" + list + " ]"; }

const Metrics& fault(const RunSummary& run, const std::string& id = "f") {
  return subject(run.faults, id).metrics;
}

void check_that_all_hold(const RunSummary& run) {
  for (const CheckResult& result : run.checks) {
    INFO(result.name << ": " << result.witness);
    CHECK(result.verdict == CheckResult::Verdict::holds);
  }
}

}  // namespace

TEST_CASE("steps 1, 3 and 5 are sequential: a mirrored flush is two flushes and a round trip") {
  const RunSummary run = run_text(pair_of(mirror), "m");
  const double mirrored_flush_ms = 2 * (1 + server_ms) + inter_az_rtt_ms;
  CHECK(value_of(run, "commit_latency_ms_mean") ==
        Approx(client_rtt_ms + cpu_ms + 2 * mirrored_flush_ms).margin(0.1));
  CHECK(value_of(run, "commit_latency_ms_p50") ==
        Approx(client_rtt_ms + cpu_ms + 2 * mirrored_flush_ms).margin(0.05));
  check_that_all_hold(run);
}

TEST_CASE("jitter is amplified: a write waits for the slower copy in each AZ") {
  const std::string exponential = R"({ "exponential": { "mean": 1 } })";
  const auto flushes_ms = [&](const std::string& options) {
    const RunSummary run = run_text(pair_of(options, exponential), "m");
    for (const Metric& part : run.commit_latency_breakdown_ms)
      if (part.name == "local_flush") return part.value.value();
    return 0.0;
  };
  // The mean of the larger of two exponential draws is 1.5 times theirs.
  const double two_copies_ms = 1.5;
  CHECK(flushes_ms(mirror) ==
        Approx(2 * (2 * (two_copies_ms + server_ms) + inter_az_rtt_ms)).epsilon(0.03));
  CHECK(flushes_ms(R"({ "mirror": { "az": "b", "copies_per_az": 1 } })") ==
        Approx(2 * (2 * (1 + server_ms) + inter_az_rtt_ms)).epsilon(0.03));
  CHECK(flushes_ms("{}") == Approx(2 * (1 + server_ms)).epsilon(0.03));
}

TEST_CASE("whatever the primary writes crosses to the other AZ once, and is written there") {
  const RunSummary run = run_text(pair_of(mirror), "m");
  double primary = 0, standby = 0, crossing = 0;
  for (const IoRow& row : run.io) {
    if (row.place == "primary") primary += static_cast<double>(row.write_bytes);
    if (row.place == "standby") standby += static_cast<double>(row.write_bytes);
  }
  for (const TrafficRow& row : run.traffic)
    if (row.traffic == "mirror") crossing += static_cast<double>(row.cross_az_bytes);
  CHECK(primary > 0);
  CHECK(standby == Approx(primary).epsilon(0.01));
  CHECK(crossing > primary * 0.99);
  CHECK(crossing < primary * 1.05);  // headers
}

TEST_CASE("a failover to the standby loses nothing and takes the published 60 to 120 s") {
  for (const char* kind : {"process", "host", "loss"}) {
    INFO(kind);
    const RunSummary run =
        run_text(pair_of(mirror, "1", faults(crash_of("primary", kind, ""))), "m");
    CHECK(value_of(fault(run), "rpo_transactions") == 0);
    CHECK(value_of(fault(run), "rto_s") >= 60);
    CHECK(value_of(fault(run), "rto_s") <= 120);
    // Detection and the move of volume and endpoint are inputs; start and recovery lie in between.
    CHECK(value_of(fault(run), "detect_s") >= 2);
    CHECK(value_of(fault(run), "start_s") == Approx(60 + 2));
    check_that_all_hold(run);
  }
}

TEST_CASE("recovery's part of the failover grows with the redo since the checkpoint") {
  const std::string load = R"("open_loop": { "rate_per_s": 2000 })";
  const auto recover_s = [&](const std::string& mb_per_s) {
    const RunSummary run = run_text(
        pair_of(R"({ "mirror": { "az": "b", "takeover_s": 1 }, "innodb_redo_log_capacity_mb": 1000,
                     "crash_recovery_mb_per_s": )" +
                    mb_per_s + " }",
                "1", faults(crash_of("primary", "host", "")), "", load),
        "m");
    check_that_all_hold(run);
    return value_of(fault(run), "recover_s");
  };
  // At most 18 s x 2,000/s x 600 bytes of redo: 21.6 MB.
  const double slow = recover_s("2"), fast = recover_s("200");
  CHECK(slow - fast > 5);
  CHECK(slow < 1 + 2 + 24e6 / 2e6);
}

TEST_CASE("without its standby the primary stalls for the timeout, then goes on alone") {
  const RunSummary run =
      run_text(pair_of(mirror, "1", faults(crash_of("standby", "host", "10"))), "m");
  CHECK(value_of(fault(run), "rpo_transactions") == 0);
  CHECK(value_of(fault(run), "rto_s") == Approx(6).margin(0.5));
  check_that_all_hold(run);
  // A standby whose process alone dies is missed at once: its kernel says so.
  const RunSummary process =
      run_text(pair_of(mirror, "1", faults(crash_of("standby", "process", "10"))), "m");
  CHECK(value_of(process, "commit_latency_ms_max") < 100);
}

TEST_CASE("a standby that missed writes does not take over") {
  // The standby is cut off for good; 20 s later the primary dies and comes back after 30 s.
  const std::string list = R"({ "id": "cut", "at_s": 10, "kind": "partition", "duration_s": 49,
                                "target": { "role": "standby" } }, )" +
                           crash_of("primary", "host", "20", 30);
  const RunSummary run = run_text(pair_of(mirror, "1", faults(list)), "m");
  CHECK(value_of(fault(run), "rpo_transactions") == 0);
  CHECK(value_of(fault(run), "rto_s") > 20);  // until the primary itself was back
  CHECK(value_of(fault(run), "rto_s") < 40);
  check_that_all_hold(run);
}

TEST_CASE("a standby that dies while it takes over goes on when it is back") {
  const std::string list =
      crash_of("primary", "host", "") + R"(, { "id": "g", "at_s": 40, "kind": "node_crash",
        "crash": "host", "restart_after_s": 5, "target": { "role": "standby" } })";
  const RunSummary run = run_text(pair_of(mirror, "1", faults(list)), "m");
  CHECK(value_of(fault(run), "rpo_transactions") == 0);
  CHECK(value_of(fault(run), "rto_s") > 25);  // 20 s and 5 s, then its start
  CHECK(value_of(fault(run), "rto_s") < 45);
  check_that_all_hold(run);
}

TEST_CASE("a primary that is cut off acknowledges nothing more, and becomes the standby") {
  // Its clients are cut off with it.
  const std::string list = R"({ "id": "f", "at_s": 20, "kind": "az_outage", "duration_s": 15,
                                "target": { "az": "a" } })";
  const std::string cut = R"({ "id": "f", "at_s": 20, "kind": "partition", "duration_s": 25,
                               "target": { "role": "primary" } })";
  for (const std::string& one : {list, cut}) {
    const RunSummary run = run_text(pair_of(mirror, "1", faults(one)), "m");
    CHECK(value_of(fault(run), "rpo_transactions") == 0);
    CHECK(maybe(fault(run), "time_to_full_redundancy_s").has_value());
    check_that_all_hold(run);
  }
}

TEST_CASE("read replicas follow a Multi-AZ instance through its failover") {
  const std::string replica = R"(, { "id": "r", "role": "replica", "az": "c",
                                     "device": { "flush_ms": 1, "iops": 100000 } })";
  const RunSummary run =
      run_text(pair_of(mirror, "1", faults(crash_of("primary", "loss", "90", 20)), replica), "m");
  CHECK(value_of(fault(run), "rpo_transactions") == 0);
  CHECK(value_of(run, "replica_lag_unapplied") == 0);
  check_that_all_hold(run);  // convergence: the replica ends where the new primary does
}

TEST_CASE("the standby serves no reads, and is no replica whose lag counts") {
  std::string text = pair_of(mirror);
  text.replace(text.find(R"("probe")"), 0,
               R"("reads": [ { "target": "any", "rate_per_s": 50, "azs": [ "b" ] } ], )");
  const RunSummary run = run_text(text, "m");
  CHECK(value_of(run, "reads_done") > 5000);
  CHECK(value_of(run, "reads_failed") == 0);
  // All of them crossed to the primary.
  CHECK(value_of(run, "read_latency_ms_p50") > inter_az_rtt_ms);
  CHECK(run.replicas.empty());
  CHECK_FALSE(maybe(run.metrics, "replica_lag_ms_p50").has_value());
}
