#include <algorithm>
#include <charconv>
#include <functional>

#include "sim/report/humane.hpp"
#include "sim/report/report.hpp"
#include "sim/report/table.hpp"
#include "sim/scenario/words.hpp"

namespace writepath {
namespace {

using Value = std::optional<double>;

struct RowSpec {
  const char* label;
  const char* metric;
};

constexpr RowSpec commit_rows[] = {
    {"acknowledged", "commits_acked"},    {"rate", "commits_per_s"},
    {"failed", "commits_failed"},         {"outcome unknown", "commits_unknown"},
};
constexpr RowSpec latency_rows[] = {
    {"median", "commit_latency_ms_p50"},
    {"p99", "commit_latency_ms_p99"},
    {"whole transaction, p99", "transaction_latency_ms_p99"},
};
constexpr RowSpec lag_rows[] = {
    {"median", "replica_lag_ms_p50"},
    {"p99", "replica_lag_ms_p99"},
    {"greatest", "replica_lag_ms_max"},
    {"never became visible", "replica_lag_never_visible"},
    {"at the end of the load", "replica_lag_ms_final"},
    {"seconds behind source, max", "seconds_behind_source_max"},
    {"reads that were stale", "stale_read_fraction"},
};
constexpr RowSpec cost_rows[] = {
    {"I/Os at the primary", "primary_ios_per_commit"},
    {"I/Os at the replicas", "replica_ios_per_commit"},
    {"I/Os at the storage nodes", "storage_ios_per_commit"},
    {"I/Os, all", "total_ios_per_commit"},
    {"network", "network_bytes_per_commit"},
    {"of it between AZs", "cross_az_bytes_per_commit"},
};
constexpr RowSpec fault_rows[] = {
    {"lost (RPO)", "rpo_transactions"},
    {"still on an old disk", "recoverable_transactions"},
    {"lost span (RPO)", "rpo_s"},
    {"until commits again (RTO)", "rto_s"},
    {"  detect (interval: input)", "detect_s"},
    {"  elect", "elect_s"},
    {"  recover", "recover_s"},
    {"  reconnect", "reconnect_s"},
    {"writes unavailable", "write_unavailable_s"},
    {"reads unavailable", "read_unavailable_s"},
    {"commits stalled", "commits_stalled"},
    {"until fully redundant", "time_to_full_redundancy_s"},
};

/// Units stand last in the metrics' names (before the statistic).
std::string_view unit_of(std::string_view metric) {
  const auto has = [&](std::string_view part) {
    return metric.find(part) != std::string_view::npos;
  };
  if (has("_per_s")) return "1/s";
  if (has("bytes")) return "bytes";
  if (has("_ms")) return "ms";
  if (has("_s_") || metric.ends_with("_s") || metric.starts_with("seconds_")) return "s";
  return "";
}

Value value_in(const Metrics& metrics, std::string_view name) {
  for (const Metric& m : metrics)
    if (m.name == name) return m.value;
  return std::nullopt;
}

const SubjectMetrics* subject_in(const std::vector<SubjectMetrics>& subjects,
                                 std::string_view id) {
  for (const SubjectMetrics& s : subjects)
    if (s.id == id) return &s;
  return nullptr;
}

class TextReport {
 public:
  TextReport(const ScenarioReport& report, const TextStyle& style)
      : report_(report), style_(style), table_(column_names(report)) {}

  std::string text() {
    heading();
    rows("Commits", commit_rows);
    rows("Commit latency (COMMIT sent to acknowledged)", latency_rows);
    parts("  mean, in parts", &RunSummary::commit_latency_breakdown_ms);
    rows("Replica lag (visible minus acknowledged)", lag_rows);
    parts("  mean, in parts", &RunSummary::replica_lag_breakdown_ms);
    rows("Cost of a commit", cost_rows);
    subjects("", fault_titles(), [](const ArchitectureReport& a) -> const auto& {
      return a.summary.faults;
    });
    operations();
    battery();
    checks();
    out_ += table_.text(style_);
    if (!has_battery() && report_.scenario.faults.empty())
      out_ += "\nFailure behaviour: not exercised (no faults, and the battery is turned off)\n";
    write_paths();
    witnesses();
    expectations();
    out_ += "\nResults: " + report_.results_folder + "\n";
    return std::move(out_);
  }

