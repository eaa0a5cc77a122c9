// Who is promoted, and a failover that an operator asks for.
#include "tests/catch.hpp"
#include "tests/support/whole_run.hpp"
#include "tests/validation/aurora/scenario_text.hpp"

using namespace writepath;
using namespace writepath::test;

namespace {

const char* const three_instances = R"([{"id": "w", "role": "primary", "az": "a"},
  {"id": "r1", "role": "replica", "az": "b"}, {"id": "r2", "role": "replica", "az": "c", "cpus": 64}])";

AuroraText ending(const std::string& fault, const std::string& tiers = "[]") {
  AuroraText scenario;
  scenario.duration_s = "40";
  scenario.settle_s = "20";
  scenario.clients =
      R"([{"name": "web", "azs": ["a", "b", "c"], "open_loop": {"rate_per_s": 200}}])";
  scenario.nodes = three_instances;
  scenario.options = R"({"failover": {"promotion_tiers": )" + tiers + "}}";
  scenario.faults = R"([{"id": "f", "at_s": 10, )" + fault + "}]";
  return scenario;
}

const char* const planned = R"("kind": "planned_failover")";
const char* const crash =
    R"("kind": "node_crash", "crash": "host", "restart_after_s": 20, "target": {"role": "primary"})";

const Metrics& fault(const RunSummary& run) { return subject(run.faults, "f").metrics; }

bool is_replica_at_the_end(const RunSummary& run, const std::string& id) {
  for (const SubjectMetrics& replica : run.replicas) {
    const std::optional<double> applied = maybe(replica.metrics, "apply_lag_s_max");
    if (replica.id == id && applied) return true;
  }
  return false;
}

void nothing_is_lost(const RunSummary& run) {
  CHECK(value_of(run, "commits_lost") == 0);
  CHECK(value_of(fault(run), "rpo_transactions") == 0);
  for (const CheckResult& c : run.checks) {
    INFO(c.name << ": " << c.witness);
    CHECK(c.verdict == CheckResult::Verdict::holds);
  }
}

}  // namespace

TEST_CASE("A planned failover loses nothing and takes what promotion takes", "[aurora][planned]") {
  const RunSummary asked_for = run_text(ending(planned).text(), "aurora");
  const RunSummary crashed = run_text(ending(crash).text(), "aurora");
  nothing_is_lost(asked_for);
  nothing_is_lost(crashed);
  for (const Metric& m : fault(asked_for)) UNSCOPED_INFO(m.name << " " << m.value.value_or(-1));
  for (const Metric& m : fault(crashed)) UNSCOPED_INFO("crash " << m.name << " " << m.value.value_or(-1));
  const double asked_s = value_of(fault(asked_for), "write_unavailable_s");
  const double crashed_s = value_of(fault(crashed), "write_unavailable_s");
  CHECK(asked_s > 3);  // promotion_s is an input
  CHECK(asked_s < 5);
  CHECK(crashed_s > asked_s + 2);  // nobody has to be missed
  CHECK(value_of(asked_for, "commits_unknown") == 0);  // what was under way was ended
}
