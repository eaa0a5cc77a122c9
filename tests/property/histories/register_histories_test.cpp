// What clients of the built-in architectures may see of a few rows, with and without failures.
#include <string>
#include <vector>

#include "tests/catch.hpp"
#include "tests/support/whole_run.hpp"

using namespace writepath;
using namespace writepath::test;

namespace {

using Verdict = CheckResult::Verdict;

/// 45 s of a few registers in three AZs, with the faults given as JSON.
std::string scenario(const std::string& faults, const std::string& registers = "",
                     const std::string& think_ms = "20") {
  return R"({ "scenario_version": 1, "name": "registers", "question": "Is it one history?",
  "duration_s": 45, "warmup_s": 1, "settle_s": 5, "battery": { "enabled": false },
  "workload": {
    "clients": [ { "name": "web", "azs": ["a"], "open_loop": { "rate_per_s": 20 } } ],
    "probe": { "enabled": false },
    "registers": { "enabled": true, "timeout_s": 1, "think_time_ms": { "exponential": { "mean": )" +
         think_ms + "} }" + registers + R"( } },
  "architectures": [
    { "name": "aurora", "model": "aurora_quorum",
      "nodes": [ { "id": "w", "role": "primary", "az": "a" }, { "id": "r1", "role": "replica", "az": "b" },
                 { "id": "r2", "role": "replica", "az": "c" } ] },
    { "name": "async", "model": "mysql_binlog",
      "nodes": [ { "id": "db1", "role": "primary", "az": "a" }, { "id": "db2", "role": "replica", "az": "b" },
                 { "id": "db3", "role": "replica", "az": "c" } ] },
    { "name": "after_commit", "model": "mysql_binlog",
      "nodes": [ { "id": "db1", "role": "primary", "az": "a" }, { "id": "db2", "role": "replica", "az": "b" },
                 { "id": "db3", "role": "replica", "az": "c" } ],
      "options": { "semi_sync": "after_commit" } } ],
  "faults": [)" +
         faults + "] }";
}

std::string fault(const std::string& what, const std::string& target = R"({ "role": "primary" })") {
  return R"({ "id": "f", "at_s": 10, )" + what + R"(, "target": )" + target + " }";
}
const std::string az_a = R"({ "az": "a" })";

RunSummary run(const std::string& json, const std::string& architecture, std::uint64_t seed) {
  RunOptions options;
  options.seed = seed;
  return run_text(json, architecture, {}, options);
}

std::uint64_t count_of(const RunSummary& run, const std::string& name) {
  return static_cast<std::uint64_t>(value_of(run, name));
}

}  // namespace

TEST_CASE("without faults every architecture is linearizable at its primary") {
  for (const char* architecture : {"aurora", "async", "after_commit"}) {
    const RunSummary result = run(scenario(""), architecture, 1);
    INFO(architecture << ": " << check(result, "linearizability").witness);
    CHECK(count_of(result, "register_operations") > 5000);
    CHECK(count_of(result, "register_operations_failed") == 0);
    for (const char* name : {"linearizability", "session_guarantees"}) {
      CHECK(check(result, name).verdict == Verdict::holds);
      CHECK(check(result, name).witness.empty());
    }
  }
}

TEST_CASE("Aurora's primary stays linearizable whatever fails") {
  const std::vector<std::string> plans{
      fault(R"("kind": "node_crash", "crash": "process", "restart_after_s": 2)"),
      fault(R"("kind": "node_crash", "crash": "host")"),
      fault(R"("kind": "node_crash", "crash": "loss")"),
      fault(R"("kind": "az_outage", "duration_s": 20)", az_a),
      fault(R"("kind": "az_outage", "duration_s": 20)", R"({ "az": "b" })"),
      fault(R"("kind": "partition", "duration_s": 20)", az_a),
      fault(R"("kind": "partition", "duration_s": 20)"),
      fault(R"("kind": "partition", "direction": "outgoing", "duration_s": 20)"),
      fault(R"("kind": "pause", "duration_s": 20)")};
  std::uint64_t in_doubt = 0, failed = 0;
  for (const std::string& plan : plans)
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
      const RunSummary result = run(scenario(plan), "aurora", seed);
      INFO(plan << ", seed " << seed);
      for (const char* name : {"linearizability", "session_guarantees"}) {
        INFO(check(result, name).witness);
        CHECK(check(result, name).verdict == Verdict::holds);
        CHECK(check(result, name).witness.empty());
      }
      in_doubt += count_of(result, "register_operations_in_doubt");
      failed += count_of(result, "register_operations_failed");
    }
  CHECK(in_doubt > 20);
  CHECK(failed > 100);
}

TEST_CASE("asynchronous replication loses what was acknowledged, and the history shows it") {
  const RunSummary result =
      run(scenario(fault(R"("kind": "partition", "duration_s": 20)", az_a)), "async", 1);
  CHECK(count_of(result, "registers_not_linearizable") > 0);
  CHECK(count_of(result, "monotonic_writes_violations") > 0);
  // It is what asynchronous replication promises: nothing, once a failover has cut off history.
  for (const char* name : {"linearizability", "session_guarantees"}) {
    CHECK(check(result, name).verdict == Verdict::holds);
    CHECK(check(result, name).witness.find("is of a history that lacks it") +
              check(result, name).witness.find("without what it had before") !=
          2 * std::string::npos);
    CHECK(check(result, name).witness.find("does not promise") != std::string::npos);
  }
}

TEST_CASE("AFTER_COMMIT: what was read before its acknowledgement is gone after a failover") {
  std::uint64_t registers = 0;
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    const RunSummary result = run(scenario(fault(R"("kind": "partition", "duration_s": 20)", az_a)),
                                  "after_commit", seed);
    registers += count_of(result, "registers_not_linearizable");
    // Nothing that was acknowledged is lost: only reads were phantoms.
    CHECK(count_of(result, "monotonic_writes_violations") == 0);
    CHECK(count_of(result, "read_your_writes_violations") == 0);
  }
  CHECK(registers > 0);
}

TEST_CASE("replicas lag: sessions miss their own writes, unless they stay with one, also go back") {
  const std::string replicas = R"(, "target": "replicas")";
  // Aurora's readers are a few milliseconds behind: a client must be quick to notice.
  for (const char* architecture : {"aurora", "async"}) {
    INFO(architecture);
    const RunSummary roaming = run(scenario("", replicas, "1"), architecture, 1);
    CHECK(count_of(roaming, "read_your_writes_violations") > 0);
    // Aurora's two readers get the same stream and differ by less than a client's round trip.
    if (architecture == std::string("async"))
      CHECK(count_of(roaming, "monotonic_reads_violations") > 0);
    CHECK(count_of(roaming, "registers_not_linearizable") > 0);
    CHECK(check(roaming, "linearizability").verdict == Verdict::holds);
    CHECK(check(roaming, "session_guarantees").verdict == Verdict::holds);
    const RunSummary sticky =
        run(scenario("", replicas + R"(, "sticky": true)", "1"), architecture, 1);
    CHECK(count_of(sticky, "read_your_writes_violations") > 0);
    CHECK(count_of(sticky, "monotonic_reads_violations") == 0);
    for (const RunSummary* result : {&roaming, &sticky}) {
      CHECK(count_of(*result, "monotonic_writes_violations") == 0);
      CHECK(count_of(*result, "writes_follow_reads_violations") == 0);
    }
  }
}
