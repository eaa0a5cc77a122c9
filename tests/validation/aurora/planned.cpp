// Who is promoted, and a failover that an operator asks for.
#include <cstdio>
#include <fstream>

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

/// Who began to write, in order.
std::vector<std::string> writers(const AuroraText& scenario) {
  RunOptions options;
  options.events = true;
  options.events_path = std::string(WRITEPATH_BINARY_DIR) + "/aurora_planned.ndjson";
  run_text(scenario.text(), "aurora", {}, options);
  std::ifstream events(options.events_path);
  std::vector<std::string> found;
  for (std::string line; std::getline(events, line);) {
    if (line.find(R"("fact":"role_changed","role":0)") == std::string::npos) continue;
    const std::size_t at = line.find(R"("node":")") + 8;
    found.push_back(line.substr(at, line.find('"', at) - at));
  }
  std::remove(options.events_path.c_str());
  return found;
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
  const double asked_s = value_of(fault(asked_for), "write_unavailable_s");
  const double crashed_s = value_of(fault(crashed), "write_unavailable_s");
  CHECK(asked_s >= 3);  // promotion_s is an input
  CHECK(asked_s < 5);
  CHECK(crashed_s > asked_s + 2);                      // nobody has to be missed
  CHECK(value_of(asked_for, "commits_unknown") == 0);  // what was under way was ended
}

TEST_CASE("Promotion: lowest tier first, of equals the largest, or whom the operator prefers",
          "[aurora][planned]") {
  using Names = std::vector<std::string>;
  for (const char* const how : {crash, planned}) {
    INFO(how);
    CHECK(writers(ending(how)) == Names{"r2"});  // 64 CPUs
    CHECK(writers(ending(how, R"([{"instance": "r1", "tier": 0}])")) == Names{"r1"});
    CHECK(writers(ending(how, R"([{"instance": "r2", "tier": 15}])")) == Names{"r1"});
  }
  const std::string to_r1 =
      std::string(planned) + R"(, "architecture": "aurora", "target": {"node": "r1"})";
  CHECK(writers(ending(to_r1)) == Names{"r1"});
}

TEST_CASE("A planned failover without a reader, or of a writer that is dead already",
          "[aurora][planned]") {
  AuroraText alone = ending(planned);
  alone.nodes = R"([{"id": "w", "role": "primary", "az": "a"}])";
  CHECK(writers(alone).empty());
  AuroraText late = ending(planned);
  late.faults = R"([{"id": "c", "at_s": 9.5, "kind": "node_crash", "crash": "host",
                     "restart_after_s": 20, "target": {"role": "primary"}},
                    {"id": "f", "at_s": 10, "kind": "planned_failover"}])";
  CHECK(writers(late) == std::vector<std::string>{"r2"});
  nothing_is_lost(run_text(late.text(), "aurora"));
}
