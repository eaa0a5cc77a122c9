#include "sim/check/convergence.hpp"

#include <algorithm>

#include "sim/check/words.hpp"

namespace writepath {

namespace {
/// Of a run without faults. Assumption, range 1 to 60 s.
constexpr DurationNs least_settling = 10 * ns_per_s;
/// A replica to which nothing new came for so long is receiving no more. Assumption, range 1 to 10
/// s.
constexpr DurationNs receiving_within = 5 * ns_per_s;
}  // namespace

CheckResult ConvergenceCheck::finish(const FinalState& state) const {
  CheckResult result{CheckResult::Verdict::holds, "convergence", ""};
  const LogPlace end = state.surviving_log.empty() ? LogPlace{} : state.surviving_log.back();
  for (const FinalState::Replica& replica : state.live_replicas) {
    if (lineage_.same(replica.visible, end)) continue;
    const CheckResult judged = judge(state, replica, end);
    if (judged.verdict == CheckResult::Verdict::broken) return judged;
    if (result.verdict == CheckResult::Verdict::holds) result = judged;
  }
  return result;
}

/// Of a replica that does not show the final log.
CheckResult ConvergenceCheck::judge(const FinalState& state, const FinalState::Replica& replica,
                                    LogPlace end) const {
  const std::string& name = name_in(config_, replica.node);
  const bool behind = lineage_.covers(end, replica.visible);
  const std::uint64_t shown = replica.visible.seq.value;
  const std::uint64_t began = at_window_end_[replica.node.value];
  const auto unknown = [](std::string why) {
    return CheckResult{CheckResult::Verdict::unknown, "convergence", std::move(why)};
  };
  if (behind && shown > began)
    return unknown(name + " was still catching up: " + std::to_string(end.seq.value - shown) +
                   " transactions behind, " + std::to_string(shown - began) +
                   " applied since the load ended");
  if (behind && began_[replica.node.value] > shown)
    return unknown(name + " was still applying position " +
                   std::to_string(began_[replica.node.value]) + ", begun after the load ended; " +
                   std::to_string(end.seq.value - shown) + " transactions behind");
  const LogPlace received = received_[replica.node.value];
  const bool receives = received_at_[replica.node.value] >= state.end - receiving_within;
  const bool has_more = received > replica.visible && received != end;
  if (behind && receives && has_more && lineage_.covers(end, received))
    return unknown(name + " was still receiving: up to position " +
                   std::to_string(received.seq.value) + " of " + std::to_string(end.seq.value) +
                   ", of which it showed " + std::to_string(shown));
  const std::string differs = name + " shows " + words(replica.visible) +
                              ", the final log ends at " + words(end) +
                              (behind ? "" : " of another history");
  if (!state.has_primary) return unknown(differs + "; no primary was left to tell it");
  const auto away = std::count(storage_away_.begin(), storage_away_.end(), true);
  if (away > 0)
    return unknown(differs + "; " + std::to_string(away) +
                   " storage nodes are down or have not got their data back");
  if (!is_place(end)) return unknown(differs + "; no disk has any history left");
  // Lag and retransmissions take their time, and a disturbance can leave a replica waiting for a
  // timeout.
  const bool disturbed = last_disturbance_ != never;
  const TimeNs since =
      disturbed ? std::max(config_.window_end, last_disturbance_) : config_.window_end;
  const DurationNs needed =
      disturbed ? std::max(least_settling, config_.repairs_within) : least_settling;
  if (state.end - since < needed)
    return unknown(differs + "; nothing disturbed it from " + words_at(since).substr(3) + " to " +
                   words_at(state.end).substr(3) + ", which may take " +
                   std::to_string(needed / ns_per_s) + " s");
  return {CheckResult::Verdict::broken, "convergence", differs};
}

}  // namespace writepath
