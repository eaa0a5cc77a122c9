#include <algorithm>
#include <functional>

#include "sim/report/humane.hpp"
#include "sim/report/money.hpp"
#include "sim/report/report.hpp"
#include "sim/report/report_rows.hpp"

namespace writepath {
namespace {

constexpr RowSpec commit_rows[] = {
    {"acknowledged", "commits_acked"},
    {"rate", "commits_per_s"},
    {"failed", "commits_failed"},
    {"outcome unknown", "commits_unknown"},
    {"of them committed", "commits_unknown_committed", true},
    {"of them lost", "commits_unknown_lost", true},
    {"of them duplicated", "commits_unknown_duplicated", true},
    {"rolled back: deadlock", "deadlocks", true},
    {"rolled back: lock wait timeout", "lock_wait_timeouts", true},
    {"semi-sync fell back", "semi_sync_fallbacks", true},
};
constexpr RowSpec availability_rows[] = {
    {"seconds with a commit", "commit_availability"},
    {"write probes that succeeded", "write_availability"},
    {"read probes that succeeded", "read_availability"},
    {"lost without any fault", "commits_lost_without_fault", true},
    {"acknowledged on two sides", "split_brain_transactions", true},
    {"two sides acknowledged for", "split_brain_s", true},
};
constexpr RowSpec latency_rows[] = {
    {"median", "commit_latency_ms_p50"},
    {"p99", "commit_latency_ms_p99"},
    {"whole transaction, p99", "transaction_latency_ms_p99"},
    {"mean", "commit_latency_ms_mean"},
};
constexpr RowSpec lag_rows[] = {
    {"median", "replica_lag_ms_p50"},
    {"p99", "replica_lag_ms_p99"},
    {"greatest", "replica_lag_ms_max"},
    {"never became visible", "replica_lag_unapplied"},
    {"still behind at the end", "replica_lag_ms_final"},
    {"heartbeat lag, greatest", "heartbeat_lag_ms_max"},
    {"seconds behind source, max", "seconds_behind_source_max"},
    {"seconds behind source NULL", "seconds_behind_source_null_s", true},
    {"visible before an earlier one", "applied_ahead", true},
    {"rolled back by appliers", "applier_rollbacks", true},
    {"reads that were stale", "stale_read_fraction"},
    {"mean", "replica_lag_ms_mean"},
};
constexpr RowSpec cost_rows[] = {
    {"I/Os at the primary", "primary_ios_per_commit"},
    {"I/Os at the replicas", "replica_ios_per_commit"},
    {"I/Os at the storage nodes", "storage_ios_per_commit"},
    {"I/Os, all", "total_ios_per_commit"},
    {"network, all traffic", "network_bytes_per_commit"},
    {"of it between AZs", "cross_az_bytes_per_commit"},
};
constexpr RowSpec table_1_rows[] = {
    {"I/Os of the database node", "database_ios_per_commit"},
    {"bytes in them", "database_io_bytes_per_commit"},
    {"I/Os at one storage node", "storage_node_ios_per_commit"},
    {"bytes written there", "storage_node_write_bytes_per_commit"},
    {"mirrors' writes, apart", "mirror_ios_per_commit", true},
    {"boxcars", "boxcars_per_commit", true},
    {"records in a boxcar", "boxcar_records_mean", true},
    {"a boxcar is open, mean", "boxcar_open_ms_mean", true},
    {"a boxcar is open, p99", "boxcar_open_ms_p99", true},
};

// Only with workload.registers; what is 0 everywhere is left out.
constexpr RowSpec register_rows[] = {
    {"begun", "register_operations", true},
    {"failed", "register_operations_failed", true},
    {"in doubt", "register_operations_in_doubt", true},
    {"registers not linearizable", "registers_not_linearizable", true},
    {"not read your writes", "read_your_writes_violations", true},
    {"not monotonic reads", "monotonic_reads_violations", true},
    {"not monotonic writes", "monotonic_writes_violations", true},
    {"not writes follow reads", "writes_follow_reads_violations", true},
};

/// A check that holds with a witness found what the architecture does not promise to avoid.
bool is_allowed(const CheckResult& check) {
  return check.verdict == CheckResult::Verdict::holds && !check.witness.empty();
}
const char* word_of(const CheckResult& check) {
  if (is_allowed(check)) return "allowed";
  return check.verdict == CheckResult::Verdict::holds    ? "holds"
         : check.verdict == CheckResult::Verdict::broken ? "BROKEN"
                                                         : "unknown";
}
/// The worst of several runs is shown; in a standard fault's run, "unknown" is no news.
int weight_of(const CheckResult& check, bool in_battery) {
  if (check.verdict == CheckResult::Verdict::broken) return 3;
  if (check.verdict == CheckResult::Verdict::unknown) return in_battery ? 0 : 2;
  return is_allowed(check) ? 1 : 0;
}

class TextReport {
 public:
  TextReport(const ScenarioReport& report, const TextStyle& style)
      : report_(report), style_(style), rows_(report) {}

