// Whatever fails, and whenever: what recovery finds in flight is undone once, nothing that was
// acknowledged is, nobody gets the rows before, and no reader shows what has not committed.
#include "tests/catch.hpp"
#include "tests/property/aurora/random_plan.hpp"
#include "tests/support/broken_models.hpp"
#include "tests/support/whole_run.hpp"

using namespace writepath;
using namespace writepath::test;

namespace {

constexpr std::uint64_t plans = 120;

/// Transactions of half a second on a few hundred rows, in two sizes, beside short ones.
AuroraText long_transactions() {
  AuroraText scenario = small_aurora();
  scenario.transactions = R"([
    {"name": "short", "weight": 12, "autocommit": true},
    {"name": "some", "weight": 4, "statements": 20, "rows_written": 10, "pages_dirtied": 30,
     "statement_cpu_us": 20000},
    {"name": "many", "weight": 1, "statements": 4, "rows_written": 60, "pages_dirtied": 15,
     "redo_bytes": 30000, "statement_cpu_us": 100000}])";
  return scenario;
}

struct Found {
  std::string trouble;
  double in_flight = 0;
};

Found play(const std::string& model, std::uint64_t seed, const std::string& sets) {
  AuroraText scenario = long_transactions();
  PlanWriter writer(seed);
  scenario.faults = seed % 4 == 0 ? writer.consecutive_plan() : writer.plan();
  RunOptions options;
  options.seed = seed;
  const RunSummary run = run_text_with(
      all_models(), scenario.text(), "aurora",
      {"/architectures/aurora/model=\"" + model + "\"", R"(/workload/keys={"count": 400})", sets},
      options);
  Found found;
  for (const CheckResult& c : run.checks)
    if (c.verdict == CheckResult::Verdict::broken)
      found.trouble += c.name + ": " + c.witness + "\n";
  if (value_of(run, "commits_lost") > 0) found.trouble += "commits lost\n";
  for (const SubjectMetrics& fault : run.faults)
    if (fault.applicable) found.in_flight += value_of(fault.metrics, "in_flight_transactions");
  if (!found.trouble.empty()) found.trouble += scenario.faults;
  return found;
}

/// Undo that is over before anybody looks, or that the next crash interrupts.
const char* const speeds[] = {
    R"(/architectures/aurora/options/undo={"row_cpu_us": 20})",
    R"(/architectures/aurora/options/undo={"row_cpu_us": 20000, "list_reads_at_once": 3})"};

}  // namespace

TEST_CASE("What was in flight is undone once, and nothing else is", "[property][aurora]") {
  double in_flight = 0;
  for (std::uint64_t seed = 1; seed <= plans; ++seed) {
    INFO("plan " << seed);
    const Found found = play("aurora_quorum", seed, speeds[seed % 2]);
    CHECK(found.trouble == "");
    in_flight += found.in_flight;
  }
  CHECK(in_flight > 2 * plans);
}

TEST_CASE("Models that undo wrongly fall within a few random plans", "[property][aurora]") {
  for (const char* const model : {"aurora_frees_rows_before_undo", "aurora_undoes_a_commit"}) {
    INFO(model);
    std::uint64_t seed = 1;
    while (seed <= plans && play(model, seed, speeds[1]).trouble.empty()) ++seed;
    CHECK(seed <= 20);
  }
}
