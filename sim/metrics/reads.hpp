#pragma once
// Reads: how many, how long, how stale; for the run and for each server.
#include <optional>
#include <vector>

#include "sim/metrics/histogram.hpp"
#include "sim/metrics/put.hpp"
#include "sim/metrics/stale_reads.hpp"
#include "sim/metrics/time_series.hpp"

namespace writepath {

class Reads {
 public:
  Reads(const MetricsConfig& config, const Backlog& backlog, const Lineage& lineage,
        TimeSeries& series);

  void acked(const CommitAcked& fact, LogPlace place) {
    if (stale_) stale_->acked(fact, place);
  }
  void on(const ReadDone& fact);
  /// The backlog has shrunk, perhaps.
  void moved(TimeNs now) {
    if (stale_) stale_->release(now);
  }

  void put_run(Metrics& to) const { put(to, all_); }
  void put_node(Metrics& to, std::uint32_t node) const { put(to, nodes_[node]); }

 private:
  struct Counts {
    std::uint64_t done = 0, failed = 0, judged = 0, stale = 0;
    Histogram latency;
  };
  static void put(Metrics& to, const Counts& counts);

  const MetricsConfig& config_;
  TimeSeries& series_;
  std::optional<StaleReads> stale_;
  Counts all_;
  std::vector<Counts> nodes_;
};

}  // namespace writepath