  std::string text() {
    heading();
    metrics("Commits", commit_rows);
    metrics("Commit latency (COMMIT sent to acknowledged)", latency_rows);
    parts(&RunSummary::commit_latency_breakdown_ms);
    client_groups();
    metrics("Replica lag (visible minus acknowledged)", lag_rows);
    parts(&RunSummary::replica_lag_breakdown_ms);
    add_lag_meters(rows_);
    metrics("Cost of a commit", cost_rows);
    by_purpose("I/Os a commit, by place and purpose", "",
               [](const IoRow& row) { return row.writes + row.reads; });
    by_purpose("Bytes written a commit, by place and purpose", "bytes",
               [](const IoRow& row) { return row.write_bytes; });
    metrics("Network I/Os a commit, as Aurora's Table 1 counts them", table_1_rows);
    crossings("Bytes to other AZs a commit, by traffic", "bytes",
              &RunSummary::cross_az_bytes_per_commit);
    crossings("Messages to other AZs a commit, by traffic", "",
              &RunSummary::cross_az_messages_per_commit);
    add_money(rows_);
    add_survival(rows_);
    availability();
    add_failures(rows_);
    operations();
    metrics("Registers (operations)", register_rows);
    checks();
    out_ += rows_.text(style_);
    lag_note();
    if (const auto& prices = report_.scenario.prices)
      out_ += "\n" + wrapped(price_words(*prices), style_.width, 0) + "\n";
    out_ += time_lines(report_, style_);
    failure_notes();
    write_paths();
    witnesses();
    expectations();
    out_ += "\nResults: " + report_.results_folder + "\n";
    return std::move(out_);
  }

 private:
  using CheckVisitor = std::function<void(std::size_t column, std::uint64_t seed,
                                          const CheckResult&, bool in_battery)>;

  void heading() {
    const Scenario& s = report_.scenario;
    const std::string title = printable(s.name) + ": " + printable(s.question);
    out_ += wrapped(title, style_.width, 2) + "\n";
    std::string run = humane(s.duration_s, "s") + " of load (the first " + humane(s.warmup_s, "s") +
                      " not counted), then up to " + humane(s.settle_s, "s") + " to settle; seed ";
    run += std::to_string(report_.seeds.front().seed);
    if (report_.seeds.size() > 1) run += " to " + std::to_string(report_.seeds.back().seed);
    out_ += wrapped(run, style_.width, 2) + "\n";
    if (report_.seeds.size() > 1) out_ += "figures over the seeds: median [least..greatest]\n";
    out_ += "\n";
  }

  /// Only where something is planned to fail: else it is 1 throughout, or the load's fault.
  void availability() {
    if (!report_.scenario.faults.empty()) metrics("Availability over the run", availability_rows);
  }

  template <std::size_t N>
  void metrics(const char* section, const RowSpec (&specs)[N]) {
    rows_.begin_section(section);
    for (const RowSpec& spec : specs)
      if (!spec.only_if_any || any_of(spec.metric))
        rows_.add(spec.label, unit_of(spec.metric), [&](const ArchitectureReport& a) {
          return value_in(a.summary.metrics, spec.metric);
        });
  }
  bool any_of(const char* metric) const {
    for (const SeedReport& seed : report_.seeds)
      for (const ArchitectureReport& a : seed.architectures)
        if (value_in(a.summary.metrics, metric).value_or(0) > 0) return true;
    return false;
  }

