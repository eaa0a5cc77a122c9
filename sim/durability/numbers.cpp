#include "sim/durability/numbers.hpp"

#include "sim/core/math.hpp"

namespace writepath::durability {

// Near 0 by series: six terms are exact to the last bit or two below 0.001.
double log1p(double x) {
  if (x > 1e-3 || x < -1e-3) return writepath::log(1 + x);
  return x * (1 - x * (1.0 / 2 - x * (1.0 / 3 - x * (1.0 / 4 - x * (1.0 / 5 - x / 6)))));
}

double expm1(double x) {
  if (x > 1e-3 || x < -1e-3) return writepath::exp(x) - 1;
  return x * (1 + x / 2 * (1 + x / 3 * (1 + x / 4 * (1 + x / 5 * (1 + x / 6)))));
}

double any_of(double p, double groups) {
  if (p <= 0) return 0;
  if (p >= 1) return 1;
  return -expm1(groups * log1p(-p));
}

double t_95(int degrees) {
  constexpr double table[] = {12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365,
                              2.306,  2.262, 2.228, 2.201, 2.179, 2.160, 2.145,
                              2.131,  2.120, 2.110, 2.101, 2.093, 2.086};
  if (degrees < 1) return table[0];
  if (degrees <= 20) return table[degrees - 1];
  return 1.95996 + 2.45 / degrees;  // within 0.001 of the tables from 20 on
}

}  // namespace writepath::durability
