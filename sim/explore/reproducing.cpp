#include <algorithm>

#include "sim/explore/report.hpp"

namespace writepath {
namespace {

constexpr std::size_t longest_name = 64;

Expectation more_than_nothing(const char* metric) {
  Expectation expectation;
  expectation.metric = metric;
  expectation.more_than = 0;
  return expectation;
}

/// What is so as long as the finding is; none: only the checks tell it.
std::vector<Expectation> expectations_of(const Smallest& smallest) {
  std::vector<Expectation> list;
  switch (smallest.finding.kind) {
    case FindingKind::loses_acknowledged:
      list.push_back(more_than_nothing("commits_lost"));
      break;
    case FindingKind::split_brain:
      list.push_back(more_than_nothing("split_brain_transactions"));
      break;
    case FindingKind::stale_read:
      list.push_back(more_than_nothing("stale_read_fraction"));
      break;
    case FindingKind::stops_writes:
      // An rto_s that never comes has no value: what the probes saw has one.
      list.push_back(more_than_nothing("write_unavailable_s"));
      list.back().fault = smallest.plan.faults.back().id;
      break;
    case FindingKind::phantom_read:
    case FindingKind::check_broken:
    case FindingKind::crash:
    case FindingKind::count_:
      break;
  }
  for (Expectation& expectation : list) expectation.because = smallest.finding.what;
  return list;
}

}  // namespace

Scenario reproducing(const Smallest& smallest, const Exploration& exploration,
                     const std::string& architecture, const Scenario& base) {
  Scenario scenario = scenario_of(smallest.plan, base);
  auto& all = scenario.architectures;
  all.erase(std::remove_if(all.begin(), all.end(),
                           [&](const ArchitectureSpec& a) { return a.name != architecture; }),
            all.end());
  const std::string kind = name_of(smallest.finding.kind);
  scenario.name = (base.name + "-" + architecture + "-" + kind).substr(0, longest_name);
  scenario.question = "Is it still so: " + smallest.finding.what.substr(0, 500) +
                      "? The smallest plan with " + kind + " that was found on " + architecture +
                      "; made of plan " + std::to_string(smallest.found_in) + " of seed " +
                      std::to_string(exploration.seed) + ".";
  scenario.expect = expectations_of(smallest);
  for (Expectation& expectation : scenario.expect) expectation.architecture = architecture;
  return scenario;
}

}  // namespace writepath
