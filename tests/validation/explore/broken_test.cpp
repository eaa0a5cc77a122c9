// Models with one rule broken, and options that break one: an exploration shows each.
#include <numeric>

#include "tests/catch.hpp"
#include "tests/support/broken_models.hpp"
#include "tests/validation/explore/exploring.hpp"

using namespace writepath;
using namespace writepath::test;

namespace {
std::uint64_t against_any(const Exploration& e) {
  const auto& counts = e.architectures[0].against_promise;
  return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
}
Exploration broken(const std::string& architecture, const std::string& model) {
  return explore_small({.architectures = {architecture},
                        .plans = 400,
                        .sets = {"/architectures/" + architecture + "/model=" + model}},
                       all_models());
}
}  // namespace

TEST_CASE("each broken Aurora falls") {
  for (const char* model :
       {"aurora_acks_at_3_of_6", "aurora_vdl_past_vcl", "aurora_no_epoch_check"}) {
    INFO(model);
    CHECK(against_any(broken("aurora", model)) > 0);
  }
}

TEST_CASE("each broken MySQL falls") {
  for (const char* model : {"mysql_forgets_relay_log", "mysql_promotes_least_advanced"}) {
    INFO(model);
    const Exploration e = broken("mysql-after-sync", model);
    CHECK(found(e.architectures[0], FindingKind::loses_acknowledged) > 0);
  }
}

TEST_CASE("promoting before draining loses what the relay log has") {
  const Exploration e =
      explore_small({.architectures = {"mysql-after-sync"},
                     .plans = 300,
                     .sets = {"/architectures/mysql-after-sync/options/drain_relay_log=false"}});
  CHECK(found(e.architectures[0], FindingKind::loses_acknowledged) > 0);
}

TEST_CASE("without fencing a brain splits") {
  const Exploration e = explore_small({.architectures = {"mysql-async"},
                                       .kinds = {FaultKind::partition, FaultKind::pause},
                                       .plans = 300});
  CHECK(found(e.architectures[0], FindingKind::split_brain) > 0);
}
