#include "sim/report/report.hpp"

namespace writepath {

const char* name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::holds:
      return "holds";
    case Verdict::unjudged:
      return "unjudged";
    case Verdict::broken:
      return "broken";
  }
  return "";
}

bool tells_over_seeds(const ScenarioReport& report) {
  if (report.seeds.size() > 1) return true;
  for (const Expectation& e : report.scenario.expect)
    if (e.in_at_least) return true;
  return false;
}

Verdict verdict_of(const ScenarioReport& report) {
  Verdict worst = Verdict::holds;
  const auto broken = [](const std::vector<CheckResult>& checks) {
    for (const CheckResult& check : checks)
      if (check.verdict == CheckResult::Verdict::broken) return true;
    return false;
  };
  for (const SeedReport& seed : report.seeds)
    for (const ArchitectureReport& a : seed.architectures)
      if (broken(a.summary.checks) || broken(a.battery_checks)) return Verdict::broken;
  for (const ExpectationOverSeeds& e : over_seeds(report.scenario, report.expectations)) {
    if (e.verdict == ExpectationVerdict::broken) return Verdict::broken;
    if (e.verdict == ExpectationVerdict::unjudged) worst = Verdict::unjudged;
  }
  return worst;
}

}  // namespace writepath
