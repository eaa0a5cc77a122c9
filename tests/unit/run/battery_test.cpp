#include "sim/run/battery.hpp"

#include "tests/catch.hpp"
#include "tests/support/played.hpp"

using namespace writepath;
using namespace writepath::test;

namespace {

Scenario users_scenario() {
  Scenario scenario = quiet_scenario();
  scenario.duration_s = 300;
  scenario.warmup_s = 20;
  scenario.workload.clients = {open_group("ramp-1", 100), open_group("ramp-2", 200),
                               open_group("late", 300)};
  scenario.workload.clients[0].stop_s = 10;
  scenario.workload.clients[1].start_s = 10;
  scenario.workload.clients[1].stop_s = 100;
  scenario.workload.clients[2].start_s = 100;
  scenario.expect.emplace_back();
  OperationSpec add;
  add.az = "c";
  scenario.operations = {add};
  return scenario;
}

}  // namespace

TEST_CASE("The battery's runs are short, with one fault each", "[battery]") {
  const Scenario scenario = users_scenario();
  for (const BatteryFault fault : battery_faults()) {
    const Scenario run = battery_scenario(scenario, scenario.architectures[0], fault);
    CHECK(run.duration_s == scenario.battery.duration_s);
    CHECK(run.settle_s == scenario.battery.settle_s);
    CHECK(run.warmup_s == scenario.battery.fault_at_s / 2);
    CHECK(run.operations.empty());
    CHECK(run.expect.empty());
    REQUIRE(run.faults.size() == 1);
    CHECK(run.faults[0].id == name_of(fault));
    CHECK(run.faults[0].at_s == scenario.battery.fault_at_s);
    CHECK_FALSE(run.faults[0].duration_s.has_value());
    CHECK_FALSE(run.faults[0].restart_after_s.has_value());
    // The group that is active at the end of the user's warm-up, all the time.
    REQUIRE(run.workload.clients.size() == 1);
    CHECK(run.workload.clients[0].name == "ramp-2");
    CHECK(run.workload.clients[0].start_s == 0);
    CHECK_FALSE(run.workload.clients[0].stop_s.has_value());
  }
}

TEST_CASE("The battery strikes what its names say", "[battery]") {
  const Scenario scenario = users_scenario();
  const auto target = [&](BatteryFault fault) {
    return battery_scenario(scenario, scenario.architectures[0], fault).faults[0];
  };
  CHECK(target(BatteryFault::primary_lost).target.role == NodeRole::primary);
  CHECK(target(BatteryFault::replica_lost).target.role == NodeRole::replica);
  CHECK(target(BatteryFault::storage_lost).target.role == NodeRole::storage);
  CHECK(target(BatteryFault::storage_lost).target.index == 0);
  CHECK(target(BatteryFault::storage_lost).crash == CrashKind::host);
  CHECK(target(BatteryFault::az_lost).kind == FaultKind::az_outage);
  CHECK(target(BatteryFault::az_lost).target.az == "a");
}

TEST_CASE("What an architecture doesn't have isn't applicable", "[battery]") {
  ArchitectureSpec architecture = quiet_scenario().architectures[0];
  ModelFactory factory = direct_factory();
  CHECK(is_applicable(BatteryFault::primary_lost, architecture, factory));
  CHECK(is_applicable(BatteryFault::az_lost, architecture, factory));
  CHECK_FALSE(is_applicable(BatteryFault::replica_lost, architecture, factory));
  CHECK_FALSE(is_applicable(BatteryFault::storage_lost, architecture, factory));
  architecture.nodes.push_back(architecture.nodes[0]);
  architecture.nodes[1].role = NodeRole::replica;
  CHECK(is_applicable(BatteryFault::replica_lost, architecture, factory));
  factory.entry.roles = [](const ArchitectureSpec&) {
    return std::vector<NodeRole>{NodeRole::storage};
  };
  CHECK(is_applicable(BatteryFault::storage_lost, architecture, factory));
}
