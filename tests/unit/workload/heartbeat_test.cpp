// The heartbeat's updates: when they are sent, and by which clock. (What replicas make of them:
// tests/validation/mysql/lag_meters.cpp.)
#include <cstdlib>

#include "tests/catch.hpp"
#include "tests/support/outcomes.hpp"

using namespace writepath;
using namespace writepath::test;

namespace {

Scenario beating(double interval_s) {
  Scenario scenario = quiet_scenario();
  scenario.workload.heartbeat.enabled = true;
  scenario.workload.heartbeat.interval_s = interval_s;
  scenario.workload.probe.enabled = false;
  return scenario;
}

FaultSpec crash_of_primary(double at_s, double restart_after_s) {
  FaultSpec fault;
  fault.id = "gone";
  fault.at_s = at_s;
  fault.crash = CrashKind::process;
  fault.target.role = NodeRole::primary;
  fault.restart_after_s = restart_after_s;
  return fault;
}

}  // namespace

TEST_CASE("updates are sent on whole intervals of the primary's clock, each once") {
  Scenario scenario = beating(0.25);
  scenario.architectures[0].nodes[0].clock = {-300, 150};
  const Played played = play(scenario);
  REQUIRE(played.failure == "");
  const std::vector<FactRecord> written = played.of("heartbeat_written");
  // From 0 to 9.7015 s by its clock: 0.25, 0.5, ... 9.5 (and those before 0).
  CHECK(written.size() >= 38);
  CHECK(written.size() <= 41);
  const std::int64_t interval = from_s(0.25);
  std::int64_t last = written.front()["stamp_ns"] - interval;
  for (const FactRecord& row : written) {
    CHECK(std::llabs(row["stamp_ns"] - last - interval) <= 2);
    last = row["stamp_ns"];
    const std::int64_t off = ((last % interval) + interval) % interval;
    CHECK(std::min(off, interval - off) <= 2);
    // Statement, commit and a flush of 1 ms after the stamp; the clock is 0.3 s behind.
    CHECK(row["t_ns"] - last > from_ms(298));
    CHECK(row["t_ns"] - last < from_ms(302));
  }
}

TEST_CASE(
    "an updater goes down and comes back with its server, and counts as nobody's transaction") {
  Scenario scenario = beating(0.1);
  scenario.faults = {crash_of_primary(3.05, 2)};
  const Played played = play(scenario);
  REQUIRE(played.failure == "");
  std::size_t before = 0, after = 0;
  for (const FactRecord& row : played.of("heartbeat_written")) {
    const bool down = row["t_ns"] > from_s(3.06) && row["t_ns"] < from_s(5);
    CHECK_FALSE(down);
    before += row["t_ns"] <= from_s(3.06);
    after += row["t_ns"] >= from_s(5);
  }
  CHECK(before == 30);
  CHECK(after >= 45);
  for (const char* fact : {"transaction_started", "commit_sent", "commit_acked", "commit_failed"})
    CHECK(played.count(fact) == 0);
}

TEST_CASE("while an update hangs no other is sent, until the client's timeout") {
  Scenario scenario = beating(0.1);
  scenario.architectures[0].nodes[0].device->flush_ms = {Constant{450}};
  const Played slow = play(scenario);
  REQUIRE(slow.failure == "");
  // Each takes 450 ms and a little, so the next is sent on the fifth interval after it.
  CHECK(slow.count("heartbeat_written") == 20);
}
