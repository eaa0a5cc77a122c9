#pragma once
// What was up when: the run as intervals and moments, for the report's time line and timeline.csv.
// Kept for what changed only, so that a run without events has none.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/metrics/config.hpp"
#include "sim/metrics/undos.hpp"
#include "sim/observe/facts.hpp"

namespace writepath {

class Timeline {
 public:
  explicit Timeline(const MetricsConfig& config);

  void on(const FaultStruck& fact);
  void on(const FaultHealed& fact);
  void on(const NodeDown& fact);
  void on(const NodeUp& fact);
  void on(const RoleChanged& fact);
  void on(const FailoverMilestone& fact);
  void on(const ConfiguredWait& fact);
  void on(const LineageForked& fact);
  /// A write was acknowledged, a client's or a probe's.
  void acked(TimeNs at) {
    if (at - last_ack_ > longest_gap) gaps_.push_back({last_ack_, at});
    last_ack_ = at;
  }

  /// In order of begin, then of subject as it came. Empty without faults and failovers.
  std::vector<TimelineRow> finish(TimeNs end, const Undos& undos) const;

  /// Commits count as flowing while the next comes within this time. Assumption, range 0.1 to 10 s.
  static constexpr DurationNs longest_gap = 1 * ns_per_s;

 private:
  struct Node {
    NodeRole role = NodeRole::primary;
    bool up = true;
    const char* down = "";
    std::vector<std::uint32_t> faults;  ///< that hold it now
    TimeNs since = 0;
    std::vector<TimelineRow> rows;
  };
  struct Gap {
    TimeNs begin, end;
  };
  struct Fault {
    TimeNs struck = never, healed = never;
    std::vector<NodeId> nodes;
  };

  std::string state_of(const Node& node) const;
  std::string fault_of(const Node& node) const;
  /// Ends the node's present state; the caller then changes it.
  Node& close(NodeId node, TimeNs at);
  void moment(TimeNs begin, TimeNs at, NodeId node, std::string state);
  void put_node(std::vector<TimelineRow>& rows, std::size_t index, TimeNs end) const;
  void put_undo(std::vector<TimelineRow>& rows, const Undos::Opening& opening, TimeNs end) const;
  void put_commits(std::vector<TimelineRow>& rows, TimeNs end) const;

  const MetricsConfig& config_;
  std::vector<Node> nodes_;
  std::vector<Fault> faults_;
  std::vector<TimelineRow> moments_;
  std::vector<Gap> gaps_;
  TimeNs last_ack_ = 0;
};

}  // namespace writepath