  /// What the mean above is made of, in the order of the path; parts that are nowhere are left out.
  void parts(std::vector<Metric> RunSummary::*list, const char* unit = "ms",
             const char* indent = "  ") {
    std::vector<std::string> order, used;
    const auto note = [](std::vector<std::string>& names, const std::string& name) {
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    };
    for (const SeedReport& seed : report_.seeds)
      for (const ArchitectureReport& a : seed.architectures)
        for (const Metric& part : a.summary.*list) {
          note(order, part.name);
          if (part.value.value_or(0) != 0) note(used, part.name);
        }
    std::erase_if(order, [&](const std::string& name) {
      return std::find(used.begin(), used.end(), name) == used.end();
    });
    for (const std::string& name : order)
      rows_.add(indent + spoken(name), unit,
                [&](const ArchitectureReport& a) { return value_in(a.summary.*list, name); });
  }

  void crossings(const char* section, const char* unit, std::vector<Metric> RunSummary::*list) {
    rows_.begin_section(section);
    parts(list, unit, "");
  }

  /// Only where there are several: one group is the whole.
  void client_groups() {
    if (report_.scenario.workload.clients.size() < 2) return;
    rows_.begin_section("Commit latency by client group, median");
    for (const ClientGroup& group : report_.scenario.workload.clients)
      rows_.add(group.name, "ms", [&](const ArchitectureReport& a) {
        const SubjectMetrics* clients = subject_in(a.summary.clients, group.name);
        return clients ? value_in(clients->metrics, "commit_latency_ms_p50") : std::nullopt;
      });
  }

