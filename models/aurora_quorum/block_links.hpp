#pragma once
// The log's third back-link: a record stores the LSN of the one before it in the volume, in its
// segment, and in its block (SIGMOD 2018, S2.2). Whoever appends knows the last record of each
// page: open addressing, no allocation but to grow.
#include <cstdint>
#include <vector>

#include "models/aurora_quorum/layout.hpp"

namespace writepath::aurora {

class BlockLinks {
 public:
  /// A page whose last record lies back further than this may be forgotten: its next record then
  /// links to 0, to the page's version at that time. Peers keep no redo so old.
  static constexpr std::uint64_t remembered_bytes = 256'000'000;

  /// The page gets a record at `lsn`: the LSN of its last one, or 0.
  std::uint64_t link(Page page, std::uint64_t lsn) {
    if ((used_ + 1) * 2 > slots_.size()) make_room(lsn);
    Slot& slot = slot_of(page);
    if (slot.page != page) {
      slot = {page, lsn};
      ++used_;
      return 0;
    }
    const std::uint64_t before = slot.lsn;
    slot.lsn = lsn;
    return before;
  }
  /// LSN of the page's last record; 0: none that is remembered.
  std::uint64_t last(Page page) const {
    if (used_ == 0) return 0;
    const std::uint64_t mask = slots_.size() - 1;
    std::uint64_t at = mix64(page) & mask;
    while (slots_[at].page != page && slots_[at].page != nobody) at = (at + 1) & mask;
    return slots_[at].page == page ? slots_[at].lsn : 0;
  }
  /// The page's last record is annulled; the one before it was at `lsn`.
  void set_back(Page page, std::uint64_t lsn) {
    if (used_ == 0) return;
    Slot& slot = slot_of(page);
    if (slot.page == page) slot.lsn = lsn;
  }
  std::size_t capacity() const { return slots_.size(); }

 private:
  static constexpr Page nobody = UINT64_MAX;
  struct Slot {
    Page page = nobody;
    std::uint64_t lsn = 0;
  };
  /// The page's slot, or the free one where it would stand.
  Slot& slot_of(Page page) {
    const std::uint64_t mask = slots_.size() - 1;
    std::uint64_t at = mix64(page) & mask;
    while (slots_[at].page != page && slots_[at].page != nobody) at = (at + 1) & mask;
    return slots_[at];
  }
  void make_room(std::uint64_t now) {
    const std::uint64_t oldest = now > remembered_bytes ? now - remembered_bytes : 0;
    std::size_t kept = 0;
    for (const Slot& slot : slots_) kept += slot.page != nobody && slot.lsn >= oldest;
    const std::size_t least = slots_.empty() ? 1024 : slots_.size();
    spare_.assign(kept * 4 > least ? 2 * least : least, Slot{});
    spare_.swap(slots_);
    used_ = 0;
    for (const Slot& slot : spare_) {
      if (slot.page == nobody || slot.lsn < oldest) continue;
      slot_of(slot.page) = slot;
      ++used_;
    }
  }

  std::vector<Slot> slots_, spare_;  // their size is a power of two
  std::size_t used_ = 0;
};

}  // namespace writepath::aurora
