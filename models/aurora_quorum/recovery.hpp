#pragma once
// Crash recovery: "the database needs to reach a read quorum for each protection group" and
// recomputes PGCL, VCL and VDL from the segments' SCLs (SIGMOD 2017, S4.3; 2018, S2.4). No redo is
// replayed, and undo runs while the database is open.
#include <cstdint>
#include <vector>

#include "models/aurora_quorum/cluster.hpp"
#include "sim/engine/event.hpp"

namespace writepath::aurora {

/// What a set of segments proves.
struct RecoveryPoint {
  std::uint64_t vcl = 0;
  std::uint64_t vdl = 0;  ///< everything after it is truncated
};
/// `highest_scl`: of each protection group, among the segments of a read quorum. What was ever
/// durable is among them, because read and write quorums intersect.
RecoveryPoint recovery_point(const Log& log, const std::vector<std::uint64_t>& highest_scl);

/// What storage nodes said of their disks.
struct SegmentReport {
  Epoch epoch;                      ///< whose log it follows
  std::vector<std::uint64_t> scls;  ///< by group
};
/// The reports, brought to the newest epoch among them, and the highest SCL of each group.
struct Survey {
  Epoch epoch;
  std::vector<std::uint64_t> highest_scl;
};
Survey survey(const Volume& volume, const std::vector<SegmentReport>& reports);

/// The first round of a recovery: an answer from a read quorum, after which no older writer can get
/// a write quorum.
class Fencing {
 public:
  Fencing(const Cluster& cluster, Epoch epoch)
      : cluster_(cluster), epoch_(epoch), read_quorum_(cluster.queue()) {}

  Epoch epoch() const { return epoch_; }
  void answered(std::uint16_t copy, SegmentReport report);
  bool has_answered(std::uint16_t copy) const { return (answers_ >> copy & 1) != 0; }
  Gate& read_quorum() { return read_quorum_; }
  const std::vector<SegmentReport>& reports() const { return reports_; }

 private:
  const Cluster& cluster_;
  Epoch epoch_;
  CopySet answers_ = 0;
  std::vector<SegmentReport> reports_;
  Gate read_quorum_;
};

}  // namespace writepath::aurora
