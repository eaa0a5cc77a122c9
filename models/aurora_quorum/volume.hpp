#pragma once
// What is true of the volume as a whole: its epoch, its writer, its truncations. "The storage
// metadata service" of SIGMOD 2018, S2.4, is one reliable place by assumption. It also keeps the
// logs, which stand for the contents of messages and disks (see log.hpp).
#include <cstdint>
#include <memory>
#include <vector>

#include "models/aurora_quorum/log.hpp"

namespace writepath::aurora {

class Volume {
 public:
  explicit Volume(const Layout& layout) : records_(2) {
    records_[1].log = std::make_shared<Log>(layout, Epoch{1});
  }

  Epoch epoch() const { return {static_cast<std::uint32_t>(records_.size() - 1)}; }
  NodeId writer() const { return writer_; }  ///< no_node: being chosen
  /// The writer that was found dead last, and when: also while others go on choosing a new one.
  NodeId lost_writer() const { return lost_writer_; }
  TimeNs lost_at() const { return lost_at_; }
  void lose(NodeId writer, TimeNs at) {
    lost_writer_ = writer;
    lost_at_ = at;
  }

  /// Begins the next epoch, unless somebody else has: only the first of those who saw `seen` wins.
  bool begin_epoch(Epoch seen, NodeId writer) {
    if (seen != epoch()) return false;
    records_.emplace_back();
    writer_ = writer;
    return true;
  }
  /// Only the first who is chosen for an epoch writes in it.
  bool choose_writer(Epoch seen, NodeId writer) {
    if (seen != epoch() || writer_ != no_node) return false;
    writer_ = writer;
    return true;
  }

  const std::shared_ptr<Log>& log(Epoch epoch) const { return records_[epoch.value].log; }
  /// Recovery of `epoch` has decided: the log of `parent` up to `vdl`.
  const std::shared_ptr<Log>& decide(Epoch epoch, Epoch parent, std::uint64_t vdl,
                                     std::uint64_t lal) {
    EpochRecord& record = records_[epoch.value];
    record.parent = parent;
    record.vdl = vdl;
    record.log = std::make_shared<Log>(*log(parent), epoch, vdl, lal);
    record.boxcars = record.log->boxcars().end();
    return record.log;
  }
  /// The epoch's writer is open: nobody can come to need an older log.
  void opened(Epoch epoch) {
    for (std::uint32_t e = 1; e < epoch.value; ++e) records_[e].log.reset();
  }

  /// How much of what was true up to `limit` in an older epoch is still true in `to`: the
  /// truncations that lie between. What a storage node does when it learns of a new epoch.
  std::uint64_t truncated(std::uint64_t lsn, Epoch from, Epoch to) const {
    for (Epoch e = to; e > from; e = records_[e.value].parent)
      if (records_[e.value].vdl < lsn) lsn = records_[e.value].vdl;
    return lsn;
  }
  std::uint64_t truncated_boxcars(std::uint64_t number, Epoch from, Epoch to) const {
    for (Epoch e = to; e > from; e = records_[e.value].parent)
      if (records_[e.value].boxcars < number) number = records_[e.value].boxcars;
    return number;
  }

 private:
  struct EpochRecord {
    Epoch parent;
    std::uint64_t vdl = 0;      ///< the truncation range begins after it
    std::uint64_t boxcars = 0;  ///< number of the first boxcar that this epoch sends
    std::shared_ptr<Log> log;   ///< null until decided, and again when nobody needs it
  };
  std::vector<EpochRecord> records_;  ///< by epoch
  NodeId writer_ = no_node, lost_writer_ = no_node;
  TimeNs lost_at_ = 0;
};

}  // namespace writepath::aurora
