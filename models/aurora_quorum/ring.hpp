#pragma once
// A queue whose items keep their number for good: pushed at the end, dropped at the front, cut off
// at the end. Its memory is what it ever held at once.
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "sim/core/check.hpp"

namespace writepath::aurora {

template <class T>
class Ring {
 public:
  explicit Ring(std::uint64_t first = 0) : begin_(first), end_(first) {}

  std::uint64_t begin() const { return begin_; }
  std::uint64_t end() const { return end_; }  ///< number of the next item
  bool empty() const { return begin_ == end_; }
  bool holds(std::uint64_t number) const { return number >= begin_ && number < end_; }

  T& operator[](std::uint64_t number) { return items_[number & mask()]; }
  const T& operator[](std::uint64_t number) const { return items_[number & mask()]; }
  T& back() { return (*this)[end_ - 1]; }
  T& front() { return (*this)[begin_]; }

  std::uint64_t push(T item) {
    if (end_ - begin_ == items_.size()) grow();
    items_[end_ & mask()] = std::move(item);
    return end_++;
  }
  void drop_before(std::uint64_t number) {
    if (number > begin_) begin_ = number < end_ ? number : end_;
  }
  void cut_from(std::uint64_t number) {
    WRITEPATH_CHECK(number >= begin_, "a ring is cut where it no longer holds anything");
    if (number < end_) end_ = number;
  }

 private:
  std::uint64_t mask() const { return items_.size() - 1; }
  void grow() {
    std::vector<T> larger(items_.empty() ? 64 : 2 * items_.size());
    for (std::uint64_t n = begin_; n != end_; ++n)
      larger[n & (larger.size() - 1)] = std::move(items_[n & mask()]);
    items_ = std::move(larger);
  }

  std::vector<T> items_;  // size: a power of two, or 0
  std::uint64_t begin_, end_;
};

}  // namespace writepath::aurora
