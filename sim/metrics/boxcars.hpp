#pragma once
// Boxcars: how many leave, how full they are, and how long they stay open for more records.
#include "sim/metrics/config.hpp"
#include "sim/metrics/histogram.hpp"
#include "sim/metrics/put.hpp"
#include "sim/observe/facts.hpp"

namespace writepath {

class Boxcars {
 public:
  explicit Boxcars(const MetricsConfig& config) : config_(config) {}

  void on(const BoxcarSent& fact) {
    if (fact.at < config_.window_begin || fact.at >= config_.window_end) return;
    open_.add(fact.at - fact.opened_at);
    records_ += fact.records;
  }

  void put_run(Metrics& to, std::uint64_t commits) const {
    const auto sent = static_cast<double>(open_.count());
    put(to, "boxcars_per_commit",
        open_.empty() ? std::nullopt : ratio(sent, static_cast<double>(commits)));
    put(to, "boxcar_records_mean", ratio(static_cast<double>(records_), sent));
    put(to, "boxcar_open_ms_mean", mean_ms(open_));
    put(to, "boxcar_open_ms_p99", percentile_ms(open_, 99));
  }

 private:
  const MetricsConfig& config_;
  Histogram open_;
  std::uint64_t records_ = 0;
};

}  // namespace writepath
