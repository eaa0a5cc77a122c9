#pragma once
// The redo log of one writer: records in mini-transactions, numbered by LSN in bytes, routed to the
// protection groups, batched into boxcars (SIGMOD 2017, S4.1, S4.2.1; 2018, S2.2).
//
// It is also the content of the messages: a boxcar under way is a number, and whoever receives it
// looks its records up here. So the log keeps what somebody still needs, and trim() drops the rest.
#include <cstdint>
#include <vector>

#include "models/aurora_quorum/block_links.hpp"
#include "models/aurora_quorum/layout.hpp"
#include "models/aurora_quorum/ring.hpp"
#include "models/common/undo_segments.hpp"
#include "sim/core/ids.hpp"
#include "sim/core/time.hpp"

namespace writepath::aurora {

inline constexpr std::uint64_t none = UINT64_MAX;

/// A redo record: after-image of a change to one page. Its LSN is the log's end with it.
struct Record {
  std::uint64_t lsn = 0;
  Page page = 0;
  std::uint64_t block_before = 0;      ///< back-link in the block: LSN of its page's last record
  std::uint32_t to_next_in_group = 0;  ///< distance to the group's next record; 0: none yet
  bool ends_mtr = false;               ///< its LSN is a consistency point (CPL)
};

/// Records of one protection group that travel together.
struct Boxcar {
  std::uint64_t before = 0;  ///< back-link in the volume: LSN of the record before its first
  std::uint64_t group_before =
      0;                          ///< back-link in the segment: the group's record before its first
  std::uint64_t last = 0;         ///< LSN of its last record
  std::uint64_t previous = none;  ///< the group's boxcar before it, and after it
  std::uint64_t next = none;
  std::uint64_t first_record = 0;
  std::uint64_t commits = none;  ///< the latest commit record in it, a list through the commits
  GroupId group = 0;
  std::uint32_t records = 0, bytes = 0;
  bool departed = false;
  // Its own way, and that of the acknowledgement that made the quorum.
  TimeNs opened_at = 0, departed_at = 0, arrived_at = 0, stored_at = 0, quorum_at = never;
};

struct Commit {
  std::uint64_t lsn = 0;
  std::uint64_t boxcar = 0;  ///< holds its commit record
  std::uint64_t previous_in_boxcar = none;
  TxnId txn;
  Epoch epoch;
};

class Log {
 public:
  /// An empty volume's. The first commit gets sequence number 1.
  Log(const Layout& layout, Epoch epoch);
  /// What recovery leaves: `parent` up to and including `vdl`; what comes after it is annulled up
  /// to vdl + lal, "the highest possible LSN" (SIGMOD 2017, S4.3), and new LSNs begin there.
  Log(const Log& parent, Epoch epoch, std::uint64_t vdl, std::uint64_t lal);

  const Layout& layout() const { return *layout_; }
  Epoch epoch() const { return epoch_; }
  /// Where this epoch's LSNs begin: a consistency point.
  std::uint64_t base() const { return base_; }
  /// LSN of the last record given out.
  std::uint64_t end() const { return end_; }

  // ---- writing

  /// Appends a record of so many bytes to the open mini-transaction. The boxcar that takes it, and
  /// whether it was opened for it.
  struct Placed {
    std::uint64_t boxcar;
    bool opened;
  };
  Placed append(Page page, std::uint32_t bytes);
  /// The last record is a CPL.
  void end_mtr();
  /// The last record is the commit record of this transaction; its number in the commit order.
  std::uint64_t add_commit(TxnId txn, std::uint64_t boxcar);
  /// What the records so far make of the undo segments, which are pages of the volume.
  UndoSegments& undo_segments() { return undo_; }
  const UndoSegments& undo_segments() const { return undo_; }
  /// The boxcar leaves: what comes later goes into another.
  Boxcar& depart(std::uint64_t boxcar, TimeNs now);

  // ---- looking up

  const Ring<Record>& records() const { return records_; }
  const Ring<Boxcar>& boxcars() const { return boxcars_; }
  Boxcar& boxcar(std::uint64_t number) { return boxcars_[number]; }
  const Ring<Commit>& commits() const { return commits_; }  ///< by sequence number
  /// The highest CPL at or before `lsn`, but at least the oldest that is still known.
  std::uint64_t cpl_at(std::uint64_t lsn) const;
  /// The last commit at or before `lsn`: its place, and 0 if there is none.
  LogPlace commit_at(std::uint64_t lsn) const;
  LogPlace place_of(std::uint64_t seq) const;
  /// LSN of the last record that trim() dropped.
  std::uint64_t trimmed_to() const { return trimmed_to_; }
  /// The first record after `lsn`, by number.
  std::uint64_t record_after(std::uint64_t lsn) const;
  /// Records of the page's chain after `after` up to `upto`, as far as the log still has them.
  std::uint64_t length_of_chain(Page page, std::uint64_t after, std::uint64_t upto) const;
  std::uint64_t last_boxcar_of(GroupId group) const { return groups_[group].last_boxcar; }
  /// Last commits of the epochs before this one that have commits, in order.
  const std::vector<LogPlace>& earlier_epochs() const { return earlier_; }

  /// Drops what nobody needs: records and boxcars before these numbers, commits before this one.
  void trim(std::uint64_t records_before, std::uint64_t boxcars_before,
            std::uint64_t commits_before);

 private:
  struct GroupTail {
    std::uint64_t last_lsn = 0;
    std::uint64_t last_record = none;
    std::uint64_t last_boxcar = none;
    bool open = false;  ///< last_boxcar still takes records
  };
  void truncate(std::uint64_t vdl);
  void cut_short(Boxcar& boxcar, std::uint64_t vdl);

  const Layout* layout_;
  Epoch epoch_;
  std::uint64_t end_ = 0;
  std::uint64_t base_ = 0;        ///< where this epoch's LSNs begin: a CPL
  std::uint64_t oldest_cpl_ = 0;  ///< of the records that were trimmed
  std::uint64_t trimmed_to_ = 0;
  LogPlace oldest_commit_;  ///< the last commit that was trimmed
  Ring<Record> records_;
  Ring<Boxcar> boxcars_;
  Ring<Commit> commits_{1};
  std::vector<GroupTail> groups_;
  BlockLinks blocks_;
  std::vector<LogPlace> earlier_;
  UndoSegments undo_;
};

/// Walks a boxcar's records, as far as the log still has them.
template <class Visit>
bool for_each_record(const Log& log, const Boxcar& boxcar, Visit visit) {
  std::uint64_t at = boxcar.first_record;
  for (std::uint32_t i = 0; i < boxcar.records; ++i) {
    if (!log.records().holds(at)) return false;
    const Record& record = log.records()[at];
    visit(record);
    at += record.to_next_in_group;
  }
  return true;
}

}  // namespace writepath::aurora
