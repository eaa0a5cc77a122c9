// An operator's planned failover: nothing is lost, and writes stop for as long as the switch takes.
#include "tests/catch.hpp"
#include "tests/support/whole_run.hpp"

using namespace writepath;
using namespace writepath::test;

namespace {

std::string planned(const std::string& options, const std::string& nodes,
                    const std::string& more_faults = "") {
  return R"({ "scenario_version": 1, "name": "planned", "question": "?",
    "duration_s": 150, "warmup_s": 2, "settle_s": 100,
    "workload": { "clients": [ { "name": "web", "azs": ["a", "b"], "open_loop": { "rate_per_s": 200 } } ],
      "transactions": [ { "name": "order", "statements": 2, "rows_written": 2 } ],
      "session": { "timeout_s": 3 } },
    "architectures": [ { "name": "m", "model": "mysql_binlog", "nodes": [ )" +
         nodes + R"( ], "options": )" + options + R"( } ],
    "faults": [ { "id": "f", "at_s": 20, "kind": "planned_failover" } )" +
         more_faults + R"( ] })";
}

const std::string three = R"({ "id": "db1", "role": "primary", "az": "a" },
  { "id": "db2", "role": "replica", "az": "b" }, { "id": "db3", "role": "replica", "az": "c" })";

void check_that_all_hold(const RunSummary& run) {
  for (const CheckResult& result : run.checks) {
    INFO(result.name << ": " << result.witness);
    CHECK(result.verdict == CheckResult::Verdict::holds);
  }
}

}  // namespace

TEST_CASE("a planned failover loses nothing, and takes little more than the promotion") {
  for (const char* options :
       {"{}", R"({ "semi_sync": "after_sync" })", R"({ "fencing": "on" })",
        R"({ "detection": "monitor_only" })", R"({ "profile": "rds-multi-az-cluster" })"}) {
    INFO(options);
    const RunSummary run = run_text(planned(options, three), "m");
    const Metrics& fault = subject(run.faults, "f").metrics;
    CHECK(value_of(fault, "rpo_transactions") == 0);
    CHECK(value_of(run, "errant_transactions") == 0);
    // A commit may still pass in the first milliseconds, so that rto_s is 0; probes see the switch.
    CHECK(value_of(fault, "write_unavailable_s") >= 0.4);  // promote_s 0.5, the input
    CHECK(value_of(fault, "write_unavailable_s") < 3);
    check_that_all_hold(run);  // convergence: the old source follows the new one
  }
}

TEST_CASE("a planned failover is given up when the candidate dies, and the source goes on") {
  const std::string death = R"(, { "id": "g", "at_s": 20.003, "kind": "node_crash", "crash": "host",
      "restart_after_s": 20, "target": { "role": "replica", "when": "initial" } })";
  const RunSummary run = run_text(planned(R"({ "switchover_timeout_s": 2 })", three, death), "m");
  CHECK(value_of(run, "commits_lost") == 0);
  CHECK(value_of(run, "errant_transactions") == 0);
  check_that_all_hold(run);
}

// RDS's reboot with failover: what its ordinary failover takes, less the detection.
TEST_CASE("a planned failover of a mirrored pair loses nothing") {
  const std::string one = R"({ "id": "db1", "role": "primary", "az": "a", "storage": "attached" })";
  const RunSummary run = run_text(planned(R"({ "mirror": { "az": "b" } })", one), "m");
  const Metrics& fault = subject(run.faults, "f").metrics;
  CHECK(value_of(fault, "rpo_transactions") == 0);
  CHECK(value_of(fault, "start_s") == Approx(60 + 2));  // takeover_s and server_start_s, inputs
  CHECK(value_of(fault, "rto_s") >= 60);
  CHECK(value_of(fault, "rto_s") <= 120);
  check_that_all_hold(run);
}
