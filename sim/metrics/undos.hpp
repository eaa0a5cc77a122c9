#pragma once
// What each opening of a primary found in flight, and how long it took to undo that, online.
#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "sim/observe/facts.hpp"

namespace writepath {

class Undos {
 public:
  struct Opening {
    NodeId node;
    Epoch epoch;
    TimeNs opened = never;     ///< never: it is about to open
    TimeNs ended = never;      ///< nothing is left, or its node went down
    std::uint64_t found = 0;   ///< transactions in flight
    std::uint64_t undone = 0;  ///< of these
    bool complete() const { return undone == found; }
  };

  void on(const FoundInFlight& fact) {
    if (openings_.empty() || openings_.back().epoch != fact.epoch)
      openings_.push_back({.node = fact.node, .epoch = fact.epoch});
    ++openings_.back().found;
  }
  void on(const FailoverMilestone& fact) {
    if (fact.milestone != Milestone::recovered) return;
    if (openings_.empty() || openings_.back().opened != never) return;
    if (openings_.back().node == fact.node) openings_.back().opened = fact.at;
  }
  void on(const Undone& fact) {
    for (Opening& opening : openings_) {
      if (opening.epoch != fact.epoch) continue;
      ++opening.undone;
      if (opening.complete()) opening.ended = fact.at;
    }
  }
  void on(const NodeDown& fact) {
    for (Opening& opening : openings_)
      if (opening.node == fact.node && opening.ended == never) opening.ended = fact.at;
  }

  /// In their order; those that found nothing in flight are left out.
  const std::vector<Opening>& openings() const { return openings_; }
  /// The first of them from then on.
  const Opening* first_within(TimeNs from, TimeNs until) const {
    for (const Opening& opening : openings_)
      if (opening.opened >= from && opening.opened < until) return &opening;
    return nullptr;
  }

 private:
  std::vector<Opening> openings_;
};

}  // namespace writepath
