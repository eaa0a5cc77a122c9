#pragma once
// How many times as long something takes while faults slow it down; they may overlap.
#include <algorithm>
#include <vector>

namespace writepath {

class Slowness {
 public:
  /// The product of all that slows it now; exactly 1 when nothing does.
  double factor() const { return factor_; }
  void begin(double factor) {
    active_.push_back(factor);
    multiply();
  }
  /// Ends one that was begun with the same factor.
  void end(double factor) {
    const auto ended = std::find(active_.begin(), active_.end(), factor);
    if (ended != active_.end()) active_.erase(ended);
    multiply();
  }

 private:
  // Anew each time: dividing would leave a rest.
  void multiply() {
    factor_ = 1;
    for (const double each : active_) factor_ *= each;
  }

  double factor_ = 1;
  std::vector<double> active_;
};

}  // namespace writepath
