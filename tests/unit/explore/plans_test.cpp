#include "tests/unit/explore/plans.hpp"

#include <algorithm>
#include <set>

#include "sim/explore/draw_plan.hpp"
#include "sim/explore/report.hpp"
#include "sim/explore/shrink.hpp"
#include "sim/explore/simpler.hpp"
#include "tests/catch.hpp"

using namespace writepath;
using namespace writepath::test;

namespace {
std::string text_of(const Plan& plan) {
  std::string text = std::to_string(plan.run_seed) + " " + std::to_string(plan.load.rate);
  for (const FaultSpec& fault : plan.faults) text += "\n" + fault.id + " " + words_of(fault);
  return text;
}
Budget whole_budget() {
  Budget budget;
  budget.kinds = all_fault_kinds();
  return budget;
}
}  // namespace

TEST_CASE("a plan depends on its seed and number alone") {
  const Scenario base = base_scenario();
  const Budget budget = whole_budget();
  std::set<std::string> texts;
  for (std::uint64_t i = 0; i < 200; ++i) {
    const std::string text = text_of(draw_plan(base, budget, 1, i));
    CHECK(text == text_of(draw_plan(base, budget, 1, i)));
    CHECK(text != text_of(draw_plan(base, budget, 2, i)));
    texts.insert(text);
  }
  CHECK(texts.size() == 200);
}

TEST_CASE("plans keep their budget, begin after the warm-up and end in time") {
  const Scenario base = base_scenario();
  Budget budget = whole_budget();
  for (const bool within_it : {false, true}) {
    budget.within_az_plus_one = within_it;
    std::set<FaultKind> kinds;
    std::size_t most = 0;
    for (std::uint64_t i = 0; i < 1000; ++i) {
      const Plan plan = draw_plan(base, budget, 7, i);
      REQUIRE(allows(budget, plan.faults));
      REQUIRE_FALSE(plan.faults.empty());
      most = std::max(most, plan.faults.size());
      for (const FaultSpec& fault : plan.faults) {
        kinds.insert(fault.kind);
        CHECK(fault.at_s >= base.warmup_s);
        CHECK(fault.at_s <= 11);                          // 2 + 18 / 2
        CHECK(over_s(fault).value_or(0) <= 14.6 + 1e-9);  // 2 + 0.7 x 18
      }
    }
    CHECK(kinds.size() == all_fault_kinds().size());
    CHECK(most == budget.max_faults);
  }
}

TEST_CASE("a plan's load is the scenario's times its factors") {
  Plan plan = draw_plan(base_scenario(), whole_budget(), 1, 0);
  plan.load = {.rate = 2, .reads = 0.5, .weights = {3}};
  const Scenario played = scenario_of(plan, base_scenario());
  CHECK(played.workload.clients[0].open_loop->rate_per_s == 200);
  CHECK(played.workload.reads[0].rate_per_s == 5);
  CHECK(played.workload.transactions[0].weight == 3);
  CHECK(played.seed == plan.run_seed);
  CHECK(played.faults.size() == plan.faults.size());
}

TEST_CASE("shrinking ends at what the finding needs, whatever else the plan had") {
  const Scenario base = base_scenario();
  Plan plan;
  plan.duration_s = base.duration_s;
  plan.run_seed = 5;
  plan.load = {.rate = 2, .reads = 2, .weights = {0.5}};
  plan.faults = {az_outage(3.217, "a", 2.5), storage_crash(4.111, "b", 1, 0.3),
                 primary_crash(7.777), az_outage(8.9, "c", 1.4)};
  // Needs the storage node's crash for a fifth of a second, and the load as it is at least.
  std::size_t runs = 0;
  const StillShows shows = [&](const std::vector<Plan>& plans) {
    std::vector<bool> result;
    for (const Plan& p : plans) {
      ++runs;
      result.push_back(p.load.rate >= 1 &&
                       std::any_of(p.faults.begin(), p.faults.end(), [](const FaultSpec& f) {
                         return f.target.role == NodeRole::storage && *f.restart_after_s >= 0.2;
                       }));
    }
    return result;
  };
  const Shrunk shrunk = shrink(plan, base, shows, 500);
  REQUIRE(shrunk.plan.faults.size() == 1);
  const FaultSpec& left = shrunk.plan.faults[0];
  CHECK(left.id == "crash-b1");
  CHECK(left.at_s == 4);
  CHECK(*left.restart_after_s == 0.2);
  CHECK(left.crash == CrashKind::process);
  CHECK(shrunk.plan.load.rate == 1);
  CHECK(shrunk.plan.load.weights == std::vector<double>{1});
  CHECK(shrunk.plan.run_seed == base.seed);
  CHECK(shrunk.tried == runs);
  CHECK(shrunk.tried < 150);
}

TEST_CASE("shrinking stops at its limit, and ends for everything that could be asked of it") {
  const Scenario base = base_scenario();
  const StillShows always = [](const std::vector<Plan>& plans) {
    return std::vector<bool>(plans.size(), true);
  };
  Budget budget = whole_budget();
  budget.max_faults = budget.max_at_once = 6;
  for (std::uint64_t i = 0; i < 100; ++i) {
    const Plan plan = draw_plan(base, budget, 3, i);
    CHECK(shrink(plan, base, always, 3).tried <= 3);
    const Shrunk shrunk = shrink(plan, base, always, 100'000);
    CHECK(shrunk.tried < 2000);
    CHECK(shrunk.plan.faults.size() == 1);
    CHECK(simpler_plans(shrunk.plan, base).empty());
  }
}
