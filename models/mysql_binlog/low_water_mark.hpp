#pragma once
// Positions that are done, in whatever order: all up to a mark, and some beyond it (a GTID set with
// gaps; sql/rpl_replica.cc calls the mark LWM).
#include <cstdint>
#include <vector>

#include "sim/core/check.hpp"

namespace writepath::mysql {

class LowWaterMark {
 public:
  /// All up to `mark` are done; nothing lies further than `window` beyond it, ever.
  explicit LowWaterMark(std::uint64_t mark = 0, std::uint64_t window = 0) : mark_(mark) {
    std::uint64_t size = 64;
    while (size < window + 1) size *= 2;
    beyond_.resize(size);
  }

  std::uint64_t mark() const { return mark_; }
  bool has_gaps() const { return ahead_ > 0; }
  bool contains(std::uint64_t seq) const {
    return seq <= mark_ || (ahead_ > 0 && seq - mark_ < beyond_.size() && beyond_[index(seq)]);
  }

  /// True: the mark has moved.
  bool add(std::uint64_t seq) {
    if (contains(seq)) return false;
    if (seq != mark_ + 1) {
      WRITEPATH_CHECK(seq - mark_ < beyond_.size(), "a position far beyond the window");
      beyond_[index(seq)] = true;
      ++ahead_;
      return false;
    }
    ++mark_;
    close_gaps();
    return true;
  }
  /// All up to `mark` are done after all; what lay beyond it stays.
  void raise(std::uint64_t mark) {
    while (mark_ < mark && ahead_ > 0) {
      ++mark_;
      ahead_ -= take(mark_);
    }
    if (mark_ < mark) mark_ = mark;
    close_gaps();
  }
  /// Forgets everything: all up to `mark` are done, nothing beyond.
  void restart(std::uint64_t mark) {
    mark_ = mark;
    ahead_ = 0;
    beyond_.assign(beyond_.size(), false);
  }

 private:
  std::uint64_t index(std::uint64_t seq) const { return seq & (beyond_.size() - 1); }
  bool take(std::uint64_t seq) {
    const bool was = beyond_[index(seq)];
    beyond_[index(seq)] = false;
    return was;
  }
  void close_gaps() {
    while (ahead_ > 0 && beyond_[index(mark_ + 1)]) {
      take(++mark_);
      --ahead_;
    }
  }

  std::uint64_t mark_;
  std::uint64_t ahead_ = 0;   ///< how many are done beyond the mark
  std::vector<bool> beyond_;  ///< of a power of two; by position
};

}  // namespace writepath::mysql
