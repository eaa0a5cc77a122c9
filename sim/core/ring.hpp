#pragma once
// A queue whose elements keep their number: the n-th ever pushed is at(n) until it is popped.
// Grows by doubling, never shrinks: no allocation once the largest backlog has been seen.
#include <cstdint>
#include <vector>

namespace writepath {

template <class T>
class Ring {
 public:
  std::uint64_t begin() const { return begin_; }  ///< number of the oldest element
  std::uint64_t end() const { return end_; }      ///< number that the next push gets
  std::uint64_t size() const { return end_ - begin_; }
  bool empty() const { return begin_ == end_; }
  bool holds(std::uint64_t n) const { return n >= begin_ && n < end_; }

  T& at(std::uint64_t n) { return slots_[n & mask_]; }
  const T& at(std::uint64_t n) const { return slots_[n & mask_]; }
  T& front() { return at(begin_); }
  T& back() { return at(end_ - 1); }
  const T& front() const { return at(begin_); }
  const T& back() const { return at(end_ - 1); }

  void push(const T& value) {
    if (size() == slots_.size()) grow();
    at(end_++) = value;
  }
  void pop() { ++begin_; }
  /// Room for so many, a power of two; only before the first push.
  void reserve(std::uint64_t size) { grow(size); }
  /// Forgets everything; the next push gets number `first`.
  void restart(std::uint64_t first) { begin_ = end_ = first; }

 private:
  void grow(std::uint64_t size = 16) {
    std::vector<T> larger(slots_.empty() ? size : slots_.size() * 2);
    const std::uint64_t mask = larger.size() - 1;
    for (std::uint64_t n = begin_; n != end_; ++n) larger[n & mask] = at(n);
    slots_.swap(larger);
    mask_ = mask;
  }
  std::uint64_t begin_ = 0, end_ = 0, mask_ = 0;
  std::vector<T> slots_;
};

}  // namespace writepath
