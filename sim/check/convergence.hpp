#pragma once
// After settling, every live replica shows exactly the final log. One that is behind on the right
// lineage and was still catching up, or still receiving, while the run settled is 'unknown': the
// run was too short to tell. So is one that may still wait for a timeout of its architecture, or
// for a primary.
#include <cstdint>
#include <vector>

#include "sim/metrics/config.hpp"
#include "sim/metrics/lineage.hpp"
#include "sim/observe/facts.hpp"

namespace writepath {

class ConvergenceCheck {
 public:
  ConvergenceCheck(const MetricsConfig& config, const Lineage& lineage)
      : config_(config),
        lineage_(lineage),
        at_window_end_(config.nodes.size()),
        began_(config.nodes.size()),
        received_(config.nodes.size()),
        received_at_(config.nodes.size()),
        storage_away_(config.nodes.size()) {}

  void on(const ReplicaProgress& fact) {
    if (fact.stage == ReplicaStage::visible && fact.at < config_.window_end)
      at_window_end_[fact.node.value] = fact.place.seq.value;
    // One transaction may take longer than the run settles: a schema change, a million rows.
    if (fact.stage == ReplicaStage::apply_started && fact.at >= config_.window_end)
      began_[fact.node.value] = fact.place.seq.value;
    // A narrow path may take longer than the run settles too. What comes once more is no progress.
    if (fact.stage == ReplicaStage::received && fact.place > received_[fact.node.value]) {
      received_[fact.node.value] = fact.place;
      received_at_[fact.node.value] = fact.at;
    }
  }
  /// Without its storage nodes a shared log may have no quorum, and stands still.
  void on(const NodeDown& fact) { storage_goes(fact.node, true); }
  void on(const NodeUp& fact) { storage_goes(fact.node, fact.data_lost); }
  void on(const ReplicaReady& fact) { storage_goes(fact.node, false); }
  /// A fault struck or healed, a node went or came, a new history began.
  void disturbed(TimeNs at) { last_disturbance_ = at; }
  CheckResult finish(const FinalState& state) const;

 private:
  void storage_goes(NodeId node, bool away) {
    if (config_.nodes[node.value].role == NodeRole::storage) storage_away_[node.value] = away;
  }

  const MetricsConfig& config_;
  const Lineage& lineage_;
  CheckResult judge(const FinalState& state, const FinalState::Replica& replica,
                    LogPlace end) const;

  std::vector<std::uint64_t> at_window_end_;  ///< visible when the load ended
  std::vector<std::uint64_t> began_;          ///< last one whose applying began after that
  std::vector<LogPlace> received_;            ///< the furthest that arrived, and when
  std::vector<TimeNs> received_at_;
  TimeNs last_disturbance_ = never;
  std::vector<bool> storage_away_;  ///< down, or up without its data
};

}  // namespace writepath
