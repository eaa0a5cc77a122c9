#pragma once
// When positions were acknowledged, in memory that grows with the logarithm of their number: the
// last 4096 of them exactly, the last 2 x 4096 every second one, and so on. A span that reaches
// back over n acknowledgements is exact up to n = 4096 and right to n / 4096 acknowledgements
// beyond.
#include <algorithm>
#include <cstdint>
#include <vector>

#include "sim/core/ring.hpp"
#include "sim/core/time.hpp"

namespace writepath {

class AckTimes {
 public:
  static constexpr std::uint64_t kept_per_level = 4096;

  void add(std::uint64_t seq, TimeNs at) {
    if (levels_.empty()) levels_.emplace_back();
    // Level k holds every 2^k-th acknowledgement: its n-th is number n 2^k of all.
    for (std::size_t level = 0; (number_ & ((std::uint64_t{1} << level) - 1)) == 0; ++level) {
      if (level == levels_.size()) break;
      if (levels_[level].size() == kept_per_level) {
        if (level + 1 == levels_.size()) begin_level_above(level);
        levels_[level].pop();
      }
      levels_[level].push({seq, at});
    }
    ++number_;
  }

  /// First and last acknowledgement of the positions in (after, upto], of which one must be known
  /// to have been acknowledged. If the range lies between two samples, the next one stands for it.
  struct Span {
    TimeNs first = 0, last = 0;
  };
  Span between(std::uint64_t after, std::uint64_t upto) const {
    Span inside{never, -1}, beyond{never, -1};
    for (const Ring<Ack>& ring : levels_)
      for (std::uint64_t n = ring.begin(); n != ring.end(); ++n) {
        const Ack& ack = ring.at(n);
        if (ack.seq <= after) continue;
        Span& span = ack.seq <= upto ? inside : beyond;
        span.first = std::min(span.first, ack.at);
        span.last = std::max(span.last, ack.at);
      }
    if (inside.last >= 0) return inside;
    return {beyond.first, beyond.first};
  }

 private:
  struct Ack {
    std::uint64_t seq;
    TimeNs at;
  };
  /// Called when `level` is full and has not forgotten anything yet.
  void begin_level_above(std::size_t level) {
    Ring<Ack> above;
    above.reserve(kept_per_level);
    const Ring<Ack>& ring = levels_[level];
    for (std::uint64_t n = ring.begin(); n != ring.end(); n += 2) above.push(ring.at(n));
    levels_.push_back(std::move(above));
  }
  std::uint64_t number_ = 0;
  std::vector<Ring<Ack>> levels_;
};

}  // namespace writepath
