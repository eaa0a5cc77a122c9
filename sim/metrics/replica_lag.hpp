#pragma once
// Replica lag: for each acknowledged transaction, first visible on the replica minus acknowledged.
#include <array>
#include <vector>

#include "sim/metrics/backlog.hpp"
#include "sim/metrics/histogram.hpp"
#include "sim/metrics/put.hpp"
#include "sim/metrics/slope.hpp"
#include "sim/metrics/time_series.hpp"

namespace writepath {

class ReplicaLag final : public Backlog::Listener {
 public:
  static constexpr std::array<int, 4> stale_after_ms{1, 10, 100, 1000};

  ReplicaLag(const MetricsConfig& config, TimeSeries& series)
      : config_(config), series_(series), nodes_(config.nodes.size()) {}

  void on(const LagReported& fact);
  void on(const RecordsMet& fact);
  void on(const ApplierMet& fact);
  void arrived(const Arrival& arrival) override;
  void gave_up(std::uint32_t node, TimeNs ack, bool counts, TimeNs until) override;

  /// `backlog`: with everything that is still waiting, to be given up at the run's end.
  void finish(const FinalState& state, const Followers& followers, Backlog& backlog,
              RunSummary& summary);
  void put_node(Metrics& to, std::uint32_t node) const { put(to, nodes_[node]); }

 private:
  /// Of one replica, or of all together.
  struct Lags {
    Histogram lag, heartbeat, seconds_behind;
    Slope growth;
    std::array<Int128, replica_stages> parts{};  ///< of those that arrived
    std::uint64_t arrived = 0, unapplied = 0;
    std::array<std::uint64_t, stale_after_ms.size()> later{};  ///< beyond each bound
    std::array<std::optional<DurationNs>, lag_meters> greatest;
    std::optional<std::uint64_t> seconds_behind_null;  ///< readings; none: it was never read
    DurationNs final_lag = 0;
    std::uint64_t records_applied = 0, records_discarded = 0;
    std::uint64_t row_waits = 0, rollbacks = 0, ahead = 0;  ///< of parallel appliers
    void add(DurationNs lag_ns);
  };
  static void put(Metrics& to, const Lags& lags);
  bool in_window(TimeNs at) const { return at >= config_.window_begin && at < config_.window_end; }

  const MetricsConfig& config_;
  TimeSeries& series_;
  Lags all_;
  std::vector<Lags> nodes_;
};

}  // namespace writepath
