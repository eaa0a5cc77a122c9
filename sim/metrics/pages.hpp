#pragma once
// Buffer pools, reads of pages from shared storage, and the redo that storage keeps; for the run
// and for each replica.
#include <algorithm>
#include <optional>
#include <vector>

#include "sim/metrics/histogram.hpp"
#include "sim/metrics/put.hpp"
#include "sim/metrics/time_series.hpp"

namespace writepath {

class PageUse {
 public:
  PageUse(const MetricsConfig& config, TimeSeries& series)
      : config_(config), series_(series), nodes_(config.nodes.size()) {}

  /// Counts of the time since the last such fact, so that of the window's first moments are not
  /// counted.
  void on(const BufferPoolUsed& fact) {
    series_.pool_used(fact.node.value, fact.at, fact.hits, fact.misses);
    if (fact.at <= config_.window_begin || fact.at > config_.window_end) return;
    for (Pool* pool : {fact.primary ? &primary_ : &replicas_, &nodes_[fact.node.value].pool}) {
      pool->hits += fact.hits;
      pool->misses += fact.misses;
    }
  }
  void on(const PageRead& fact) {
    if (fact.started < config_.window_begin || fact.started >= config_.window_end) return;
    for (Reads* reads : {&all_, &nodes_[fact.node.value].reads}) {
      ++(fact.ok ? reads->done : reads->failed);
      reads->hedges += fact.hedges;
      reads->refused += fact.refused;
      if (fact.ok) reads->latency.add(fact.at - fact.started);
    }
  }
  void on(const LogKept& fact) {
    series_.log_kept(fact.node.value, fact.at, fact.bytes);
    if (fact.at < config_.window_begin || fact.at >= config_.window_end) return;
    log_bytes_ += static_cast<double>(fact.bytes);
    ++log_samples_;
    log_bytes_most_ = std::max(log_bytes_most_, fact.bytes);
  }

  void put_run(Metrics& to) const {
    put(to, "primary_buffer_pool_hit_ratio", primary_.hit_ratio());
    put(to, "replica_buffer_pool_hit_ratio", replicas_.hit_ratio());
    put_reads(to, all_);
    std::optional<double> mean, most;
    if (log_samples_ > 0) {
      mean = log_bytes_ / static_cast<double>(log_samples_) / 1e6;
      most = static_cast<double>(log_bytes_most_) / 1e6;
    }
    put(to, "storage_log_kept_mb_mean", mean);
    put(to, "storage_log_kept_mb_max", most);
  }
  void put_node(Metrics& to, std::uint32_t node) const {
    put(to, "buffer_pool_hit_ratio", nodes_[node].pool.hit_ratio());
    put_reads(to, nodes_[node].reads);
  }

 private:
  struct Pool {
    std::uint64_t hits = 0, misses = 0;
    std::optional<double> hit_ratio() const {
      return ratio(static_cast<double>(hits), static_cast<double>(hits + misses));
    }
  };
  struct Reads {
    std::uint64_t done = 0, failed = 0, hedges = 0, refused = 0;
    Histogram latency;
  };
  struct Server {
    Pool pool;
    Reads reads;
  };
  static void put_reads(Metrics& to, const Reads& reads) {
    put(to, "page_reads", static_cast<double>(reads.done));
    put(to, "page_reads_failed", static_cast<double>(reads.failed));
    put(to, "page_reads_hedged", static_cast<double>(reads.hedges));
    put(to, "page_reads_refused", static_cast<double>(reads.refused));
    put_latency(to, "page_read_latency_ms", reads.latency, true);
  }

  const MetricsConfig& config_;
  TimeSeries& series_;
  Pool primary_, replicas_;
  Reads all_;
  std::vector<Server> nodes_;
  double log_bytes_ = 0;
  std::uint64_t log_samples_ = 0, log_bytes_most_ = 0;
};

}  // namespace writepath
