// Simulation against the closed form: both must be right to agree. All seeds are fixed.
#include <cmath>

#include "sim/durability/simulate.hpp"
#include "sim/durability/solve.hpp"
#include "tests/catch.hpp"
#include "tests/unit/durability/fixtures.hpp"

using namespace writepath::durability;

namespace {

double exact(const Spec& spec, const Placement& placement, Measure measure) {
  return by_closed_form(spec, placement, measure)->chance.probability;
}

/// Distance in half-widths of the 95 % interval: 1 is its edge, 1.7 once in a thousand.
double distance(const Estimate& e, double truth) {
  return std::abs(e.probability - truth) / ((e.high - e.low) / 2);
}

void agrees(const Spec& spec, const Placement& placement, Measure measure) {
  const double truth = exact(spec, placement, measure);
  const Estimate e = by_importance_sampling(spec, placement, measure);
  INFO(placement.name << " " << name_of(measure) << ": exact " << truth << ", simulated "
                      << e.probability << " [" << e.low << ", " << e.high << "]");
  CHECK(distance(e, truth) < 1.7);
  CHECK(e.high - e.low < 1.2 * e.probability);  // else it would agree with anything
}

}  // namespace

TEST_CASE("importance sampling agrees with the closed form, frequent losses") {
  for (const Placement& p : {two_of_three(), four_of_six(), full_and_tail()})
    for (const Measure m : {Measure::write_quorum, Measure::read_quorum, Measure::data})
      agrees(frequent(), p, m);
  agrees(rare(), two_of_three(), Measure::every_copy);
}

TEST_CASE("importance sampling agrees with the closed form down to 1e-26") {
  for (const Placement& p : {two_of_three(), four_of_six()})
    for (const Measure m : {Measure::write_quorum, Measure::read_quorum, Measure::data})
      agrees(rare(), p, m);
}

TEST_CASE("importance sampling agrees with the closed form where outages destroy") {
  Spec spec = rare();
  spec.rates.az_outage_destroys = 1;
  agrees(spec, four_of_six(), Measure::data);
  spec.rates.az_outage_destroys = 0.01;
  agrees(spec, two_of_three(), Measure::data);
  spec.crashes_are_repaired = false;
  agrees(spec, four_of_six(), Measure::read_quorum);
}

TEST_CASE("a repair rate that is wrong does not agree") {
  Spec spec = rare();
  spec.rates.az_outages_per_year = 0;
  spec.simulation.relative_error = 0.05;
  spec.simulation.max_replications = 200;
  const double truth = exact(spec, four_of_six(), Measure::read_quorum);
  CHECK(distance(by_importance_sampling(spec, four_of_six(), Measure::read_quorum), truth) < 1.7);
  spec.detect_s += 5;  // 15 s in place of 10
  CHECK(distance(by_importance_sampling(spec, four_of_six(), Measure::read_quorum), truth) > 3);
}

TEST_CASE("plain simulation agrees where it sees losses") {
  for (const Measure m : {Measure::write_quorum, Measure::read_quorum, Measure::data}) {
    const double truth = exact(frequent(), two_of_three(), m);
    const Estimate e = by_plain_simulation(frequent(), two_of_three(), m);
    INFO(name_of(m) << ": " << truth << ", " << e.low << " to " << e.high);
    CHECK(distance(e, truth) < 1.7);
  }
}

TEST_CASE("constant durations: importance sampling agrees with plain simulation") {
  Spec spec = frequent();
  spec.shapes = {Shape::constant, Shape::constant, Shape::constant};
  for (const Measure m : {Measure::write_quorum, Measure::data}) {
    const Estimate a = by_importance_sampling(spec, four_of_six(), m);
    const Estimate b = by_plain_simulation(spec, four_of_six(), m);
    INFO(name_of(m) << ": " << a.probability << ", " << b.probability);
    const double both = std::hypot((a.high - a.low) / 2, (b.high - b.low) / 2);
    CHECK(std::abs(a.probability - b.probability) < 1.7 * both);
  }
}

TEST_CASE("to first order the mean alone of a repair counts") {
  Spec spec = rare();
  spec.rates.az_outages_per_year = 0;
  const double truth = exact(spec, two_of_three(), Measure::data);
  spec.shapes.repair = Shape::constant;
  const Estimate e = by_importance_sampling(spec, two_of_three(), Measure::data);
  CHECK(e.probability == Approx(truth).epsilon(0.05));
}

TEST_CASE("the intervals hold the truth 95 times of 100: 200 seeds") {
  Spec spec = frequent();
  spec.simulation.paths = 8;
  spec.simulation.trajectories = 4;
  spec.simulation.max_replications = spec.simulation.min_replications;
  const double truth = exact(spec, two_of_three(), Measure::write_quorum);
  int held = 0;
  for (spec.seed = 1; spec.seed <= 200; ++spec.seed) {
    const Estimate e = by_importance_sampling(spec, two_of_three(), Measure::write_quorum);
    held += e.low <= truth && truth <= e.high;
  }
  CHECK(held >= 180);  // 190 in the mean, 3 in standard deviation
  CHECK(held <= 199);
}

TEST_CASE("the same question has the same answer, whatever is asked beside it") {
  Spec spec = rare();
  spec.method = Method::importance_sampling;
  spec.simulation.max_replications = 10;
  spec.placements = {two_of_three(), four_of_six()};
  const Answers both = solve(spec, {});
  spec.placements = {four_of_six()};
  const Answers one = solve(spec, {});
  CHECK(both.points[0].placements[1].answers[0].chance.probability ==
        one.points[0].placements[0].answers[0].chance.probability);
}
