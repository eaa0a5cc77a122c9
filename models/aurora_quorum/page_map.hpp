#pragma once
// A number for each of a few pages: open addressing, no allocation once it has grown.
#include <cstdint>
#include <vector>

#include "models/aurora_quorum/layout.hpp"

namespace writepath::aurora {

class PageMap {
 public:
  std::uint64_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  /// Null: the page is not in it. Until the next change.
  const std::uint64_t* find(Page page) const {
    if (size_ == 0) return nullptr;
    const std::uint64_t at = slot_of(page);
    return slots_[at].used ? &slots_[at].value : nullptr;
  }
  void put(Page page, std::uint64_t value) {
    if ((size_ + 1) * 2 > slots_.size()) grow();
    Slot& slot = slots_[slot_of(page)];
    size_ += !slot.used;
    slot = {page, value, true};
  }
  void erase(Page page) {
    if (size_ == 0) return;
    std::uint64_t hole = slot_of(page);
    if (!slots_[hole].used) return;
    --size_;
    // Whoever stands behind the hole and would rather stand in it moves up.
    for (std::uint64_t at = next(hole); slots_[at].used; at = next(at)) {
      const std::uint64_t home = mix64(slots_[at].page) & mask();
      if (((at - home) & mask()) < ((at - hole) & mask())) continue;
      slots_[hole] = slots_[at];
      hole = at;
    }
    slots_[hole].used = false;
  }
  void clear() {
    size_ = 0;
    for (Slot& slot : slots_) slot.used = false;
  }

 private:
  struct Slot {
    Page page = 0;
    std::uint64_t value = 0;
    bool used = false;
  };
  std::uint64_t mask() const { return slots_.size() - 1; }
  std::uint64_t next(std::uint64_t at) const { return (at + 1) & mask(); }
  std::uint64_t slot_of(Page page) const {
    std::uint64_t at = mix64(page) & mask();
    while (slots_[at].used && slots_[at].page != page) at = next(at);
    return at;
  }
  void grow() {
    std::vector<Slot> smaller(slots_.empty() ? 64 : 2 * slots_.size());
    smaller.swap(slots_);
    size_ = 0;
    for (const Slot& slot : smaller)
      if (slot.used) put(slot.page, slot.value);
  }

  std::vector<Slot> slots_;
  std::uint64_t size_ = 0;
};

}  // namespace writepath::aurora
