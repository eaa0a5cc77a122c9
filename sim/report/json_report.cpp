#include "sim/core/check.hpp"
#include "sim/metrics/summary_json.hpp"
#include "sim/report/money.hpp"
#include "sim/report/report.hpp"
#include "sim/scenario/json_parse.hpp"

namespace writepath {
namespace {

JsonNode node_of(const RunSummary& summary) {
  ParsedJson parsed = parse_json(to_json(summary, SummaryForm::report), 0);
  WRITEPATH_CHECK(parsed.root.has_value(), "a summary is not JSON");
  return std::move(*parsed.root);
}

JsonNode text(std::string words) { return JsonNode::of(std::move(words)); }

/// The battery's faults look like any other fault in the report.
JsonNode battery_of(const ArchitectureReport& architecture, bool exercised) {
  if (!exercised) return text("not exercised");
  RunSummary standard;
  standard.faults = architecture.battery;
  standard.checks = architecture.battery_checks;
  const JsonNode as_summary = node_of(standard);
  JsonNode node = JsonNode::object();
  for (const char* part : {"faults", "checks"})
    if (const JsonMember* member = as_summary.member(part)) node.add(part, member->value);
  return node;
}

JsonNode expectation_node(const ExpectationResult& e) {
  JsonNode node = JsonNode::object();
  node.add("index", JsonNode::of(static_cast<std::int64_t>(e.index)));
  node.add("architecture", text(e.architecture));
  node.add("seed", JsonNode::of(static_cast<std::int64_t>(e.seed)));
  node.add("expected", text(e.text));
  node.add("verdict", text(name_of(e.verdict)));
  node.add("value", e.value ? JsonNode::of(*e.value) : JsonNode{});
  node.add("reason", text(e.reason));
  if (!e.because.empty()) node.add("because", text(e.because));
  return node;
}

JsonNode over_seeds_node(const ExpectationOverSeeds& e) {
  const auto count = [](std::size_t n) { return JsonNode::of(static_cast<std::int64_t>(n)); };
  JsonNode node = JsonNode::object();
  node.add("index", count(e.index));
  node.add("architecture", text(e.architecture));
  node.add("expected", text(e.text));
  node.add("verdict", text(name_of(e.verdict)));
  node.add("seeds", count(e.seeds));
  node.add("held", count(e.held));
  node.add("broken", count(e.broken));
  node.add("unjudged", count(e.seeds - e.held - e.broken));
  node.add("reason", text(e.reason));
  return node;
}

JsonNode scenario_node(const ScenarioReport& report) {
  JsonNode node = JsonNode::object();
  node.add("schema_version", JsonNode::of(std::int64_t{1}));
  node.add("scenario", text(report.scenario.name));
  node.add("question", text(report.scenario.question));
  node.add("scenario_hash", text(report.hash));
  if (report.scenario.prices) node.add("prices", price_node(*report.scenario.prices));
  const bool exercised = report.scenario.faults.empty() && report.scenario.battery.enabled;
  JsonNode& runs = node.add("runs", JsonNode::list());
  for (const SeedReport& seed : report.seeds) {
    JsonNode run = JsonNode::object();
    run.add("seed", JsonNode::of(static_cast<std::int64_t>(seed.seed)));
    JsonNode& architectures = run.add("architectures", JsonNode::list());
    for (const ArchitectureReport& a : seed.architectures) {
      JsonNode one = node_of(a.summary);
      if (report.scenario.faults.empty()) one.add("battery", battery_of(a, exercised));
      architectures.items.push_back(std::move(one));
    }
    runs.items.push_back(std::move(run));
  }
  JsonNode& expectations = node.add("expectations", JsonNode::list());
  for (const ExpectationResult& e : report.expectations)
    expectations.items.push_back(expectation_node(e));
  if (tells_over_seeds(report)) {
    JsonNode& all = node.add("expectations_over_seeds", JsonNode::list());
    for (const ExpectationOverSeeds& e : over_seeds(report.scenario, report.expectations))
      all.items.push_back(over_seeds_node(e));
  }
  node.add("verdict", text(name_of(verdict_of(report))));
  return node;
}

}  // namespace

std::string json_report(const std::vector<ScenarioReport>& reports) {
  JsonNode list = JsonNode::list();
  for (const ScenarioReport& report : reports) list.items.push_back(scenario_node(report));
  return to_json(list);
}

}  // namespace writepath
