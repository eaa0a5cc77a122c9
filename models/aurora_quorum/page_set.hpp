#pragma once
// A set of pages that is filled, counted and emptied, and how often each was put in: open
// addressing, no allocation once it has grown, emptied in no time.
#include <cstdint>
#include <vector>

#include "models/aurora_quorum/layout.hpp"

namespace writepath::aurora {

class PageSet {
 public:
  std::uint64_t size() const { return size_; }
  void insert(Page page) {
    if ((size_ + 1) * 2 > slots_.size()) grow();
    if (place(page, 1)) ++size_;
  }
  /// How often this page was put in.
  std::uint32_t count(Page page) const {
    if (size_ == 0) return 0;
    const Slot& slot = slots_[find(page)];
    return slot.round == round_ ? slot.times : 0;
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
    std::uint32_t times = 0;
  };
  /// Where the page is, or would be put.
  std::uint64_t find(Page page) const {
    const std::uint64_t mask = slots_.size() - 1;
    std::uint64_t at = mix64(page) & mask;
    while (slots_[at].round == round_ && slots_[at].page != page) at = (at + 1) & mask;
    return at;
  }
  bool place(Page page, std::uint32_t times) {
    Slot& slot = slots_[find(page)];
    const bool known = slot.round == round_;
    slot = {page, round_, known ? slot.times + times : times};
    return !known;
  }
  void grow() {
    std::vector<Slot> smaller(slots_.empty() ? 64 : 2 * slots_.size());
    smaller.swap(slots_);
    for (const Slot& slot : smaller)
      if (slot.round == round_) place(slot.page, slot.times);
  }

  std::vector<Slot> slots_;
  std::uint64_t size_ = 0;
  std::uint32_t round_ = 1;
};

}  // namespace writepath::aurora
