#pragma once
// The volume: pages, spread over protection groups of segment_gb each (SIGMOD 2017, S2.2), and
// which pages a row's change touches.
#include <cstdint>

#include "sim/core/ids.hpp"
#include "sim/core/random.hpp"

namespace writepath::aurora {

using Page = std::uint64_t;
using GroupId = std::uint32_t;  ///< a protection group's number

class Layout {
 public:
  Layout(double size_gb, double page_kb, double segment_gb, std::uint64_t keys);

  std::uint32_t groups() const { return groups_; }
  std::uint64_t pages() const { return pages_; }
  std::uint64_t page_bytes() const { return page_bytes_; }
  /// Data in a segment of this group: segment_gb, less in the last group.
  std::uint64_t segment_bytes(GroupId group) const;
  GroupId group_of(Page page) const { return static_cast<GroupId>(page / pages_per_group_); }

  /// The page that holds a row: rows lie in the order of their keys (a clustered index).
  Page page_of(Key key) const {
    const auto page = static_cast<Page>(static_cast<unsigned __int128>(key) * pages_ / keys_);
    return page < pages_ ? page : pages_ - 1;  // the heartbeat's row lies behind all others
  }
  /// Page of the row's i-th other change (secondary index, undo): anywhere.
  Page other_page_of(Key key, std::uint32_t i) const { return mix64(key * 64 + i) % pages_; }
  /// Where a commit is recorded: the header of one of InnoDB's 128 rollback segments.
  Page commit_page_of(TxnId txn) const { return rollback_segment(txn.value % rollback_segments); }
  /// Header page of the n-th of them.
  Page rollback_segment(std::uint64_t n) const { return mix64(n) % pages_; }
  /// The first page of a transaction's undo log: anywhere.
  Page undo_page_of(TxnId txn) const { return mix64(~txn.value) % pages_; }
  static constexpr std::uint64_t rollback_segments = 128;

 private:
  std::uint64_t page_bytes_, pages_, pages_per_group_, keys_;
  std::uint32_t groups_;
};

}  // namespace writepath::aurora
