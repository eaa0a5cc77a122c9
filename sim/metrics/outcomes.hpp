#pragma once
// Transactions from the client's side: how many were acknowledged, failed or left in doubt, how
// long they took, and what became of the doubtful ones.
#include <array>
#include <vector>

#include "sim/core/flat_map.hpp"
#include "sim/metrics/config.hpp"
#include "sim/metrics/histogram.hpp"
#include "sim/metrics/in_flight.hpp"
#include "sim/metrics/lineage.hpp"
#include "sim/metrics/run_summary.hpp"
#include "sim/observe/facts.hpp"

namespace writepath {

class Outcomes {
 public:
  explicit Outcomes(const MetricsConfig& config);

  /// `state`: what was seen of the transaction; null if that was forgotten.
  void on(const CommitAcked& fact, const TransactionState* state);
  void on(const CommitFailed& fact);
  void on(const CommitUnknown& fact, const TransactionState* state);
  /// Of a transaction in doubt: the same work again.
  void on(const CommitRetried& fact);
  void on(const RolledBack& fact);
  void on(const ModeChanged& fact);
  /// A doubtful transaction may get its place after its client has given up.
  void on(const CommitOrdered& fact);

  void finish(const FinalState& state, const Lineage& lineage, RunSummary& summary) const;
  std::uint64_t acked() const { return all_.acked; }  ///< in the window

 private:
  struct Counts {
    std::uint64_t acked = 0, failed = 0, unknown = 0, retried = 0;
    Histogram commit, transaction;
  };
  /// A transaction whose COMMIT was sent and never answered: where it stands in history, if
  /// anywhere.
  struct Doubt {
    std::array<LogPlace, 2> places{};
    std::uint32_t group = 0;
    std::uint32_t ticket = 0;  ///< the first doubt of the same work; itself if it is the first
    bool counts = false, retried = false;
    LogPlace acked{};  ///< at the ticket's first: of the attempt that was acknowledged
  };
  struct Settled {
    std::uint64_t committed = 0, lost = 0, duplicated = 0;
  };

  bool in_window(TimeNs intended) const {
    return intended >= config_.window_begin && intended < config_.window_end;
  }
  void add_steps(const CommitAcked& fact, const TransactionState& state);
  void put_counts(Metrics& to, const Counts& counts) const;
  void put_breakdowns(RunSummary& summary) const;
  /// Seconds with an acknowledged commit over all whole seconds of the window.
  std::optional<double> commit_availability() const;
  void count_second(TimeNs at);
  Settled settle(const FinalState& state, const Lineage& lineage) const;

  const MetricsConfig& config_;
  Counts all_;
  std::vector<Counts> groups_;
  std::array<Int128, static_cast<std::size_t>(CommitPart::count_)> parts_{};
  struct StepSum {
    Int128 sum = 0;
    std::uint64_t count = 0;
  };
  std::array<StepSum, most_steps> steps_{};
  std::uint64_t step_order_violations_ = 0;
  std::uint64_t deadlocks_ = 0, lock_wait_timeouts_ = 0, semi_sync_fallbacks_ = 0;
  FlatMap<std::uint32_t> doubt_of_;  ///< transaction to its place in doubts_
  std::vector<Doubt> doubts_;
  FlatMap<std::uint32_t> retry_of_;  ///< an attempt under way to its ticket's first doubt
  std::uint64_t seconds_with_commit_ = 0;
  TimeNs next_second_ = 0;  ///< of the window, none of whose commits has been counted
};

}  // namespace writepath
