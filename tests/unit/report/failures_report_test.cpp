// What the reports make of failures: time lines, the kinds of an RTO's parts, repeated faults.
#include <nlohmann/json.hpp>

#include "sim/report/report.hpp"
#include "tests/catch.hpp"

using namespace writepath;

namespace {

constexpr std::int64_t s = 1'000'000'000;

SubjectMetrics struck(const std::string& id, double rto_s) {
  return {.id = id,
          .kind = "node_crash",
          .metrics = {{"rpo_transactions", rto_s},
                      {"rto_s", rto_s},
                      {"detect_configured_s", rto_s / 2},
                      {"detect_rest_s", rto_s / 2}}};
}

ScenarioReport with_faults(std::size_t strikes) {
  ScenarioReport report;
  report.scenario.name = "crash";
  ArchitectureSpec spec;
  spec.name = "one";
  report.scenario.architectures.push_back(spec);
  FaultSpec fault;
  fault.id = "crash";
  fault.at_s = 10;
  report.scenario.faults.push_back(fault);
  RunSummary summary;
  summary.architecture = "one";
  for (std::size_t i = 1; i <= strikes; ++i)
    summary.faults.push_back(
        struck(i == 1 ? "crash" : "crash." + std::to_string(i), static_cast<double>(i)));
  report.seeds.push_back({1, {{summary, {}, {}}}});
  return report;
}

std::size_t count(const std::string& text, const std::string& words) {
  std::size_t n = 0;
  for (std::size_t at = text.find(words); at != std::string::npos; at = text.find(words, at + 1))
    ++n;
  return n;
}

}  // namespace

TEST_CASE("each part of an RTO says where it comes from") {
  const ScenarioReport report = with_faults(1);
  const auto json = nlohmann::json::parse(json_report({report}));
  const auto& parts = json[0]["runs"][0]["architectures"][0]["faults"][0]["rto_parts"];
  REQUIRE(parts.size() == 2);
  CHECK(parts[0]["name"] == "detect_configured_s");
  CHECK(parts[0]["s"] == 0.5);
  CHECK(parts[0]["kind"] == "input");
  CHECK(parts[1]["kind"] == "emergent");
  const std::string text = text_report(report, {});
  CHECK(text.find("detect, as configured (input)") != std::string::npos);
  CHECK(text.find("detect, rest (emergent)") != std::string::npos);
}

TEST_CASE("an RTO of nothing has no parts") {
  ScenarioReport report = with_faults(1);
  report.seeds[0].architectures[0].summary.faults[0] = struck("crash", 0);
  CHECK(json_report({report}).find("rto_parts") == std::string::npos);
}

TEST_CASE("many strikes of a fault share a section, few have one each") {
  const std::string few = text_report(with_faults(3), {});
  CHECK(count(few, "Fault crash") == 3);
  const std::string many = text_report(with_faults(9), {});
  CHECK(count(many, "Fault crash") == 1);
  CHECK(many.find("9 strikes: median [least..greatest]") != std::string::npos);
  CHECK(many.find("5 [1..9] s") != std::string::npos);
}

TEST_CASE("the time line merges what changes together, and stays short") {
  ScenarioReport report = with_faults(1);
  std::vector<TimelineRow>& rows = report.seeds[0].architectures[0].summary.timeline;
  rows.push_back({0, 10 * s, "db1", "primary", ""});
  for (const char* node : {"a1", "a2", "a3"})
    rows.push_back({10 * s, 15 * s, node, "down (host)", "az"});
  rows.push_back({13 * s, 13 * s, "db2", "detected", ""});
  for (std::int64_t i = 14; i < 17; ++i) rows.push_back({i * s, i * s, "db2", "elected", ""});
  const std::string text = text_report(report, {});
  CHECK(text.find("14.000 to 16.000  elected      db2, 3 times\n") != std::string::npos);
  CHECK(text.find("10.000 to 15.000  down (host)  a1, a2, a3\n") != std::string::npos);
  CHECK(text.find("13.000            detected     db2\n") != std::string::npos);
  CHECK(timeline_csv(report.seeds[0].architectures[0].summary)
            .find("10,15,a2,down (host),az\n13,13,db2,detected,\n") == std::string::npos);
  CHECK(timeline_csv(report.seeds[0].architectures[0].summary)
            .find("10,15,a3,down (host),az\n13,13,db2,detected,\n") != std::string::npos);
  for (std::int64_t i = 0; i < 100; ++i)
    rows.push_back({20 * s + i, 20 * s + i + 1, "db2", "x", ""});
  const std::string cut = text_report(report, {});
  CHECK(cut.find("and 65 more, in timeline.csv") != std::string::npos);
  CHECK(count(cut, " x ") <= 40);
}
