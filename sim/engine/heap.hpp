#pragma once
// A 4-ary min-heap of 16-byte entries: half the depth of a binary heap, and the four children of
// an entry lie side by side.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace writepath {

/// Ordered by (order, key). Keys hold a sequence number in their high bits, so no two are equal.
struct HeapEntry {
  std::int64_t order;  ///< not negative
  std::uint64_t key;

  friend bool operator<(const HeapEntry& a, const HeapEntry& b) { return a.rank() < b.rank(); }

 private:
  // One wide comparison compiles to compare-and-borrow, without a branch to mispredict.
  __extension__ using Wide = unsigned __int128;
  Wide rank() const { return static_cast<Wide>(static_cast<std::uint64_t>(order)) << 64 | key; }
};

class Heap {
 public:
  bool empty() const { return entries_.empty(); }
  std::size_t size() const { return entries_.size(); }
  const HeapEntry& top() const { return entries_.front(); }

  void push(HeapEntry entry) {
    std::size_t hole = entries_.size();
    entries_.push_back(entry);
    while (hole != 0) {
      const std::size_t parent = (hole - 1) / 4;
      if (!(entry < entries_[parent])) break;
      entries_[hole] = entries_[parent];
      hole = parent;
    }
    entries_[hole] = entry;
  }

  void pop() {
    const HeapEntry last = entries_.back();
    entries_.pop_back();
    if (!entries_.empty()) sink(0, last);
  }

  /// Removes the entries for which `dead(entry)` holds, then restores the order.
  template <class Predicate>
  void remove_if(Predicate dead) {
    std::erase_if(entries_, dead);
    if (entries_.size() < 2) return;
    for (std::size_t i = (entries_.size() - 2) / 4 + 1; i-- > 0;) sink(i, HeapEntry(entries_[i]));
  }

 private:
  // Down to a leaf along the least children, then up again: `entry` comes from the heap's end and
  // nearly always belongs there, so that to compare it on the way down would be a comparison a
  // level for nothing. Among four children, two pairs and their winners: no chain of four.
  void sink(std::size_t hole, HeapEntry entry) {
    const std::size_t top = hole, size = entries_.size();
    HeapEntry* const e = entries_.data();
    std::size_t first = 4 * hole + 1;
    for (; first + 3 < size; first = 4 * hole + 1) {
      const std::size_t left = first + (e[first + 1] < e[first] ? 1 : 0);
      const std::size_t right = first + 2 + (e[first + 3] < e[first + 2] ? 1 : 0);
      const std::size_t least = e[right] < e[left] ? right : left;
      e[hole] = e[least];
      hole = least;
    }
    if (first < size) {
      std::size_t least = first;
      for (std::size_t child = first + 1; child < size; ++child)
        if (e[child] < e[least]) least = child;
      e[hole] = e[least];
      hole = least;
    }
    while (hole != top) {
      const std::size_t parent = (hole - 1) / 4;
      if (!(entry < e[parent])) break;
      e[hole] = e[parent];
      hole = parent;
    }
    e[hole] = entry;
  }

  std::vector<HeapEntry> entries_;
};

}  // namespace writepath
