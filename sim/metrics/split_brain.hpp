#pragma once
// Transactions acknowledged on two sides: by whoever still took itself for the primary after
// another had begun a new epoch. Metrics and time are kept for each fork, in constant memory.
#include <algorithm>
#include <cstdint>
#include <vector>

#include "sim/metrics/lineage.hpp"

namespace writepath {

class SplitBrain {
 public:
  explicit SplitBrain(const Lineage& lineage) : lineage_(lineage) {}

  /// `place` under the first name of its history.
  void acked(LogPlace place, TimeNs at) {
    if (lineage_.forks().empty() || !is_place(place)) return;
    sides_.resize(lineage_.forks().size());
    const Lineage::Fork& newest = lineage_.forks().back();
    if (place.epoch != newest.epoch) {
      by_the_old_side(place, at);
      return;
    }
    Side& side = sides_.back();
    side.new_first = std::min(side.new_first, at);
    new_last_ = at;
  }

  struct Result {
    TimeNs forked;               ///< when the other side took over
    std::uint64_t transactions;  ///< acknowledged by the old side since, in no history of the new
    DurationNs both;             ///< from when both had acknowledged one until one ceased
  };
  /// Of the forks with any.
  std::vector<Result> results() const {
    std::vector<Result> results;
    for (std::size_t i = 0; i < sides_.size(); ++i) {
      const Side& side = sides_[i];
      if (side.transactions == 0) continue;
      TimeNs new_first = never;  // its epoch's, or that of one which continues it
      for (std::size_t j = i; j < sides_.size(); ++j)
        new_first = std::min(new_first, sides_[j].new_first);
      DurationNs both = 0;
      if (new_first != never)
        both = std::max<DurationNs>(
            0, std::min(side.old_last, new_last_) - std::max(side.old_first, new_first));
      results.push_back({lineage_.forks()[i].at, side.transactions, both});
    }
    return results;
  }

 private:
  struct Side {
    std::uint64_t transactions = 0;
    TimeNs old_first = never, old_last = 0, new_first = never;
  };

  /// It is the old side's if a fork since its own epoch began left it out.
  void by_the_old_side(LogPlace place, TimeNs at) {
    bool begun = lineage_.fork_of(place.epoch) == nullptr;
    for (std::size_t i = 0; i < sides_.size(); ++i) {
      const Epoch epoch = lineage_.forks()[i].epoch;
      if (!begun) {
        begun = epoch == place.epoch;
        continue;
      }
      if (lineage_.covers({epoch, CommitSeq{UINT64_MAX}}, place)) continue;
      Side& side = sides_[i];
      ++side.transactions;
      side.old_first = std::min(side.old_first, at);
      side.old_last = at;
      return;
    }
  }

  const Lineage& lineage_;
  std::vector<Side> sides_;  ///< as Lineage's forks
  TimeNs new_last_ = 0;
};

}  // namespace writepath
