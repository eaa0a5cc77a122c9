#include "sim/report/report.hpp"

#include <iterator>
#include <nlohmann/json.hpp>
#include <sstream>

#include "sim/report/humane.hpp"
#include "sim/report/table.hpp"
#include "tests/catch.hpp"

using namespace writepath;

namespace {

ScenarioReport two_architectures() {
  ScenarioReport report;
  report.scenario.name = "lag";
  report.scenario.question = "Who lags?";
  report.scenario.battery.enabled = false;
  for (const char* name : {"one", "two"}) {
    ArchitectureSpec spec;
    spec.name = name;
    report.scenario.architectures.push_back(spec);
  }
  for (const std::uint64_t seed : {1, 2}) {
    SeedReport run{seed, {}};
    for (const char* name : {"one", "two"}) {
      RunSummary summary;
      summary.architecture = name;
      summary.seed = seed;
      summary.metrics = {{"commits_acked", 100.0 * static_cast<double>(seed)},
                         {"replica_lag_ms_p99", std::nullopt}};
      summary.checks = {{CheckResult::Verdict::holds, "order", ""}};
      run.architectures.push_back({summary, {}, {}});
    }
    report.seeds.push_back(run);
  }
  return report;
}

}  // namespace

TEST_CASE("money has sections of its own, beside the prices that made it") {
  ScenarioReport report = two_architectures();
  for (SeedReport& seed : report.seeds)
    for (ArchitectureReport& a : seed.architectures)
      for (const char* cost : {"cost_per_million_commits", "cost_per_million_commits_cross_az"})
        a.summary.metrics.push_back({cost, 4.5});
  CHECK(text_report(report, {}).find("Cost of a million") == std::string::npos);
  report.scenario.prices = PriceList{"EUR", std::nullopt, 0.125, std::nullopt};
  const std::string text = text_report(report, {});
  CHECK(text.find("Cost of a million commits, EUR --") != std::string::npos);
  CHECK(text.find("in all ") != std::string::npos);
  CHECK(text.find("  between AZs ") != std::string::npos);
  CHECK(text.find("  instances ") == std::string::npos);     // no price, no value
  CHECK(text.find("Cost of an hour") == std::string::npos);  // nor any here
  CHECK(text.find("\nCosts are by prices of your own, in EUR: 0.125 a GB between AZs.\n") !=
        std::string::npos);
  CHECK(json_report({report}).find("\"per_gb_across_azs\": 0.125") != std::string::npos);
  report.scenario.prices->currency = "\x1b[31m";
  CHECK(text_report(report, {}).find('\x1b') == std::string::npos);
}

TEST_CASE("numbers have three digits and a unit that suits their size") {
  CHECK(humane(std::nullopt, "ms") == "-");
  CHECK(humane(0.0, "ms") == "0");
  CHECK(humane(0.0123, "ms") == "12.3 us");
  CHECK(humane(1.0, "ms") == "1 ms");
  CHECK(humane(999.4, "ms") == "999 ms");
  CHECK(humane(1234.0, "ms") == "1.23 s");
  CHECK(humane(0.5, "s") == "500 ms");
  CHECK(humane(90.0, "s") == "90 s");
  CHECK(humane(-1.284, "ms") == "-1.28 ms");
  CHECK(humane(1500.0, "bytes") == "1.50 kB");
  CHECK(humane(2e9, "bytes") == "2 GB");
  CHECK(humane(1234567.0, "") == "1,234,567");
  CHECK(humane(-123.0, "") == "-123");
  CHECK(humane(0.25, "") == "0.250");
  CHECK(humane(0.00001, "") == "1.0e-05");
  CHECK(humane(300.0, "1/s") == "300/s");
}

TEST_CASE("several seeds share one unit") {
  const std::vector<std::optional<double>> values{0.8, 1.2, std::nullopt, 1.0};
  CHECK(humane(values, "ms") == "1 [0.800..1.20] ms");
  CHECK(humane(std::vector<std::optional<double>>{2.0, 2.0}, "ms") == "2 ms");
  CHECK(humane(std::vector<std::optional<double>>{2.0, 4.0}, "") == "3 [2..4]");
  CHECK(humane(std::vector<std::optional<double>>{std::nullopt, std::nullopt}, "ms") == "-");
}

TEST_CASE("a scenario's text is safe to print and wraps by columns") {
  CHECK(printable("a\x1b[31m\nb") == "a?[31m?b");
  CHECK(printable("\xC2\x9B"
                  "31m") == "?31m");
  CHECK(printable("\u00fc") == "\u00fc");
  CHECK(wrapped("one two three", 7, 2) == "one two\n  three");
  CHECK(wrapped("\u00fc\u00fc\u00fc \u00fc\u00fc\u00fc", 7, 0) ==
        "\u00fc\u00fc\u00fc \u00fc\u00fc\u00fc");
  CHECK(wrapped("one two", 9, 0, 4) == "one\ntwo");
}