  /// Who writes what, where, and who writes twice.
  void by_purpose(const char* section, const char* unit,
                  const std::function<std::uint64_t(const IoRow&)>& amount) {
    std::vector<std::pair<std::string, std::string>> kinds;  // place, purpose
    for (const SeedReport& seed : report_.seeds)
      for (const ArchitectureReport& a : seed.architectures)
        for (const IoRow& row : a.summary.io)
          if (amount(row) > 0 && std::find(kinds.begin(), kinds.end(),
                                           std::pair{row.place, row.purpose}) == kinds.end())
            kinds.emplace_back(row.place, row.purpose);
    std::stable_sort(kinds.begin(), kinds.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    if (kinds.empty()) return;
    rows_.begin_section(section);
    for (const auto& kind : kinds) {
      const std::string &place = kind.first, &purpose = kind.second;
      rows_.add(spoken(place) + ": " + spoken(purpose), unit, [&](const ArchitectureReport& a) {
        std::uint64_t sum = 0;
        for (const IoRow& row : a.summary.io)
          if (row.place == place && row.purpose == purpose) sum += amount(row);
        const double commits = value_in(a.summary.metrics, "commits_acked").value_or(0);
        return sum > 0 && commits > 0 ? std::optional(static_cast<double>(sum) / commits)
                                      : std::nullopt;
      });
    }
  }

  void operations() {
    std::vector<std::pair<std::string, std::string>> operations;  // id, kind
    std::vector<std::string> names;
    for (const ArchitectureReport& a : report_.seeds.front().architectures)
      for (const SubjectMetrics& o : a.summary.operations) {
        if (std::find(operations.begin(), operations.end(), std::pair{o.id, o.kind}) ==
            operations.end())
          operations.emplace_back(o.id, o.kind);
        for (const Metric& m : o.metrics)
          if (std::find(names.begin(), names.end(), m.name) == names.end()) names.push_back(m.name);
      }
    for (const auto& operation : operations) {
      const std::string &id = operation.first, &kind = operation.second;
      rows_.begin_section("Operation " + id + ": " + spoken(kind));
      for (const std::string& name : names)
        rows_.add(spoken(name), unit_of(name), [&](const ArchitectureReport& a) {
          const SubjectMetrics* o = subject_in(a.summary.operations, id);
          return o && o->applicable ? value_in(o->metrics, name) : std::nullopt;
        });
    }
  }

  void for_each_check(const CheckVisitor& visit) const {
    for (std::size_t c = 0; c < rows_.columns(); ++c)
      for (const SeedReport& seed : report_.seeds) {
        for (const CheckResult& check : seed.architectures[c].summary.checks)
          visit(c, seed.seed, check, false);
        for (const CheckResult& check : seed.architectures[c].battery_checks)
          visit(c, seed.seed, check, true);
      }
  }

  /// The worst verdict of each check over all seeds and the battery's runs.
  void checks() {
    std::vector<std::string> names;
    for_each_check([&](std::size_t, std::uint64_t, const CheckResult& check, bool in_battery) {
      if (!in_battery && std::find(names.begin(), names.end(), check.name) == names.end())
        names.push_back(check.name);
    });
    rows_.begin_section("Checks");
    for (const std::string& name : names) {
      std::vector<std::string> cells(rows_.columns(), "-");
      std::vector<int> weights(rows_.columns(), -1);
      for_each_check([&](std::size_t c, std::uint64_t, const CheckResult& check, bool in_battery) {
        if (in_battery ? !check.name.ends_with(": " + name) : check.name != name) return;
        const int weight = weight_of(check, in_battery);
        if (weight <= weights[c]) return;
        weights[c] = weight;
        cells[c] = word_of(check);
      });
      rows_.add_cells(name, std::move(cells));
    }
  }

  void lag_note() {
    if (!any_below_zero(&RunSummary::replica_lag_breakdown_ms)) return;
    const std::string note =
        "A negative part of the replica lag: the replica was that far before the client had its "
        "acknowledgement.";
    out_ += "\n" + wrapped(note, style_.width, 0) + "\n";
  }

  bool any_below_zero(Metrics RunSummary::*parts) const {
    for (const ArchitectureReport& a : report_.seeds.front().architectures)
      for (const Metric& part : a.summary.*parts)
        if (part.value.value_or(0) < 0) return true;
    return false;
  }

  void failure_notes() {
    const Scenario& s = report_.scenario;
    if (s.faults.empty() && !s.battery.enabled) {
      out_ += "\nFailure behaviour: not exercised (no faults, and the battery is turned off)\n";
      return;
    }
    const std::string note =
        "Availability, over the measured window: the share of whole seconds in which a commit was "
        "acknowledged, and the shares of probes that succeeded. RTO's parts: of detect, what "
        "interval, number and time-out of checks give from the first missed one on, and start, "
        "what options give for starting, promoting or replacing an instance, are configured "
        "(input); the rest of detect, elect, survey, recover, reconnect "
        "(clients keep the endpoint's address for workload.session.endpoint_ttl_s) and first "
        "commit (sent until acknowledged: it may have to wait itself) come out of the mechanism "
        "(emergent). Standard faults are short runs of their own.";
    out_ += "\n" + wrapped(note, style_.width, 0) + "\n";
  }

  /// The steps of the first seed: every seed passes the same.
  void write_paths() {
    std::string lines;
    const std::string arrow = style_.utf8 ? " \u2192 " : " > ";
    for (const ArchitectureReport& a : report_.seeds.front().architectures) {
      std::string steps;
      for (const Metric& step : a.summary.write_path_ms)
        if (step.value)
          steps +=
              (steps.empty() ? " " : arrow) + spoken(step.name) + " " + humane(step.value, "ms");
      if (!steps.empty())
        lines += "  " + wrapped(a.summary.architecture + ":" + steps, style_.width, 4, 2) + "\n";
    }
    if (lines.empty()) return;
    out_ += "\nSteps of the write path, mean time since COMMIT was sent";
    if (any_below_zero(&RunSummary::write_path_ms)) out_ += " (negative: an earlier statement's)";
    out_ += ":\n" + lines;
  }

  /// Why a check does not hold, in a line for each.
  void witnesses() {
    std::string lines, allowed;
    for_each_check([&](std::size_t c, std::uint64_t seed, const CheckResult& check, bool) {
      if (check.witness.empty()) return;
      const std::string line = report_.scenario.architectures[c].name + ", seed " +
                               std::to_string(seed) + ", " + check.name + " " + word_of(check) +
                               ": " + printable(check.witness);
      (is_allowed(check) ? allowed : lines) += "  " + wrapped(line, style_.width, 4, 2) + "\n";
    });
    if (!lines.empty()) out_ += "\nChecks that don't hold:\n" + lines;
    if (!allowed.empty())
      out_ += "\nWhat checks found, and the architecture does not promise to avoid:\n" + allowed;
  }

  void expectations() {
    if (report_.expectations.empty()) return;
    out_ += "\nExpectations:\n";
    out_ += expectation_lines(report_, style_);
  }

  const ScenarioReport& report_;
  const TextStyle& style_;
  ReportRows rows_;
  std::string out_;
};

}  // namespace

std::string text_report(const ScenarioReport& report, const TextStyle& style) {
  return TextReport(report, style).text();
}

}  // namespace writepath
