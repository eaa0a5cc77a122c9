#pragma once
// What the events of all binlogs and relay logs say. Servers hold positions in their files; the
// content is kept here once for all copies, as long as some server has yet to apply it.
#include <vector>

#include "models/mysql_binlog/lineages.hpp"
#include "sim/core/check.hpp"
#include "sim/core/ids.hpp"
#include "sim/core/time.hpp"
#include "sim/model/model.hpp"

namespace writepath::mysql {

/// One transaction as the binlog carries it.
struct BinlogEvent {
  Transaction txn;
  TimeNs timestamp = 0;   ///< when its statement began, by the source's clock
  TimeNs written_at = 0;  ///< to the binlog, by the source's clock (SOURCE_DELAY counts from it)
  // What replicas may run in parallel, as the source stamped it.
  std::uint64_t last_committed = 0;  ///< MySQL: may start when all up to here are committed
  std::uint64_t commit_group = 0;    ///< MariaDB's commit id: its group's first position
  bool waited = false;               ///< MariaDB's FL_WAITED: for a row lock, at the source
};

class BinlogContent {
 public:
  /// The next event of an epoch; positions of an epoch are consecutive.
  void append(LogPlace place, const BinlogEvent& event);
  bool holds(LogPlace place) const {
    const EpochLog& log = epochs_[place.epoch.value];
    return place.seq.value >= log.first && place.seq.value < log.first + log.size;
  }
  const BinlogEvent& at(LogPlace place) const {
    WRITEPATH_CHECK(holds(place), "a binlog event is read that nobody was said to need");
    const EpochLog& log = epochs_[place.epoch.value];
    return log.ring[(place.seq.value) & (log.ring.size() - 1)];
  }
  /// Forgets everything up to `seq` in every epoch.
  void forget_through(CommitSeq seq);

 private:
  struct EpochLog {
    std::uint64_t first = 0, size = 0;
    std::vector<BinlogEvent> ring;  ///< of a power of two; indexed by seq
  };
  std::vector<EpochLog> epochs_;
};

}  // namespace writepath::mysql
