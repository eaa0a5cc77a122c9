// MySQL with one rule of its failover broken: semi-synchronous replication promises that nothing
// acknowledged is lost with the source, and the count of what was lost must catch each.
#include "tests/catch.hpp"
#include "tests/support/broken_models.hpp"
#include "tests/support/whole_run.hpp"

using namespace writepath;
using namespace writepath::test;

namespace {

std::string scenario(const std::string& model, const std::string& more_options,
                     const std::string& first_fault) {
  return R"({ "scenario_version": 1, "name": "broken", "question": "?",
    "duration_s": 50, "warmup_s": 2, "settle_s": 60,
    "workload": { "clients": [ { "name": "web", "azs": ["a", "b"], "open_loop": { "rate_per_s": 300 } } ],
      "transactions": [ { "name": "insert", "autocommit": true } ] },
    "architectures": [ { "name": "m", "model": ")" +
         model + R"(",
      "nodes": [ { "id": "db1", "role": "primary", "az": "a" },
                 { "id": "db2", "role": "replica", "az": "b" },
                 { "id": "db3", "role": "replica", "az": "c" } ],
      "options": { "semi_sync": "after_sync" )" +
         more_options + R"( } } ],
    "faults": [ )" +
         first_fault + R"({ "id": "gone", "at_s": 14, "kind": "node_crash", "crash": "host",
                  "target": { "role": "primary" } } ] })";
}

double lost(const std::string& model, const std::string& options, const std::string& fault = "") {
  const RunSummary run = run_text_with(all_models(), scenario(model, options, fault), "m");
  CHECK(check(run, "durability").verdict == CheckResult::Verdict::holds);  // all of it is counted
  return value_of(run, "commits_lost");
}

// One applier, which takes 4 ms for what the source does in less: it falls behind.
const std::string slow_applier =
    R"(, "replica_parallel_workers": 0, "applier": { "transaction_us": 4000 })";
// db3 has received nothing for the last four seconds.
const std::string db3_is_behind = R"({ "id": "behind", "at_s": 10, "kind": "partition",
    "architecture": "m", "target": { "node": "db3" }, "peer": { "node": "db1" } }, )";

}  // namespace

TEST_CASE("A promoted replica that forgets its relay log: what it had not applied is lost",
          "[negative][mysql]") {
  CHECK(lost("mysql_binlog", slow_applier) == 0);
  CHECK(lost("mysql_forgets_relay_log", slow_applier) > 100);
  // It is what a scenario can ask for, too.
  CHECK(lost("mysql_binlog", slow_applier + R"(, "drain_relay_log": false)") > 100);
}

TEST_CASE("The least advanced replica is promoted: what only the other one had is lost",
          "[negative][mysql]") {
  CHECK(lost("mysql_binlog", "", db3_is_behind) == 0);
  CHECK(lost("mysql_promotes_least_advanced", "", db3_is_behind) > 900);
}

TEST_CASE("A static successor is promoted whatever it has", "[negative][mysql]") {
  const std::string db2_is_behind = R"({ "id": "behind", "at_s": 10, "kind": "partition",
      "architecture": "m", "target": { "node": "db2" }, "peer": { "node": "db1" } }, )";
  CHECK(lost("mysql_binlog", "", db2_is_behind) == 0);
  CHECK(lost("mysql_binlog", R"(, "candidate": "first_listed")", db2_is_behind) > 900);
}
