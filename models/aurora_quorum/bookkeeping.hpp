#pragma once
// The writer's bookkeeping: from the SCLs that come back with acknowledgements to PGCL, VCL and
// VDL. "There is no requirement for consensus": storage nodes have no vote (SIGMOD 2018, S2.3).
#include <cstdint>
#include <vector>

#include "models/aurora_quorum/log.hpp"
#include "models/common/quorum.hpp"

namespace writepath::aurora {

class Bookkeeping {
 public:
  /// The rule of every group; the groups' own may differ (set_rule). `past_gaps`: broken, for
  /// tests.
  Bookkeeping(const Log& log, const QuorumRule& write, bool past_gaps = false);

  /// The group's membership has changed: its write quorum is another from now on. The rule must
  /// outlive the bookkeeping. Then calls visit as acknowledged() does.
  template <class Visit>
  bool set_rule(GroupId group, const QuorumRule& write, Visit visit) {
    write_[group] = &write;
    if (!raise_pgcl(group)) return false;
    visit_covered(group, visit);
    return true;
  }

  /// A boxcar has left for the storage nodes. In the order of departure.
  void departed(std::uint64_t boxcar);

  /// A copy reports a group's SCL. "The protection group complete LSN (PGCL) advances once the SCL
  /// has at four of six" (2018, S2.3): then calls visit(number) for each boxcar of the group that
  /// is newly covered, in order, and returns true.
  template <class Visit>
  bool acknowledged(std::size_t copy, GroupId group, std::uint64_t scl, Visit visit) {
    if (!advance_pgcl(copy, group, scl)) return false;
    visit_covered(group, visit);
    return true;
  }
  /// Moves VCL and VDL to where the PGCLs allow. True if VDL advanced.
  bool advance();

  std::uint64_t scl(std::size_t copy, GroupId group) const { return scl_[group * copies_ + copy]; }
  std::uint64_t pgcl(GroupId group) const { return pgcl_[group]; }
  /// "The highest LSN for which it can guarantee availability of all prior log records" (2017,
  /// S4.1): up to the first record whose group lacks it (2018, S2.3).
  std::uint64_t vcl() const { return vcl_; }
  /// "The highest CPL that is smaller than or equal to VCL" (2017, S4.1).
  std::uint64_t vdl() const { return vdl_; }
  /// The last commit at or before VDL, by sequence number.
  std::uint64_t durable_commit() const { return durable_commit_; }

  /// What trim() must leave: the first boxcar without its quorum, the first record beyond VDL.
  std::uint64_t first_pending() const { return first_pending_; }
  std::uint64_t next_record() const { return next_record_; }

 private:
  bool advance_pgcl(std::size_t copy, GroupId group, std::uint64_t scl);
  bool raise_pgcl(GroupId group);
  template <class Visit>
  void visit_covered(GroupId group, Visit visit) {
    std::uint64_t& pending = pending_of_[group];
    while (pending != none) {
      const Boxcar& boxcar = log_->boxcars()[pending];
      if (boxcar.last > pgcl_[group]) break;
      visit(pending);
      const bool more = boxcar.next != none && log_->boxcars()[boxcar.next].departed;
      pending = more ? boxcar.next : none;
    }
  }

  const Log* log_;
  bool past_gaps_;
  std::vector<const QuorumRule*> write_;  ///< by group
  std::size_t copies_;
  std::vector<std::uint64_t> scl_;         ///< by group, then copy
  std::vector<std::uint64_t> pgcl_;        ///< by group
  std::vector<std::uint64_t> pending_of_;  ///< by group: its first departed boxcar beyond PGCL
  std::uint64_t first_pending_, next_record_;
  std::uint64_t vcl_ = 0, vdl_ = 0, durable_commit_;
};

}  // namespace writepath::aurora
