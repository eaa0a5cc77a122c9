#pragma once
// Atomicity across a crash: what recovery finds in flight is undone, once, and nothing else is;
// until then nobody else gets its rows.
#include <optional>
#include <string>

#include "sim/core/flat_map.hpp"
#include "sim/core/ring.hpp"
#include "sim/metrics/config.hpp"
#include "sim/metrics/lineage.hpp"
#include "sim/observe/facts.hpp"

namespace writepath {

class UndoCheck {
 public:
  UndoCheck(const MetricsConfig& config, const Lineage& lineage)
      : config_(config), lineage_(lineage) {}

  void on(const CommitOrdered& fact);
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
  /// Where the last so many transactions were ordered: one that is found in flight had its commit
  /// record under way when the crash came, if it had one at all.
  static constexpr std::uint64_t most_remembered = 16'384;
  FlatMap<LogPlace> ordered_;  ///< by transaction
  Ring<TxnId> remembered_;
  std::vector<TxnId> under_way_;
  FlatMap<Found> found_;  ///< those under way, by transaction
  FlatMap<Held> held_;    ///< their rows
  std::uint64_t found_in_all_ = 0;
  std::string witness_;  ///< the first violation
};

}  // namespace writepath
