// The summary's contract: names and JSON.
#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "sim/metrics/metric_names.hpp"
#include "sim/metrics/summary_json.hpp"
#include "tests/catch.hpp"
#include "tests/unit/metrics/facts_of.hpp"

using namespace writepath;

namespace {

RunSummary rich_summary() {
  Story story;
  story.config.seed = 42;
  story.scenario.prices = PriceList{"EUR", 1, 2, 3};
  story.fault(10);
  story.fault(90);
  story.scenario.operations.push_back({.id = "db9", .at_s = 1, .az = "b", .architecture = ""});
  story.scenario.workload.reads.push_back({.rate_per_s = 10, .azs = {}});
  for (std::uint64_t n = 1; n <= 100; ++n)
    story.commit_and_show(static_cast<TimeNs>(n) * ms(33.3), place(1, n), 777);
  story.strike(ms(10'000), 0, {db1}, CrashKind::host);
  story.final_state.io = {{"primary", "redo", 10, 5000, 10, 3, 7, 10}};
  story.final_state.traffic = {{"primary", "binlog", 20, 9000, 20, 9000}};
  story.final_state.fingerprint = 0x0123456789abcdef;
  story.final_state.events = 12345678901234;
  return story.finish_with({place(1, 90)});
}

std::vector<std::string> names(const std::vector<Metric>& metrics) {
  std::vector<std::string> result;
  for (const Metric& metric : metrics) result.push_back(metric.name);
  return result;
}

bool equal(const std::vector<Metric>& a, const std::vector<Metric>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Metric& x, const Metric& y) {
    return x.name == y.name && x.value == y.value;
  });
}

}  // namespace

TEST_CASE("a summary holds exactly the names of the registry, in their order") {
  const RunSummary summary = rich_summary();
  const MetricNames registry = metric_names();
  std::vector<std::string> run = names(summary.metrics);
  for (const Metric& part : summary.commit_latency_breakdown_ms)
    run.push_back("commit_latency_breakdown_ms." + part.name);
  for (const Metric& part : summary.replica_lag_breakdown_ms)
    run.push_back("replica_lag_breakdown_ms." + part.name);
  for (const Metric& part : summary.cross_az_bytes_per_commit)
    run.push_back("cross_az_bytes_per_commit." + part.name);
  for (const Metric& part : summary.cross_az_messages_per_commit)
    run.push_back("cross_az_messages_per_commit." + part.name);
  CHECK(run == registry.run);
  REQUIRE(summary.replicas.size() == 3);
  for (const SubjectMetrics& replica : summary.replicas)
    CHECK(names(replica.metrics) == registry.replica);
  REQUIRE(summary.clients.size() == 1);
  CHECK(names(summary.clients[0].metrics) == registry.clients);
  REQUIRE(summary.faults.size() == 2);
  CHECK(names(summary.faults[0].metrics) == registry.fault);
  REQUIRE(summary.operations.size() == 1);
  CHECK(names(summary.operations[0].metrics) == registry.operation);
}

TEST_CASE("every registered name is unique, has a meaning and is found in a summary") {
  const RunSummary summary = rich_summary();
  for (const Subject subject :
       {Subject::run, Subject::replica, Subject::clients, Subject::fault, Subject::operation}) {
    std::vector<std::string> seen;
    for (const MetricInfo& info : metrics_of(subject)) {
      REQUIRE(std::find(seen.begin(), seen.end(), info.name) == seen.end());
      REQUIRE_FALSE(info.meaning.empty());
      seen.push_back(info.name);
      if (subject == Subject::run) REQUIRE(find_metric(summary, info.name) != nullptr);
    }
  }
  REQUIRE(metric_names_page().find("| `rto_s` | s | ") != std::string::npos);
}

TEST_CASE("a summary survives its own JSON to the bit") {
  RunSummary summary = rich_summary();
  summary.survives = {{"writes", 2, 1, 0, {"a1", "a2", "b1"}},
                      {"reads", 0, 0, std::nullopt, {"a1"}}};
  summary.checks[0].witness = "a \"quoted\" word,\n\ttabs and \x01";
  for (const int indent : {0, 2}) {
    const std::string text = to_json(summary, SummaryForm::complete, indent);
    const auto back = summary_from_json(text);
    REQUIRE(back);
    REQUIRE(to_json(*back, SummaryForm::complete, indent) == text);
    REQUIRE(equal(back->metrics, summary.metrics));
    REQUIRE(back->seed == 42);
    REQUIRE(back->events == 12345678901234);
    REQUIRE(back->fingerprint == "0123456789abcdef");
    REQUIRE(back->latency_hgrm == summary.latency_hgrm);
    REQUIRE(back->time_series.size() == summary.time_series.size());
    REQUIRE(back->survives.size() == 2);
    REQUIRE(back->survives[0].what == "writes");
    REQUIRE(back->survives[0].copies == 2);
    REQUIRE(back->survives[0].azs == 1);
    REQUIRE(back->survives[0].copies_beside_az == 0u);
    REQUIRE(back->survives[0].stopped_by == summary.survives[0].stopped_by);
    REQUIRE_FALSE(back->survives[1].copies_beside_az);
    REQUIRE(back->checks[0].witness == summary.checks[0].witness);
    REQUIRE(back->faults[1].applicable == summary.faults[1].applicable);
    REQUIRE(back->faults[0].censored);
  }
}

TEST_CASE("the report's JSON: null for an empty sample, censored marked") {
  const std::string text = to_json(rich_summary(), SummaryForm::report);
  REQUIRE(text.find("\"name\":\"under-test\",\"model\":\"story\"") != std::string::npos);
  REQUIRE(text.find("\"heartbeat_lag_ms_p50\":null") != std::string::npos);
  REQUIRE(text.find("\"censored\":true") != std::string::npos);
  REQUIRE(text.find("\"rto_s\":null") != std::string::npos);
  REQUIRE(text.find("\"replicas\":{\"db2\":{\"replica_lag_ms_mean\":0.000777,") !=
          std::string::npos);
  REQUIRE(text.find("time_series") == std::string::npos);
  REQUIRE(text.find('\n') == std::string::npos);
}

TEST_CASE("what is no summary is refused") {
  for (const char* text : {"", "[]", "{}", "null", "{\"name\":1}", "{\"name\":\"a\""})
    REQUIRE_FALSE(summary_from_json(text));
}

TEST_CASE("the page of metrics is up to date") {
  // WRITEPATH_UPDATE=1 writes it anew.
  const std::string path = WRITEPATH_SOURCE_DIR "/sim/metrics/METRICS.md";
  if (std::getenv("WRITEPATH_UPDATE")) std::ofstream(path, std::ios::binary) << metric_names_page();
  std::ifstream file(path, std::ios::binary);
  REQUIRE(std::string(std::istreambuf_iterator<char>(file), {}) == metric_names_page());
}
