#pragma once
// Which pages are in the buffer pool, and which of them storage does not have yet.
#include <cstdint>
#include <vector>

#include "sim/core/ring.hpp"

namespace writepath::mysql {

/// One bit for each page. Memory is taken in chunks when a page of theirs is first set, so a data
/// set of 128 TB costs what is touched of it; one of ordinary size is there from the start.
class PageBits {
 public:
  explicit PageBits(std::uint64_t pages);
  bool operator[](std::uint64_t page) const {
    const std::vector<std::uint64_t>& chunk = chunks_[page / chunk_pages];
    return !chunk.empty() && (chunk[page % chunk_pages / 64] >> (page % 64) & 1) != 0;
  }
  void set(std::uint64_t page) {
    std::vector<std::uint64_t>& chunk = chunks_[page / chunk_pages];
    if (chunk.empty()) chunk.resize(chunk_pages / 64);
    chunk[page % chunk_pages / 64] |= std::uint64_t{1} << (page % 64);
  }
  void clear(std::uint64_t page) {
    std::vector<std::uint64_t>& chunk = chunks_[page / chunk_pages];
    if (!chunk.empty()) chunk[page % chunk_pages / 64] &= ~(std::uint64_t{1} << (page % 64));
  }

 private:
  static constexpr std::uint64_t chunk_pages = 1 << 18;  ///< 32 kB of bits, 4 GB of 16 kB pages
  std::vector<std::vector<std::uint64_t>> chunks_;
};

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

/// The pool's frames: sets of 16, least recently used first out of its set. With independent
/// requests that is as good as one list over all frames within 1/16 or so, and takes 8 bytes a
/// frame.
class ResidentPages {
 public:
  /// `frames` 0 or >= pages: every page is resident. `warm`: full, with the lowest page numbers
  /// (where Zipf's hottest keys lie; which ones they are makes no difference to uniform keys).
  ResidentPages(std::uint64_t pages, std::uint64_t frames, bool warm);

  bool holds_all() const { return frame_.empty(); }
  std::uint64_t frames() const { return frames_; }
  /// True if it is resident; it is then the most recently used of its set.
  bool touch(std::uint64_t page);

  struct Evicted {
    std::uint64_t page = 0;
    bool any = false, dirty = false;
  };
  /// Gives `page` the frame of the least recently used page of its set: of a clean one if the older
  /// half has one (as InnoDB searches the LRU list's tail before it writes a page itself).
  Evicted admit(std::uint64_t page, const FlushList& flush_list);

 private:
  std::uint64_t* set_of(std::uint64_t page) { return &frame_[page % sets_ * ways_]; }

  std::uint64_t frames_;
  std::uint64_t ways_ = 1, sets_ = 1;
  std::vector<std::uint64_t> frame_;  ///< page + 1, or 0; each set most recently used first
};

}  // namespace writepath::mysql
