#include "sim/metrics/outcomes.hpp"

#include <cstring>

#include "sim/metrics/put.hpp"

namespace writepath {

Outcomes::Outcomes(const MetricsConfig& config)
    : config_(config),
      groups_(config.scenario->workload.clients.size()),
      next_second_(config.window_begin) {}

void Outcomes::on(const CommitOrdered& fact) {
  const std::uint32_t* doubt = doubt_of_.find(fact.txn.value);
  if (!doubt) return;
  std::array<LogPlace, 2>& places = doubts_[*doubt].places;
  if (!is_place(places[0]))
    places[0] = fact.place;
  else if (places[0] != fact.place)
    places[1] = fact.place;
}

void Outcomes::on(const CommitAcked& fact, const TransactionState* state) {
  if (fact.at >= next_second_) count_second(fact.at);
  if (retry_of_.size() > 0) {
    if (const std::uint32_t* ticket = retry_of_.find(fact.txn.value)) {
      doubts_[*ticket].acked = fact.place;
      retry_of_.erase(fact.txn.value);
    }
  }
  if (!in_window(fact.intended_start)) return;
  const DurationNs commit = fact.at - fact.commit_sent;
  const DurationNs transaction = fact.at - fact.intended_start;
  const auto count = [&](Counts& counts) {
    ++counts.acked;
    counts.commit.add(commit);
    counts.transaction.add(transaction);
  };
  count(all_);
  if (fact.group < groups_.size()) count(groups_[fact.group]);
  // What the server does not account for is the network's, so that the parts add up to the whole.
  DurationNs left = commit;
  for (std::size_t i = 1; i < parts_.size(); ++i) {
    parts_[i] += fact.breakdown.parts[i];
    left -= fact.breakdown.parts[i];
  }
  static_assert(static_cast<std::size_t>(CommitPart::client_network) == 0);
  parts_[0] += left;
  if (state) add_steps(fact, *state);
}

void Outcomes::add_steps(const CommitAcked& fact, const TransactionState& state) {
  step_order_violations_ += !state.steps_in_order;
  for (std::size_t i = 0; i < most_steps; ++i) {
    if (!(state.steps_seen >> i & 1)) continue;
    steps_[i].sum += state.steps[i] - fact.commit_sent;
    ++steps_[i].count;
  }
}

void Outcomes::on(const CommitFailed& fact) {
  if (!in_window(fact.intended_start)) return;
  ++all_.failed;
  if (fact.group < groups_.size()) ++groups_[fact.group].failed;
}

void Outcomes::on(const CommitUnknown& fact, const TransactionState* state) {
  Doubt doubt;
  doubt.counts = in_window(fact.intended_start);
  if (state) doubt.places = state->places;
  doubt.group = fact.group;
  doubt.ticket = static_cast<std::uint32_t>(doubts_.size());
  if (const std::uint32_t* ticket = retry_of_.find(fact.txn.value)) doubt.ticket = *ticket;
  retry_of_.erase(fact.txn.value);
  doubt_of_[fact.txn.value] = static_cast<std::uint32_t>(doubts_.size());
  doubts_.push_back(doubt);
  if (!doubt.counts) return;
  ++all_.unknown;
  if (fact.group < groups_.size()) ++groups_[fact.group].unknown;
}

void Outcomes::on(const CommitRetried& fact) {
  const std::uint32_t* of = doubt_of_.find(fact.of.value);
  if (!of) return;
  Doubt& doubt = doubts_[*of];
  retry_of_[fact.txn.value] = doubt.ticket;
  if (doubt.retried) return;
  doubt.retried = true;
  if (!doubt.counts) return;
  ++all_.retried;
  if (doubt.group < groups_.size()) ++groups_[doubt.group].retried;
}

void Outcomes::count_second(TimeNs at) {
  const TimeNs begin = config_.window_begin;
  const TimeNs second = begin + (at - begin) / ns_per_s * ns_per_s;
  next_second_ = second + ns_per_s;
  if (next_second_ <= config_.window_end) ++seconds_with_commit_;
}

std::optional<double> Outcomes::commit_availability() const {
  if (groups_.empty()) return std::nullopt;
  const DurationNs seconds = (config_.window_end - config_.window_begin) / ns_per_s;
  return ratio(static_cast<double>(seconds_with_commit_), static_cast<double>(seconds));
}

void Outcomes::on(const RolledBack& fact) {
  if (!in_window(fact.at)) return;
  ++(fact.reason == RollbackReason::deadlock ? deadlocks_ : lock_wait_timeouts_);
}

void Outcomes::on(const ModeChanged& fact) {
  if (in_window(fact.at) && fact.value == 0 && !std::strcmp(fact.mode, "semi_sync"))
    ++semi_sync_fallbacks_;
}

Outcomes::Settled Outcomes::settle(const FinalState& state, const Lineage& lineage) const {
  const auto stands = [&](LogPlace place) {
    return is_place(place) && survives(lineage, place, state.surviving_log);
  };
  const auto copies_of = [&](const Doubt& doubt) {
    const bool twice = !lineage.same(doubt.places[0], doubt.places[1]);
    return std::uint32_t{stands(doubt.places[0])} + (twice && stands(doubt.places[1]));
  };
  std::vector<std::uint32_t> copies(doubts_.size());  // of a ticket, at its first doubt
  for (const Doubt& doubt : doubts_) copies[doubt.ticket] += copies_of(doubt) + stands(doubt.acked);
  Settled settled;
  for (const Doubt& doubt : doubts_) {
    if (!doubt.counts) continue;
    const bool here = copies_of(doubt) > 0, more = copies[doubt.ticket] > 1;
    ++(!here ? settled.lost : more ? settled.duplicated : settled.committed);
  }
  return settled;
}

void Outcomes::put_counts(Metrics& to, const Counts& counts) const {
  const double window_s = to_s(config_.window_end - config_.window_begin);
  const auto acked = static_cast<double>(counts.acked);
  put(to, "commits_acked", acked);
  put(to, "commits_failed", static_cast<double>(counts.failed));
  put(to, "commits_unknown", static_cast<double>(counts.unknown));
  put(to, "commits_unknown_retried", static_cast<double>(counts.retried));
  put(to, "commits_per_s", ratio(acked, window_s));
  put(to, "availability",
      ratio(acked, acked + static_cast<double>(counts.failed + counts.unknown - counts.retried)));
  put_latency(to, "commit_latency_ms", counts.commit);
  put_latency(to, "transaction_latency_ms", counts.transaction);
}

void Outcomes::finish(const FinalState& state, const Lineage& lineage, RunSummary& summary) const {
  put_counts(summary.metrics, all_);
  put(summary.metrics, "commit_availability", commit_availability());
  const Settled settled = settle(state, lineage);
  put(summary.metrics, "commits_unknown_committed", static_cast<double>(settled.committed));
  put(summary.metrics, "commits_unknown_lost", static_cast<double>(settled.lost));
  put(summary.metrics, "commits_unknown_duplicated", static_cast<double>(settled.duplicated));
  for (std::size_t i = 0; i < groups_.size(); ++i) {
    SubjectMetrics group{
        .id = config_.scenario->workload.clients[i].name, .kind = "", .metrics = {}};
    put_counts(group.metrics, groups_[i]);
    summary.clients.push_back(std::move(group));
  }
  put(summary.metrics, "step_order_violations", static_cast<double>(step_order_violations_));
  put(summary.metrics, "deadlocks", static_cast<double>(deadlocks_));
  put(summary.metrics, "lock_wait_timeouts", static_cast<double>(lock_wait_timeouts_));
  put(summary.metrics, "semi_sync_fallbacks", static_cast<double>(semi_sync_fallbacks_));
  put_breakdowns(summary);
  summary.latency_hgrm = percentile_text(all_.commit);
}

void Outcomes::put_breakdowns(RunSummary& summary) const {
  const auto mean = [](Int128 sum, std::uint64_t count) -> std::optional<double> {
    if (count == 0) return std::nullopt;
    return static_cast<double>(sum) / static_cast<double>(count) / 1e6;
  };
  for (std::size_t i = 0; i < parts_.size(); ++i)
    summary.commit_latency_breakdown_ms.push_back(
        {name_of(static_cast<CommitPart>(i)), mean(parts_[i], all_.acked)});
  for (std::size_t i = 0; i < config_.steps.size() && i < most_steps; ++i)
    summary.write_path_ms.push_back({config_.steps[i], mean(steps_[i].sum, steps_[i].count)});
}

}  // namespace writepath
