#pragma once
// What one run shows against its architecture's promises.
#include <cstdint>
#include <string>
#include <vector>

#include "sim/explore/plan.hpp"
#include "sim/metrics/run_summary.hpp"
#include "sim/observe/promise.hpp"

namespace writepath {

enum class FindingKind {
  loses_acknowledged,  ///< an acknowledged transaction is not in the final log
  stops_writes,        ///< all faults are over but those that never end, and nobody commits
  phantom_read,        ///< a read saw what was lost afterwards
  stale_read,          ///< a primary's answer missed what was acknowledged before (see judge())
  split_brain,         ///< transactions were acknowledged on two diverging histories
  check_broken,        ///< one of the run's checks
  crash,               ///< of the program: an internal error
  count_
};
inline constexpr std::size_t finding_kinds = static_cast<std::size_t>(FindingKind::count_);
const char* name_of(FindingKind kind);  ///< "loses_acknowledged"

struct Finding {
  FindingKind kind = FindingKind::crash;
  bool against_promise = false;  ///< else the architecture's own rules allow it
  double amount = 0;             ///< transactions, seconds, ...: what `what` speaks of
  std::string what;              ///< "12 acknowledged transactions lost"
};

/// At most one of a kind, in the order of FindingKind. Stale reads count only where every read load
/// goes to the primary: no replica promises freshness.
std::vector<Finding> judge(const RunSummary& run, const Scenario& played, const Promise& promise);

/// For the way from process to process.
std::string to_line(const std::vector<Finding>& findings);
std::vector<Finding> findings_from_line(const std::string& line);

}  // namespace writepath
