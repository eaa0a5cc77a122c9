#include "sim/explore/report.hpp"

#include <algorithm>
#include <numeric>

#include "sim/metrics/json_writer.hpp"
#include "sim/report/table.hpp"
#include "sim/scenario/json_node.hpp"
#include "sim/scenario/words.hpp"

namespace writepath {
namespace {

std::string kinds_of(const Budget& budget) {
  std::string words;
  for (const FaultKind kind : budget.kinds) words += (words.empty() ? "" : ", ") + to_text(kind);
  return words;
}

bool breaks_its_promise(const ExploredArchitecture& a) {
  // What came up while a plan was made smaller counts as well.
  const auto count =
      std::accumulate(a.against_promise.begin(), a.against_promise.end(), std::uint64_t{0});
  return count > 0 || std::any_of(a.smallest.begin(), a.smallest.end(),
                                  [](const Smallest& s) { return s.finding.against_promise; });
}

std::string header(const Exploration& e) {
  std::string text = e.scenario + ": plans " + std::to_string(e.first) + " to " +
                     std::to_string(e.first + e.plans - 1) + " of seed " + std::to_string(e.seed) +
                     ", each with at most " + std::to_string(e.budget.max_faults) + " faults, " +
                     std::to_string(e.budget.max_at_once) + " at once";
  if (e.budget.within_az_plus_one)
    text += ", never more than an AZ and one more of the storage nodes missing";
  return text + "\n  " + kinds_of(e.budget) + "\n\n";
}

std::string counts(const Exploration& e, const TextStyle& style) {
  std::vector<std::string> names;
  for (const ExploredArchitecture& a : e.architectures) names.push_back(a.name);
  Table table(names);
  const auto row = [&](std::string label, const auto& cell) {
    std::vector<std::string> cells;
    for (const ExploredArchitecture& a : e.architectures) cells.push_back(cell(a));
    table.row(std::move(label), std::move(cells));
  };
  row("plans run", [](const auto& a) { return std::to_string(a.plans); });
  table.section("Plans with each finding (in brackets: against the promise)");
  for (std::size_t k = 0; k < finding_kinds; ++k)
    row(name_of(static_cast<FindingKind>(k)), [k](const ExploredArchitecture& a) {
      std::string text = a.found[k] == 0 ? "-" : std::to_string(a.found[k]);
      if (a.against_promise[k] > 0) text += " (" + std::to_string(a.against_promise[k]) + ")";
      return text;
    });
  table.section("Smallest plan, faults");
  for (std::size_t k = 0; k < finding_kinds; ++k)
    row(name_of(static_cast<FindingKind>(k)), [k](const ExploredArchitecture& a) -> std::string {
      for (const Smallest& s : a.smallest)
        if (s.finding.kind == static_cast<FindingKind>(k))
          return std::to_string(s.plan.faults.size());
      return "-";
    });
  row("promise", [](const ExploredArchitecture& a) -> std::string {
    return breaks_its_promise(a) ? "broken" : "kept";
  });
  return table.text(style);
}

std::string promises(const Exploration& e) {
  std::string text = "\nPromises:\n";
  for (const ExploredArchitecture& a : e.architectures)
    text += "  " + a.name + ": " + sentence(a.promise) + "\n";
  return text;
}

std::string load_words(const LoadScale& load) {
  return load.rate == 1 ? "" : "    load: " + shortest(load.rate) + " times the scenario's\n";
}

std::string smallest_plans(const Exploration& e) {
  std::string text;
  for (const ExploredArchitecture& a : e.architectures)
    for (const Smallest& s : a.smallest) {
      text += "  " + a.name + ", " + name_of(s.finding.kind) +
              (s.finding.against_promise ? ", against its promise" : ", which its rules allow") +
              ": " + s.finding.what + " (made of plan " + std::to_string(s.found_in) + ")\n";
      for (const FaultSpec& fault : s.plan.faults) text += "    " + words_of(fault) + "\n";
      text += load_words(s.plan.load);
      if (!s.file.empty()) text += "    writepath run " + s.file + "\n";
    }
  if (text.empty()) return "\nNothing was found.\n";
  return "\nSmallest plans found:\n" + text + "\nPlan N alone:\n  " + e.command +
         " --first N --plans 1\n";
}

void put(JsonWriter& json, const Smallest& s) {
  json.begin_object();
  json.member("finding", name_of(s.finding.kind));
  json.member("against_promise", s.finding.against_promise);
  json.member("what", s.finding.what);
  json.member("amount", s.finding.amount);
  json.member("plan", s.found_in);
  json.member("run_seed", s.plan.run_seed);
  json.member("load", s.plan.load.rate);
  json.key("faults");
  json.begin_array();
  for (const FaultSpec& fault : s.plan.faults) json.value(words_of(fault));
  json.end_array();
  json.member("plans_tried", static_cast<std::uint64_t>(s.tried));
  json.member("scenario_file", s.file);
  json.end_object();
}

void put(JsonWriter& json, const ExploredArchitecture& a) {
  json.begin_object();
  json.member("name", a.name);
  json.member("promise", sentence(a.promise));
  json.member("plans", a.plans);
  json.key("found");
  json.begin_object();
  for (std::size_t k = 0; k < finding_kinds; ++k)
    json.member(name_of(static_cast<FindingKind>(k)), a.found[k]);
  json.end_object();
  json.key("against_promise");
  json.begin_object();
  for (std::size_t k = 0; k < finding_kinds; ++k)
    json.member(name_of(static_cast<FindingKind>(k)), a.against_promise[k]);
  json.end_object();
  json.key("smallest");
  json.begin_array();
  for (const Smallest& s : a.smallest) put(json, s);
  json.end_array();
  json.end_object();
}

}  // namespace

bool breaks_a_promise(const Exploration& exploration) {
  return std::any_of(exploration.architectures.begin(), exploration.architectures.end(),
                     breaks_its_promise);
}

std::string text_report(const Exploration& exploration, const TextStyle& style) {
  return header(exploration) + counts(exploration, style) + promises(exploration) +
         smallest_plans(exploration);
}

std::string json_report(const Exploration& e) {
  JsonWriter json(2);
  json.begin_object();
  json.member("schema_version", std::uint64_t{1});
  json.member("scenario", e.scenario);
  json.member("seed", e.seed);
  json.member("first_plan", e.first);
  json.member("plans", e.plans);
  json.member("command", e.command);
  json.member("max_faults", static_cast<std::uint64_t>(e.budget.max_faults));
  json.member("max_at_once", static_cast<std::uint64_t>(e.budget.max_at_once));
  json.member("within", e.budget.within_az_plus_one ? "az_plus_one" : "");
  json.key("faults");
  json.begin_array();
  for (const FaultKind kind : e.budget.kinds) json.value(to_text(kind));
  json.end_array();
  json.key("architectures");
  json.begin_array();
  for (const ExploredArchitecture& a : e.architectures) put(json, a);
  json.end_array();
  json.end_object();
  return json.take() + "\n";
}

}  // namespace writepath
