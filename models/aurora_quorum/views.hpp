#pragma once
// The read views that are open at an instance. Each has a read point, VDL as of when it began
// (SIGMOD 2017, S4.2.3); the lowest of them bounds what storage may forget.
#include <cstdint>

#include "models/aurora_quorum/ring.hpp"

namespace writepath::aurora {

class Views {
 public:
  /// The lowest read point that is still needed; `now`: that of a view which would begin now.
  std::uint64_t lowest(std::uint64_t now) const {
    return open_.empty() || open_[open_.begin()].read_point > now ? now
                                                                  : open_[open_.begin()].read_point;
  }

 private:
  friend class View;
  struct Open {
    std::uint64_t read_point = 0;
    std::uint32_t views = 0;
  };
  Ring<Open> open_{0};  ///< read points only grow
};

/// One of them, from its beginning to its end.
class View {
 public:
  View(Views& views, std::uint64_t read_point) : views_(views), read_point_(read_point) {
    Ring<Views::Open>& open = views.open_;
    if (open.empty() || open.back().read_point < read_point) open.push({read_point, 0});
    number_ = open.end() - 1;
    ++open.back().views;
  }
  View(const View&) = delete;
  ~View() {
    Ring<Views::Open>& open = views_.open_;
    --open[number_].views;
    while (!open.empty() && open.front().views == 0) open.drop_before(open.begin() + 1);
  }
  std::uint64_t read_point() const { return read_point_; }

 private:
  Views& views_;
  std::uint64_t read_point_, number_ = 0;
};

}  // namespace writepath::aurora
