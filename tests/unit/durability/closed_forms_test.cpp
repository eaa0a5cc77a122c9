// Chains against what can be written down.
#include "sim/durability/closed_forms.hpp"

#include <cmath>
#include <limits>

#include "sim/durability/chain.hpp"
#include "sim/durability/numbers.hpp"
#include "tests/catch.hpp"
#include "tests/unit/durability/fixtures.hpp"

using namespace writepath::durability;

namespace {

Spec disks_alone(double per_year, double repair_s) {
  Spec spec = rare();
  spec.rates = {per_year, 0, 300, 0, 14'400, 0};
  spec.detect_s = repair_s;
  spec.segment_gb = 1e-9;
  return spec;
}

Chain chain(const Spec& spec, const Placement& placement, Measure measure) {
  return *chain_of(spec, placement, measure);
}

}  // namespace

TEST_CASE("one copy: the exponential distribution") {
  for (const double rate : {1e-9, 0.01, 0.5, 3.0}) {
    const Chain c = chain(disks_alone(rate, 10), in_one_az(1, 1), Measure::data);
    CHECK(loss_probability(c, year_s) == Approx(-std::expm1(-rate)).epsilon(2e-5));
    CHECK(mean_time_to_loss_s(c) == Approx(year_s / rate).epsilon(1e-12));
  }
}

TEST_CASE("two copies: the two exponentials of the 1-out-of-2 system with repair") {
  for (const double repair_s : {10.0, 1e5, 3e6}) {
    const Spec spec = disks_alone(1.5, repair_s);
    const double fail = 1.5 / year_s, repair = 1 / (repair_s + 8e-10);
    const double sum = 3 * fail + repair, root = std::sqrt(sum * sum - 8 * fail * fail);
    const double fast = (sum + root) / 2, slow = 2 * fail * fail / fast;
    const double alive =
        (fast * std::exp(-slow * year_s) - slow * std::exp(-fast * year_s)) / (fast - slow);
    const Chain c = chain(spec, in_one_az(2, 1), Measure::data);
    CHECK(loss_probability(c, year_s) == Approx(1 - alive).epsilon(1e-4));
  }
}

TEST_CASE("identical copies: the birth-death process's mean time to loss") {
  for (int copies = 1; copies <= 6; ++copies)
    for (int lost = 1; lost <= copies; ++lost) {
      const Chain c =
          chain(disks_alone(0.05, 3'600), in_one_az(copies, copies - lost + 1), Measure::data);
      const double expected = birth_death_mean_s(copies, lost, 0.05 / year_s, 1 / (3'600 + 8e-10));
      CHECK(mean_time_to_loss_s(c) == Approx(expected).epsilon(1e-9));
      if (expected > 100 * year_s)
        CHECK(loss_probability(c, year_s) == Approx(year_s / expected).epsilon(0.01));
    }
}

TEST_CASE("what never fails is never lost") {
  const Chain c = chain(disks_alone(0, 10), four_of_six(), Measure::read_quorum);
  CHECK(loss_probability(c, year_s) == 0);
  CHECK(mean_time_to_loss_s(c) == std::numeric_limits<double>::infinity());
}

TEST_CASE("the papers' envelope is the chain's first order, where AZs do not overlap") {
  Spec spec = rare();
  spec.rates.az_outages_per_year = 1e-9;
  for (const Placement& p : {two_of_three(), four_of_six(), full_and_tail()})
    for (const Measure m : {Measure::write_quorum, Measure::read_quorum}) {
      INFO(p.name << " " << name_of(m));
      CHECK(loss_probability(chain(spec, p, m), year_s) ==
            Approx(envelope(spec, p, m)).epsilon(0.01));
    }
}

TEST_CASE("two failures in the same ten seconds, and an AZ: SIGMOD 2017, S2.2, by hand") {
  Spec spec = rare();
  spec.rates = {0.01, 0, 300, 0.1, 14'400, 0};
  // An AZ out of three for 4 h, of the 4 copies left any 2 within 10 s; or both within the 10 s
  // before the AZ fails.
  const double fail = 0.01 / year_s;
  const double pairs = 4 * fail * 3 * fail * 10;
  const double by_hand = 3 * 0.1 * (14'400 * pairs + 6 * fail * 10 * fail * 10);
  const double four_at_once = 15 * 4 * fail * std::pow(fail * 10, 3) * year_s;
  CHECK(envelope(spec, four_of_six(), Measure::read_quorum) ==
        Approx(by_hand + four_at_once).epsilon(1e-9));
}

TEST_CASE("constant durations have no chain") {
  Spec spec = rare();
  spec.shapes.repair = Shape::constant;
  CHECK_FALSE(chain_of(spec, four_of_six(), Measure::data));
}

TEST_CASE("small numbers keep their digits") {
  for (const double x : {1e-18, 1e-9, 9e-4, 1.1e-3, 0.3, -1e-12, -9e-4, -0.2}) {
    CHECK(writepath::durability::log1p(x) == Approx(std::log1p(x)).epsilon(1e-12));
    CHECK(writepath::durability::expm1(x) == Approx(std::expm1(x)).epsilon(1e-12));
  }
  CHECK(any_of(1e-20, 6'400) == Approx(6.4e-17));
  CHECK(any_of(0.5, 2) == Approx(0.75));
}
