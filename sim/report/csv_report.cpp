#include "sim/report/report.hpp"
#include "sim/scenario/json_node.hpp"

namespace writepath {
namespace {

/// RFC 4180: quotes around what holds a comma, a quote or a line break; quotes doubled.
std::string field(const std::string& text) {
  if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + '"';
}

class CsvReport {
 public:
  std::string text = "scenario,architecture,seed,subject,metric,value\n";

  void add(const ScenarioReport& report) {
    for (const SeedReport& seed : report.seeds)
      for (const ArchitectureReport& a : seed.architectures) {
        start_ = field(report.scenario.name) + "," + field(a.summary.architecture) + "," +
                 std::to_string(seed.seed) + ",";
        summary(a.summary);
        subjects("battery:", a.battery);
        checks("battery:", a.battery_checks);
      }
    for (const ExpectationResult& e : report.expectations) {
      start_ = field(report.scenario.name) + "," + field(e.architecture) + "," +
               std::to_string(e.seed) + ",";
      words("expectation:" + std::to_string(e.index), e.text, name_of(e.verdict));
    }
    if (tells_over_seeds(report)) over_all_seeds(report);
  }

 private:
  /// Rows without a seed: they are of all.
  void over_all_seeds(const ScenarioReport& report) {
    for (const ExpectationOverSeeds& e : over_seeds(report.scenario, report.expectations)) {
      start_ = field(report.scenario.name) + "," + field(e.architecture) + ",,";
      const std::string subject = "expectation:" + std::to_string(e.index);
      words(subject, e.text, name_of(e.verdict));
      whole(subject, "seeds", e.seeds);
      whole(subject, "seeds_held", e.held);
      whole(subject, "seeds_broken", e.broken);
    }
  }
  void words(const std::string& subject, const std::string& metric, const std::string& value) {
    text += start_ + field(subject) + "," + field(metric) + "," + field(value) + "\n";
  }
  void value(const std::string& subject, const std::string& metric, std::optional<double> v) {
    words(subject, metric, v ? shortest(*v) : "");
  }
  void whole(const std::string& subject, const std::string& metric, std::uint64_t v) {
    words(subject, metric, std::to_string(v));
  }
  void metrics(const std::string& subject, const Metrics& list, const std::string& prefix = "") {
    for (const Metric& m : list) value(subject, prefix + m.name, m.value);
  }
  void subjects(const std::string& kind, const std::vector<SubjectMetrics>& list) {
    for (const SubjectMetrics& s : list)
      if (s.applicable) metrics(kind + s.id, s.metrics);
  }
  void checks(const std::string& prefix, const std::vector<CheckResult>& list) {
    for (const CheckResult& check : list)
      words(prefix + "check:" + check.name, "verdict",
            check.verdict == CheckResult::Verdict::holds    ? "holds"
            : check.verdict == CheckResult::Verdict::broken ? "broken"
                                                            : "unknown");
  }

  void summary(const RunSummary& s) {
    metrics("run", s.metrics);
    metrics("run", s.commit_latency_breakdown_ms, "commit_latency_breakdown_ms.");
    metrics("run", s.replica_lag_breakdown_ms, "replica_lag_breakdown_ms.");
    metrics("run", s.write_path_ms, "write_path_ms.");
    metrics("run", s.cross_az_bytes_per_commit, "cross_az_bytes_per_commit.");
    metrics("run", s.cross_az_messages_per_commit, "cross_az_messages_per_commit.");
    subjects("replica:", s.replicas);
    subjects("clients:", s.clients);
    subjects("fault:", s.faults);
    subjects("operation:", s.operations);
    for (const IoRow& row : s.io) {
      const std::string subject = "io:" + row.place + ":" + row.purpose;
      whole(subject, "writes", row.writes);
      whole(subject, "write_bytes", row.write_bytes);
      whole(subject, "flushes", row.flushes);
      whole(subject, "reads", row.reads);
      whole(subject, "read_bytes", row.read_bytes);
      whole(subject, "copy_writes", row.copy_writes);
    }
    for (const TrafficRow& row : s.traffic) {
      const std::string subject = "traffic:" + row.place + ":" + row.traffic;
      whole(subject, "messages", row.messages);
      whole(subject, "bytes", row.bytes);
      whole(subject, "cross_az_messages", row.cross_az_messages);
      whole(subject, "cross_az_bytes", row.cross_az_bytes);
    }
    checks("", s.checks);
  }

  std::string start_;  // the columns that all rows of an architecture and seed share
};

}  // namespace

std::string csv_report(const std::vector<ScenarioReport>& reports) {
  CsvReport csv;
  for (const ScenarioReport& report : reports) csv.add(report);
  return std::move(csv.text);
}

}  // namespace writepath
