#pragma once
// The tree of histories. A failover begins a new epoch after the last transaction that it kept, so
// that one LogPlace (epoch, seq) names a whole log: the path from the root to it. GTIDs do the same
// for real servers; here the sets are intervals by construction.
#include <vector>

#include "sim/core/ids.hpp"

namespace writepath::mysql {

class Lineages {
 public:
  Lineages() {
    parents_.push_back({Epoch{0}, CommitSeq{0}});
    opened_by_.push_back(no_node);
  }

  /// A new epoch that goes on after `kept`; `by`: the source whose transactions it has.
  Epoch fork(LogPlace kept, NodeId by = no_node);
  /// As the UUID in a GTID tells it. Of the first epoch, and where nobody was named: no_node.
  NodeId opened_by(Epoch epoch) const { return opened_by_[epoch.value]; }
  /// The epoch to which position `seq` of the log `log` belongs; seq <= log.seq.
  Epoch epoch_of(LogPlace log, CommitSeq seq) const;
  /// The log cut to `seq`, named by the epoch that its last position belongs to.
  LogPlace cut(LogPlace log, CommitSeq seq) const { return {epoch_of(log, seq), seq}; }
  /// Whether `part` is a prefix of `log` (its GTID set a subset).
  bool contains(LogPlace log, LogPlace part) const;
  /// The last position that both logs have alike.
  CommitSeq shared(LogPlace a, LogPlace b) const;
  /// The last position of each epoch on the way to `log`, in order.
  std::vector<LogPlace> ends(LogPlace log) const;

 private:
  std::vector<LogPlace> parents_;  ///< by epoch: what it kept
  std::vector<NodeId> opened_by_;  ///< by epoch
};

}  // namespace writepath::mysql
