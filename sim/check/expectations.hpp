#pragma once
// A scenario's expectations, judged on the results of one seed.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/metrics/run_summary.hpp"
#include "sim/scenario/scenario.hpp"

namespace writepath {

enum class ExpectationVerdict { holds, broken, unjudged };
const char* name_of(ExpectationVerdict);

struct ExpectationResult {
  std::size_t index = 0;       ///< in Scenario::expect
  std::string architecture{};  ///< the one that was judged
  std::uint64_t seed = 0;
  std::string text{};  ///< what was expected: "aurora: replica_lag_ms_p99 at most 5"
  ExpectationVerdict verdict = ExpectationVerdict::unjudged;
  std::string reason{};   ///< with figures; also when it holds
  std::string because{};  ///< the scenario's own words
  std::optional<double> value{};
};

/// `runs`: every architecture's summary of one seed. One result for each expectation and
/// architecture that it speaks of, in the order of the scenario. A metric without a sample, or an
/// architecture that didn't run, is unjudged; an rto_s that never came is broken. An expectation on
/// every architecture passes over those where its fault doesn't apply. One on a fault that strikes
/// several times (a repeat, a preset) must hold for each strike; compared with another
/// architecture, for each beside the other's.
std::vector<ExpectationResult> evaluate(const Scenario& scenario,
                                        const std::vector<RunSummary>& runs);

/// The exit code that these verdicts ask for: 0, 1 (one is broken) or 2 (one is unjudged); 1 wins.
int exit_code(const std::vector<ExpectationResult>& results);

}  // namespace writepath
