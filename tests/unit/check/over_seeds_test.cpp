#include "sim/check/over_seeds.hpp"

#include "tests/catch.hpp"

using namespace writepath;

namespace {

/// `held` seeds that hold, then broken ones, then unjudged ones.
ExpectationOverSeeds judged_over(std::size_t held, std::size_t broken, std::size_t unjudged,
                                 std::optional<double> share = {},
                                 std::optional<double> confidence = {}) {
  Scenario scenario;
  scenario.expect.emplace_back();
  scenario.expect[0].in_at_least = share;
  scenario.expect[0].confidence = confidence;
  std::vector<ExpectationResult> results;
  for (std::size_t i = 0; i < held + broken + unjudged; ++i) {
    ExpectationResult result;
    result.seed = i;
    result.architecture = "aurora";
    result.verdict = i < held            ? ExpectationVerdict::holds
                     : i < held + broken ? ExpectationVerdict::broken
                                         : ExpectationVerdict::unjudged;
    results.push_back(result);
  }
  const auto all = over_seeds(scenario, results);
  REQUIRE(all.size() == 1);
  return all[0];
}

constexpr auto holds = ExpectationVerdict::holds, broken = ExpectationVerdict::broken,
               unjudged = ExpectationVerdict::unjudged;

}  // namespace

TEST_CASE("without a share an expectation must hold in every seed") {
  CHECK(judged_over(20, 0, 0).verdict == holds);
  CHECK(judged_over(19, 1, 0).verdict == broken);
  CHECK(judged_over(18, 1, 1).verdict == broken);
  CHECK(judged_over(19, 0, 1).verdict == unjudged);
  const auto over = judged_over(18, 1, 1);
  CHECK(over.reason == "held in 18 of 20 seeds (1 could not be judged)");
  CHECK(over.failing.size() == 2);
}

TEST_CASE("a share counts what could not be judged for neither side") {
  CHECK(judged_over(9, 1, 0, 0.9).verdict == holds);
  CHECK(judged_over(8, 2, 0, 0.9).verdict == broken);
  CHECK(judged_over(8, 1, 1, 0.9).verdict == unjudged);
  CHECK(judged_over(7, 1, 2, 0.7).verdict == holds);
}

TEST_CASE("a chance is claimed when Clopper and Pearson's bound says so") {
  // All of n: the bound is 0.05^(1/n); 0.95 from 59 on.
  CHECK(judged_over(58, 0, 0, 0.95, 0.95).verdict == unjudged);
  CHECK(judged_over(59, 0, 0, 0.95, 0.95).verdict == holds);
  // 8 of 10, one-sided 95 %: 0.493 to 0.963.
  CHECK(judged_over(8, 2, 0, 0.49, 0.95).verdict == holds);
  CHECK(judged_over(8, 2, 0, 0.50, 0.95).verdict == unjudged);
  CHECK(judged_over(8, 2, 0, 0.97, 0.95).verdict == broken);
  // The two unjudged seeds could have held.
  CHECK(judged_over(8, 0, 2, 0.97, 0.95).verdict == unjudged);
}
