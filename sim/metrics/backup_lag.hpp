#pragma once
// How far the backup lags behind: what each storage node says just before S3 has more of it.
#include <algorithm>
#include <cstring>
#include <optional>

#include "sim/metrics/config.hpp"
#include "sim/metrics/put.hpp"
#include "sim/observe/facts.hpp"

namespace writepath {

class BackupLag {
 public:
  static bool concerns(const LagReported& fact) { return !std::strcmp(fact.meter, "backup"); }

  explicit BackupLag(const MetricsConfig& config)
      : begin_(config.window_begin), end_(config.window_end) {}

  void on(const LagReported& fact) {
    if (fact.at >= begin_ && fact.at < end_)
      greatest_ = std::max(greatest_.value_or(fact.lag), fact.lag);
  }
  void put_run(Metrics& to) const {
    std::optional<double> lag_s;
    if (greatest_) lag_s = to_s(*greatest_);
    put(to, "backup_lag_s_max", lag_s);
  }

 private:
  TimeNs begin_, end_;
  std::optional<DurationNs> greatest_;
};

}  // namespace writepath
