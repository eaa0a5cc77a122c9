// Many protection groups: alone they fail by themselves, and AZs strike all of them.
#include <cmath>

#include "sim/durability/numbers.hpp"
#include "sim/durability/solve.hpp"
#include "tests/catch.hpp"
#include "tests/unit/durability/fixtures.hpp"

using namespace writepath::durability;

namespace {

Spec volume_of(Spec spec, double groups) {
  spec.volume_gb = groups * spec.segment_gb;
  return spec;
}

}  // namespace

TEST_CASE("64 TB are 6,400 protection groups of six segments of 10 GB: SIGMOD 2018, S4") {
  Spec spec = rare();
  spec.volume_gb = 64'000;
  CHECK(spec.groups() == 6'400);
  CHECK(spec.groups() * 6 == 38'400);
}

TEST_CASE("without AZ outages groups are independent: closed form and simulation") {
  Spec spec = rare();
  spec.rates.az_outages_per_year = 0;
  const double one = by_closed_form(spec, two_of_three(), Measure::read_quorum)->chance.probability;
  const Spec many = volume_of(spec, 6'400);
  const double all = by_closed_form(many, two_of_three(), Measure::read_quorum)->chance.probability;
  CHECK(all == Approx(any_of(one, 6'400)));
  const Estimate e = by_importance_sampling(many, two_of_three(), Measure::read_quorum);
  CHECK(std::abs(e.probability - all) < 1.7 * (e.high - e.low) / 2);
}

TEST_CASE("with AZ outages a volume has no closed form, and counting groups agrees") {
  const Spec spec = volume_of(frequent(), 5);
  CHECK_FALSE(by_closed_form(spec, four_of_six(), Measure::data));
  for (const Measure m : {Measure::write_quorum, Measure::read_quorum}) {
    const Estimate a = by_importance_sampling(spec, four_of_six(), m);
    const Estimate b = by_plain_simulation(spec, four_of_six(), m);
    INFO(name_of(m) << ": " << a.probability << ", " << b.probability);
    const double both = std::hypot((a.high - a.low) / 2, (b.high - b.low) / 2);
    CHECK(std::abs(a.probability - b.probability) < 1.7 * both);
  }
}

TEST_CASE("an outage that takes a quorum takes it from every group at once") {
  Spec spec = rare();
  spec.rates = {0, 0, 300, 0.1, 14'400, 0};
  const Placement one_az = in_one_az(3, 2);
  const double group = by_closed_form(spec, one_az, Measure::read_quorum)->chance.probability;
  CHECK(group == Approx(1 - std::exp(-0.1)).epsilon(1e-4));
  const Estimate e = by_importance_sampling(volume_of(spec, 6'400), one_az, Measure::read_quorum);
  CHECK(e.probability == Approx(group).epsilon(1e-3));  // not 1 - (1 - p)^6400, which is 1
}

TEST_CASE("a volume's chance lies between a group's and that of independent groups") {
  const Spec spec = rare();
  const double group =
      by_closed_form(spec, two_of_three(), Measure::read_quorum)->chance.probability;
  const Estimate e =
      by_importance_sampling(volume_of(spec, 6'400), two_of_three(), Measure::read_quorum);
  CHECK(e.low > group);
  CHECK(e.high < 0.5 * any_of(group, 6'400));  // the AZs' outages, 0.26 a year, bound it
}
