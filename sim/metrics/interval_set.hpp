#pragma once
// A set of numbers as closed intervals. Numbers arrive nearly in order, so that it holds one
// interval for each number that is missing from the middle, however long the run.
#include <algorithm>
#include <cstdint>
#include <vector>

namespace writepath {

class IntervalSet {
 public:
  struct Interval {
    std::uint64_t first, last;
  };

  void insert(std::uint64_t n) {
    // The first interval that could hold n or touch it from below; nearly always the last one.
    auto it = intervals_.end();
    while (it != intervals_.begin() && std::prev(it)->last + 1 >= n) --it;
    if (it == intervals_.end()) {
      intervals_.push_back({n, n});
      return;
    }
    if (it->last + 1 == n) {
      it->last = n;
      const auto above = std::next(it);
      if (above != intervals_.end() && above->first == n + 1) {
        it->last = above->last;
        intervals_.erase(above);
      }
    } else if (it->first > n) {
      if (it->first == n + 1)
        it->first = n;
      else
        intervals_.insert(it, {n, n});
    }
  }

  bool contains(std::uint64_t n) const {
    const auto it = above(n);
    return it != intervals_.begin() && std::prev(it)->last >= n;
  }
  /// How many numbers lie in (after, upto].
  std::uint64_t count(std::uint64_t after, std::uint64_t upto) const {
    std::uint64_t sum = 0;
    if (upto <= after) return 0;
    auto it = above(after + 1);
    if (it != intervals_.begin()) --it;
    for (; it != intervals_.end() && it->first <= upto; ++it) {
      const std::uint64_t lo = std::max(it->first, after + 1), hi = std::min(it->last, upto);
      if (lo <= hi) sum += hi - lo + 1;
    }
    return sum;
  }
  /// The smallest number above `after`; 0 if there is none.
  std::uint64_t first_above(std::uint64_t after) const {
    auto it = above(after + 1);
    if (it != intervals_.begin() && std::prev(it)->last > after) return after + 1;
    return it == intervals_.end() ? 0 : it->first;
  }
  std::uint64_t max() const { return intervals_.empty() ? 0 : intervals_.back().last; }
  bool empty() const { return intervals_.empty(); }
  const std::vector<Interval>& intervals() const { return intervals_; }

 private:
  /// The first interval that begins above n.
  std::vector<Interval>::const_iterator above(std::uint64_t n) const {
    return std::upper_bound(intervals_.begin(), intervals_.end(), n,
                            [](std::uint64_t x, const Interval& i) { return x < i.first; });
  }
  std::vector<Interval> intervals_;
};

}  // namespace writepath
