#include "sim/metrics/replica_lag.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace writepath {

void ReplicaLag::Lags::add(DurationNs lag_ns) {
  lag.add(lag_ns);
  for (std::size_t i = 0; i < later.size(); ++i) later[i] += lag_ns > from_ms(stale_after_ms[i]);
}

void ReplicaLag::arrived(const Arrival& arrival) {
  const DurationNs lag = arrival.passed.back() - arrival.ack;
  series_.lag(arrival.node, arrival.passed.back(), lag);
  if (!arrival.counts) return;
  for (Lags* lags : {&all_, &nodes_[arrival.node]}) {
    lags->add(lag);
    ++lags->arrived;
    TimeNs before = arrival.ack;
    for (std::size_t stage = 0; stage < replica_stages; ++stage) {
      lags->parts[stage] += arrival.passed[stage] - before;
      before = arrival.passed[stage];
    }
    lags->growth.add(to_s(arrival.ack - config_.window_begin), to_s(lag));
  }
}

void ReplicaLag::gave_up(std::uint32_t node, TimeNs ack, bool counts, TimeNs until) {
  if (!counts) return;
  for (Lags* lags : {&all_, &nodes_[node]}) {
    lags->add(until - ack);
    ++lags->unapplied;
  }
}

namespace {
LagMeter meter_of(const char* name) {
  if (!std::strcmp(name, "heartbeat")) return LagMeter::heartbeat;
  if (!std::strcmp(name, "seconds_behind_source")) return LagMeter::seconds_behind_source;
  return LagMeter::aurora_replica_lag;
}
}  // namespace

void ReplicaLag::on(const LagReported& fact) {
  const LagMeter meter = meter_of(fact.meter);
  if (!fact.is_null) series_.reported(fact.node.value, fact.at, meter, fact.lag);
  if (!in_window(fact.at)) return;
  for (Lags* lags : {&all_, &nodes_[fact.node.value]}) {
    if (meter == LagMeter::heartbeat) lags->heartbeat.add(fact.lag);
    if (meter == LagMeter::seconds_behind_source)
      lags->seconds_behind_null = lags->seconds_behind_null.value_or(0) + fact.is_null;
    if (meter == LagMeter::seconds_behind_source && !fact.is_null)
      lags->seconds_behind.add(fact.lag);
    std::optional<DurationNs>& greatest = lags->greatest[static_cast<std::size_t>(meter)];
    if (!fact.is_null) greatest = std::max(greatest.value_or(fact.lag), fact.lag);
  }
}

void ReplicaLag::on(const RecordsMet& fact) {
  if (!in_window(fact.at)) return;
  for (Lags* lags : {&all_, &nodes_[fact.node.value]}) {
    lags->records_applied += fact.applied;
    lags->records_discarded += fact.discarded;
  }
}

void ReplicaLag::on(const ApplierMet& fact) {
  if (!in_window(fact.at)) return;
  for (Lags* lags : {&all_, &nodes_[fact.node.value]}) {
    lags->row_waits += fact.action == ApplierAction::waited_for_row;
    lags->rollbacks += fact.action == ApplierAction::rolled_back;
    lags->ahead += fact.action == ApplierAction::committed_ahead;
  }
}

void ReplicaLag::finish(const FinalState& state, const Followers& followers, Backlog& backlog,
                        RunSummary& summary) {
  bool any = false;
  for (std::uint32_t node = 0; node < nodes_.size(); ++node) {
    any = any || followers.at(node).was_replica;
    if (followers.at(node).counted_since == never) continue;
    nodes_[node].final_lag = backlog.lag(node, state.end);
    all_.final_lag = std::max(all_.final_lag, nodes_[node].final_lag);
    backlog.settle(node, state.end);
  }
  Metrics run;
  put(run, all_);
  if (!any)
    for (Metric& metric : run) metric.value.reset();
  for (Metric& metric : run) summary.metrics.push_back(std::move(metric));

  static constexpr std::array<const char*, replica_stages> names{"ship", "queue", "apply",
                                                                 "visibility_wait"};
  for (std::size_t stage = 0; stage < replica_stages; ++stage) {
    std::optional<double> mean;
    if (all_.arrived > 0)
      mean = static_cast<double>(all_.parts[stage]) / static_cast<double>(all_.arrived) / 1e6;
    summary.replica_lag_breakdown_ms.push_back({names[stage], mean});
  }
}

void ReplicaLag::put(Metrics& to, const Lags& lags) {
  using writepath::put;
  const auto count = [](std::uint64_t n) { return static_cast<double>(n); };
  put_latency(to, "replica_lag_ms", lags.lag, false);
  put(to, "replica_lag_unapplied", count(lags.unapplied));
  put(to, "replica_lag_ms_final", to_ms(lags.final_lag));
  put(to, "replica_lag_growth_s_per_s", lags.growth.value());
  for (std::size_t i = 0; i < lags.later.size(); ++i)
    put(to, "stale_read_probability_" + std::to_string(stale_after_ms[i]) + "ms",
        ratio(count(lags.later[i]), count(lags.lag.count())));
  put_latency(to, "heartbeat_lag_ms", lags.heartbeat, false);
  const auto greatest = [&](LagMeter meter) {
    return lags.greatest[static_cast<std::size_t>(meter)];
  };
  std::optional<double> behind, aurora;
  if (greatest(LagMeter::seconds_behind_source))
    behind = to_s(*greatest(LagMeter::seconds_behind_source));
  if (greatest(LagMeter::aurora_replica_lag))
    aurora = to_ms(*greatest(LagMeter::aurora_replica_lag));
  std::optional<double> median_behind;
  if (!lags.seconds_behind.empty())  // whole seconds: the histogram rounds them
    median_behind = std::round(to_s(lags.seconds_behind.percentile(50)));
  put(to, "seconds_behind_source_p50", median_behind);
  put(to, "seconds_behind_source_max", behind);
  std::optional<double> null_s;  // one reading a second
  if (lags.seconds_behind_null) null_s = count(*lags.seconds_behind_null);
  put(to, "seconds_behind_source_null_s", null_s);
  put(to, "aurora_replica_lag_ms_max", aurora);
  put(to, "records_applied", count(lags.records_applied));
  put(to, "records_discarded", count(lags.records_discarded));
  put(to, "applier_row_waits", count(lags.row_waits));
  put(to, "applier_rollbacks", count(lags.rollbacks));
  put(to, "applied_ahead", count(lags.ahead));
}

}  // namespace writepath
