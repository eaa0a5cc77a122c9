#include "sim/stats/intervals.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "sim/stats/beta.hpp"

namespace writepath::stats {
namespace {

/// Where a falling `f` crosses `target` between low and high, to the last bit.
template <class F>
double crossing(double low, double high, double target, F&& f) {
  for (int step = 0; step < 2000; ++step) {
    const double middle = low + (high - low) / 2;
    if (middle <= low || middle >= high) break;
    (f(middle) > target ? low : high) = middle;
  }
  return high;
}

std::vector<double> sorted(std::span<const double> values) {
  std::vector<double> all(values.begin(), values.end());
  std::sort(all.begin(), all.end());
  return all;
}

}  // namespace

double student_t(double confidence, std::size_t freedom) {
  const auto nu = static_cast<double>(freedom);
  // Both tails; A&S 26.7.1. Far out nu / (nu + t^2) keeps what 1 - confidence needs.
  const auto tails = [nu](double t) { return incomplete_beta(nu / 2, 0.5, nu / (nu + t * t)); };
  const double wanted = 1 - confidence;
  double high = 1;
  while (tails(high) > wanted && high < 1e15) high *= 2;
  return crossing(0, high, wanted, tails);
}

double mean_of(std::span<const double> values) {
  double sum = 0;
  for (const double value : values) sum += value - values[0];
  return values[0] + sum / static_cast<double>(values.size());
}

double median_of(std::span<const double> values) {
  const std::vector<double> all = sorted(values);
  const std::size_t middle = all.size() / 2;
  if (all.size() % 2 == 1) return all[middle];
  return all[middle - 1] + (all[middle] - all[middle - 1]) / 2;
}

double variance_of(std::span<const double> values) {
  const double mean = mean_of(values);
  double sum = 0;
  for (const double value : values) sum += (value - mean) * (value - mean);
  return sum / static_cast<double>(values.size() - 1);
}

std::optional<Interval> mean_interval(std::span<const double> values, double confidence) {
  if (values.size() < 2) return std::nullopt;
  const double mean = mean_of(values);
  const double error = std::sqrt(variance_of(values) / static_cast<double>(values.size()));
  const double reach = error == 0 ? 0 : student_t(confidence, values.size() - 1) * error;
  return Interval{mean - reach, mean + reach, confidence};
}

std::optional<Interval> median_interval(std::span<const double> values, double confidence) {
  const std::vector<double> all = sorted(values);
  const std::size_t n = all.size();
  std::optional<Interval> best;
  for (std::size_t k = 1; 2 * k <= n; ++k) {
    // P(Binomial(n, 1/2) < k) = I_1/2(n - k + 1, k)
    const double outside =
        2 * incomplete_beta(static_cast<double>(n - k + 1), static_cast<double>(k), 0.5);
    if (1 - outside < confidence) break;
    best = Interval{all[k - 1], all[n - k], 1 - outside};
  }
  return best;
}

std::size_t least_for_median(double confidence) {
  double outside = 1;  // 2 x 2^-n
  std::size_t n = 1;
  for (; 1 - outside < confidence; ++n) outside /= 2;
  return n;
}

double chance_at_least(std::uint64_t successes, std::uint64_t trials, double confidence) {
  if (successes == 0) return 0;
  const auto x = static_cast<double>(successes), n = static_cast<double>(trials);
  // P(X >= x) = I_p(x, n - x + 1) grows with p.
  return crossing(0, 1, -(1 - confidence),
                  [&](double p) { return -incomplete_beta(x, n - x + 1, p); });
}

double chance_at_most(std::uint64_t successes, std::uint64_t trials, double confidence) {
  if (successes == trials) return 1;
  return 1 - chance_at_least(trials - successes, trials, confidence);
}

}  // namespace writepath::stats