TEST_CASE("a table continues below when its columns don't fit") {
  Table table({"a-rather-long-name-of-one", "b", "c"});
  table.section("Lag");
  table.row("median", {"1 ms", "2 ms", "3 ms"});
  const std::string narrow = table.text({.utf8 = false, .width = 36});
  std::istringstream lines(narrow);
  for (std::string line; std::getline(lines, line);) CHECK(line.size() <= 36);
  CHECK(narrow.find("1 ms") < narrow.find("3 ms"));
  // Each cell once, the row's label in both blocks: "ms" three times, "median" twice, "name" once.
  CHECK(std::count(narrow.begin(), narrow.end(), 'm') == 6);
  CHECK(table.text({.utf8 = true, .width = 100}).find("\u2500") != std::string::npos);
}

TEST_CASE("every form of report says the same") {
  const ScenarioReport report = two_architectures();
  const auto json = nlohmann::json::parse(json_report({report}));
  CHECK(json[0]["runs"].size() == 2);
  CHECK(json[0]["runs"][1]["architectures"][0]["metrics"]["commits_acked"] == 200);
  CHECK(json[0]["runs"][0]["architectures"][1]["metrics"]["replica_lag_ms_p99"].is_null());
  CHECK(json[0]["runs"][0]["architectures"][1]["battery"] == "not exercised");
  CHECK(json[0]["verdict"] == "holds");
  const std::string csv = csv_report({report});
  CHECK(csv.find("lag,two,2,run,commits_acked,200\n") != std::string::npos);
  CHECK(csv.find("lag,one,1,run,replica_lag_ms_p99,\n") != std::string::npos);
  CHECK(text_report(report, {}).find("150 [100..200]") != std::string::npos);
}

TEST_CASE("what an architecture survives stands in the table, for those that have rules") {
  ScenarioReport report = two_architectures();
  CHECK(text_report(report, {}).find("What may be lost") == std::string::npos);
  const Survival writes{"writes", 2, 1, 0, {"a1", "a2", "b1"}};
  const Survival reads{"reads", 3, 1, 1, {"a1", "a2", "b1", "b2"}};
  for (SeedReport& seed : report.seeds) seed.architectures[1].summary.survives = {writes, reads};
  std::istringstream lines(text_report(report, {}));
  std::vector<std::vector<std::string>> rows;
  for (std::string line; std::getline(lines, line);) {
    if (line.find("go on without any") == std::string::npos && line.find("so many") > line.size())
      continue;
    std::istringstream words(line);
    rows.emplace_back(std::istream_iterator<std::string>(words),
                      std::istream_iterator<std::string>());
  }
  REQUIRE(rows.size() == 4);
  const auto ends = [&rows](std::size_t row, const char* cell) {
    return rows[row].back() == cell && rows[row][rows[row].size() - 2] == "-";
  };
  CHECK(ends(0, "AZ"));
  CHECK(ends(1, "2"));
  CHECK(ends(2, "AZ+1"));
  CHECK(ends(3, "3"));
  CHECK(sentence(writes) ==
        "writes survive the loss of any AZ, or any 2 copies; without a1, a2, b1 they stop");
  CHECK(sentence(reads) ==
        "reads survive the loss of any AZ and any 1 copy more, or any 3 copies; without a1, a2, "
        "b1, b2 they stop");
  CHECK(sentence({"writes", 0, 0, std::nullopt, {"a1"}}) ==
        "writes survive no loss; without a1 they stop");
}

TEST_CASE("fields with commas and quotes survive CSV") {
  ScenarioReport report = two_architectures();
  report.expectations.push_back({.architecture = "one", .text = "lag, \"at most\" 5"});
  CHECK(csv_report({report}).find("\"lag, \"\"at most\"\" 5\",unjudged\n") != std::string::npos);
}

TEST_CASE("a broken check outweighs an unjudged expectation") {
  ScenarioReport report = two_architectures();
  CHECK(verdict_of(report) == Verdict::holds);
  report.expectations.push_back({.architecture = "one"});
  CHECK(verdict_of(report) == Verdict::unjudged);
  report.seeds[1].architectures[0].battery_checks = {
      {CheckResult::Verdict::broken, "primary_lost: order", "seq 5 after 7"}};
  CHECK(verdict_of(report) == Verdict::broken);
  const std::string text = text_report(report, {});
  CHECK(text.find("BROKEN") != std::string::npos);
  CHECK(text.find("one, seed 2, primary_lost: order BROKEN: seq 5 after 7") != std::string::npos);
}

TEST_CASE("what a check found but no rule forbids is shown as allowed, with its witness") {
  ScenarioReport report = two_architectures();
  CHECK(text_report(report, {}).find("allowed") == std::string::npos);
  report.seeds[1].architectures[1].summary.checks[0].witness = "a gap";
  const std::string text = text_report(report, {});
  CHECK(verdict_of(report) == Verdict::holds);
  CHECK(text.find("two, seed 2, order allowed: a gap") != std::string::npos);
  CHECK(text.find("Checks that don't hold") == std::string::npos);
  // The row shows the worst over the seeds.
  const std::string row = text.substr(text.find("\norder"), 80);
  CHECK(row.find("holds") < row.find("allowed"));
  CHECK(row.find("allowed") != std::string::npos);
}