 private:
  using SubjectsOf =
      std::function<const std::vector<SubjectMetrics>&(const ArchitectureReport&)>;
  struct Title { std::string id, text; };

  static std::vector<std::string> column_names(const ScenarioReport& report) {
    std::vector<std::string> names;
    for (const ArchitectureSpec& a : report.scenario.architectures) names.push_back(a.name);
    return names;
  }

  std::size_t columns() const { return report_.scenario.architectures.size(); }

  void heading() {
    const Scenario& s = report_.scenario;
    const std::string title = printable(s.name) + ": " + printable(s.question);
    out_ += wrapped(title, style_.width, 2) + "\n";
    const auto seconds = [](double v) { return humane(v, "s"); };
    std::string run = seconds(s.duration_s) + " of load (" + seconds(s.warmup_s) +
                      " warm-up), then up to " + seconds(s.settle_s) + " to settle; seed ";
    run += std::to_string(report_.seeds.front().seed);
    if (report_.seeds.size() > 1)
      run += " to " + std::to_string(report_.seeds.back().seed) + ": median [least..greatest]";
    out_ += wrapped(run, style_.width, 2) + "\n\n";
  }

  /// One architecture's values over the seeds.
  template <class Get>
  std::vector<Value> over_seeds(std::size_t column, Get&& get) const {
    std::vector<Value> values;
    for (const SeedReport& seed : report_.seeds) values.push_back(get(seed.architectures[column]));
    return values;
  }

  /// A row of numbers; left out when no architecture has any.
  template <class Get>
  bool add_row(const std::string& label, std::string_view unit, Get&& get) {
    std::vector<std::string> cells;
    bool any = false;
    for (std::size_t c = 0; c < columns(); ++c) {
      const std::vector<Value> values = over_seeds(c, get);
      any |= std::any_of(values.begin(), values.end(), [](const Value& v) { return v.has_value(); });
      cells.push_back(humane(values, unit));
    }
    if (!any) return false;
    open_section();
    table_.row(label, std::move(cells));
    return true;
  }

  // A section's title is printed with its first row only.
  void begin_section(std::string title) { pending_section_ = std::move(title); }
  void open_section() {
    if (!pending_section_.empty()) table_.section(std::exchange(pending_section_, ""));
  }

  template <std::size_t N>
  void rows(const char* section, const RowSpec (&specs)[N]) {
    begin_section(section);
    for (const RowSpec& spec : specs)
      add_row(spec.label, unit_of(spec.metric), [&](const ArchitectureReport& a) {
        return value_in(a.summary.metrics, spec.metric);
      });
  }

  void parts(const char* label, std::vector<Metric> RunSummary::*list) {
    std::vector<std::string> names;
    for (const SeedReport& seed : report_.seeds)
      for (const ArchitectureReport& a : seed.architectures)
        for (const Metric& part : a.summary.*list)
          if (part.value.value_or(0) != 0 &&
              std::find(names.begin(), names.end(), part.name) == names.end())
            names.push_back(part.name);
    if (names.empty()) return;
    open_section();
    table_.row(label, {});
    for (const std::string& name : names) {
      std::string words = name;
      std::replace(words.begin(), words.end(), '_', ' ');
      add_row("    " + words, "ms", [&](const ArchitectureReport& a) {
        return value_in(a.summary.*list, name);
      });
    }
  }

  std::vector<Title> fault_titles() const {
    std::vector<Title> titles;
    for (const FaultSpec& f : report_.scenario.faults)
      titles.push_back({f.id, "Fault " + f.id + ": " + fault_words(f)});
    return titles;
  }

  static std::string fault_words(const FaultSpec& f) {
    std::string words = to_text(f.kind);
    if (f.kind == FaultKind::node_crash) words += " (" + to_text(f.crash) + ")";
    if (!f.target.node.empty()) words += " of " + f.target.node;
    if (f.target.role) words += " of " + to_text(*f.target.role);
    if (!f.target.az.empty()) words += " in AZ " + f.target.az;
    words += " at " + humane(f.at_s, "s");
    if (f.duration_s) words += " for " + humane(*f.duration_s, "s");
    if (f.restart_after_s) words += ", back after " + humane(*f.restart_after_s, "s");
    return words;
  }

