#pragma once
// The rows of a report's table: a value for each architecture, over the report's seeds.
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/report/report.hpp"
#include "sim/report/table.hpp"

namespace writepath {

struct RowSpec {
  const char* label;
  const char* metric;
  bool only_if_any = false;  ///< left out where it is 0 everywhere
};

/// Units stand last in the metrics' names (before the statistic).
std::string_view unit_of(std::string_view metric);

std::optional<double> value_in(const Metrics& metrics, std::string_view name);
const SubjectMetrics* subject_in(const std::vector<SubjectMetrics>& subjects, std::string_view id);

/// "group_wait" and "primary-lost" as words.
std::string spoken(std::string name);

class ReportRows {
 public:
  using Value = std::optional<double>;
  using Get = std::function<Value(const ArchitectureReport&)>;

  explicit ReportRows(const ScenarioReport& report);

  const ScenarioReport& report() const { return report_; }
  std::size_t columns() const { return report_.scenario.architectures.size(); }
  std::vector<Value> over_seeds(std::size_t column, const Get& get) const;

  /// The title is shown with the section's first row; a section without rows is left out.
  void begin_section(std::string title) { pending_section_ = std::move(title); }
  void add_cells(const std::string& label, std::vector<std::string> cells);
  /// A row of numbers; left out when no architecture has any.
  void add(const std::string& label, std::string_view unit, const Get& get);

  std::string text(const TextStyle& style) const { return table_.text(style); }

 private:
  const ScenarioReport& report_;
  Table table_;
  std::string pending_section_;
};

/// What each replica's lag meters showed at most, beside its true lag; only with heartbeats.
void add_lag_meters(ReportRows& rows);

/// What the architectures survive by their rules; left out when none has any.
void add_survival(ReportRows& rows);

/// What was up when, in the first seed: a table for each architecture where something failed, of at
/// most 40 lines in all.
std::string time_lines(const ScenarioReport& report, const TextStyle& style);

/// A line for each expectation and architecture, and with several seeds one for each in which it
/// did not hold.
std::string expectation_lines(const ScenarioReport& report, const TextStyle& style);

/// Failure behaviour: the scenario's faults, then those of the standard battery.
void add_failures(ReportRows& rows);

}  // namespace writepath
