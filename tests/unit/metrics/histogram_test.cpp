#include "sim/metrics/histogram.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "sim/core/random.hpp"
#include "tests/catch.hpp"

using namespace writepath;

namespace {

DurationNs nearest_rank(std::vector<DurationNs> sorted, double p) {
  std::sort(sorted.begin(), sorted.end());
  const auto rank =
      static_cast<std::size_t>(std::ceil(p / 100 * static_cast<double>(sorted.size()) - 1e-9));
  return sorted[std::max<std::size_t>(rank, 1) - 1];
}

/// Values over many magnitudes, of both signs.
std::vector<DurationNs> values(const char* name, std::size_t count, bool negative) {
  RandomStream stream(7, name);
  std::vector<DurationNs> result;
  for (std::size_t i = 0; i < count; ++i) {
    const auto magnitude = static_cast<DurationNs>(stream.next() >> (1 + stream.next() % 62));
    result.push_back(negative && stream.next() % 2 ? -magnitude : magnitude);
  }
  return result;
}

void require_close(DurationNs found, DurationNs wanted) {
  INFO("found " << found << ", exact " << wanted);
  REQUIRE(std::abs(static_cast<double>(found) - static_cast<double>(wanted)) <=
          0.01 * std::abs(static_cast<double>(wanted)));
}

const double levels[] = {0, 0.1, 1, 5, 25, 50, 75, 90, 95, 99, 99.9, 99.99, 100};

}  // namespace

TEST_CASE("a histogram is exact for small counts") {
  for (std::size_t count : {1u, 2u, 3u, 10u, 99u, 100u, 101u, 1000u, 4096u}) {
    const auto samples = values("exact", count, true);
    Histogram histogram;
    for (const DurationNs v : samples) histogram.add(v);
    for (const double p : levels) REQUIRE(histogram.percentile(p) == nearest_rank(samples, p));
  }
}

TEST_CASE("a folded histogram is within one per cent, its mean and ends exact") {
  for (const bool negative : {false, true})
    for (std::size_t count : {4097u, 20'000u, 100'000u}) {
      const auto samples = values("folded", count, negative);
      Histogram histogram;
      Int128 sum = 0;
      for (const DurationNs v : samples) {
        histogram.add(v);
        sum += v;
      }
      REQUIRE(histogram.count() == count);
      REQUIRE(histogram.sum() == sum);
      REQUIRE(histogram.min() == *std::min_element(samples.begin(), samples.end()));
      REQUIRE(histogram.max() == *std::max_element(samples.begin(), samples.end()));
      for (const double p : levels)
        require_close(histogram.percentile(p), nearest_rank(samples, p));
      REQUIRE(histogram.percentile(100) == histogram.max());
    }
}

TEST_CASE("merging is the same as adding all") {
  for (std::size_t left : {0u, 100u, 3000u, 9000u})
    for (std::size_t right : {0u, 200u, 3000u, 9000u}) {
      const auto a = values("left", left, true), b = values("right", right, true);
      Histogram one, two, both;
      for (const DurationNs v : a) {
        one.add(v);
        both.add(v);
      }
      for (const DurationNs v : b) {
        two.add(v);
        both.add(v);
      }
      one.merge(two);
      REQUIRE(one.count() == both.count());
      REQUIRE(one.sum() == both.sum());
      if (both.empty()) continue;
      for (const double p : levels) REQUIRE(one.percentile(p) == both.percentile(p));
      std::uint64_t counted = 0;
      for (const auto& step : one.steps()) counted += step.count;
      REQUIRE(counted == one.count());
    }
}

TEST_CASE("a cleared histogram starts again") {
  Histogram histogram;
  for (const DurationNs v : values("clear", 5000, true)) histogram.add(v);
  histogram.clear();
  REQUIRE(histogram.empty());
  histogram.add(5);
  REQUIRE(histogram.percentile(50) == 5);
  REQUIRE(histogram.min() == 5);
  REQUIRE(histogram.mean() == 5);
}

TEST_CASE("the percentile text ends at 100 % and counts everything") {
  Histogram histogram;
  for (DurationNs v = 1; v <= 1000; ++v) histogram.add(v * ns_per_ms);
  const std::string text = percentile_text(histogram);
  REQUIRE(text.find("Value     Percentile TotalCount 1/(1-Percentile)") != std::string::npos);
  REQUIRE(text.find("  500.000000 0.500000000000        500           2.00\n") !=
          std::string::npos);
  REQUIRE(text.find(" 1000.000000 1.000000000000       1000\n") != std::string::npos);
  REQUIRE(text.find("#[Mean    =   500.500000, StdDeviation   =   288.674990]") !=
          std::string::npos);
  REQUIRE(text.find("Total count    =         1000]") != std::string::npos);
  REQUIRE(percentile_text(Histogram{}).find("Total count    =            0]") != std::string::npos);
}
