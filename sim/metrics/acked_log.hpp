#pragma once
// What was acknowledged, by position, and what of it a final history lacks.
#include <cstdint>
#include <vector>

#include "sim/metrics/ack_times.hpp"
#include "sim/metrics/interval_set.hpp"
#include "sim/metrics/lineage.hpp"

namespace writepath {

class AckedLog {
 public:
  struct EpochLog {
    Epoch epoch;
    IntervalSet places;
    AckTimes times;
  };

  /// `place` under the first name of its history.
  void add(LogPlace place, TimeNs at) {
    EpochLog& log = epoch(place.epoch);
    log.places.insert(place.seq.value);
    log.times.add(place.seq.value, at);
  }
  const std::vector<EpochLog>& epochs() const { return epochs_; }

 private:
  EpochLog& epoch(Epoch wanted) {
    for (std::size_t i = epochs_.size(); i-- > 0;)
      if (epochs_[i].epoch == wanted) return epochs_[i];
    epochs_.push_back({wanted, {}, {}});
    return epochs_.back();
  }
  std::vector<EpochLog> epochs_;
};

}  // namespace writepath
