// What an exploration finds by itself.
#include "tests/catch.hpp"
#include "tests/validation/explore/exploring.hpp"

using namespace writepath;
using namespace writepath::test;

TEST_CASE("asynchronous replication loses acknowledged transactions when hosts fail") {
  const Exploration e = explore_small(
      {.architectures = {"mysql-async"}, .kinds = {FaultKind::node_crash, FaultKind::az_outage}});
  CHECK(found(e.architectures[0], FindingKind::loses_acknowledged) > 0);
  // It never promised anything else.
  CHECK(against(e.architectures[0], FindingKind::loses_acknowledged) == 0);
}

TEST_CASE("AFTER_COMMIT shows what is lost without a fall-back, AFTER_SYNC after one only") {
  const std::vector<FaultKind> kinds{FaultKind::node_crash, FaultKind::partition};
  // Clients wait longer for the replica than the failover takes.
  const std::string timeout = "/options/rpl_semi_sync_source_timeout_ms=60000";
  const Exploration patient =
      explore_small({.architectures = {"mysql-after-sync", "mysql-after-commit"},
                     .kinds = kinds,
                     .sets = {"/architectures/mysql-after-sync" + timeout,
                              "/architectures/mysql-after-commit" + timeout}});
  CHECK(found(patient.architectures[1], FindingKind::phantom_read) >
        found(patient.architectures[0], FindingKind::phantom_read));
  CHECK(against(patient.architectures[1], FindingKind::phantom_read) == 0);

  const Exploration hasty = explore_small({.architectures = {"mysql-after-sync"}, .kinds = kinds});
  CHECK(found(hasty.architectures[0], FindingKind::loses_acknowledged) > 0);
  CHECK(found(hasty.architectures[0], FindingKind::phantom_read) > 0);
}

TEST_CASE("Aurora's 4/6 loses nothing acknowledged within AZ+1, over 1,000 plans") {
  const Exploration e =
      explore_small({.architectures = {"aurora"}, .plans = 1000, .within_az_plus_one = true});
  const ExploredArchitecture& aurora = e.architectures[0];
  CHECK(aurora.plans == 1000);
  CHECK(found(aurora, FindingKind::loses_acknowledged) == 0);
  CHECK(found(aurora, FindingKind::phantom_read) == 0);
  CHECK(found(aurora, FindingKind::split_brain) == 0);
  CHECK(found(aurora, FindingKind::check_broken) == 0);
  CHECK(found(aurora, FindingKind::crash) == 0);
}
