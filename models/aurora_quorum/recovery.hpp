#pragma once
// Crash recovery: "the database needs to reach a read quorum for each protection group" and
// recomputes PGCL, VCL and VDL from the segments' SCLs (SIGMOD 2017, S4.3; 2018, S2.4). No redo is
// replayed. Transactions in flight are listed before the database opens, and undone while it is.
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

/// Whose changes lie at or before VDL, and no commit record or end of their undo: what the undo
/// segments say, which are pages as of VDL.
std::vector<InFlightTransaction> in_flight_at(const Log& log, std::uint64_t vdl, Broken broken);

/// What storage nodes said of their disks.
struct SegmentReport {
  Epoch epoch;                      ///< whose log it follows
  std::vector<std::uint64_t> scls;  ///< by group; none: it has no segment that could tell
};
/// The reports, brought to the newest epoch among them, and the highest SCL of each group.
struct Survey {
  Epoch epoch;
  std::vector<std::uint64_t> highest_scl;
};
Survey survey(const Volume& volume, const std::vector<SegmentReport>& reports);
/// Whether these, by copy (empty: unknown), contain a read quorum of every group.
bool readable(const Memberships& memberships, const std::vector<SegmentReport>& by_copy);
/// What the groups' members say among them.
std::vector<SegmentReport> reports_of_members(const Memberships& memberships,
                                              std::vector<SegmentReport> by_copy);

/// The first round of a recovery: an answer from a read quorum of every group, by its membership,
/// after which no older writer can get a write quorum.
class Fencing {
 public:
  Fencing(const Cluster& cluster, Epoch epoch)
      : cluster_(cluster),
        epoch_(epoch),
        reports_(cluster.storage.size()),
        read_quorum_(cluster.queue()) {}

  Epoch epoch() const { return epoch_; }
  void answered(std::uint16_t copy, SegmentReport report);
  bool has_answered(std::uint16_t copy) const { return !reports_[copy].scls.empty(); }
  Gate& read_quorum() { return read_quorum_; }
  /// Those of the groups' members.
  std::vector<SegmentReport> reports() const;

 private:
  const Cluster& cluster_;
  Epoch epoch_;
  std::vector<SegmentReport> reports_;  ///< by copy; empty: no answer yet
  Gate read_quorum_;
};

}  // namespace writepath::aurora
