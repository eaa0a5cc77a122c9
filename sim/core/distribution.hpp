#pragma once
// Distributions as values. Every sample is made from our own elementary functions (math.hpp), so
// that the same seed gives the same bits on every processor.
#include <string>
#include <variant>
#include <vector>

#include "sim/core/random.hpp"

namespace writepath {

struct Constant {
  double value = 0;
};
struct Uniform {
  double low = 0, high = 0;
};
struct Exponential {
  double mean = 0;
};
/// Given by what people know of a latency: its median and 99th percentile.
struct Lognormal {
  double median = 0, p99 = 0;
};
/// P(X > x) = (scale / x)^shape for x >= scale.
struct Pareto {
  double scale = 0, shape = 0;
};
/// Piecewise-linear inverse CDF through (upper, cumulative probability) points, from `low`.
struct Empirical {
  double low = 0;
  struct Point {
    double upper = 0, cumulative = 0;
  };
  std::vector<Point> points;  ///< both columns ascending; the last cumulative is 1
};
struct Distribution;
struct Mixture {
  struct Part;
  std::vector<Part> parts;
};

/// A non-negative random quantity in the unit of the key that holds it.
struct Distribution {
  // Starts as Constant{0}. Without an initialiser here: Mixture::Part is not complete yet.
  std::variant<Constant, Uniform, Exponential, Lognormal, Pareto, Empirical, Mixture> shape;

  double sample(RandomStream& stream) const;
  double mean() const;  ///< infinite for a Pareto with shape <= 1
};
struct Mixture::Part {
  double weight = 1;
  Distribution distribution;
};

/// Inverse of the standard normal's CDF (used by lognormal; also by tests).
double normal_quantile(double p);

}  // namespace writepath
