#include "sim/check/expectations.hpp"

#include "tests/catch.hpp"

using namespace writepath;

namespace {

RunSummary run_named(const std::string& name, double lag) {
  RunSummary run;
  run.architecture = name;
  run.seed = 7;
  run.metrics = {{"replica_lag_ms_p99", lag}, {"heartbeat_lag_ms_p50", std::nullopt}};
  run.commit_latency_breakdown_ms = {{"out", 0.25}};
  run.faults.push_back(
      {.id = "dark", .kind = "az_outage", .metrics = {{"rpo_transactions", 3.0}, {"rto_s", 12.5}}});
  run.replicas.push_back({.id = "db2", .kind = "replica", .metrics = {{"reads_done", 10.0}}});
  run.clients.push_back({.id = "web", .kind = "", .metrics = {{"commits_acked", 100.0}}});
  run.operations.push_back(
      {.id = "db9", .kind = "add_replica", .metrics = {{"bytes_copied", 5.0}}});
  return run;
}

std::vector<ExpectationResult> judge(const Expectation& expectation,
                                     const std::vector<RunSummary>& runs) {
  Scenario scenario;
  scenario.expect.push_back(expectation);
  return evaluate(scenario, runs);
}

Expectation expect(const std::string& metric) {
  Expectation expectation;
  expectation.metric = metric;
  return expectation;
}

}  // namespace

TEST_CASE("bounds hold or break, with figures") {
  Expectation e = expect("replica_lag_ms_p99");
  e.architecture = "aurora";
  e.because = "readers follow the log";
  e.at_most = 5;
  auto results = judge(e, {run_named("aurora", 12.3), run_named("mysql", 1)});
  REQUIRE(results.size() == 1);
  REQUIRE(results[0].verdict == ExpectationVerdict::broken);
  REQUIRE(results[0].reason == "aurora: replica_lag_ms_p99 = 12.3, expected at most 5");
  REQUIRE(results[0].text == "aurora: replica_lag_ms_p99 at most 5");
  REQUIRE(results[0].because == "readers follow the log");
  REQUIRE(results[0].value == 12.3);
  REQUIRE(results[0].seed == 7);
  REQUIRE(exit_code(results) == 1);
  results = judge(e, {run_named("aurora", 5)});
  REQUIRE(results[0].verdict == ExpectationVerdict::holds);
  REQUIRE(exit_code(results) == 0);
}

TEST_CASE("each kind of bound") {
  const auto verdict = [](void (*set)(Expectation&)) {
    Expectation e = expect("replica_lag_ms_p99");
    set(e);
    return judge(e, {run_named("a", 5)})[0].verdict == ExpectationVerdict::holds;
  };
  REQUIRE(verdict([](Expectation& e) { e.at_most = 5; }));
  REQUIRE_FALSE(verdict([](Expectation& e) { e.at_most = 4.9; }));
  REQUIRE(verdict([](Expectation& e) { e.at_least = 5; }));
  REQUIRE_FALSE(verdict([](Expectation& e) { e.at_least = 5.1; }));
  REQUIRE_FALSE(verdict([](Expectation& e) { e.less_than = 5; }));
  REQUIRE(verdict([](Expectation& e) { e.less_than = 5.1; }));
  REQUIRE_FALSE(verdict([](Expectation& e) { e.more_than = 5; }));
  REQUIRE(verdict([](Expectation& e) { e.more_than = 4.9; }));
  REQUIRE(verdict([](Expectation& e) { e.equals = 5; }));
  REQUIRE_FALSE(verdict([](Expectation& e) { e.equals = 5.2; }));
  REQUIRE(verdict([](Expectation& e) {
    e.equals = 5.2;
    e.tolerance = 0.25;
  }));
  REQUIRE(verdict([](Expectation& e) {
    e.at_least = 4;
    e.at_most = 6;
  }));
  REQUIRE_FALSE(verdict([](Expectation& e) {
    e.at_least = 4;
    e.at_most = 4.5;
  }));
}

TEST_CASE("an expectation without architecture speaks of all") {
  Expectation e = expect("replica_lag_ms_p99");
  e.at_most = 5;
  const auto results = judge(e, {run_named("aurora", 3), run_named("mysql", 9)});
  REQUIRE(results.size() == 2);
  REQUIRE(results[0].architecture == "aurora");
  REQUIRE(results[0].verdict == ExpectationVerdict::holds);
  REQUIRE(results[1].verdict == ExpectationVerdict::broken);
}

TEST_CASE("architectures are compared, with a factor if asked") {
  Expectation e = expect("replica_lag_ms_p99");
  e.architecture = "aurora";
  e.than = "mysql";
  e.relation = Expectation::Relation::less_than;
  REQUIRE(judge(e, {run_named("aurora", 3), run_named("mysql", 9)})[0].verdict ==
          ExpectationVerdict::holds);
  e.factor = 0.1;
  const auto results = judge(e, {run_named("aurora", 3), run_named("mysql", 9)});
  REQUIRE(results[0].verdict == ExpectationVerdict::broken);
  REQUIRE(results[0].text == "aurora: replica_lag_ms_p99 less than 0.1 x mysql");
  REQUIRE(results[0].reason ==
          "aurora: replica_lag_ms_p99 = 3, expected less than 0.9 (0.1 x mysql's 9)");
  const auto alone = judge(e, {run_named("aurora", 3)});
  REQUIRE(alone[0].verdict == ExpectationVerdict::unjudged);
  REQUIRE(alone[0].reason.find("mysql did not run") != std::string::npos);
}

