#pragma once
// A hash map from a 64-bit number to a small value: open addressing, no allocation once the largest
// number of entries has been seen. Its order is never shown, so no result depends on it.
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace writepath {

template <class Value>
class FlatMap {
 public:
  std::size_t size() const { return size_; }

  Value* find(std::uint64_t key) {
    if (slots_.empty()) return nullptr;
    for (std::size_t i = home(key); slots_[i].used; i = next(i))
      if (slots_[i].key == key) return &slots_[i].value;
    return nullptr;
  }
  /// The key's value, new if there was none.
  Value& operator[](std::uint64_t key) {
    if (Value* found = find(key)) return *found;
    if ((size_ + 1) * 4 > slots_.size() * 3) grow();
    ++size_;
    return place(key, Value{});
  }
  void erase(std::uint64_t key) {
    if (slots_.empty()) return;
    std::size_t hole = home(key);
    for (; !(slots_[hole].used && slots_[hole].key == key); hole = next(hole))
      if (!slots_[hole].used) return;
    // Close the gap: move back whatever a probe could otherwise no longer reach.
    for (std::size_t i = next(hole); slots_[i].used; i = next(i)) {
      const std::size_t wanted = home(slots_[i].key);
      if (((i - wanted) & mask()) >= ((i - hole) & mask())) {
        slots_[hole] = slots_[i];
        hole = i;
      }
    }
    slots_[hole].used = false;
    --size_;
  }
  /// Forgets all, and keeps the room. Takes time in proportion to the room.
  void clear() {
    for (Slot& slot : slots_) slot.used = false;
    size_ = 0;
  }

 private:
  struct Slot {
    std::uint64_t key = 0;
    Value value{};
    bool used = false;
  };
  std::size_t mask() const { return slots_.size() - 1; }
  std::size_t next(std::size_t i) const { return (i + 1) & mask(); }
  std::size_t home(std::uint64_t key) const {
    key *= 0x9E3779B97F4A7C15ull;
    return static_cast<std::size_t>(key ^ (key >> 32)) & mask();
  }
  Value& place(std::uint64_t key, Value value) {
    std::size_t i = home(key);
    while (slots_[i].used) i = next(i);
    slots_[i] = {key, std::move(value), true};
    return slots_[i].value;
  }
  void grow() {
    std::vector<Slot> old(slots_.empty() ? 16 : slots_.size() * 2);
    old.swap(slots_);
    for (Slot& slot : old)
      if (slot.used) place(slot.key, std::move(slot.value));
  }
  std::vector<Slot> slots_;
  std::size_t size_ = 0;
};

}  // namespace writepath
