// A writer that stood still, or was cut off, and returns believing that it is the writer: storage
// nodes refuse it by the volume's epoch, and by nothing else (SIGMOD 2018, S2.4).
#include <cstdio>
#include <fstream>
#include <map>
#include <set>

#include "tests/catch.hpp"
#include "tests/support/whole_run.hpp"
#include "tests/validation/aurora/scenario_text.hpp"

using namespace writepath;
using namespace writepath::test;

namespace {

AuroraText returning(const std::string& fault) {
  AuroraText scenario;
  scenario.duration_s = "30";
  scenario.settle_s = "20";
  scenario.clients = R"([{"name": "near", "azs": ["a"], "open_loop": {"rate_per_s": 60}},
                         {"name": "far", "azs": ["b", "c"], "open_loop": {"rate_per_s": 60}}])";
  scenario.nodes = R"([{"id": "w", "role": "primary", "az": "a"},
                       {"id": "r", "role": "replica", "az": "b"}])";
  scenario.options = R"({"failover": {"promotion_s": 0.5, "restart_s": 1,
    "detector": {"interval_s": 0.2, "timeout_s": 0.2, "failures": 3}}})";
  scenario.faults = R"([{"id": "f", )" + fault + "}]";
  return scenario;
}

struct Seen {
  RunSummary run;
  std::map<std::string, std::set<std::string>> orderers;  ///< by epoch: nodes that ordered commits
  bool is_reader_again = false;
};

std::string field(const std::string& line, const std::string& name) {
  const std::size_t at = line.find("\"" + name + "\":");
  if (at == std::string::npos) return {};
  const std::size_t begin = at + name.size() + 3;
  return line.substr(begin, line.find_first_of(",}", begin) - begin);
}

Seen played(const AuroraText& scenario, std::uint64_t seed) {
  RunOptions options;
  options.seed = seed;
  options.events = true;
  options.events_path = std::string(WRITEPATH_BINARY_DIR) + "/aurora_stale_writer.ndjson";
  Seen seen;
  seen.run = run_text(scenario.text(), "aurora", {}, options);
  std::ifstream events(options.events_path);
  for (std::string line; std::getline(events, line);) {
    const std::string fact = field(line, "fact");
    if (fact == "\"commit_ordered\"")
      seen.orderers[field(line, "epoch")].insert(field(line, "node"));
    if (fact == "\"role_changed\"" && field(line, "node") == "\"w\"" && field(line, "role") == "1")
      seen.is_reader_again = true;
  }
  std::remove(options.events_path.c_str());
  return seen;
}

void require_one_writer_an_epoch(const Seen& seen) {
  CHECK(value_of(seen.run, "commits_lost") == 0);
  for (const CheckResult& c : seen.run.checks) {
    INFO(c.name << ": " << c.witness);
    CHECK(c.verdict == CheckResult::Verdict::holds);
  }
  for (const auto& [epoch, nodes] : seen.orderers) {
    INFO("epoch " << epoch);
    CHECK(nodes.size() == 1);
  }
  CHECK(seen.orderers.size() >= 2);
  CHECK(seen.is_reader_again);
}

}  // namespace

TEST_CASE("A paused writer comes back to a new epoch", "[aurora][stale]") {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    const std::string at_s = std::to_string(5 + 0.037 * static_cast<double>(seed));
    const std::string span_s = std::to_string(2 + 0.2 * static_cast<double>(seed));
    INFO("paused at " << at_s << " s for " << span_s << " s");
    require_one_writer_an_epoch(
        played(returning(R"("kind": "pause", "target": {"role": "primary"}, "at_s": )" + at_s +
                         R"(, "duration_s": )" + span_s),
               seed));
  }
}

TEST_CASE("A writer that was cut off comes back to a new epoch", "[aurora][stale]") {
  const char* const ways[] = {"both", "outgoing", "incoming"};
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    const std::string way = ways[seed % 3];
    const std::string at_s = std::to_string(5 + 0.037 * static_cast<double>(seed));
    INFO(way << " from " << at_s << " s");
    require_one_writer_an_epoch(
        played(returning(R"("kind": "partition", "target": {"role": "primary"}, "direction": ")" +
                         way + R"(", "duration_s": 6, "at_s": )" + at_s),
               seed));
  }
}

// "At most 60 seconds, and often less than 30" (Amazon Aurora user guide, High availability), with
// defaults. Inputs: the detector's three misses a second apart, promotion_s 3, the endpoint's TTL
// of 5 s. What the mechanism adds to them is less than half a second.
TEST_CASE("A failover with defaults takes at most 30 s from end to end", "[aurora][stale]") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    AuroraText scenario = returning(
        R"("kind": "node_crash", "crash": "host", "target": {"role": "primary"}, "at_s": )" +
        std::to_string(5 + 0.11 * static_cast<double>(seed)));
    scenario.options = "{}";
    const RunSummary run = played(scenario, seed).run;
    const Metrics& parts = subject(run.faults, "f").metrics;
    INFO("seed " << seed);
    CHECK(value_of(parts, "rto_s") < 30);
    CHECK(value_of(parts, "rpo_transactions") == 0);
    CHECK(value_of(parts, "start_s") == Approx(3));
    CHECK(value_of(parts, "elect_s") + value_of(parts, "survey_s") + value_of(parts, "recover_s") <
          0.1);
    CHECK(value_of(parts, "reconnect_s") < 5.5);  // its input is the TTL
  }
}
