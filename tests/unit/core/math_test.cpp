// Our log, exp and pow against libm, to 1e-14 relative, over their whole range.
#include "sim/core/math.hpp"

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

#include "sim/core/random.hpp"
#include "tests/catch.hpp"

using writepath::RandomStream;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double tolerance = 1e-14;

double relative_error(double ours, double reference) {
  return ours == reference ? 0 : std::fabs((ours - reference) / reference);
}
/// Any positive normal double, all magnitudes equally likely.
double any_positive(RandomStream& random) {
  const std::uint64_t exponent = 1 + random.below(2046);
  return std::bit_cast<double>(exponent << 52 | random.next() >> 12);
}

}  // namespace

TEST_CASE("log agrees with libm", "[math]") {
  RandomStream random(1, "log");
  double worst = 0;
  for (int i = 0; i < 300'000; ++i) {
    const double x = any_positive(random);
    worst = std::max(worst, relative_error(writepath::log(x), std::log(x)));
    const double near_one = 1 + (random.uniform() - 0.5) * std::pow(10, -16 * random.uniform());
    worst = std::max(worst, relative_error(writepath::log(near_one), std::log(near_one)));
    const double unit = random.uniform();
    worst = std::max(worst, relative_error(writepath::log(unit), std::log(unit)));
  }
  CHECK(worst < tolerance);
  CHECK(writepath::log(1) == 0);
  CHECK(relative_error(writepath::log(5e-324), std::log(5e-324)) < tolerance);
  CHECK(relative_error(writepath::log(1e308), std::log(1e308)) < tolerance);
  CHECK(writepath::log(0) == -infinity);
  CHECK(writepath::log(infinity) == infinity);
  CHECK(std::isnan(writepath::log(-1)));
  CHECK(std::isnan(writepath::log(std::nan(""))));
}

TEST_CASE("exp agrees with libm", "[math]") {
  RandomStream random(1, "exp");
  double worst = 0;
  for (int i = 0; i < 300'000; ++i) {
    const double x = (random.uniform() - 0.5) * 2 * 708;
    worst = std::max(worst, relative_error(writepath::exp(x), std::exp(x)));
    const double small = (random.uniform() - 0.5) * std::pow(10, 1 - 18 * random.uniform());
    worst = std::max(worst, relative_error(writepath::exp(small), std::exp(small)));
  }
  CHECK(worst < tolerance);
  CHECK(writepath::exp(0) == 1);
  CHECK(relative_error(writepath::exp(709.7), std::exp(709.7)) < tolerance);
  CHECK(writepath::exp(709.8) == infinity);
  CHECK(writepath::exp(-745.2) == 0);
  CHECK(writepath::exp(-745.1) == std::exp(-745.1));  // the smallest subnormal
  CHECK(writepath::exp(-740) == Approx(std::exp(-740)).epsilon(1e-3));
  CHECK(writepath::exp(infinity) == infinity);
  CHECK(writepath::exp(-infinity) == 0);
  CHECK(std::isnan(writepath::exp(std::nan(""))));
}

TEST_CASE("pow agrees with libm", "[math]") {
  RandomStream random(1, "pow");
  double worst = 0;
  int compared = 0;
  for (int i = 0; i < 300'000; ++i) {
    const double x = any_positive(random);
    const double y = 700 / std::fabs(std::log(x)) * 2 * (random.uniform() - 0.5);
    worst = std::max(worst, relative_error(writepath::pow(x, y), std::pow(x, y)));
    const double base = 0.5 + random.uniform();
    const double power = (random.uniform() - 0.5) * 2000;
    const double reference = std::pow(base, power);
    if (reference < 1e-304 || reference > 1e304) continue;
    ++compared;
    worst = std::max(worst, relative_error(writepath::pow(base, power), reference));
  }
  CHECK(compared > 200'000);
  CHECK(worst < tolerance);
  CHECK(relative_error(writepath::pow(1 + 1e-13, 1e15), std::pow(1 + 1e-13, 1e15)) < tolerance);
  CHECK(writepath::pow(2, 10) == Approx(1024).epsilon(1e-15));
  CHECK(writepath::pow(3, 0) == 1);
  CHECK(writepath::pow(0, 0) == 1);
  CHECK(writepath::pow(0, 2) == 0);
  CHECK(writepath::pow(0, -2) == infinity);
  CHECK(writepath::pow(10, 400) == infinity);
  CHECK(writepath::pow(10, -400) == 0);
  CHECK(writepath::pow(1, 1e300) == 1);
  CHECK(writepath::pow(1.5, 1e300) == infinity);
  CHECK(writepath::pow(infinity, -1) == 0);
  CHECK(std::isnan(writepath::pow(-2, 2)));
}

TEST_CASE("known bits: the same on every processor and compiler", "[math]") {
  // A change here changes every result of every scenario.
  std::uint64_t hash = 0;
  RandomStream random(42, "bits");
  for (int i = 0; i < 10'000; ++i) {
    const double u = random.uniform();
    for (const double value : {writepath::log(u), writepath::exp(10 * u), writepath::pow(u, 1.7)})
      hash = writepath::mix64(hash ^ std::bit_cast<std::uint64_t>(value));
  }
  CHECK(hash == 0xe5fe04e8d1276188);
}
