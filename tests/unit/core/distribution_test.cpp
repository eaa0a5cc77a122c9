// Distributions: sample means, medians and tails against what their parameters promise.
#include "sim/core/distribution.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "sim/core/time.hpp"
#include "tests/catch.hpp"

using namespace writepath;

namespace {

constexpr int count = 200'000;

std::vector<double> sorted_samples(const Distribution& distribution) {
  RandomStream random(17, "samples");
  std::vector<double> samples(count);
  for (double& sample : samples) sample = distribution.sample(random);
  std::sort(samples.begin(), samples.end());
  return samples;
}
double mean(const std::vector<double>& samples) {
  double sum = 0;
  for (const double sample : samples) sum += sample;
  return sum / static_cast<double>(samples.size());
}
double quantile(const std::vector<double>& sorted, double p) {
  return sorted[static_cast<std::size_t>(p * static_cast<double>(sorted.size()))];
}
double normal_cdf(double z) { return std::erfc(-z / std::sqrt(2.0)) / 2; }

}  // namespace

TEST_CASE("constant and uniform", "[distribution]") {
  CHECK(Distribution{}.mean() == 0);
  const auto constant = sorted_samples({Constant{2.5}});
  CHECK(constant.front() == 2.5);
  CHECK(constant.back() == 2.5);
  const Distribution uniform{Uniform{2, 6}};
  const auto samples = sorted_samples(uniform);
  CHECK(samples.front() >= 2);
  CHECK(samples.back() <= 6);
  CHECK(uniform.mean() == 4);
  CHECK(mean(samples) == Approx(4).epsilon(0.003));
  CHECK(quantile(samples, 0.25) == Approx(3).epsilon(0.01));
}

TEST_CASE("exponential", "[distribution]") {
  const Distribution exponential{Exponential{3}};
  const auto samples = sorted_samples(exponential);
  CHECK(exponential.mean() == 3);
  CHECK(mean(samples) == Approx(3).epsilon(0.01));
  CHECK(quantile(samples, 0.5) == Approx(3 * std::log(2)).epsilon(0.015));
  CHECK(quantile(samples, 0.99) == Approx(3 * std::log(100)).epsilon(0.02));
}

TEST_CASE("lognormal, by its median and 99th percentile", "[distribution]") {
  const Distribution lognormal{Lognormal{1, 1.6}};
  const auto samples = sorted_samples(lognormal);
  CHECK(quantile(samples, 0.5) == Approx(1).epsilon(0.003));
  CHECK(quantile(samples, 0.99) == Approx(1.6).epsilon(0.01));
  const double sigma = std::log(1.6) / 2.3263478740408408;
  CHECK(lognormal.mean() == Approx(std::exp(sigma * sigma / 2)).epsilon(1e-12));
  CHECK(mean(samples) == Approx(lognormal.mean()).epsilon(0.003));
  CHECK(sorted_samples({Lognormal{2, 2}}).back() == Approx(2));
  CHECK(Distribution{Lognormal{0, 0}}.mean() == 0);
}

TEST_CASE("Pareto", "[distribution]") {
  const Distribution pareto{Pareto{2, 3}};
  const auto samples = sorted_samples(pareto);
  CHECK(samples.front() >= 2);
  CHECK(pareto.mean() == Approx(3));
  CHECK(mean(samples) == Approx(3).epsilon(0.015));
  CHECK(quantile(samples, 0.9) == Approx(2 * std::pow(0.1, -1.0 / 3)).epsilon(0.01));
  CHECK(std::isinf(Distribution{Pareto{1, 1}}.mean()));
}

TEST_CASE("empirical: straight lines between its points", "[distribution]") {
  const Distribution empirical{Empirical{1, {{2, 0.5}, {4, 0.9}, {10, 1.0}}}};
  const auto samples = sorted_samples(empirical);
  CHECK(samples.front() >= 1);
  CHECK(samples.back() <= 10);
  CHECK(quantile(samples, 0.25) == Approx(1.5).epsilon(0.01));
  CHECK(quantile(samples, 0.5) == Approx(2).epsilon(0.01));
  CHECK(quantile(samples, 0.7) == Approx(3).epsilon(0.01));
  CHECK(quantile(samples, 0.95) == Approx(7).epsilon(0.01));
  CHECK(empirical.mean() == Approx(0.5 * 1.5 + 0.4 * 3 + 0.1 * 7));
  CHECK(mean(samples) == Approx(empirical.mean()).epsilon(0.01));
}

TEST_CASE("mixture, with weights of any sum", "[distribution]") {
  const Distribution mixture{
      Mixture{{{3, {Constant{1}}}, {0, {Constant{1000}}}, {1, {Exponential{9}}}}}};
  CHECK(mixture.mean() == Approx(0.75 * 1 + 0.25 * 9));
  const auto samples = sorted_samples(mixture);
  CHECK(mean(samples) == Approx(mixture.mean()).epsilon(0.02));
  CHECK(std::count(samples.begin(), samples.end(), 1.0) == Approx(0.75 * count).epsilon(0.01));
  CHECK(std::count(samples.begin(), samples.end(), 1000.0) == 0);
}

TEST_CASE("normal_quantile inverts the normal distribution", "[distribution]") {
  CHECK(normal_quantile(0.5) == 0);
  CHECK(normal_quantile(0.975) == Approx(1.959963984540054).epsilon(1e-14));
  CHECK(normal_quantile(0.99) == Approx(2.3263478740408408).epsilon(1e-14));
  for (int i = 1; i < 2000; ++i) {
    const double p = i / 2000.0;
    CHECK(normal_cdf(normal_quantile(p)) == Approx(p).epsilon(1e-13));
  }
  for (double p = 1e-5; p > 1e-300; p /= 7)
    CHECK(normal_cdf(normal_quantile(p)) == Approx(p).epsilon(1e-11));
  CHECK(normal_quantile(0.03125) == -normal_quantile(0.96875));
}

TEST_CASE("equal streams give equal samples", "[distribution]") {
  const Distribution lognormal{Lognormal{1, 1.6}};
  RandomStream one(5, "x"), two(5, "x");
  for (int i = 0; i < 100; ++i) CHECK(lognormal.sample(one) == lognormal.sample(two));
}

TEST_CASE("a duration saturates, whatever a heavy tail draws", "[core]") {
  CHECK(round_to_ns(1e300) == longest_duration);
  CHECK(round_to_ns(-1e300) == -longest_duration);
  CHECK(round_to_ns(std::numeric_limits<double>::infinity()) == longest_duration);
  CHECK(from_s(1e12) == longest_duration);
  CHECK(round_to_ns(2.5) == 3);
  CHECK(round_to_ns(-2.5) == -3);
  CHECK(longest_duration + longest_run > longest_duration);
}