  static bool has_metric(const SubjectMetrics* subject, std::string_view name) {
    return subject && std::any_of(subject->metrics.begin(), subject->metrics.end(),
                                  [&](const Metric& m) { return m.name == name; });
  }

  /// The rows of each fault: what was lost, for how long nobody was served, and why so long.
  void subjects(const std::string& prefix, const std::vector<Title>& titles,
                const SubjectsOf& list) {
    for (const Title& title : titles) {
      begin_section(prefix + title.text);
      for (const RowSpec& spec : fault_rows) {
        std::vector<std::string> cells;
        bool any = false;
        for (std::size_t c = 0; c < columns(); ++c) {
          cells.push_back(subject_cell(c, title.id, spec, list));
          any |= cells.back() != "-";
        }
        if (!any) continue;
        open_section();
        table_.row(spec.label, std::move(cells));
      }
    }
  }

  std::string subject_cell(std::size_t column, const std::string& id, const RowSpec& spec,
                           const SubjectsOf& list) const {
    const bool is_rto = spec.metric == std::string_view("rto_s");
    bool applicable = false, censored = false, present = false;
    const std::vector<Value> values = over_seeds(column, [&](const ArchitectureReport& a) {
      const SubjectMetrics* s = subject_in(list(a), id);
      present |= has_metric(s, spec.metric);
      applicable |= s && s->applicable;
      censored |= s && s->applicable && s->censored;
      return s && s->applicable ? value_in(s->metrics, spec.metric) : std::nullopt;
    });
    if (!applicable) return present ? "n/a" : "-";
    if (is_rto && censored) {
      const bool some = std::any_of(values.begin(), values.end(),
                                    [](const Value& v) { return v.has_value(); });
      return some ? humane(values, "s") + " or never" : "never";
    }
    return humane(values, unit_of(spec.metric));
  }

  void operations() {
    std::vector<std::string> ids;
    for (const ArchitectureReport& a : report_.seeds.front().architectures)
      for (const SubjectMetrics& o : a.summary.operations)
        if (std::find(ids.begin(), ids.end(), o.id) == ids.end()) ids.push_back(o.id);
    for (const std::string& id : ids) {
      std::vector<std::string> names;
      std::string kind;
      for (const ArchitectureReport& a : report_.seeds.front().architectures)
        if (const SubjectMetrics* o = subject_in(a.summary.operations, id)) {
          kind = o->kind;
          for (const Metric& m : o->metrics)
            if (std::find(names.begin(), names.end(), m.name) == names.end())
              names.push_back(m.name);
        }
      begin_section("Operation " + id + ": " + kind);
      for (const std::string& name : names)
        add_row(name, unit_of(name), [&](const ArchitectureReport& a) -> Value {
          const SubjectMetrics* o = subject_in(a.summary.operations, id);
          return o && o->applicable ? value_in(o->metrics, name) : std::nullopt;
        });
    }
  }

  bool has_battery() const {
    for (const SeedReport& seed : report_.seeds)
      for (const ArchitectureReport& a : seed.architectures)
        if (!a.battery.empty()) return true;
    return false;
  }

  void battery() {
    std::vector<Title> titles;
    for (const ArchitectureReport& a : report_.seeds.front().architectures)
      for (const SubjectMetrics& fault : a.battery)
        if (std::none_of(titles.begin(), titles.end(),
                         [&](const Title& t) { return t.id == fault.id; })) {
          std::string words = fault.id;
          std::replace(words.begin(), words.end(), '_', ' ');
          std::replace(words.begin(), words.end(), '-', ' ');
          titles.push_back({fault.id, words});
        }
    subjects("Standard fault: ", titles,
             [](const ArchitectureReport& a) -> const auto& { return a.battery; });
  }

  static const char* word_of(CheckResult::Verdict v) {
    return v == CheckResult::Verdict::holds ? "holds"
           : v == CheckResult::Verdict::broken ? "BROKEN" : "unknown";
  }

