#pragma once
// Small faults, plans and scenarios.
#include "sim/explore/plan.hpp"

namespace writepath::test {

inline FaultSpec az_outage(double at_s, const char* az, double duration_s) {
  FaultSpec fault;
  fault.id = "dark-" + std::string(az);
  fault.kind = FaultKind::az_outage;
  fault.at_s = at_s;
  fault.target.az = az;
  fault.duration_s = duration_s;
  return fault;
}

inline FaultSpec storage_crash(double at_s, const char* az, int index, double restart_after_s) {
  FaultSpec fault;
  fault.id = std::string("crash-") + az + std::to_string(index);
  fault.at_s = at_s;
  fault.target.role = NodeRole::storage;
  fault.target.az = az;
  fault.target.index = index;
  fault.restart_after_s = restart_after_s;
  return fault;
}

inline FaultSpec primary_crash(double at_s) {
  FaultSpec fault;
  fault.id = "crash-" + std::to_string(at_s);
  fault.at_s = at_s;
  fault.target.role = NodeRole::primary;
  fault.restart_after_s = 1;
  return fault;
}

inline Scenario base_scenario() {
  Scenario scenario;
  scenario.name = "base";
  scenario.duration_s = 20;
  scenario.warmup_s = 2;
  ClientGroup web;
  web.name = "web";
  web.azs = {"a"};
  web.open_loop = OpenLoop{.rate_per_s = 100};
  scenario.workload.clients = {web};
  scenario.workload.reads = {
      ReadLoad{.target = ReadLoad::Target::primary, .rate_per_s = 10, .azs = {}}};
  return scenario;
}

}  // namespace writepath::test
