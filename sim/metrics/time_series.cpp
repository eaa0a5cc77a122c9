#include "sim/metrics/time_series.hpp"

#include <algorithm>

namespace writepath {
namespace {

constexpr DurationNs most_steps_in_a_run = 7200;

const char* const line_names[] = {
    "commits_per_s",         "commits_failed",        "commits_unknown",
    "commit_latency_ms_p50", "commit_latency_ms_p99", "replica_lag_ms_p50",
    "replica_lag_ms",        "heartbeat_lag_ms",      "seconds_behind_source",
    "aurora_replica_lag_ms", "read_latency_ms_mean",  "read_latency_ms_p50",
    "read_latency_ms_p99",   "buffer_pool_hit_ratio", "log_kept_mb"};

}  // namespace

TimeSeries::TimeSeries(const MetricsConfig& config, DurationNs length)
    : config_(config), replicas_(config.nodes.size()) {
  const DurationNs seconds = (length + ns_per_s - 1) / ns_per_s;
  const DurationNs step_s =
      std::max<DurationNs>(1, (seconds + most_steps_in_a_run - 1) / most_steps_in_a_run);
  step_ns_ = step_end_ = step_s * ns_per_s;
  points_.reserve(static_cast<std::size_t>(seconds / step_s + 1) * 10);
}

void TimeSeries::acked(TimeNs at, DurationNs commit_latency) {
  to(at);
  ++acked_;
  commit_.add(commit_latency);
}
void TimeSeries::failed(TimeNs at) {
  to(at);
  ++failed_;
}
void TimeSeries::unknown(TimeNs at) {
  to(at);
  ++unknown_;
}
void TimeSeries::lag(std::uint32_t node, TimeNs at, DurationNs lag) {
  // Visible before its acknowledgement, which is what makes the lag known: it belongs to the
  // present.
  to(std::max(at, at - lag));
  replicas_[node].lag.add(lag);
}
void TimeSeries::reported(std::uint32_t node, TimeNs at, LagMeter meter, DurationNs lag) {
  to(at);
  replicas_[node].meters[static_cast<std::size_t>(meter)] = lag;
}

void TimeSeries::read(std::uint32_t node, TimeNs at, DurationNs latency) {
  to(at);
  replicas_[node].reads.add(latency);
}
void TimeSeries::pool_used(std::uint32_t node, TimeNs at, std::uint64_t hits,
                           std::uint64_t misses) {
  to(at - 1);  // it is of the time before
  replicas_[node].hits += hits;
  replicas_[node].misses += misses;
}
void TimeSeries::log_kept(std::uint32_t node, TimeNs at, std::uint64_t bytes) {
  to(at);
  replicas_[node].log_bytes = bytes;
}

void TimeSeries::close(DurationNs length) {
  put(whole_run, Line::commits_per_s, static_cast<double>(acked_) / to_s(length));
  put(whole_run, Line::commits_failed, static_cast<double>(failed_));
  put(whole_run, Line::commits_unknown, static_cast<double>(unknown_));
  if (!commit_.empty()) {
    put(whole_run, Line::commit_latency_p50, to_ms(commit_.percentile(50)));
    put(whole_run, Line::commit_latency_p99, to_ms(commit_.percentile(99)));
  }
  for (std::uint32_t node = 0; node < replicas_.size(); ++node) {
    Replica& replica = replicas_[node];
    if (!replica.lag.empty()) put(node, Line::replica_lag_p50, to_ms(replica.lag.percentile(50)));
    if (true_lag_) {
      const std::optional<DurationNs> lag = true_lag_(node, step_end_);
      if (lag) put(node, Line::replica_lag, to_ms(*lag));
    }
    const auto reading = [&](LagMeter meter) {
      return replica.meters[static_cast<std::size_t>(meter)];
    };
    if (reading(LagMeter::heartbeat))
      put(node, Line::heartbeat_lag, to_ms(*reading(LagMeter::heartbeat)));
    if (reading(LagMeter::seconds_behind_source))
      put(node, Line::seconds_behind_source, to_s(*reading(LagMeter::seconds_behind_source)));
    if (reading(LagMeter::aurora_replica_lag))
      put(node, Line::aurora_replica_lag, to_ms(*reading(LagMeter::aurora_replica_lag)));
    if (!replica.reads.empty()) {
      put(node, Line::read_latency_mean, replica.reads.mean() / 1e6);
      put(node, Line::read_latency_p50, to_ms(replica.reads.percentile(50)));
      put(node, Line::read_latency_p99, to_ms(replica.reads.percentile(99)));
    }
    if (replica.hits + replica.misses > 0)
      put(node, Line::buffer_pool_hit_ratio,
          static_cast<double>(replica.hits) / static_cast<double>(replica.hits + replica.misses));
    if (replica.log_bytes)
      put(node, Line::log_kept_mb, static_cast<double>(*replica.log_bytes) / 1e6);
    replica.lag.clear();
    replica.reads.clear();
    replica.meters = {};
    replica.hits = replica.misses = 0;
    replica.log_bytes.reset();
  }
  acked_ = failed_ = unknown_ = 0;
  commit_.clear();
  ++step_;
  step_end_ += step_ns_;
}

std::vector<TimePoint> TimeSeries::finish(TimeNs end) {
  to(end);
  const DurationNs rest = end - (step_end_ - step_ns_);
  if (rest > 0 || acked_ + failed_ + unknown_ > 0) close(rest > 0 ? rest : step_ns_);
  std::vector<TimePoint> result;
  result.reserve(points_.size());
  for (const Point& point : points_) {
    const std::string node = point.node == whole_run ? "" : config_.nodes[point.node].name;
    result.push_back({static_cast<TimeNs>(point.step) * step_ns_, node,
                      line_names[static_cast<std::size_t>(point.line)], point.value});
  }
  return result;
}

}  // namespace writepath
