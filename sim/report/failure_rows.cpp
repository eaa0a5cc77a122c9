// What was lost at each fault, for how long nobody was served, and why so long.
#include <algorithm>

#include "sim/report/humane.hpp"
#include "sim/report/report_rows.hpp"
#include "sim/scenario/fault_kinds.hpp"
#include "sim/scenario/words.hpp"

namespace writepath {
namespace {

struct FaultRow {
  const char* label;
  const char* metric;
  bool only_with_rto = false;  ///< a part of the RTO: says nothing where commits went on
  bool only_if_any = false;    ///< left out where it is 0 everywhere
};

// Which parts are inputs and which emergent: sim/metrics/rto_parts.hpp.
constexpr FaultRow fault_rows[] = {
    {"lost (RPO)", "rpo_transactions"},
    {"still on an old disk", "recoverable_transactions"},
    {"lost span (RPO)", "rpo_s"},
    {"until commits again (RTO)", "rto_s"},
    {"  detect, as configured (input)", "detect_configured_s", true},
    {"  detect, rest (emergent)", "detect_rest_s", true},
    {"  elect (emergent)", "elect_s", true},
    {"  start (input)", "start_s", true},
    {"  survey (emergent)", "survey_s", true},
    {"  recover (emergent)", "recover_s", true},
    {"  reconnect (emergent)", "reconnect_s", true},
    {"  first commit (emergent)", "first_commit_s", true},
    {"in flight when it opened", "in_flight_transactions", false, true},
    {"  undone online, after opening", "undo_s", false, true},
    {"writes unavailable", "write_unavailable_s"},
    {"reads unavailable", "read_unavailable_s"},
    {"commits stalled", "commits_stalled"},
    {"until fully redundant", "time_to_full_redundancy_s"},
    {"acknowledged on two sides", "split_brain_transactions", false, true},
    {"two sides acknowledged for", "split_brain_s", false, true},
};

using SubjectsOf = const std::vector<SubjectMetrics>& (*)(const ArchitectureReport&);
const std::vector<SubjectMetrics>& scenario_faults(const ArchitectureReport& a) {
  return a.summary.faults;
}
const std::vector<SubjectMetrics>& battery_faults(const ArchitectureReport& a) { return a.battery; }

std::string target_words(const FaultTarget& target) {
  std::string words = target.node;
  if (target.role) words = to_text(*target.role);
  if (target.az.empty()) return words;
  return words + (words.empty() ? "AZ " : " in AZ ") + target.az;
}

std::string strength_words(const FaultSpec& f) {
  std::string words;
  if (f.factor) words += ", " + humane(*f.factor, "") + " times as slow";
  if (f.loss_probability) words += ", of " + humane(*f.loss_probability, "");
  if (f.delay_ms) words += ", " + humane(*f.delay_ms, "ms");
  if (f.jump_ms) words += ", " + humane(*f.jump_ms, "ms");
  if (f.drift_ppm) words += ", " + humane(*f.drift_ppm, "ppm");
  if (f.delay_s) words += ", " + humane(*f.delay_s, "s");
  return words;
}

std::string fault_words(const FaultSpec& f) {
  std::string words = spoken(f.preset ? to_text(*f.preset) : to_text(f.kind));
  if (!f.preset && f.kind == FaultKind::node_crash) words += " (" + to_text(f.crash) + ")";
  const bool az_alone = f.target.node.empty() && !f.target.role && !f.target.az.empty();
  if (az_alone && !f.peer)
    words += " in " + target_words(f.target);
  else if (!f.target.is_empty())
    words += " of " + target_words(f.target);
  if (f.peer) words += " from " + target_words(*f.peer);
  if (f.direction == FaultSpec::Direction::outgoing) words += ", outgoing";
  if (f.direction == FaultSpec::Direction::incoming) words += ", incoming";
  words += strength_words(f) + " at " + humane(f.at_s, "s");
  if (f.duration_s) words += " for " + humane(*f.duration_s, "s");
  if (f.restart_after_s) words += ", back after " + humane(*f.restart_after_s, "s");
  return words;
}

using Ids = std::vector<std::string>;  ///< of a fault, or of all strikes of a repeated one

std::string cell(const ReportRows& rows, std::size_t column, const Ids& ids, const FaultRow& row,
                 SubjectsOf subjects) {
  bool applicable = false, censored = false, interrupted = false;
  std::vector<ReportRows::Value> values;
  for (const std::string& id : ids)
    for (const SeedReport& seed : rows.report().seeds) {
      const SubjectMetrics* fault = subject_in(subjects(seed.architectures[column]), id);
      if (!fault || !fault->applicable) {
        if (ids.size() == 1) values.emplace_back();
        continue;
      }
      applicable = true;
      censored |= fault->censored;
      interrupted |= fault->censored || value_in(fault->metrics, "rto_s").value_or(0) > 0;
      values.push_back(value_in(fault->metrics, row.metric));
    }
  if (!applicable) return "n/a";
  if (row.only_with_rto && !interrupted) return "";
  if (!censored || row.metric != std::string_view("rto_s"))
    return humane(values, unit_of(row.metric));
  const bool some =
      std::any_of(values.begin(), values.end(), [](auto& v) { return v.has_value(); });
  return some ? humane(values, "s") + " or never" : "never";
}

void add_fault(ReportRows& rows, const std::string& title, const Ids& ids, SubjectsOf subjects) {
  rows.begin_section(title);
  for (const FaultRow& row : fault_rows) {
    std::vector<std::string> cells;
    bool any = false;
    for (std::size_t c = 0; c < rows.columns(); ++c) {
      cells.push_back(cell(rows, c, ids, row, subjects));
      const std::string& words = cells.back();
      any |= !words.empty() && words != "-" && words != "n/a" && !(row.only_if_any && words == "0");
    }
    if (any) rows.add_cells(row.label, std::move(cells));
  }
}

/// Up to so many strikes of a fault have a section each; more share one. The results in JSON and
/// CSV have them all.
constexpr std::size_t most_strikes_apart = 3;

/// Every strike of the fault, by name and kind, in any run: seeds and architectures may have more
/// or fewer.
std::vector<std::pair<std::string, std::string>> strikes_of(const FaultSpec& fault,
                                                            const ScenarioReport& report) {
  std::vector<std::pair<std::string, std::string>> strikes;
  for (const SeedReport& seed : report.seeds)
    for (const ArchitectureReport& a : seed.architectures) {
      std::size_t number = 0;
      for (const SubjectMetrics& subject : a.summary.faults) {
        if (!is_strike_of(subject.id, fault.id)) continue;
        if (number++ == strikes.size()) strikes.emplace_back(subject.id, subject.kind);
      }
    }
  return strikes;
}

void add_strikes(ReportRows& rows, const FaultSpec& fault) {
  const auto strikes = strikes_of(fault, rows.report());
  const std::string title = "Fault " + fault.id + ": " + fault_words(fault);
  if (strikes.size() <= 1) return add_fault(rows, title, {fault.id}, scenario_faults);
  const std::string count = ", " + std::to_string(strikes.size()) + " strikes";
  if (strikes.size() > most_strikes_apart) {
    Ids ids;
    for (const auto& strike : strikes) ids.push_back(strike.first);
    return add_fault(rows, title + count + ": median [least..greatest]", ids, scenario_faults);
  }
  for (std::size_t i = 0; i < strikes.size(); ++i) {
    const auto& [id, kind] = strikes[i];
    add_fault(rows, i == 0 ? title + count : "Fault " + id + ": " + spoken(kind), {id},
              scenario_faults);
  }
}

}  // namespace

void add_failures(ReportRows& rows) {
  for (const FaultSpec& f : rows.report().scenario.faults) add_strikes(rows, f);

  // Not every architecture knows every standard fault; the one that knows most gives the order.
  std::vector<std::string> ids;
  for (const ArchitectureReport& a : rows.report().seeds.front().architectures)
    if (a.battery.size() > ids.size()) {
      ids.clear();
      for (const SubjectMetrics& fault : a.battery) ids.push_back(fault.id);
    }
  for (const std::string& id : ids)
    add_fault(rows, "Standard fault: " + spoken(id), {id}, battery_faults);
}

}  // namespace writepath
