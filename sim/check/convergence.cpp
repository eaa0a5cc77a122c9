#include "sim/check/convergence.hpp"

#include "sim/check/words.hpp"

namespace writepath {

CheckResult ConvergenceCheck::finish(const FinalState& state) const {
  CheckResult result{CheckResult::Verdict::holds, "convergence", ""};
  const LogPlace end = state.surviving_log.empty() ? LogPlace{} : state.surviving_log.back();
  for (const FinalState::Replica& replica : state.live_replicas) {
    if (lineage_.same(replica.visible, end)) continue;
    const std::string& name = name_in(config_, replica.node);
    const bool behind = lineage_.covers(end, replica.visible);
    const std::uint64_t shown = replica.visible.seq.value;
    const std::uint64_t began = at_window_end_[replica.node.value];
    // Without time to settle nobody could have caught up.
    const bool had_time = config_.scenario->settle_s > 0;
    if (behind && (shown > began || !had_time)) {
      if (result.verdict == CheckResult::Verdict::holds)
        result = {CheckResult::Verdict::unknown, "convergence",
                  name + " was still catching up: " + std::to_string(end.seq.value - shown) +
                      " transactions behind, " + std::to_string(shown - began) +
                      " applied since the load ended"};
      continue;
    }
    result.verdict = CheckResult::Verdict::broken;
    result.witness = name + " shows " + words(replica.visible) + ", the final log ends at " +
                     words(end) + (behind ? "" : " of another history");
    return result;
  }
  return result;
}

}  // namespace writepath
