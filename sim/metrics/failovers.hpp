#pragma once
// The way from a fault to an open primary: what lies between the milestones that models state, less
// what nodes waited because an option says so. Those waits are a part of their own, the input.
#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

#include "sim/observe/facts.hpp"

namespace writepath {

class Failovers {
 public:
  void on(const FailoverMilestone& fact) { milestones_.push_back(fact); }
  void on(const ConfiguredWait& fact) {
    (std::strcmp(fact.reason, "detection") == 0 ? detections_ : waits_).push_back(fact);
  }
  void on(const NodeUp& fact) { ups_.push_back(fact); }

  struct Parts {
    DurationNs detect = 0;
    DurationNs detect_configured = 0;  ///< of detect: intervals, thresholds, a planned restart
    DurationNs elect = 0, start = 0, survey = 0, recover = 0;
    TimeNs opened = 0;      ///< the fault's time if nobody had to open
    bool failover = false;  ///< somebody opened as primary
  };
  /// They add up to opened - from. A milestone that wasn't reached takes no time.
  Parts parts(TimeNs from, TimeNs until) const {
    std::array<TimeNs, static_cast<std::size_t>(Milestone::count_)> reached;
    reached.fill(from);
    Parts parts;
    NodeId opened_by = no_node;
    for (const FailoverMilestone& milestone : milestones_) {
      if (milestone.at < from || milestone.at > until) continue;
      TimeNs& at = reached[static_cast<std::size_t>(milestone.milestone)];
      const bool first_only = milestone.milestone == Milestone::detected;
      if (!first_only || at == from) at = milestone.at;
      if (milestone.milestone == Milestone::recovered) opened_by = milestone.node;
    }
    parts.failover = opened_by != no_node;
    // Nobody missed it: its process was simply started again.
    const bool missed = reached[0] > from;
    if (parts.failover && !missed) reached[0] = restarted(opened_by, from, until);
    for (std::size_t i = 1; i < reached.size(); ++i)
      reached[i] = std::max(reached[i], reached[i - 1]);

    const auto between = [&](TimeNs begin, TimeNs end) {
      const DurationNs waited = configured(opened_by, begin, end);
      parts.start += waited;
      return end - begin - waited;
    };
    parts.detect = between(from, reached[0]);
    // Without a detector, what passed is the fault's own restart_after_s. A detector that does not
    // say what it waited is taken to have waited throughout: intervals and time-outs are all it
    // has.
    const bool stated = missed && !detections_.empty();
    parts.detect_configured =
        stated ? std::min(parts.detect, detecting(from, reached[0])) : parts.detect;
    parts.elect = between(reached[0], reached[1]);
    parts.survey = between(reached[1], reached[2]);
    parts.recover = between(reached[2], reached[3]);
    parts.opened = reached[3];
    return parts;
  }

 private:
  /// Of this node, within these limits. A node has one such wait at a time.
  DurationNs configured(NodeId node, TimeNs begin, TimeNs end) const {
    DurationNs sum = 0;
    for (const ConfiguredWait& wait : waits_) {
      if (wait.node != node) continue;
      sum += std::max<DurationNs>(0, std::min(wait.at, end) - std::max(wait.began, begin));
    }
    return sum;
  }
  /// By whichever detector: the longest such wait within these limits.
  DurationNs detecting(TimeNs begin, TimeNs end) const {
    DurationNs longest = 0;
    for (const ConfiguredWait& wait : detections_)
      longest = std::max(longest, std::min(wait.at, end) - std::max(wait.began, begin));
    return longest;
  }
  TimeNs restarted(NodeId node, TimeNs from, TimeNs until) const {
    for (const NodeUp& up : ups_)
      if (up.node == node && up.at >= from && up.at <= until) return up.at;
    return from;
  }

  std::vector<FailoverMilestone> milestones_;
  std::vector<ConfiguredWait> waits_, detections_;
  std::vector<NodeUp> ups_;
};

}  // namespace writepath
