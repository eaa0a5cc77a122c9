// Aurora with one rule broken: the checks, or the count of what is lost, must catch each, under a
// plan of faults that the sound model bears without a loss.
#include "tests/catch.hpp"
#include "tests/support/broken_models.hpp"
#include "tests/support/whole_run.hpp"
#include "tests/validation/aurora/scenario_text.hpp"

using namespace writepath;
using namespace writepath::test;

namespace {

/// The scenario with the architecture's model replaced.
RunSummary run_as(const std::string& model, const AuroraText& scenario) {
  return run_text_with(
      all_models(), scenario.text(), "aurora",
      {"/architectures/aurora/model=\"" + model + "\"", R"(/workload/keys={"count": 2000})"});
}

struct Caught {
  double lost = 0;
  std::string broken;  ///< names of the checks that are
  bool anything() const { return lost > 0 || !broken.empty(); }
};

Caught caught_in(const RunSummary& run) {
  Caught caught;
  caught.lost = value_of(run, "commits_lost");
  for (const CheckResult& c : run.checks)
    if (c.verdict == CheckResult::Verdict::broken) caught.broken += c.name + ": " + c.witness + " ";
  return caught;
}

void require_only_the_broken_model_falls(const std::string& broken, const AuroraText& scenario) {
  const Caught sound = caught_in(run_as("aurora_quorum", scenario));
  INFO(sound.lost << " lost; " << sound.broken);
  CHECK_FALSE(sound.anything());
  const Caught caught = caught_in(run_as(broken, scenario));
  INFO(caught.lost << " lost; " << caught.broken);
  CHECK(caught.anything());
}

AuroraText with_a_reader_in(const std::string& az) {
  AuroraText scenario;
  scenario.duration_s = "30";
  scenario.settle_s = "20";
  scenario.clients = R"([{"name": "web", "azs": ["a", "b"], "open_loop": {"rate_per_s": 200}}])";
  scenario.nodes = R"([{"id": "w", "role": "primary", "az": "a"},
                       {"id": "r", "role": "replica", "az": ")" +
                   az + "\"}]";
  scenario.options = R"({"failover": {"promotion_s": 0.5, "restart_s": 1,
    "detector": {"interval_s": 0.2, "timeout_s": 0.2, "failures": 3}}})";
  return scenario;
}

}  // namespace

// Three that have it, and three others that a recovery may find: they have no copy in common.
TEST_CASE("Acknowledged at 3 of 6: lost when the other three are left", "[negative][aurora]") {
  AuroraText scenario = with_a_reader_in("c");
  scenario.faults = R"([
    {"id": "b-dark", "at_s": 4, "kind": "az_outage", "target": {"az": "b"}, "duration_s": 6},
    {"id": "c1", "at_s": 5, "kind": "node_crash", "crash": "host", "restart_after_s": 5,
     "target": {"role": "storage", "az": "c", "index": 0}},
    {"id": "c2", "at_s": 9.8, "kind": "node_crash", "crash": "host", "restart_after_s": 6,
     "target": {"role": "storage", "az": "c", "index": 1}},
    {"id": "a-dark", "at_s": 9.9, "kind": "az_outage", "target": {"az": "a"}, "duration_s": 12}])";
  require_only_the_broken_model_falls("aurora_acks_at_3_of_6", scenario);
}

// Four protection groups, and boxcars that get lost: gaps in one group while others go on.
TEST_CASE("VDL past VCL: what lies beyond a gap is annulled by recovery", "[negative][aurora]") {
  AuroraText scenario = with_a_reader_in("b");
  scenario.data = R"({"size_gb": 40})";
  const std::string options = scenario.options;
  scenario.options =
      R"({"storage": {"boxcar_loss_probability": 0.2}, )" + options.substr(options.find('{') + 1);
  scenario.faults =
      R"([{"id": "w", "at_s": 8, "kind": "node_crash", "crash": "host", "target": {"role": "primary"}}])";
  require_only_the_broken_model_falls("aurora_vdl_past_vcl", scenario);
}

TEST_CASE("No epoch check: a writer that was cut off goes on acknowledging", "[negative][aurora]") {
  AuroraText scenario = with_a_reader_in("b");
  scenario.faults =
      R"([{"id": "cut", "at_s": 8, "kind": "partition", "target": {"az": "a"}, "duration_s": 6}])";
  require_only_the_broken_model_falls("aurora_no_epoch_check", scenario);
}

// Few rows, and transactions that hold them for half a second: the next client to come wants one.
TEST_CASE("Undo: rows that are free too early, and a commit that is taken back",
          "[negative][aurora]") {
  AuroraText scenario = with_a_reader_in("b");
  scenario.transactions = R"([
    {"name": "long", "weight": 1, "statements": 50, "rows_written": 100, "pages_dirtied": 100,
     "statement_cpu_us": 10000},
    {"name": "short", "weight": 20, "autocommit": true}])";
  scenario.clients = R"([{"name": "web", "azs": ["a", "b"], "open_loop": {"rate_per_s": 60}}])";
  scenario.options = R"({"undo": {"row_cpu_us": 20000}, "failover": {"promotion_s": 0.5,
    "restart_s": 1, "detector": {"interval_s": 0.2, "timeout_s": 0.2, "failures": 3}}})";
  scenario.faults =
      R"([{"id": "w", "at_s": 8, "kind": "node_crash", "crash": "host", "target": {"role": "primary"}}])";
  require_only_the_broken_model_falls("aurora_frees_rows_before_undo", scenario);
  require_only_the_broken_model_falls("aurora_undoes_a_commit", scenario);
}
