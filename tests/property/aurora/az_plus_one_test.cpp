// "Losing an entire AZ and one additional node without losing data" (SIGMOD 2017, S2.1): whatever
// fails within that, and whatever the instances believe meanwhile, nothing acknowledged is lost,
// every check holds, and the broken models do not get by.
#include <cstdlib>

#include "tests/catch.hpp"
#include "tests/property/aurora/random_plan.hpp"
#include "tests/support/broken_models.hpp"
#include "tests/support/whole_run.hpp"

using namespace writepath;
using namespace writepath::test;

namespace {

constexpr std::uint64_t plans = 300;

/// What the run's checks and counts have against it; empty: nothing.
std::string trouble(const std::string& model, const AuroraText& scenario, std::uint64_t seed) {
  RunOptions options;
  options.seed = seed;
  const RunSummary run = run_text_with(all_models(), scenario.text(), "aurora",
                                       {"/architectures/aurora/model=\"" + model + "\""}, options);
  std::string found;
  for (const CheckResult& c : run.checks)
    if (c.verdict == CheckResult::Verdict::broken) found += c.name + ": " + c.witness + "\n";
  if (value_of(run, "commits_lost") > 0) found += "commits lost\n";
  return found;
}

}  // namespace

TEST_CASE("Within AZ+1 nothing acknowledged is lost", "[property][aurora]") {
  const char* const from = std::getenv("WRITEPATH_FIRST_PLAN");
  const std::uint64_t first = from == nullptr ? 1 : std::strtoull(from, nullptr, 10);
  for (std::uint64_t seed = first; seed < first + plans; ++seed) {
    AuroraText scenario = small_aurora();
    PlanWriter writer(seed);
    scenario.faults = seed % 4 == 0 ? writer.consecutive_plan() : writer.plan();
    INFO("plan " << seed << ": " << scenario.faults);
    CHECK(trouble("aurora_quorum", scenario, seed) == "");
  }
}

namespace {

/// How many plans it takes to catch the model; more than `plans`: it got by.
std::uint64_t plans_until_caught(const std::string& model, AuroraText scenario, bool consecutive) {
  for (std::uint64_t seed = 1; seed <= plans; ++seed) {
    PlanWriter writer(seed);
    scenario.faults = consecutive ? writer.consecutive_plan() : writer.plan();
    if (!trouble(model, scenario, seed).empty()) return seed;
  }
  return plans + 1;
}

}  // namespace

TEST_CASE("Broken models fall within a few hundred random plans", "[property][aurora]") {
  AuroraText lossy = small_aurora();
  lossy.options = R"({"storage": {"boxcar_loss_probability": 0.2}, )" +
                  lossy.options.substr(lossy.options.find('{') + 1);
  CHECK(plans_until_caught("aurora_vdl_past_vcl", lossy, false) <= 50);
  CHECK(plans_until_caught("aurora_no_epoch_check", small_aurora(), false) <= 100);
  CHECK(plans_until_caught("aurora_acks_at_3_of_6", small_aurora(), true) <= plans);
}
