// A whole run, from a scenario's values to its summary, with the direct model.
#include "sim/run/run_one.hpp"

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "sim/metrics/costs.hpp"
#include "sim/metrics/summary_json.hpp"
#include "sim/run/battery.hpp"
#include "tests/catch.hpp"
#include "tests/support/played.hpp"
#include "tests/unit/engine/child_process.hpp"

using namespace writepath;
using namespace writepath::test;

namespace {

RunSummary run(const Scenario& scenario, const RunOptions& options = {}) {
  const ChildResult child = in_child_process([&] {
    return to_json(run_one(scenario, scenario.architectures[0], direct_registry(), options),
                   SummaryForm::complete);
  });
  INFO(child.text.substr(0, 2000));
  REQUIRE(child.status == 0);
  const std::optional<RunSummary> summary = summary_from_json(child.text);
  REQUIRE(summary.has_value());
  return *summary;
}

double metric(const Metrics& metrics, const std::string& name) {
  for (const Metric& m : metrics)
    if (m.name == name && m.value) return *m.value;
  FAIL("no value of " << name);
  return 0;
}

Scenario loaded_scenario() {
  Scenario scenario = quiet_scenario();
  scenario.warmup_s = 2;
  scenario.workload.transactions[0].autocommit = true;
  scenario.workload.clients = {open_group("web", 100, OpenLoop::Arrivals::constant)};
  return scenario;
}

}  // namespace

TEST_CASE("Costs across AZs are told for every kind of traffic", "[run]") {
  REQUIRE(std::size(traffic_kinds) == static_cast<std::size_t>(Traffic::count_));
  for (std::size_t i = 0; i < std::size(traffic_kinds); ++i)
    CHECK(std::string(traffic_kinds[i]) == name_of(static_cast<Traffic>(i)));
}

TEST_CASE("An undisturbed run: counts, latency, I/Os and checks", "[run]") {
  RunOptions options;
  options.seed = 7;
  const RunSummary summary = run(loaded_scenario(), options);
  CHECK(summary.architecture == "direct");
  CHECK(summary.model == "direct");
  CHECK(summary.seed == 7);
  CHECK(summary.fingerprint.size() == 16);
  // Intended starts in [2, 10) at 100 a second; the 1000th would be at 10 s.
  CHECK(metric(summary.metrics, "commits_acked") == 800);
  CHECK(metric(summary.metrics, "commits_failed") == 0);
  CHECK(metric(summary.metrics, "commit_latency_ms_mean") == Approx(1.55).margin(0.005));
  for (const CheckResult& check : summary.checks) {
    INFO(check.name << ": " << check.witness);
    CHECK(check.verdict != CheckResult::Verdict::broken);
  }
  CHECK(summary.checks.size() >= 3);
  // One flush of 600 bytes for each commit in the window, at the primary.
  REQUIRE(summary.io.size() == 1);
  CHECK(summary.io[0].place == "primary");
  CHECK(summary.io[0].purpose == "redo");
  CHECK(summary.io[0].flushes == 800);
  CHECK(summary.io[0].write_bytes == 800 * 600);
  // A request and a reply for each.
  for (const TrafficRow& row : summary.traffic) {
    CHECK(row.traffic == "client");
    CHECK(row.messages == Approx(800).margin(2));
    CHECK(row.bytes == Approx(800 * (row.place == "client" ? 800 : 100)).epsilon(0.01));
    CHECK(row.cross_az_bytes == 0);
  }
  CHECK(summary.traffic.size() == 2);
}

TEST_CASE("The same run gives the same bytes, in both engines, with events or without", "[run]") {
  Scenario scenario = loaded_scenario();
  scenario.network.intra_az.jitter = {Lognormal{1, 1.6}};
  scenario.workload.clients[0].open_loop->arrivals = OpenLoop::Arrivals::poisson;
  const std::string path = WRITEPATH_BINARY_DIR "/run_one_test_events.ndjson";
  RunOptions options;
  const std::string plain = to_json(run(scenario, options), SummaryForm::complete);
  CHECK(plain == to_json(run(scenario, options), SummaryForm::complete));
  options.engine = EngineMode::stepped;
  CHECK(plain == to_json(run(scenario, options), SummaryForm::complete));
  options.events = true;
  options.events_path = path;
  CHECK(plain == to_json(run(scenario, options), SummaryForm::complete));
  std::ifstream file(path);
  std::string line;
  std::size_t lines = 0, acked = 0;
  while (std::getline(file, line)) {
    ++lines;
    acked += line.find("\"fact\":\"commit_acked\"") != std::string::npos;
  }
  CHECK(lines > 4 * acked - 1);
  CHECK(acked > 900);
}

TEST_CASE("An events file that can't be written is an error", "[run]") {
  RunOptions options;
  options.events = true;
  options.events_path = "/nowhere/events.ndjson";
  const Scenario scenario = loaded_scenario();
  const ChildResult child = in_child_process([&] {
    run_one(scenario, scenario.architectures[0], direct_registry(), options);
    return std::string("it ran");
  });
  CHECK(child.text == "exception: can't write /nowhere/events.ndjson");
}

TEST_CASE("A crash with a restart: what is lost, and for how long", "[run]") {
  Scenario scenario = loaded_scenario();
  FaultSpec crash;
  crash.id = "crash";
  crash.at_s = 5;
  crash.crash = CrashKind::process;
  crash.target.role = NodeRole::primary;
  crash.restart_after_s = 2;
  scenario.faults = {crash};
  const RunSummary summary = run(scenario);
  REQUIRE(summary.faults.size() == 1);
  CHECK(summary.faults[0].id == "crash");
  CHECK(summary.faults[0].applicable);
  CHECK(metric(summary.faults[0].metrics, "rpo_transactions") == 0);
  // Clients find the restarted server within a back-off of 2 s at the most.
  CHECK(metric(summary.faults[0].metrics, "rto_s") > 2);
  CHECK(metric(summary.faults[0].metrics, "rto_s") < 4.1);
  CHECK(metric(summary.faults[0].metrics, "write_unavailable_s") == Approx(2).margin(0.15));
  for (const CheckResult& check : summary.checks) {
    INFO(check.name << ": " << check.witness);
    CHECK(check.verdict != CheckResult::Verdict::broken);
  }
}

TEST_CASE("The battery's run of a lost primary never comes back, and says so", "[run]") {
  Scenario scenario = loaded_scenario();
  scenario.battery.fault_at_s = 3;
  scenario.battery.duration_s = 8;
  scenario.battery.settle_s = 15;
  const Scenario battery =
      battery_scenario(scenario, scenario.architectures[0], BatteryFault::primary_lost);
  const RunSummary summary = run(battery);
  REQUIRE(summary.faults.size() == 1);
  CHECK(summary.faults[0].id == "primary_lost");
  CHECK(summary.faults[0].censored);
}
