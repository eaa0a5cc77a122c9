#pragma once
// Which pages of the buffer pool storage does not have yet.
#include <cstdint>

#include "models/common/resident_pages.hpp"
#include "sim/core/ring.hpp"

namespace writepath::mysql {

/// InnoDB's flush list: changed pages, the one whose oldest change lies furthest back first. LSNs
/// count the bytes of redo since the server started.
class FlushList {
 public:
  explicit FlushList(std::uint64_t pages);

  /// Redo was written; the pages that it changes are marked afterwards.
  void advance(std::uint64_t redo_bytes) { redo_lsn_ += redo_bytes; }
  void mark(std::uint64_t page);
  /// The page was written out of its turn (it is about to leave the pool).
  void written(std::uint64_t page);
  /// Takes the oldest page off the list: its write begins. A change from now on is a new one, so it
  /// puts the page on the list again. The list must not be empty.
  void take_oldest();

  bool is_dirty(std::uint64_t page) const { return dirty_bit_[page]; }
  bool empty() const { return list_.empty(); }
  /// Pages on the list; a page that was written out of its turn counts until its turn.
  std::uint64_t size() const { return list_.size(); }
  std::uint64_t redo_lsn() const { return redo_lsn_; }
  /// Of what is on the list; redo_lsn() when nothing is.
  std::uint64_t oldest_lsn() const { return list_.empty() ? redo_lsn_ : list_.front().lsn; }
  /// How many were first changed at `lsn` or before.
  std::uint64_t pages_up_to(std::uint64_t lsn) const;

 private:
  struct Dirty {
    std::uint64_t lsn = 0;
    std::uint64_t page = 0;
  };
  void drop_written();

  std::uint64_t redo_lsn_ = 0;
  PageBits dirty_bit_;
  /// In order of LSN. A page written out of its turn stays, its bit cleared; if it is changed again
  /// before its turn, the old entry stands for it, which is early, and the new one is dropped.
  Ring<Dirty> list_;
};

struct Evicted {
  std::uint64_t page = 0;
  bool any = false, dirty = false;
};
/// Gives `page` the frame of the least recently used page of its set: of a clean one if the older
/// half has one (as InnoDB searches the LRU list's tail before it writes a page itself).
Evicted admit(ResidentPages& pool, std::uint64_t page, const FlushList& flush_list);

}  // namespace writepath::mysql
