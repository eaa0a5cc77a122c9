#pragma once
// timeseries.csv: a value a second for the run and for each replica. Runs beyond two hours take
// longer steps of whole seconds, so that there are at most 7200 of them.
#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "sim/metrics/config.hpp"
#include "sim/metrics/histogram.hpp"

namespace writepath {

/// What operators see: LagReported::meter.
enum class LagMeter : std::uint8_t { heartbeat, seconds_behind_source, aurora_replica_lag, count_ };
constexpr std::size_t lag_meters = static_cast<std::size_t>(LagMeter::count_);

class TimeSeries {
 public:
  TimeSeries(const MetricsConfig& config, DurationNs length);

  /// Each call carries the present: steps that have ended are closed first.
  void acked(TimeNs at, DurationNs commit_latency);
  void failed(TimeNs at);
  void unknown(TimeNs at);
  void lag(std::uint32_t node, TimeNs at, DurationNs lag);
  void reported(std::uint32_t node, TimeNs at, LagMeter meter, DurationNs lag);
  void read(std::uint32_t node, TimeNs at, DurationNs latency);
  void pool_used(std::uint32_t node, TimeNs at, std::uint64_t hits, std::uint64_t misses);
  void log_kept(std::uint32_t node, TimeNs at, std::uint64_t bytes);
  /// Closes the steps that have ended by `at`.
  void to(TimeNs at) {
    while (at >= step_end_) close(step_ns_);
  }
  /// Gives a replica's true lag at a moment, where there is one: the age of the oldest acknowledged
  /// transaction that it does not show.
  void ask(std::function<std::optional<DurationNs>(std::uint32_t node, TimeNs at)> true_lag) {
    true_lag_ = std::move(true_lag);
  }

  /// The points in order of time; the last, unfinished step is closed at `end`.
  std::vector<TimePoint> finish(TimeNs end);

 private:
  enum class Line : std::uint8_t {
    commits_per_s,
    commits_failed,
    commits_unknown,
    commit_latency_p50,
    commit_latency_p99,
    replica_lag_p50,
    replica_lag,
    heartbeat_lag,
    seconds_behind_source,
    aurora_replica_lag,
    read_latency_mean,
    read_latency_p50,
    read_latency_p99,
    buffer_pool_hit_ratio,
    log_kept_mb
  };
  struct Point {
    std::uint32_t step, node;
    Line line;
    double value;
  };
  struct Replica {
    Histogram lag, reads;
    std::uint64_t hits = 0, misses = 0;
    std::optional<std::uint64_t> log_bytes;                    ///< as last stated
    std::array<std::optional<DurationNs>, lag_meters> meters;  ///< the step's last readings
  };
  static constexpr std::uint32_t whole_run = UINT32_MAX;

  void close(DurationNs length);
  void put(std::uint32_t node, Line line, double value) {
    points_.push_back({step_, node, line, value});
  }

  const MetricsConfig& config_;
  DurationNs step_ns_;
  TimeNs step_end_;
  std::uint32_t step_ = 0;
  std::uint64_t acked_ = 0, failed_ = 0, unknown_ = 0;
  Histogram commit_;
  std::vector<Replica> replicas_;  ///< by node
  std::function<std::optional<DurationNs>(std::uint32_t, TimeNs)> true_lag_;
  std::vector<Point> points_;
};

}  // namespace writepath
