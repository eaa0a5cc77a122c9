#include "sim/model/keys.hpp"

#include <cmath>
#include <vector>

#include "sim/core/random.hpp"
#include "tests/catch.hpp"

using namespace writepath;

namespace {

KeySpec zipf(std::int64_t count, double exponent) {
  KeySpec spec;
  spec.count = count;
  spec.distribution = KeySpec::Shape::zipf;
  spec.zipf_exponent = exponent;
  return spec;
}

/// Chi-squared of n draws against the given shares.
double chi_squared(const KeyChooser& keys, const std::vector<double>& share, int n) {
  std::vector<int> seen(share.size());
  RandomStream seeds(11, "keys");
  for (int i = 0; i < n; ++i) ++seen.at(keys.key(seeds.next(), static_cast<std::uint32_t>(i % 4)));
  double sum = 0;
  for (std::size_t k = 0; k < share.size(); ++k) {
    const double expected = share[k] * n;
    sum += (seen[k] - expected) * (seen[k] - expected) / expected;
  }
  return sum;
}

std::vector<double> zipf_shares(std::size_t count, double exponent) {
  std::vector<double> share(count);
  double sum = 0;
  for (std::size_t k = 0; k < count; ++k) sum += share[k] = std::pow(k + 1.0, -exponent);
  for (double& s : share) s /= sum;
  return share;
}

}  // namespace

TEST_CASE("Uniform keys", "[keys]") {
  KeySpec spec;
  spec.count = 100;
  // 99 degrees of freedom: above 158 once in ten thousand.
  CHECK(chi_squared(KeyChooser(spec), std::vector<double>(100, 0.01), 200'000) < 158);
}

TEST_CASE("Zipf keys have exactly Zipf's shares, whatever the exponent", "[keys]") {
  const double exponent = GENERATE(0.0, 0.5, 0.99, 1.0, 1.01, 1.5, 3.0);
  const std::size_t count = exponent < 3 ? 100 : 20;
  INFO("exponent " << exponent);
  CHECK(chi_squared(KeyChooser(zipf(static_cast<std::int64_t>(count), exponent)),
                    zipf_shares(count, exponent), 200'000) < (count == 100 ? 158 : 53));
}

TEST_CASE("Twenty-five million keys: the hottest one's share", "[keys]") {
  const KeyChooser keys(zipf(25'000'000, 0.99));
  double zeta = 0;
  for (int k = 1; k <= 25'000'000; ++k) zeta += std::exp(-0.99 * std::log(k));
  int hottest = 0;
  constexpr int n = 400'000;
  Key largest = 0;
  for (int i = 0; i < n; ++i) {
    const Key key = keys.key(mix64(static_cast<std::uint64_t>(i)), 0);
    REQUIRE(key < 25'000'000);
    largest = std::max(largest, key);
    hottest += key == 0;
  }
  const double share = 1 / zeta, deviation = std::sqrt(n * share);
  CHECK(std::abs(hottest - n * share) < 4.5 * deviation);
  CHECK(largest > 24'000'000);
}

TEST_CASE("A key is a function of its seed and place", "[keys]") {
  for (const KeyChooser& keys : {KeyChooser(KeySpec{}), KeyChooser(zipf(1'000'000, 0.99))}) {
    int same = 0;
    for (std::uint32_t i = 0; i < 1000; ++i) {
      CHECK(keys.key(42, i) == keys.key(42, i));
      same += keys.key(42, i) == keys.key(43, i);
    }
    CHECK(same < 50);
  }
}

TEST_CASE("A single key, and steep exponents, end", "[keys]") {
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    CHECK(KeyChooser(zipf(1, 0.99)).key(seed, 0) == 0);
    CHECK(KeyChooser(zipf(1'000'000'000, 10)).key(seed, 0) < 5);
  }
}
