#pragma once
// Atomicity across a crash: what recovery finds in flight is undone, once, and nothing else is;
// until then nobody else gets its rows.
#include <optional>
#include <string>

#include "sim/core/flat_map.hpp"
#include "sim/metrics/config.hpp"
#include "sim/metrics/interval_set.hpp"
#include "sim/metrics/lineage.hpp"
#include "sim/observe/facts.hpp"

namespace writepath {

class UndoCheck {
 public:
  UndoCheck(const MetricsConfig& config, const Lineage& lineage)
      : config_(config), lineage_(lineage) {}

  void on(const CommitOrdered& fact) { ordered_[fact.txn.value] = fact.place; }
  void on(const HeartbeatWritten& fact) { ordered_.erase(fact.txn.value); }
  void on(const CommitAcked& fact);
  void on(const FoundInFlight& fact);
  void on(const Undone& fact);
  /// Who has found transactions opens. Call after the lineage knows the fork.
  void on(const LineageForked& fact);
  /// What it had not undone is for the next recovery to find.
  void on(const NodeDown& fact);
  /// Nothing where no recovery found any.
  std::optional<CheckResult> finish() const;

 private:
  /// A transaction in flight, while it is undone.
  struct Found {
    NodeId by;
    Epoch epoch;
    std::uint64_t key_seed = 0;
    std::uint32_t rows = 0;
    LogPlace ordered;  ///< its commit record was written, wherever that is now
    bool opened = false;
  };
  struct Held {
    TxnId by;
    Epoch since;
  };
  void broken(TimeNs at, NodeId node, const std::string& what);
  void free_rows(TxnId txn, const Found& found);

  const MetricsConfig& config_;
  const Lineage& lineage_;
  FlatMap<LogPlace> ordered_;  ///< in this history, by transaction, not acknowledged
  IntervalSet acked_;          ///< transactions
  std::vector<TxnId> under_way_;
  FlatMap<Found> found_;  ///< those under way, by transaction
  FlatMap<Held> held_;    ///< their rows
  std::uint64_t found_in_all_ = 0;
  std::string witness_;  ///< the first violation
};

}  // namespace writepath
