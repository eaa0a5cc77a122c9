#pragma once
// Confidence intervals from independent replications: one value a seed, or one difference a pair.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace writepath::stats {

/// The t with P(|T| <= t) = confidence for Student's T with `freedom` degrees of freedom (>= 1).
double student_t(double confidence, std::size_t freedom);

/// Exact where all values are the same. At least one value.
double mean_of(std::span<const double> values);
double median_of(std::span<const double> values);
/// Sample variance (n - 1); at least two values.
double variance_of(std::span<const double> values);

struct Interval {
  double low = 0, high = 0;
  double confidence = 0;  ///< that it has: an order statistic's is what was asked for or more
};

/// Student's t for the mean; empty with fewer than two values.
std::optional<Interval> mean_interval(std::span<const double> values, double confidence);

/// Two order statistics, as near to the middle as the confidence allows, whatever the distribution:
/// value k from either end covers the median with 1 - 2 P(Binomial(n, 1/2) < k). Empty where even
/// the least and the greatest value don't reach the confidence.
std::optional<Interval> median_interval(std::span<const double> values, double confidence);

/// Values that median_interval needs at least.
std::size_t least_for_median(double confidence);

/// Clopper and Pearson's bounds of a chance: p with P(X >= successes) = 1 - confidence, and p with
/// P(X <= successes) = 1 - confidence. One-sided each.
double chance_at_least(std::uint64_t successes, std::uint64_t trials, double confidence);
double chance_at_most(std::uint64_t successes, std::uint64_t trials, double confidence);

}  // namespace writepath::stats
