#pragma once
// What a report speaks of: one scenario, its runs, its verdicts. Every form of report (text, JSON,
// CSV) is a function of this value alone, so that a rerun prints the same bytes.
#include <cstdint>
#include <string>
#include <vector>

#include "sim/check/over_seeds.hpp"
#include "sim/metrics/run_summary.hpp"
#include "sim/scenario/scenario.hpp"

namespace writepath {

/// One architecture at one seed.
struct ArchitectureReport {
  RunSummary summary;
  std::vector<SubjectMetrics> battery;      ///< the standard faults, each from a run of its own
  std::vector<CheckResult> battery_checks;  ///< of those runs, named "<fault>: <check>"
};

struct SeedReport {
  std::uint64_t seed = 0;
  std::vector<ArchitectureReport> architectures;  ///< in the order of the scenario
};

struct ScenarioReport {
  Scenario scenario;
  std::string hash;  ///< of the resolved scenario
  std::vector<SeedReport> seeds;
  std::vector<ExpectationResult> expectations;
  std::string results_folder;
};

/// "broken" if an expectation or a check is, else "unjudged" if an expectation could not be judged,
/// else "holds".
enum class Verdict { holds, unjudged, broken };
Verdict verdict_of(const ScenarioReport&);
const char* name_of(Verdict);

/// Whether expectations are told by how many seeds they held in: there are several, or one asks.
bool tells_over_seeds(const ScenarioReport&);

struct TextStyle {
  bool utf8 = false;
  std::size_t width = 100;
};
/// For people: a table with a column for each architecture.
std::string text_report(const ScenarioReport&, const TextStyle&);

/// "writes survive the loss of any AZ, or any 2 copies; without a1, a2, b1 they stop".
std::string sentence(const Survival&);

/// Tidy: begin_s,end_s,subject,state,fault; a moment begins and ends at once.
std::string timeline_csv(const RunSummary&);

/// For programs: an array with an object for each scenario.
std::string json_report(const std::vector<ScenarioReport>&);

/// Tidy: scenario,architecture,seed,subject,metric,value (RFC 4180, LF). A value without a sample
/// is empty.
std::string csv_report(const std::vector<ScenarioReport>&);

}  // namespace writepath
