#include "sim/stats/beta.hpp"

#include <cmath>

#include "sim/core/math.hpp"

namespace writepath::stats {
namespace {

double not_zero(double x) { return std::fabs(x) < 1e-300 ? 1e-300 : x; }

/// The continued fraction of I_x(a, b) (Abramowitz and Stegun 26.5.8), by Lentz's method; it
/// converges fast for x < (a + 1) / (a + b + 2).
double fraction(double a, double b, double x) {
  constexpr int most_steps = 10'000;
  double c = 1;
  double d = 1 / not_zero(1 - (a + b) * x / (a + 1));
  double value = d;
  for (int m = 1; m <= most_steps; ++m) {
    const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / not_zero(1 + even * d);
    c = not_zero(1 + even / c);
    value *= d * c;
    const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / not_zero(1 + odd * d);
    c = not_zero(1 + odd / c);
    value *= d * c;
    if (std::fabs(d * c - 1) < 1e-15) break;
  }
  return value;
}

}  // namespace

double log_gamma(double x) {
  // Lanczos's approximation with g = 7 and nine terms (P. Godfrey's coefficients).
  constexpr double terms[] = {0.99999999999980993,  676.5203681218851,      -1259.1392167224028,
                              771.32342877765313,   -176.61502916214059,    12.507343278686905,
                              -0.13857109526572012, 9.9843695780195716e-06, 1.5056327351493116e-07};
  constexpr double half_log_two_pi = 0.91893853320467274178;
  const double z = x - 1;
  double sum = terms[0];
  for (int i = 1; i < 9; ++i) sum += terms[i] / (z + i);
  const double t = z + 7.5;
  return half_log_two_pi + (z + 0.5) * log(t) - t + log(sum);
}

double incomplete_beta(double a, double b, double x) {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const double front =
      exp(log_gamma(a + b) - log_gamma(a) - log_gamma(b) + a * log(x) + b * log(1 - x));
  if (x < (a + 1) / (a + b + 2)) return front * fraction(a, b, x) / a;
  return 1 - front * fraction(b, a, 1 - x) / b;
}

}  // namespace writepath::stats
