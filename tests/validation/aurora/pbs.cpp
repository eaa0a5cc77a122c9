// Quorums alone against Bailis et al., "Probabilistically Bounded Staleness for Practical Partial
// Quorums", VLDB 2012: LinkedIn's SSD and DISK latencies (fits of one-way delays), and what the
// paper publishes of N = 3: P99.9 of reads and writes, and the time until 99.9 % of reads are
// consistent.
//
// A read of Aurora asks one segment, and W = 1 of 3 would let two writers commit: R + W <= N is no
// configuration of aurora_quorum. So the rows are played by the network, the event engine and
// QuorumRule alone (quorum_trials.hpp).
#include <cmath>

#include "tests/validation/aurora/quorum_trials.hpp"

using namespace writepath;
using namespace writepath::test;

namespace {

/// A body with a Pareto's tail, and an exponential part: `rate` a millisecond.
struct Fit {
  double body, scale, shape, rate;

  Distribution distribution() const {
    return {Mixture{{{body, {Pareto{scale, shape}}}, {1 - body, {Exponential{1 / rate}}}}}};
  }
  double cdf(double x) const {
    const double pareto = x <= scale ? 0 : 1 - std::pow(scale / x, shape);
    return body * pareto + (1 - body) * (x <= 0 ? 0 : 1 - std::exp(-rate * x));
  }
};
constexpr Fit ssd{0.9122, 0.235, 10, 1.66};
constexpr Fit disk_write{0.38, 1.05, 1.51, 0.183};

/// P(X + Y <= x) by integrating over the quantiles of both of Y's parts.
double cdf_of_sum(const Fit& first, const Fit& second, double x) {
  constexpr int steps = 2000;
  double pareto = 0, exponential = 0;
  for (int i = 0; i < steps; ++i) {
    const double u = (i + 0.5) / steps;
    pareto += first.cdf(x - second.scale * std::pow(u, -1 / second.shape));
    exponential += first.cdf(x + std::log(u) / second.rate);
  }
  return (second.body * pareto + (1 - second.body) * exponential) / steps;
}

double binomial_tail(int n, int k, double p) {
  double sum = 0;
  for (int i = k; i <= n; ++i) {
    double choose = 1;
    for (int j = 0; j < i; ++j) choose = choose * (n - j) / (j + 1);
    sum += choose * std::pow(p, i) * std::pow(1 - p, n - i);
  }
  return sum;
}

/// The p-quantile of the k-th of n answers, each after a way there and a way back.
double exact(const Fit& there, const Fit& back, int k, int n, double p) {
  double low = 0, high = 10'000;
  for (int i = 0; i < 60; ++i) {
    const double x = (low + high) / 2;
    (binomial_tail(n, k, cdf_of_sum(there, back, x)) < p ? low : high) = x;
  }
  return low;
}

struct Measured {
  double read[3], write[3];
  double visible[3][3];   ///< [R - 1][W - 1], 99.9 %
  double at_once, at_10;  ///< R = W = 1: reads that begin 0 and 10 ms after the commit and see it
};

Measured three_copies(const Fit& w, std::uint32_t trials, std::uint32_t writes_for_a_read) {
  const std::vector<double> numbers = testing::fork_numbers([&] {
    const Distribution fast = ssd.distribution();
    QuorumTrials trial(3, {w.distribution(), fast, fast, fast}, writes_for_a_read);
    Samples& samples = trial.play(trials);
    std::vector<double> out;
    for (auto& times : samples.read) out.push_back(quantile(times, 0.999));
    for (auto& times : samples.write) out.push_back(quantile(times, 0.999));
    for (auto& of_r : samples.visible)
      for (auto& times : of_r) out.push_back(quantile(times, 0.999));
    for (const float t : {0.0F, 10.0F}) {
      const std::vector<float>& times = samples.visible[0][0];
      const auto seen = std::count_if(times.begin(), times.end(), [t](float x) { return x <= t; });
      out.push_back(static_cast<double>(seen) / static_cast<double>(times.size()));
    }
    return out;
  });
  Measured m;
  for (int k = 0; k < 3; ++k) {
    const auto i = static_cast<std::size_t>(k);
    m.read[k] = numbers[i];
    m.write[k] = numbers[3 + i];
    for (std::size_t j = 0; j < 3; ++j) m.visible[k][j] = numbers[6 + 3 * i + j];
  }
  m.at_once = numbers[15];
  m.at_10 = numbers[16];
  return m;
}

/// A row of the published table.
struct Row {
  int r, w;
  double read_ms, write_ms, visible_ms;
};

constexpr double tolerance = 0.03;
/// Of the time until 99.9 % are consistent. The published fits do not give the published times:
/// with R = W = 1 a read is stale at t if its copy's W exceeds t + commit + R, about t + 2.3 ms for
/// DISK, and .62 exp(-.183 (t + 2.3)) + .38 (1.05 / (t + 2.3))^1.51 is 0.0010 at 51.4 ms (which is
/// what the trials find), 0.0013 at the published 45.5.
constexpr double tolerance_of_t = 0.14;

void compare(const Measured& m, const Row& row) {
  INFO("R " << row.r << " W " << row.w << ": read " << m.read[row.r - 1] << ", write "
            << m.write[row.w - 1] << ", visible " << m.visible[row.r - 1][row.w - 1]);
  CHECK(m.read[row.r - 1] == Approx(row.read_ms).epsilon(tolerance));
  CHECK(m.write[row.w - 1] == Approx(row.write_ms).epsilon(tolerance));
  // Of what is nearly always seen at once, the table says 0.
  if (row.visible_ms > 0)
    CHECK(m.visible[row.r - 1][row.w - 1] == Approx(row.visible_ms).epsilon(tolerance_of_t));
  else
    CHECK(m.visible[row.r - 1][row.w - 1] == 0);
}

}  // namespace

