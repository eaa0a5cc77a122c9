#include "sim/explore/absences.hpp"

#include <cmath>

#include "sim/explore/budget.hpp"
#include "tests/catch.hpp"
#include "tests/unit/explore/plans.hpp"

using namespace writepath;
using namespace writepath::test;

namespace {
bool within(const std::vector<FaultSpec>& faults) {
  Budget budget;
  budget.max_faults = budget.max_at_once = 50;
  budget.within_az_plus_one = true;
  return allows(budget, faults);
}
}  // namespace

TEST_CASE("an AZ and one storage node more are within AZ+1, two are not") {
  const FaultSpec dark = az_outage(5, "c", 2);
  CHECK(within({dark, storage_crash(6, "b", 0, 0.5)}));
  CHECK_FALSE(within({dark, storage_crash(6, "b", 0, 0.5), storage_crash(6.2, "b", 1, 0.5)}));
  CHECK_FALSE(within({dark, storage_crash(6, "b", 0, 0.5), storage_crash(6.2, "a", 0, 0.5)}));
  CHECK_FALSE(within({dark, az_outage(6, "a", 0.1)}));
}

TEST_CASE("nodes of the dark AZ and faults on the same node count once") {
  CHECK(within({az_outage(5, "c", 2), storage_crash(5.5, "c", 0, 0.5),
                storage_crash(6, "c", 1, 0.5), storage_crash(6, "b", 0, 0.5)}));
  CHECK(
      within({az_outage(5, "c", 4), storage_crash(6, "b", 0, 0.5), storage_crash(7, "b", 0, 0.5)}));
  // Two of one AZ are less than the whole of it.
  CHECK(within(
      {storage_crash(5, "a", 0, 1), storage_crash(5, "a", 1, 1), storage_crash(5, "b", 0, 1)}));
  CHECK_FALSE(within(
      {storage_crash(5, "a", 0, 1), storage_crash(5, "b", 0, 1), storage_crash(5, "c", 0, 1)}));
}

TEST_CASE("what comes back counts until it has been told what it missed") {
  const double back = 5 + 1;
  const auto later = [&](double after) {
    return within({az_outage(5, "a", 1), az_outage(back + after, "b", 1)});
  };
  CHECK_FALSE(later(repair_s - 0.1));
  CHECK(later(repair_s + 0.1));
}

TEST_CASE("a disk that is lost, and a node that never comes back, count to the end") {
  FaultSpec lost = storage_crash(1, "a", 0, 0.5);
  lost.crash = CrashKind::loss;
  CHECK_FALSE(within({lost, az_outage(30, "b", 1), storage_crash(30.5, "c", 0, 0.1)}));
  CHECK(within({lost, az_outage(30, "b", 1)}));
  FaultSpec never_back = storage_crash(1, "a", 0, 0.5);
  never_back.restart_after_s.reset();
  CHECK_FALSE(within({never_back, az_outage(30, "b", 1), storage_crash(30.5, "c", 0, 0.1)}));
  const std::vector<Absence> absences = absences_of({lost}, Promise::Over::storage);
  REQUIRE(absences.size() == 1);
  CHECK(std::isinf(absences[0].until_s));
}

TEST_CASE("both ends of a partition may be missing, and instances are no storage nodes") {
  FaultSpec cut = storage_crash(5, "a", 0, 1);
  cut.kind = FaultKind::partition;
  cut.restart_after_s.reset();
  cut.duration_s = 1;
  cut.peer = storage_crash(5, "b", 0, 1).target;
  CHECK(absences_of({cut}, Promise::Over::storage).size() == 2);
  CHECK(absences_of({primary_crash(5)}, Promise::Over::storage).empty());
  CHECK(absences_of({primary_crash(5)}, Promise::Over::servers).size() == 1);
}

TEST_CASE("a clock, an endpoint and an operator take nothing away") {
  for (const FaultKind kind : {FaultKind::clock_jump, FaultKind::clock_drift,
                               FaultKind::endpoint_delay, FaultKind::planned_failover}) {
    FaultSpec fault = primary_crash(5);
    fault.kind = kind;
    CHECK(absences_of({fault}, Promise::Over::servers).empty());
  }
}

TEST_CASE("servers: one at a time, whatever its role is called") {
  const Extent one{.nodes = 1, .azs = 1, .beside_az = {}};
  const auto holds = [&](const std::vector<FaultSpec>& faults) {
    return is_within(absences_of(faults, Promise::Over::servers), one);
  };
  CHECK(holds({primary_crash(5)}));
  CHECK_FALSE(holds({primary_crash(5), primary_crash(5.1)}));  // another one has the role by then
  CHECK(holds({az_outage(5, "a", 1)}));
  CHECK_FALSE(holds({az_outage(5, "a", 1), az_outage(5.5, "b", 1)}));
  CHECK_FALSE(holds({az_outage(5, "a", 1), primary_crash(5.5)}));
}

TEST_CASE("faults that are in effect at once are counted, one without an end to the end") {
  Budget budget;
  budget.max_faults = 3;
  budget.max_at_once = 1;
  CHECK(allows(budget, {az_outage(1, "a", 1), az_outage(2, "a", 1)}));
  CHECK_FALSE(allows(budget, {az_outage(1, "a", 1), az_outage(1.9, "b", 1)}));
  FaultSpec never_back = primary_crash(1);
  never_back.restart_after_s.reset();
  CHECK_FALSE(allows(budget, {never_back, az_outage(100, "b", 1)}));
  CHECK_FALSE(allows(budget, std::vector<FaultSpec>(4, az_outage(1, "a", 1))));
}
