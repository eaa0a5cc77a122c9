#include "sim/model/keys.hpp"

#include <algorithm>
#include <cmath>

#include "sim/core/math.hpp"
#include "sim/core/random.hpp"

namespace writepath {

namespace {

constexpr std::uint64_t golden = 0x9E3779B97F4A7C15ull;

double to_unit(std::uint64_t bits) { return (static_cast<double>(bits >> 11) + 0.5) * 0x1p-53; }

// (e^x - 1) / x and log(1 + x) / x, by their series near 0, where the quotients would cancel.
double expm1_over(double x) {
  if (std::fabs(x) > 1e-4) return (exp(x) - 1) / x;
  return 1 + x / 2 * (1 + x / 3 * (1 + x / 4));
}
double log1p_over(double x) {
  if (std::fabs(x) > 1e-4) return log(1 + x) / x;
  return 1 - x * (1. / 2 - x * (1. / 3 - x / 4));
}

}  // namespace

KeyChooser::KeyChooser(const KeySpec& spec)
    : count_(static_cast<std::uint64_t>(std::max<std::int64_t>(spec.count, 1))),
      zipf_(spec.distribution == KeySpec::Shape::zipf),
      exponent_(spec.zipf_exponent) {
  if (!zipf_) return;
  area_first_ = area(1.5) - 1;
  area_last_ = area(static_cast<double>(count_) + 0.5);
  shortcut_ = 2 - area_inverse(area(2.5) - density(2));
}

Key KeyChooser::key(std::uint64_t key_seed, std::uint32_t i) const {
  if (key_seed > own_row - most_own_rows) return count_ + (own_row - key_seed);
  const std::uint64_t seed = mix64(key_seed + golden * (std::uint64_t{i} + 1));
  if (zipf_) return zipf(seed);
  __extension__ using Wide = unsigned __int128;
  return static_cast<Key>(static_cast<Wide>(seed) * count_ >> 64);
}

// The integral of x^-s from 1 to x, its inverse, and x^-s itself.
double KeyChooser::area(double x) const {
  const double log_x = log(x);
  return expm1_over((1 - exponent_) * log_x) * log_x;
}
double KeyChooser::area_inverse(double area) const {
  const double t = std::max(area * (1 - exponent_), -1.0);  // below -1 by rounding only
  return exp(log1p_over(t) * area);
}
double KeyChooser::density(double x) const { return exp(-exponent_ * log(x)); }

Key KeyChooser::zipf(std::uint64_t seed) const {
  for (std::uint64_t attempt = 0;; ++attempt) {
    const double u = to_unit(mix64(seed + golden * attempt));
    const double at = area_last_ + u * (area_first_ - area_last_);
    const double x = area_inverse(at);
    const double k = std::clamp(std::floor(x + 0.5), 1.0, static_cast<double>(count_));
    if (k - x <= shortcut_ || at >= area(k + 0.5) - density(k)) return static_cast<Key>(k) - 1;
  }
}

}  // namespace writepath