// One million trials: the 99.9th percentile of an exponential tail of 1.66 a millisecond has a
// standard error of 0.02 ms.
TEST_CASE("PBS, VLDB 2012: LNKD-SSD, all rows", "[aurora][validation][pbs]") {
  const Measured m = three_copies(ssd, 1'000'000, 1);
  for (const Row& row :
       {Row{1, 1, 0.66, 0.66, 1.85}, Row{1, 2, 0.66, 1.63, 1.79}, Row{2, 1, 1.63, 0.65, 0},
        Row{2, 2, 1.62, 1.64, 0}, Row{3, 1, 4.14, 0.65, 0}, Row{1, 3, 0.65, 4.09, 0}})
    compare(m, row);
  CHECK(m.at_once == Approx(0.974).epsilon(0.002));
  for (int k = 1; k <= 3; ++k)
    CHECK(m.write[k - 1] == Approx(exact(ssd, ssd, k, 3, 0.999)).epsilon(0.015));
}

// W = 3 lies in a Pareto tail of shape 1.51, where a standard error of 1 % takes four million.
TEST_CASE("PBS, VLDB 2012: LNKD-DISK, all rows", "[aurora][validation][pbs]") {
  const Measured m = three_copies(disk_write, 4'000'000, 4);
  for (const Row& row :
       {Row{1, 1, 0.66, 10.99, 45.5}, Row{1, 2, 0.65, 20.97, 43.3}, Row{2, 1, 1.63, 10.9, 13.6},
        Row{2, 2, 1.64, 20.96, 0}, Row{3, 1, 4.12, 10.89, 0}, Row{1, 3, 0.65, 112.65, 0}})
    compare(m, row);
  CHECK(m.at_once == Approx(0.439).epsilon(tolerance));
  CHECK(m.at_10 == Approx(0.925).epsilon(tolerance));
  const double t = m.visible[0][0] + 2.3;
  CHECK(0.62 * std::exp(-0.183 * t) + 0.38 * std::pow(1.05 / t, 1.51) ==
        Approx(0.001).epsilon(0.05));
  for (int k = 1; k <= 3; ++k)
    CHECK(m.write[k - 1] == Approx(exact(disk_write, ssd, k, 3, 0.999)).epsilon(0.03));
}

TEST_CASE("The same one-way delays, 3 of 5, 4 of 6 and 6 of 6, against their exact distributions",
          "[aurora][validation][pbs]") {
  for (const Fit& w : {ssd, disk_write})
    for (const std::uint32_t n : {5u, 6u}) {
      const std::vector<double> quantiles = testing::fork_numbers([&] {
        const Distribution fast = ssd.distribution();
        QuorumTrials trial(n, {w.distribution(), fast, fast, fast}, 0);
        Samples& samples = trial.play(200'000);
        std::vector<double> out;
        for (auto& times : samples.write)
          for (const double p : {0.5, 0.99, 0.999}) out.push_back(quantile(times, p));
        return out;
      });
      // Not the largest: 200,000 trials are too few for a Pareto's tail.
      for (std::uint32_t k = 1; k < n; ++k) {
        INFO(k << " of " << n << (w.rate > 1 ? ", SSD" : ", DISK"));
        const int of = static_cast<int>(k), all = static_cast<int>(n);
        for (std::size_t i = 0; i < 2; ++i)
          CHECK(quantiles[3 * (k - 1) + i] ==
                Approx(exact(w, ssd, of, all, i == 0 ? 0.5 : 0.99)).epsilon(0.02));
        CHECK(quantiles[3 * (k - 1) + 2] ==
              Approx(exact(w, ssd, of, all, 0.999)).epsilon(tolerance));
      }
      CHECK(quantiles[3 * (n - 1)] == Approx(exact(w, ssd, int(n), int(n), 0.5)).epsilon(0.02));
    }
}

TEST_CASE("k of n answers: exponential delays by harmonic sums, uniform ones by k / (n + 1)",
          "[aurora][validation][pbs]") {
  const Distribution nothing{Constant{0}};
  for (const std::uint32_t n : {3u, 4u, 5u, 6u})
    for (const bool exponential : {true, false}) {
      const Distribution delay =
          exponential ? Distribution{Exponential{1}} : Distribution{Uniform{0, 1}};
      const std::vector<double> means = testing::fork_numbers([&] {
        QuorumTrials trial(n, {delay, nothing, nothing, nothing}, 0);
        std::vector<double> out;
        for (const auto& times : trial.play(100'000).write) out.push_back(mean(times));
        return out;
      });
      double harmonic = 0;
      for (std::uint32_t k = 1; k <= n; ++k) {
        harmonic += 1.0 / (n - k + 1);
        INFO(k << " of " << n << (exponential ? ", exponential" : ", uniform"));
        CHECK(means[k - 1] == Approx(exponential ? harmonic : double(k) / (n + 1)).epsilon(0.015));
      }
    }
}
