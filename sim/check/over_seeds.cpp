#include "sim/check/over_seeds.hpp"

#include <algorithm>
#include <charconv>

#include "sim/stats/intervals.hpp"

namespace writepath {
namespace {

std::string percent(double share) {
  char text[40];
  const auto end =
      std::to_chars(text, text + sizeof text, share * 100, std::chars_format::general, 4);
  return std::string(text, end.ptr) + " %";
}

/// Seeds that would do if the expectation held in all of them.
std::size_t least_seeds(double chance, double confidence) {
  double all = chance;  // chance of holding in every one, for a chance that just misses
  std::size_t seeds = 1;
  for (; all > 1 - confidence && seeds < 1'000'000; ++seeds) all *= chance;
  return seeds;
}

void judge_by_all(ExpectationOverSeeds& e) {
  e.verdict = e.broken > 0        ? ExpectationVerdict::broken
              : e.held == e.seeds ? ExpectationVerdict::holds
                                  : ExpectationVerdict::unjudged;
}

void judge_by_share(ExpectationOverSeeds& e, double wanted) {
  const auto seeds = static_cast<double>(e.seeds);
  // A share of 0.9 asks for 9 in 10, though 0.9 x 10 is not 9 in every arithmetic.
  const double needed = wanted * seeds * (1 - 1e-12);
  const auto could = static_cast<double>(e.seeds - e.broken);
  e.verdict = static_cast<double>(e.held) >= needed ? ExpectationVerdict::holds
              : could < needed                      ? ExpectationVerdict::broken
                                                    : ExpectationVerdict::unjudged;
  e.reason += ", needed in " + percent(wanted);
}

void judge_by_chance(ExpectationOverSeeds& e, double wanted, double confidence) {
  const double at_least = stats::chance_at_least(e.held, e.seeds, confidence);
  const double at_most = stats::chance_at_most(e.seeds - e.broken, e.seeds, confidence);
  const std::string sure = " with " + percent(confidence) + " confidence";
  if (at_least >= wanted) {
    e.verdict = ExpectationVerdict::holds;
    e.reason += ": the chance is at least " + percent(at_least) + sure;
  } else if (at_most < wanted) {
    e.verdict = ExpectationVerdict::broken;
    e.reason += ": the chance is at most " + percent(at_most) + sure;
  } else {
    e.verdict = ExpectationVerdict::unjudged;
    e.reason += ": too few to say that the chance is at least " + percent(wanted) + sure +
                " (that takes " + std::to_string(least_seeds(wanted, confidence)) +
                " seeds when all hold)";
  }
}

void judge(ExpectationOverSeeds& e, const Scenario& scenario) {
  e.reason = "held in " + std::to_string(e.held) + " of " + std::to_string(e.seeds) +
             (e.seeds == 1 ? " seed" : " seeds");
  const std::size_t unjudged = e.seeds - e.held - e.broken;
  if (unjudged > 0) e.reason += " (" + std::to_string(unjudged) + " could not be judged)";
  const Expectation expectation =
      e.index < scenario.expect.size() ? scenario.expect[e.index] : Expectation{};
  if (!expectation.in_at_least)
    judge_by_all(e);
  else if (!expectation.confidence)
    judge_by_share(e, *expectation.in_at_least);
  else
    judge_by_chance(e, *expectation.in_at_least, *expectation.confidence);
}

}  // namespace

std::vector<ExpectationOverSeeds> over_seeds(const Scenario& scenario,
                                             const std::vector<ExpectationResult>& results) {
  std::vector<ExpectationOverSeeds> all;
  for (const ExpectationResult& result : results) {
    auto found = std::find_if(all.begin(), all.end(), [&](const ExpectationOverSeeds& e) {
      return e.index == result.index && e.architecture == result.architecture;
    });
    if (found == all.end()) {
      all.push_back({result.index, result.architecture, result.text, result.because});
      found = all.end() - 1;
    }
    ++found->seeds;
    found->held += result.verdict == ExpectationVerdict::holds;
    found->broken += result.verdict == ExpectationVerdict::broken;
    if (result.verdict != ExpectationVerdict::holds) found->failing.push_back(result);
  }
  for (ExpectationOverSeeds& e : all) judge(e, scenario);
  std::stable_sort(all.begin(), all.end(),
                   [](const auto& a, const auto& b) { return a.index < b.index; });
  return all;
}

}  // namespace writepath