TEST_CASE("subjects: fault, node, clients, operation, a part of a breakdown") {
  const auto value_of = [](void (*set)(Expectation&), const char* metric) {
    Expectation e = expect(metric);
    e.at_least = 0;
    set(e);
    const auto results = judge(e, {run_named("a", 5)});
    return results[0].value;
  };
  REQUIRE(value_of([](Expectation& e) { e.fault = "dark"; }, "rpo_transactions") == 3.0);
  REQUIRE(value_of([](Expectation& e) { e.node = "db2"; }, "reads_done") == 10.0);
  REQUIRE(value_of([](Expectation& e) { e.clients = "web"; }, "commits_acked") == 100.0);
  REQUIRE(value_of([](Expectation& e) { e.operation = "db9"; }, "bytes_copied") == 5.0);
  REQUIRE(value_of([](Expectation&) {}, "commit_latency_breakdown_ms.out") == 0.25);
}

TEST_CASE("what has no sample can't be judged") {
  Expectation e = expect("heartbeat_lag_ms_p50");
  e.at_most = 5;
  const auto results = judge(e, {run_named("a", 5)});
  REQUIRE(results[0].verdict == ExpectationVerdict::unjudged);
  REQUIRE(results[0].reason == "a: heartbeat_lag_ms_p50 can't be judged: it has no sample");
  REQUIRE(exit_code(results) == 2);
  e = expect("replica_lag_ms_p99");
  e.at_most = 5;
  e.architecture = "absent";
  REQUIRE(judge(e, {run_named("a", 5)})[0].reason == "absent did not run");
}

TEST_CASE("an rto_s that never came is broken") {
  RunSummary run = run_named("a", 5);
  run.faults[0].metrics = {{"rto_s", std::nullopt}};
  run.faults[0].censored = true;
  Expectation e = expect("rto_s");
  e.fault = "dark";
  e.at_most = 60;
  const auto results = judge(e, {run});
  REQUIRE(results[0].verdict == ExpectationVerdict::broken);
  REQUIRE(results[0].reason ==
          "a: fault dark: rto_s never came before the run ended, expected at most 60");
}

TEST_CASE("a fault that does not apply") {
  RunSummary without = run_named("without", 5);
  without.faults[0].applicable = false;
  without.faults[0].metrics.clear();
  Expectation e = expect("rpo_transactions");
  e.fault = "dark";
  e.at_most = 5;
  auto results = judge(e, {without, run_named("with", 5)});
  REQUIRE(results.size() == 1);  // an expectation on all passes over it
  REQUIRE(results[0].architecture == "with");
  results = judge(e, {without});
  REQUIRE(results[0].verdict == ExpectationVerdict::unjudged);
  e.architecture = "without";
  results = judge(e, {without});
  REQUIRE(results[0].verdict == ExpectationVerdict::unjudged);
  REQUIRE(results[0].reason.find("does not apply here") != std::string::npos);
}

TEST_CASE("a fault that strikes several times is judged by its worst strike") {
  Expectation e = expect("rto_s");
  e.fault = "dark";
  e.at_most = 20;
  RunSummary run = run_named("aurora", 1);
  const auto strike = [&](const std::string& id, std::optional<double> rto_s) {
    run.faults.push_back({.id = id, .kind = "az_outage", .metrics = {{"rto_s", rto_s}}});
  };
  strike("dark.2", 19);
  strike("darkness", 99);  // another fault
  CHECK(judge(e, {run})[0].verdict == ExpectationVerdict::holds);
  strike("dark.3", std::nullopt);
  run.faults.back().applicable = false;  // found nobody
  CHECK(judge(e, {run})[0].verdict == ExpectationVerdict::holds);
  strike("dark.4", std::nullopt);
  CHECK(judge(e, {run})[0].verdict == ExpectationVerdict::unjudged);
  strike("dark.5", 21);
  const auto results = judge(e, {run});
  REQUIRE(results.size() == 1);
  CHECK(results[0].verdict == ExpectationVerdict::broken);
  CHECK(results[0].text == "aurora: fault dark: rto_s at most 20");
  CHECK(results[0].reason == "aurora: fault dark.5: rto_s = 21, expected at most 20");
  // Beside another architecture's: strike by strike.
  e.at_most.reset();
  e.relation = Expectation::Relation::at_most;
  e.than = "mysql";
  e.architecture = "aurora";
  run.faults.erase(run.faults.begin() + 3, run.faults.end());
  RunSummary other = run;
  other.architecture = "mysql";
  CHECK(judge(e, {run, other})[0].verdict == ExpectationVerdict::holds);
  other.faults[1].metrics[0].value = 18;
  CHECK(judge(e, {run, other})[0].verdict == ExpectationVerdict::broken);
}

TEST_CASE("a fault whose first strike found nobody still applies by the others") {
  Expectation e = expect("rto_s");
  e.fault = "dark";
  e.at_most = 20;
  RunSummary run = run_named("aurora", 1);
  run.faults[0].applicable = false;
  run.faults.push_back({.id = "dark.2", .kind = "az_outage", .metrics = {{"rto_s", 5.0}}});
  const auto results = judge(e, {run});
  REQUIRE(results.size() == 1);
  CHECK(results[0].verdict == ExpectationVerdict::holds);
}
