#pragma once
// One segment of a protection group as its storage node knows it: the segment complete LSN (SCL)
// and what lies beyond a gap. "The inclusive upper bound on log records continuously linked through
// the segment chain without gaps" (SIGMOD 2018, S2.3).
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace writepath::aurora {

class Segment {
 public:
  std::uint64_t scl() const { return scl_; }
  bool has_gap() const { return !beyond_.empty(); }

  /// Records of this group are here from after `before` (the back-link of the first of them) to
  /// `last`. True if SCL advanced.
  bool add(std::uint64_t before, std::uint64_t last) {
    if (last <= scl_) return false;
    if (before > scl_) {
      keep(before, last);
      return false;
    }
    scl_ = last;
    std::size_t linked = 0;
    for (; linked < beyond_.size() && beyond_[linked].before <= scl_; ++linked)
      scl_ = std::max(scl_, beyond_[linked].last);
    beyond_.erase(beyond_.begin(), beyond_.begin() + static_cast<std::ptrdiff_t>(linked));
    return true;
  }

  /// Nothing after `last` is part of the log any more.
  void truncate(std::uint64_t last) {
    scl_ = std::min(scl_, last);
    for (Range& range : beyond_) range.last = std::min(range.last, last);
    std::erase_if(beyond_, [](const Range& range) { return range.before >= range.last; });
  }

  /// A whole copy, complete up to here.
  void replace(std::uint64_t scl) {
    const std::vector<Range> kept = std::move(beyond_);
    scl_ = scl;
    beyond_.clear();
    for (const Range& range : kept) add(range.before, range.last);
  }

 private:
  struct Range {
    std::uint64_t before, last;
  };
  void keep(std::uint64_t before, std::uint64_t last) {
    const auto at = std::find_if(beyond_.begin(), beyond_.end(),
                                 [before](const Range& r) { return r.before >= before; });
    if (at != beyond_.end() && at->before == before)
      at->last = std::max(at->last, last);
    else if (at != beyond_.begin() && (at - 1)->last >= before)
      (at - 1)->last = std::max((at - 1)->last, last);
    else
      beyond_.insert(at, {before, last});
  }

  std::uint64_t scl_ = 0;
  std::vector<Range> beyond_;  // ascending by `before`; nearly always empty
};

}  // namespace writepath::aurora
