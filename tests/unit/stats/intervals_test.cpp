// Quantiles and intervals against published tables and pencil.
#include "sim/stats/intervals.hpp"

#include <cmath>
#include <vector>

#include "sim/stats/beta.hpp"
#include "tests/catch.hpp"

using namespace writepath::stats;

TEST_CASE("log Gamma at integers and halves", "[stats]") {
  CHECK(std::fabs(log_gamma(1)) < 1e-13);
  CHECK(std::fabs(log_gamma(0.5) - 0.5 * std::log(M_PI)) < 1e-13);
  double factorial = 1;
  for (int n = 2; n < 100; ++n) {
    factorial *= n - 1;
    CHECK(std::fabs(log_gamma(n) - std::log(factorial)) < 1e-11);
  }
}

TEST_CASE("incomplete beta where it is elementary", "[stats]") {
  for (const double x : {0.01, 0.3, 0.5, 0.9, 0.999}) {
    CHECK(std::fabs(incomplete_beta(1, 1, x) - x) < 1e-14);
    CHECK(std::fabs(incomplete_beta(3, 1, x) - x * x * x) < 1e-14);
    CHECK(std::fabs(incomplete_beta(0.5, 0.5, x) - 2 / M_PI * std::asin(std::sqrt(x))) < 1e-13);
  }
}

TEST_CASE("Student's t as tables have it", "[stats]") {
  // NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2 (upper critical values).
  struct Row {
    std::size_t freedom;
    double t90, t95, t99;  // two-sided: columns 0.95, 0.975, 0.995
  };
  for (const Row& row :
       {Row{1, 6.314, 12.706, 63.657}, Row{2, 2.920, 4.303, 9.925}, Row{4, 2.132, 2.776, 4.604},
        Row{9, 1.833, 2.262, 3.250}, Row{19, 1.729, 2.093, 2.861}, Row{30, 1.697, 2.042, 2.750},
        Row{100, 1.660, 1.984, 2.626}}) {
    CHECK(std::fabs(student_t(0.90, row.freedom) - row.t90) <= 0.0005001);
    CHECK(std::fabs(student_t(0.95, row.freedom) - row.t95) <= 0.0005001);
    CHECK(std::fabs(student_t(0.99, row.freedom) - row.t99) <= 0.0005001);
  }
  // One degree of freedom is Cauchy's distribution: t = tan(pi/2 x confidence).
  CHECK(student_t(0.5, 1) == Approx(1).epsilon(1e-12));
  CHECK(student_t(0.999, 1) == Approx(std::tan(M_PI / 2 * 0.999)).epsilon(1e-9));
  // Two: t = c sqrt(2 / (1 - c^2)).
  CHECK(student_t(0.95, 2) == Approx(0.95 * std::sqrt(2 / (1 - 0.95 * 0.95))).epsilon(1e-12));
  // Many: the normal distribution's.
  CHECK(student_t(0.95, 1'000'000) == Approx(1.959964).epsilon(1e-5));
}

TEST_CASE("The mean's interval", "[stats]") {
  const std::vector<double> values{1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
  // Mean 5.5, variance 55/6, so 5.5 +- 2.262157 x sqrt(55/60).
  const auto interval = mean_interval(values, 0.95);
  REQUIRE(interval);
  CHECK(interval->low == Approx(5.5 - 2.262157 * std::sqrt(55. / 60)).epsilon(1e-6));
  CHECK(interval->high == Approx(5.5 + 2.262157 * std::sqrt(55. / 60)).epsilon(1e-6));
  CHECK_FALSE(mean_interval(std::vector<double>{1}, 0.95));
  CHECK_FALSE(mean_interval(std::vector<double>{}, 0.95));
  const std::vector<double> same(7, 0.1);
  const auto point = mean_interval(same, 0.95);
  CHECK(point->low == 0.1);
  CHECK(point->high == 0.1);
}

TEST_CASE("The median's interval by order statistics", "[stats]") {
  std::vector<double> values;
  const auto up_to = [&](int n) {
    values.clear();
    for (int i = n; i >= 1; --i) values.push_back(i);
    return median_interval(values, 0.95);
  };
  // Conover, Practical Nonparametric Statistics, and any table of binomial(n, 1/2): ranks and
  // exact confidence for 95 %.
  CHECK_FALSE(up_to(5));  // 1 - 2/32 = 0.9375
  CHECK(least_for_median(0.95) == 6);
  CHECK(least_for_median(0.99) == 8);
  CHECK(up_to(6)->confidence == Approx(0.96875));
  const auto ten = up_to(10);
  CHECK(ten->low == 2);
  CHECK(ten->high == 9);
  CHECK(ten->confidence == Approx(1 - 22. / 1024));
  const auto twenty = up_to(20);
  CHECK(twenty->low == 6);
  CHECK(twenty->high == 15);
  CHECK(twenty->confidence == Approx(0.9586).epsilon(1e-4));
  CHECK(median_of(values) == 10.5);
}

TEST_CASE("Clopper and Pearson's bounds", "[stats]") {
  // All n held: the bound is (1 - confidence)^(1/n); 59 runs say 95 % at 95 %.
  CHECK(chance_at_least(10, 10, 0.95) == Approx(std::pow(0.05, 0.1)).epsilon(1e-12));
  CHECK(chance_at_least(58, 58, 0.95) < 0.95);
  CHECK(chance_at_least(59, 59, 0.95) >= 0.95);
  CHECK(chance_at_least(0, 10, 0.95) == 0);
  CHECK(chance_at_most(10, 10, 0.95) == 1);
  CHECK(chance_at_most(0, 10, 0.95) == Approx(1 - std::pow(0.05, 0.1)).epsilon(1e-12));
  // One-sided 97.5 % each: the two-sided 95 % interval of 8 in 10 is 0.4439 to 0.9748.
  CHECK(chance_at_least(8, 10, 0.975) == Approx(0.44390).epsilon(1e-4));
  CHECK(chance_at_most(8, 10, 0.975) == Approx(0.97479).epsilon(1e-4));
}
