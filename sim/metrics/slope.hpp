#pragma once
// Least-squares slope of y against x, one point at a time (Welford's updating of means and
// products, so that nothing cancels in a long run).
#include <cstdint>
#include <optional>

namespace writepath {

class Slope {
 public:
  void add(double x, double y) {
    count_ += 1;
    const double off = x - mean_x_;
    mean_x_ += off / count_;
    mean_y_ += (y - mean_y_) / count_;
    products_ += off * (y - mean_y_);
    squares_ += off * (x - mean_x_);
  }
  /// Empty with fewer than two different x.
  std::optional<double> value() const {
    if (squares_ <= 0) return std::nullopt;
    return products_ / squares_;
  }

 private:
  double count_ = 0, mean_x_ = 0, mean_y_ = 0, products_ = 0, squares_ = 0;
};

}  // namespace writepath
