// Failover of the MySQL model: each part of the RTO against its configured intervals, and what is
// lost.
#include "tests/catch.hpp"
#include "tests/support/whole_run.hpp"

using namespace writepath;
using namespace writepath::test;

namespace {

std::string cluster(const std::string& crash, const std::string& options = "{}",
                    const std::string& more_fault = "", const std::string& cut = "") {
  return R"({ "scenario_version": 1, "name": "failover", "question": "?",
    "duration_s": 60, "warmup_s": 2, "settle_s": 60,
    "network": { "inter_az": { "rtt_ms": 20 } },
    "workload": { "clients": [ { "name": "web", "azs": ["a"], "open_loop": { "rate_per_s": 400 } } ],
      "transactions": [ { "name": "insert", "autocommit": true } ],
      "session": { "timeout_s": 3, "endpoint_ttl_s": 1 } },
    "architectures": [ { "name": "m", "model": "mysql_binlog",
      "nodes": [ { "id": "db1", "role": "primary", "az": "a" },
                 { "id": "db2", "role": "replica", "az": "b" },
                 { "id": "db3", "role": "replica", "az": "c" } ],
      "options": )" +
         options + R"( } ],
    "faults": [ )" +
         cut + R"({ "id": "f", "at_s": 20.5, "kind": "node_crash", "crash": ")" + crash + R"(",
                  "target": { "role": "primary" } )" +
         more_fault + R"( } ] })";
}

}  // namespace

TEST_CASE("a dead primary is detected by misses, replaced, and the parts of the RTO add up") {
  const RunSummary run = run_text(cluster("host"), "m");
  const Metrics& fault = subject(run.faults, "f").metrics;
  const double detect_s = value_of(fault, "detect_s");
  CHECK(detect_s >= 2);  // (failures - 1) x interval
  CHECK(detect_s <= 4);  // failures x interval + timeout
  CHECK(value_of(fault, "rto_s") ==
        Approx(detect_s + value_of(fault, "elect_s") + value_of(fault, "start_s") +
               value_of(fault, "survey_s") + value_of(fault, "recover_s") +
               value_of(fault, "reconnect_s") + value_of(fault, "first_commit_s"))
            .epsilon(1e-9));
  CHECK(value_of(fault, "start_s") == Approx(0.5));  // promote_s
  CHECK(value_of(fault, "survey_s") == 0);           // the monitor has asked before it chose
  CHECK(value_of(fault, "rto_s") < 30);
  CHECK(value_of(fault, "write_unavailable_s") > detect_s);
}

TEST_CASE("a candidate that dies while it is promoted is given up, and another one is elected") {
  for (const char* const crash : {"process", "host"})
    for (const char* const victim : {"db2", "db3"}) {  // one of them is the candidate
      INFO(crash << " of " << victim);
      const std::string second = std::string(R"({ "id": "again", "at_s": 26, "kind": "node_crash",
          "crash": ")") + crash + R"(", "target": { "node": ")" +
                                 victim + R"(" },
          "architecture": "m" }, )";
      const RunSummary run = run_text(cluster("host", R"({ "promote_s": 5 })", "", second), "m");
      // Three seconds until it is missed, twice; five of promotion, and clients that come back.
      CHECK(value_of(subject(run.faults, "f").metrics, "rto_s") < 25);
    }
}

// As MariaDB was measured: the host's link is cut, with what is in flight on it, and then it dies.
TEST_CASE("asynchronous replication loses about rate x one-way delay; semi-sync loses nothing") {
  double lost = 0;
  constexpr int seeds = 8;
  const std::string cut = R"({ "id": "cut", "at_s": 20.5, "kind": "partition",
                               "target": { "role": "primary" } }, )";
  for (int seed = 1; seed <= seeds; ++seed) {
    RunOptions options;
    options.seed = static_cast<std::uint64_t>(seed);
    const RunSummary async = run_text(cluster("host", "{}", "", cut), "m", {}, options);
    lost += value_of(subject(async.faults, "f").metrics, "rpo_transactions");
    CHECK(check(async, "durability").verdict == CheckResult::Verdict::holds);

    const RunSummary semi_sync =
        run_text(cluster("host", R"({ "semi_sync": "after_sync" })", "", cut), "m", {}, options);
    CHECK(value_of(subject(semi_sync.faults, "f").metrics, "rpo_transactions") == 0);
  }
  // 400/s x 10 ms = 4 on their way to the replicas when the host died; their clients, next to the
  // source, had their answers.
  CHECK(lost / seeds > 2);
  CHECK(lost / seeds < 6);
}

TEST_CASE("a process crash with a quick restart loses nothing and needs no failover") {
  const RunSummary run = run_text(cluster("process", "{}", R"(, "restart_after_s": 0.1)"), "m",
                                  {"/architectures/m/options/server_start_s=0.5"});
  const Metrics& fault = subject(run.faults, "f").metrics;
  CHECK(value_of(fault, "rpo_transactions") == 0);
  CHECK(value_of(fault, "rto_s") < 5);
}

TEST_CASE("what an async source had alone is still on its disk when it comes back") {
  const RunSummary run = run_text(cluster("host", "{}", R"(, "restart_after_s": 20)"), "m");
  const Metrics& fault = subject(run.faults, "f").metrics;
  CHECK(value_of(fault, "recoverable_transactions") == value_of(fault, "rpo_transactions"));
  CHECK(check(run, "convergence").verdict == CheckResult::Verdict::holds);
}

// No segment says goodbye, and a receiver sends nothing that could be refused: it only hears
// silence.
TEST_CASE("replicas find a source whose host died and came back, after replica_net_timeout") {
  const std::string options = R"("replica_net_timeout_s": 15, "server_start_s": 0.5 })";
  const std::string back = R"(, "restart_after_s": 0.1)";
  // A holistic monitor has them look as soon as it misses the source.
  const RunSummary asked = run_text(cluster("host", "{" + options, back), "m");
  CHECK(value_of(asked, "replica_lag_ms_max") < 1'500);
  const RunSummary run =
      run_text(cluster("host", R"({ "detection": "monitor_only", )" + options, back), "m");
  CHECK(check(run, "convergence").verdict == CheckResult::Verdict::holds);
  CHECK(value_of(subject(run.faults, "f").metrics, "rto_s") < 5);  // before any failover
  CHECK(value_of(run, "replica_lag_ms_max") > 10'000);
  CHECK(value_of(run, "replica_lag_ms_max") < 15'500);
}
