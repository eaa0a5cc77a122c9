#include "sim/explore/plan.hpp"

#include <cmath>

#include "sim/scenario/fault_kinds.hpp"

namespace writepath {

Scenario scenario_of(const Plan& plan, const Scenario& base) {
  Scenario scenario = base;
  scenario.seed = plan.run_seed;
  scenario.duration_s = plan.duration_s;
  scenario.faults = plan.faults;
  scenario.operations.clear();
  scenario.expect.clear();
  scenario.battery.enabled = false;
  WorkloadSpec& workload = scenario.workload;
  for (ClientGroup& group : workload.clients)
    if (group.open_loop) group.open_loop->rate_per_s *= plan.load.rate;
  for (ReadLoad& reads : workload.reads) reads.rate_per_s *= plan.load.reads;
  for (std::size_t i = 0; i < workload.transactions.size(); ++i)
    workload.transactions[i].weight *= plan.load.weights[i];
  return scenario;
}

std::optional<double> over_s(const FaultSpec& fault) {
  if (ends_of(fault.kind) == FaultEnds::at_once) return fault.at_s;
  const bool restarts = ends_of(fault.kind) == FaultEnds::by_restart;
  const std::optional<double> span = restarts ? fault.restart_after_s : fault.duration_s;
  if (!span) return std::nullopt;
  return std::round((fault.at_s + *span) * 1e9) / 1e9;  // to the nanosecond, as it is played
}

}  // namespace writepath
