// Models with one rule broken, and options that break one: an exploration shows each.
#include "tests/catch.hpp"
#include "tests/support/broken_models.hpp"
#include "tests/validation/explore/exploring.hpp"

using namespace writepath;
using namespace writepath::test;

namespace {

/// Findings that no model may have while its rules hold.
std::uint64_t falls(const Exploration& e) {
  const ExploredArchitecture& a = e.architectures[0];
  return found(a, FindingKind::loses_acknowledged) + found(a, FindingKind::phantom_read) +
         found(a, FindingKind::split_brain) + found(a, FindingKind::check_broken) +
         found(a, FindingKind::crash);
}

/// In Aurora these never happen, whatever is missing for a time.
void only_the_broken_falls(const std::string& model, Exploring what) {
  INFO(model);
  what.architectures = {"aurora"};
  CHECK(falls(explore_small(what, all_models())) == 0);
  what.sets.push_back("/architectures/aurora/model=" + model);
  CHECK(falls(explore_small(what, all_models())) > 0);
}

/// Semi-synchronous, with clients that wait for the replica longer than a run takes. Replicas may
/// be behind in applying, and then their primary dies.
Exploration patient(const std::string& set) {
  const std::string mysql = "/architectures/mysql-after-sync/";
  Exploring what{.architectures = {"mysql-after-sync"},
                 .kinds = {FaultKind::node_crash, FaultKind::az_outage, FaultKind::slow_disk,
                           FaultKind::disk_stall},
                 .plans = 500,
                 .sets = {mysql + "options/rpl_semi_sync_source_timeout_ms=60000"}};
  if (!set.empty()) what.sets.push_back(mysql + set);
  return explore_small(what, all_models());
}
std::uint64_t losing_plans(const std::string& set) {
  return found(patient(set).architectures[0], FindingKind::loses_acknowledged);
}

}  // namespace

// What three copies have is lost when only the other three are left: an AZ and a node go, and when
// they are back, those next to them.
TEST_CASE("Aurora that acknowledges at 3 of 6 falls") {
  only_the_broken_falls("aurora_acks_at_3_of_6",
                        {.kinds = {FaultKind::az_outage, FaultKind::node_crash}, .plans = 400});
}

// Several protection groups, and boxcars that get lost: gaps in one while others go on.
TEST_CASE("Aurora whose VDL passes its VCL falls") {
  only_the_broken_falls(
      "aurora_vdl_past_vcl",
      {.plans = 200,
       .sets = {"/data/size_gb=0.4",
                "/architectures/aurora/options/storage/boxcar_loss_probability=0.2"}});
}

TEST_CASE("Aurora without a check of epochs falls") {
  only_the_broken_falls("aurora_no_epoch_check", {.plans = 200});
}

// Even then two servers may be lost: the sound one loses in some of the same plans, but in fewer.
TEST_CASE("MySQL with a rule broken loses where it loses nothing as it is") {
  const Exploration sound = patient("");
  CHECK(against(sound.architectures[0], FindingKind::loses_acknowledged) == 0);
  const std::uint64_t as_it_is = found(sound.architectures[0], FindingKind::loses_acknowledged);
  for (const char* set : {"model=mysql_forgets_relay_log", "model=mysql_promotes_least_advanced",
                          "options/drain_relay_log=false"}) {
    INFO(set);
    CHECK(losing_plans(set) > as_it_is);
  }
}

TEST_CASE("without fencing a brain splits") {
  const Exploration e = explore_small({.architectures = {"mysql-async"},
                                       .kinds = {FaultKind::partition, FaultKind::pause},
                                       .plans = 300});
  CHECK(found(e.architectures[0], FindingKind::split_brain) > 0);
}
