#include "sim/check/durability.hpp"

#include <algorithm>

#include "sim/check/words.hpp"
#include "sim/metrics/find_metric.hpp"

namespace writepath {
namespace {

/// What the report says was lost, each episode counted once.
std::uint64_t counted_losses(const RunSummary& summary, const char* name) {
  std::vector<double> episodes;
  double sum = 0;
  for (const SubjectMetrics& fault : summary.faults) {
    const Metric* episode = find_metric(fault.metrics, "episode");
    const Metric* lost = find_metric(fault.metrics, name);
    if (!episode || !lost || !episode->value || !lost->value) continue;
    if (std::find(episodes.begin(), episodes.end(), *episode->value) != episodes.end()) continue;
    episodes.push_back(*episode->value);
    sum += *lost->value;
  }
  return static_cast<std::uint64_t>(sum);
}

/// Which failover left the transaction out, if one did: also one that no fault of the scenario
/// explains.
std::string left_out_by(const Lineage& lineage, LogPlace lost) {
  for (const Lineage::Fork& fork : lineage.forks()) {
    const LogPlace tip{fork.epoch, CommitSeq{UINT64_MAX}};
    if (fork.epoch <= lost.epoch || lineage.shared(tip, lost.epoch) >= lost.seq.value) continue;
    return "; the failover " + words_at(fork.at) + " went on without it";
  }
  return {};
}

/// Empty: what is missing is what was counted.
std::string uncounted(const AckedLog& acked, const Lineage& lineage, const LogEnds& final_log,
                      std::uint64_t counted, const char* things) {
  std::uint64_t lost = 0;
  LogPlace first;
  for (const AckedLog::EpochLog& log : acked.epochs()) {
    const std::uint64_t kept = kept_of(final_log, log.epoch);
    const std::uint64_t missing = log.places.count(kept, UINT64_MAX);
    if (missing > 0 && lost == 0) first = {log.epoch, CommitSeq{log.places.first_above(kept)}};
    lost += missing;
  }
  if (lost == counted) return {};
  return std::to_string(lost) + " acknowledged " + things + " are not in the final log, " +
         std::to_string(counted) + " of them lost by a fault; the first: " + words(first) +
         left_out_by(lineage, first);
}

}  // namespace

CheckResult DurabilityCheck::finish(const FinalState& state, const RunSummary& summary) const {
  CheckResult result{CheckResult::Verdict::holds, "durability", ""};
  result.witness = uncounted(acked_, lineage_, state.surviving_log,
                             counted_losses(summary, "rpo_transactions"), "transactions");
  if (result.witness.empty())
    result.witness = uncounted(heartbeats_, lineage_, state.surviving_log,
                               counted_losses(summary, "rpo_heartbeats"), "heartbeats");
  if (!result.witness.empty()) result.verdict = CheckResult::Verdict::broken;
  return result;
}

}  // namespace writepath
