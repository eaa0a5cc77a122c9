#pragma once
// Which pages are in a buffer pool.
#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

namespace writepath {

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

/// The pool's frames: sets of 16, least recently used first out of its set. With independent
/// requests that is as good as one list over all frames within 1/16 or so, and takes 4 bytes a
/// frame. A pool with a frame for every page gives none up: it takes a bit a page until it holds
/// all of them, and nothing from then on.
class ResidentPages {
 public:
  /// `frames` 0 or >= pages: one for every page. `warm`: full, with the lowest page numbers (where
  /// Zipf's hottest keys lie; which ones they are makes no difference to uniform keys).
  ResidentPages(std::uint64_t pages, std::uint64_t frames, bool warm);

  bool holds_all() const { return resident_ == pages_; }
  std::uint64_t frames() const { return frames_; }
  std::uint64_t resident() const { return resident_; }
  bool holds(std::uint64_t page) const;
  /// True if it is resident; it is then the most recently used of its set.
  bool touch(std::uint64_t page);

  enum class Among { all, older_half };
  struct Admitted {
    std::uint64_t evicted = 0;
    bool any = false;  ///< the frame was not free
  };
  /// Gives `page`, which is not resident, a free frame of its set, or else that of the least
  /// recently used page that may_go(page) lets go. Nothing, and no change, if there is none.
  template <class MayGo>
  std::optional<Admitted> admit(std::uint64_t page, MayGo may_go, Among among = Among::all) {
    if (ways_ == 0) return admit_to_bits(page);
    std::uint32_t* const first = set_of(page);
    const std::uint64_t asked = among == Among::all ? ways_ : ways_ - ways_ / 2;
    for (std::uint32_t* frame = first + ways_; frame-- != first + (ways_ - asked);) {
      if (*frame != 0 && !may_go(page_in(*frame, page))) continue;
      Admitted admitted;
      if (*frame != 0) admitted = {page_in(*frame, page), true};
      resident_ += !admitted.any;
      *frame = tag_of(page);
      std::rotate(first, frame, frame + 1);
      return admitted;
    }
    return std::nullopt;
  }
  /// It is no longer resident.
  void drop(std::uint64_t page);
  void clear();

 private:
  std::optional<Admitted> admit_to_bits(std::uint64_t page);
  std::uint32_t* set_of(std::uint64_t page) { return &frame_[page % sets_ * ways_]; }
  const std::uint32_t* set_of(std::uint64_t page) const { return &frame_[page % sets_ * ways_]; }
  // Within its set, a page is told apart by page / sets_.
  std::uint32_t tag_of(std::uint64_t page) const {
    return static_cast<std::uint32_t>(page / sets_ + 1);
  }
  std::uint64_t page_in(std::uint32_t tag, std::uint64_t same_set) const {
    return (tag - std::uint64_t{1}) * sets_ + same_set % sets_;
  }

  std::uint64_t pages_, frames_;
  std::uint64_t ways_ = 0, sets_ = 1;  ///< no ways: a frame for every page
  std::uint64_t resident_ = 0;
  std::vector<std::uint32_t> frame_;  ///< tag, or 0; each set most recently used first
  PageBits bits_{0};                  ///< with a frame for every page, until all are resident
};

}  // namespace writepath
