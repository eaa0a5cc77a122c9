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

/// Semi-synchronous, with clients that wait for the replica longer than a run takes.
Exploring patient() {
  return {.architectures = {"mysql-after-sync"},
          .plans = 300,
          .sets = {"/architectures/mysql-after-sync/options/"
                   "rpl_semi_sync_source_timeout_ms=60000"}};
}
std::uint64_t promised_but_lost(Exploring what, const std::string& set) {
  if (!set.empty()) what.sets.push_back("/architectures/mysql-after-sync/" + set);
  return against(explore_small(what, all_models()).architectures[0],
                 FindingKind::loses_acknowledged);
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

TEST_CASE("MySQL as it is keeps what it promises") { CHECK(promised_but_lost(patient(), "") == 0); }

TEST_CASE("MySQL that forgets its relay log falls") {
  CHECK(promised_but_lost(patient(), "model=mysql_forgets_relay_log") > 0);
}

TEST_CASE("MySQL that promotes the least advanced falls") {
  CHECK(promised_but_lost(patient(), "model=mysql_promotes_least_advanced") > 0);
}

TEST_CASE("promoting before draining loses what the relay log has") {
  CHECK(promised_but_lost(patient(), "options/drain_relay_log=false") > 0);
}

TEST_CASE("without fencing a brain splits") {
  const Exploration e = explore_small({.architectures = {"mysql-async"},
                                       .kinds = {FaultKind::partition, FaultKind::pause},
                                       .plans = 300});
  CHECK(found(e.architectures[0], FindingKind::split_brain) > 0);
}
