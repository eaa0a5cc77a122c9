#include "sim/explore/judge.hpp"

#include "sim/explore/report.hpp"
#include "tests/catch.hpp"
#include "tests/unit/explore/plans.hpp"

using namespace writepath;
using namespace writepath::test;

namespace {

const Promise quorum{.over = Promise::Over::storage,
                     .keeps = {.nodes = 3, .azs = 1, .beside_az = 1},
                     .missing_is_dead = false,
                     .writes = {.nodes = 2, .azs = 1, .beside_az = 0},
                     .one_primary = true,
                     .reads_are_kept = true,
                     .void_if = ""};
const Promise semi_sync{.over = Promise::Over::servers,
                        .keeps = {.nodes = 1, .azs = 1, .beside_az = {}},
                        .missing_is_dead = true,
                        .writes = {.nodes = 2, .azs = 2, .beside_az = {}},
                        .one_primary = false,
                        .reads_are_kept = false,
                        .void_if = "semi_sync_fallbacks"};

/// All faults struck, and commits went on after them.
struct Case {
  Scenario played = base_scenario();
  RunSummary run;

  explicit Case(std::vector<FaultSpec> faults) {
    played.faults = std::move(faults);
    for (const FaultSpec& fault : played.faults)
      run.faults.push_back({.id = fault.id, .kind = "", .metrics = {}});
  }
  Case& with(const char* metric, double value) {
    run.metrics.push_back({metric, value});
    return *this;
  }
  Case& broken(const char* check, const char* witness) {
    run.checks.push_back({CheckResult::Verdict::broken, check, witness});
    return *this;
  }
  std::vector<Finding> judged(const Promise& promise) const { return judge(run, played, promise); }
};

}  // namespace

TEST_CASE("nothing happened: nothing is found") {
  CHECK(Case({primary_crash(5)}).with("commits_lost", 0).judged(quorum).empty());
}

TEST_CASE("a loss is against the promise only within what it covers") {
  const auto lost = Case({az_outage(5, "c", 1)}).with("commits_lost", 3).judged(quorum);
  REQUIRE(lost.size() == 1);
  CHECK(lost[0].kind == FindingKind::loses_acknowledged);
  CHECK(lost[0].against_promise);
  CHECK(lost[0].amount == 3);
  CHECK_FALSE(Case({az_outage(5, "c", 1), az_outage(5.5, "b", 1)})
                  .with("commits_lost", 3)
                  .judged(quorum)[0]
                  .against_promise);
}

TEST_CASE("a fault that struck nobody does not excuse a loss") {
  Case both({az_outage(5, "c", 1), az_outage(5.5, "b", 1)});
  both.run.faults[1].applicable = false;
  CHECK(both.with("commits_lost", 3).judged(quorum)[0].against_promise);
}

TEST_CASE("a fall-back voids the promise of semi-synchronous replication") {
  Case lost({primary_crash(5)});
  lost.with("commits_lost", 1);
  CHECK(lost.judged(semi_sync)[0].against_promise);
  lost.with("semi_sync_fallbacks", 1);
  CHECK_FALSE(lost.judged(semi_sync)[0].against_promise);
}

TEST_CASE("who fences nobody promises nothing of a primary that lives on out of sight") {
  FaultSpec cut = az_outage(5, "a", 1);
  cut.kind = FaultKind::partition;
  Case lost({cut});
  lost.with("commits_lost", 1);
  CHECK_FALSE(lost.judged(semi_sync)[0].against_promise);
  CHECK(lost.judged(quorum)[0].against_promise);
}

TEST_CASE("writes stop: against the promise unless too much is gone for good") {
  FaultSpec gone = storage_crash(5, "a", 0, 1);
  gone.restart_after_s.reset();
  Case some({gone, az_outage(6, "b", 1)});
  some.run.faults[1].censored = true;
  const auto found = some.judged(quorum);
  REQUIRE(found.size() == 1);
  CHECK(found[0].kind == FindingKind::stops_writes);
  CHECK(found[0].against_promise);

  FaultSpec dark = az_outage(6, "b", 1);
  dark.duration_s.reset();
  Case more({gone, dark});
  more.run.faults[1].censored = true;
  CHECK_FALSE(more.judged(quorum)[0].against_promise);
}

TEST_CASE("a read of what is lost is told from a replica that shows too much") {
  Case read({primary_crash(5)});
  read.broken("visibility", "a read at w, done at 5 s, saw epoch 0 position 7, which was lost");
  CHECK(read.judged(quorum)[0].kind == FindingKind::phantom_read);
  Case shows({primary_crash(5)});
  shows.broken("visibility", "r at 5 s shows epoch 0 position 9, durable is 8");
  const auto found = shows.judged(quorum);
  REQUIRE(found.size() == 1);
  CHECK(found[0].kind == FindingKind::check_broken);
  CHECK(found[0].against_promise);
}

TEST_CASE("stale reads count where every read goes to the primary") {
  Case stale({primary_crash(5)});
  stale.with("stale_read_fraction", 0.1);
  CHECK(stale.judged(quorum)[0].kind == FindingKind::stale_read);
  stale.played.workload.reads[0].target = ReadLoad::Target::replicas;
  CHECK(stale.judged(quorum).empty());
}

TEST_CASE("findings pass from process to process") {
  const std::vector<Finding> findings{
      {FindingKind::stops_writes, true, 2.5, "no \"commit\" after fault x"},
      {FindingKind::check_broken, false, 1, "order: \n"}};
  const std::vector<Finding> back = findings_from_line(to_line(findings));
  REQUIRE(back.size() == 2);
  CHECK(back[0].kind == FindingKind::stops_writes);
  CHECK(back[0].against_promise);
  CHECK(back[0].amount == 2.5);
  CHECK(back[0].what == findings[0].what);
  CHECK(back[1].what == findings[1].what);
  CHECK(findings_from_line(to_line({})).empty());
}

TEST_CASE("the scenario that reproduces has its finding as expectation, and one architecture") {
  Scenario base = base_scenario();
  base.architectures.resize(2);
  base.architectures[0].name = "one";
  base.architectures[1].name = "two";
  Smallest smallest;
  smallest.finding = {FindingKind::loses_acknowledged, true, 3, "3 acknowledged transactions lost"};
  smallest.found_in = 17;
  smallest.plan.duration_s = 20;
  smallest.plan.load.weights = {1};
  smallest.plan.faults = {primary_crash(5)};
  Exploration exploration;
  exploration.seed = 4;
  const Scenario scenario = reproducing(smallest, exploration, "two", base);
  CHECK(scenario.name == "base-two-loses_acknowledged");
  REQUIRE(scenario.architectures.size() == 1);
  CHECK(scenario.architectures[0].name == "two");
  REQUIRE(scenario.expect.size() == 1);
  CHECK(scenario.expect[0].metric == "commits_lost");
  CHECK(scenario.expect[0].more_than == 0);
  CHECK(scenario.question.find("plan 17 of seed 4") != std::string::npos);
}