  /// Every check of an architecture over all seeds and battery runs, as (name, verdicts).
  void checks() {
    std::vector<std::string> names;
    for_each_check([&](std::size_t, std::uint64_t, const CheckResult& check, bool in_battery) {
      if (!in_battery && std::find(names.begin(), names.end(), check.name) == names.end())
        names.push_back(check.name);
    });
    begin_section("Checks");
    for (const std::string& name : names) {
      std::vector<std::string> cells(columns(), "-");
      for_each_check([&](std::size_t c, std::uint64_t, const CheckResult& check, bool in_battery) {
        const bool same = in_battery ? check.name.ends_with(": " + name) : check.name == name;
        if (!same) return;
        const std::string word = word_of(check.verdict);
        const bool worse = cells[c] == "-" || word == "BROKEN" ||
                           (word == "unknown" && cells[c] == "holds" && !in_battery);
        if (worse && cells[c] != "BROKEN") cells[c] = word;
      });
      open_section();
      table_.row(name, std::move(cells));
    }
  }

  void for_each_check(
      const std::function<void(std::size_t, std::uint64_t, const CheckResult&, bool)>& visit)
      const {
    for (std::size_t c = 0; c < columns(); ++c)
      for (const SeedReport& seed : report_.seeds) {
        for (const CheckResult& check : seed.architectures[c].summary.checks)
          visit(c, seed.seed, check, false);
        for (const CheckResult& check : seed.architectures[c].battery_checks)
          visit(c, seed.seed, check, true);
      }
  }

  /// Why a check does not hold, in a line for each.
  void witnesses() {
    std::string lines;
    for_each_check([&](std::size_t c, std::uint64_t seed, const CheckResult& check, bool) {
      if (check.verdict == CheckResult::Verdict::holds || check.witness.empty()) return;
      lines += wrapped(std::string("  ") + report_.scenario.architectures[c].name + ", seed " +
                           std::to_string(seed) + ", " + check.name + " " +
                           word_of(check.verdict) + ": " + printable(check.witness),
                       style_.width - 2, 4) + "\n";
    });
    if (!lines.empty()) out_ += "\nChecks that don't hold:\n" + lines;
  }

  /// The steps of the first seed: every seed passes the same.
  void write_paths() {
    std::string lines;
    for (const ArchitectureReport& a : report_.seeds.front().architectures) {
      if (a.summary.write_path_ms.empty()) continue;
      std::string line = a.summary.architecture + ":";
      const char* arrow = style_.utf8 ? " \u2192" : " >";
      bool first = true;
      for (const Metric& step : a.summary.write_path_ms) {
        if (!step.value) continue;
        std::string words = step.name;
        std::replace(words.begin(), words.end(), '_', ' ');
        line += (first ? " " : std::string(arrow) + " ") + words + " " + humane(step.value, "ms");
        first = false;
      }
      if (!first) lines += "  " + wrapped(line, style_.width - 2, 4) + "\n";
    }
    if (!lines.empty())
      out_ += "\nSteps of the write path, mean time since COMMIT was sent:\n" + lines;
  }

  void expectations() {
    if (report_.expectations.empty()) return;
    out_ += "\nExpectations:\n";
    for (const ExpectationResult& e : report_.expectations) {
      const char* word = e.verdict == ExpectationVerdict::holds ? "holds   "
                         : e.verdict == ExpectationVerdict::broken ? "BROKEN  " : "unjudged";
      std::string line = printable(e.text);
      if (report_.seeds.size() > 1) line += " (seed " + std::to_string(e.seed) + ")";
      line += ": " + printable(e.reason);
      out_ += "  " + std::string(word) + "  " + wrapped(line, style_.width - 12, 12) + "\n";
      if (e.verdict != ExpectationVerdict::holds && !e.because.empty())
        out_ += std::string(12, ' ') +
                wrapped("expected because: " + printable(e.because), style_.width - 12, 12) + "\n";
    }
  }

  const ScenarioReport& report_;
  const TextStyle& style_;
  Table table_;
  std::string pending_section_;
  std::string out_;
};

}  // namespace

std::string text_report(const ScenarioReport& report, const TextStyle& style) {
  return TextReport(report, style).text();
}

}  // namespace writepath
