#include "sim/core/math.hpp"

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

namespace writepath {

namespace {

// The polynomials are those of FreeBSD's msun (fdlibm, Sun Microsystems 1993: e_log.c, e_exp.c).
constexpr double ln2_high = 6.93147180369123816490e-01;  // 33 bits: exact times any exponent
constexpr double ln2_low = 1.90821492927058770002e-10;
constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

/// x = mantissa * 2^exponent, mantissa in [sqrt(1/2), sqrt(2)); x is positive and finite.
struct Split {
  double mantissa;
  int exponent;
};
Split split(double x) {
  int exponent = 0;
  if (x < std::numeric_limits<double>::min()) {  // subnormal
    x *= 0x1p54;
    exponent = -54;
  }
  const auto bits = std::bit_cast<std::uint64_t>(x);
  exponent += static_cast<int>(bits >> 52) - 1023;
  double mantissa = std::bit_cast<double>((bits & 0x000fffffffffffff) | 0x3ff0000000000000);
  if (mantissa >= 1.4142135623730951) {
    mantissa *= 0.5;
    ++exponent;
  }
  return {mantissa, exponent};
}

/// log(1 + f) / s - 2 for s = f / (2 + f), |s| <= 0.1716; z = s * s.
double log_tail(double z) {
  constexpr double c1 = 6.666666666666735130e-01, c2 = 3.999999999940941908e-01,
                   c3 = 2.857142874366239149e-01, c4 = 2.222219843214978396e-01,
                   c5 = 1.818357216161805012e-01, c6 = 1.531383769920937332e-01,
                   c7 = 1.479819860511658591e-01;
  return z * (c1 + z * (c2 + z * (c3 + z * (c4 + z * (c5 + z * (c6 + z * c7))))));
}

double power_of_two(int exponent) {  // -1022 .. 1023
  return std::bit_cast<double>(static_cast<std::uint64_t>(exponent + 1023) << 52);
}

/// An unevaluated sum, |low| far below |high|: about 105 bits.
struct Pair {
  double high, low;
};
Pair exact_sum(double a, double b) {  // Knuth's two-sum
  const double sum = a + b;
  const double b_part = sum - a;
  return {sum, (a - (sum - b_part)) + (b - b_part)};
}
Pair exact_product(double a, double b) {  // Dekker's, without a fused multiply-add
  constexpr double splitter = 134217729;  // 2^27 + 1
  const double a_big = splitter * a, b_big = splitter * b;
  const double a1 = a_big - (a_big - a), a2 = a - a1;
  const double b1 = b_big - (b_big - b), b2 = b - b1;
  const double product = a * b;
  return {product, ((a1 * b1 - product) + a1 * b2 + a2 * b1) + a2 * b2};
}

/// log(x) to about 60 bits, for x positive and finite: an error in pow is that of y * log(x)
/// itself, not of its last place.
Pair precise_log(double x) {
  const auto [mantissa, exponent] = split(x);
  const double f = mantissa - 1;  // exact
  const Pair denominator = exact_sum(mantissa, 1);
  const double s = f / denominator.high;
  const Pair back = exact_product(s, denominator.high);
  const double s_low = ((f - back.high) - back.low - s * denominator.low) / denominator.high;
  const double k = exponent;
  const Pair sum = exact_sum(k * ln2_high, 2 * s);
  const double low = sum.low + (k * ln2_low + (2 * s_low + s * log_tail(s * s)));
  return exact_sum(sum.high, low);
}

}  // namespace

double log(double x) {
  if (!(x > 0)) return x == 0 ? -infinity : not_a_number;
  if (x == infinity) return x;
  const auto [mantissa, exponent] = split(x);
  const double f = mantissa - 1;
  const double s = f / (2 + f);
  const double tail = log_tail(s * s);
  const double half_square = 0.5 * f * f;
  const double k = exponent;
  return k * ln2_high - ((half_square - (s * (half_square + tail) + k * ln2_low)) - f);
}

double exp(double x) {
  if (x != x) return x;
  if (x > 709.782712893384) return infinity;
  if (x < -745.133219101941) return 0;
  const double shifted = x * 1.44269504088896338700e+00;                  // x / ln 2
  const int k = static_cast<int>(shifted + std::copysign(0.5, shifted));  // no branch on a sign
  const double high = x - k * ln2_high;
  const double low = k * ln2_low;
  const double r = high - low;
  constexpr double p1 = 1.66666666666666019037e-01, p2 = -2.77777777770155933842e-03,
                   p3 = 6.61375632143793436117e-05, p4 = -1.65339022054652515390e-06,
                   p5 = 4.13813679705723846039e-08;
  const double z = r * r;
  const double c = r - z * (p1 + z * (p2 + z * (p3 + z * (p4 + z * p5))));
  const double y = 1 - ((low - (r * c) / (2 - c)) - high);
  if (k > 1023) return y * 2 * power_of_two(k - 1);
  if (k < -1021) return y * power_of_two(k + 1000) * 0x1p-1000;
  return y * power_of_two(k);
}

double pow(double x, double y) {
  if (y == 0 || x == 1) return 1;
  if (x != x || y != y || x < 0) return not_a_number;
  if (x == 0) return y > 0 ? 0 : infinity;
  if (x == infinity) return y > 0 ? infinity : 0;
  const Pair logarithm = precise_log(x);
  if (!(y * logarithm.high < 800)) return infinity;
  if (!(y * logarithm.high > -800)) return 0;
  const Pair product = exact_product(y, logarithm.high);
  const double low = product.low + y * logarithm.low;
  const double result = exp(product.high);
  return result + result * low;
}

}  // namespace writepath
