#pragma once
// A set of pages that is filled, counted and emptied: open addressing, no allocation once it has
// grown, emptied in no time.
#include <cstdint>
#include <vector>

#include "models/aurora_quorum/layout.hpp"

namespace writepath::aurora {

class PageSet {
 public:
  std::uint64_t size() const { return size_; }
  void insert(Page page) {
    if ((size_ + 1) * 2 > slots_.size()) grow();
    if (place(page)) ++size_;
  }
  void clear() {
    size_ = 0;
    if (++round_ != 0) return;
    for (Slot& slot : slots_) slot.round = 0;
    round_ = 1;
  }

 private:
  struct Slot {
    Page page = 0;
    std::uint32_t round = 0;  ///< in use if it is the present one
  };
  bool place(Page page) {
    const std::uint64_t mask = slots_.size() - 1;
    std::uint64_t at = mix64(page) & mask;
    for (; slots_[at].round == round_; at = (at + 1) & mask)
      if (slots_[at].page == page) return false;
    slots_[at] = {page, round_};
    return true;
  }
  void grow() {
    std::vector<Slot> smaller(slots_.empty() ? 64 : 2 * slots_.size());
    smaller.swap(slots_);
    for (const Slot& slot : smaller)
      if (slot.round == round_) place(slot.page);
  }

  std::vector<Slot> slots_;
  std::uint64_t size_ = 0;
  std::uint32_t round_ = 1;
};

}  // namespace writepath::aurora
