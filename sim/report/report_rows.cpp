#include "sim/report/report_rows.hpp"

#include <algorithm>
#include <utility>

#include "sim/report/humane.hpp"

namespace writepath {
namespace {

std::vector<std::string> column_names(const ScenarioReport& report) {
  std::vector<std::string> names;
  for (const ArchitectureSpec& a : report.scenario.architectures) names.push_back(a.name);
  return names;
}

}  // namespace

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

std::optional<double> value_in(const Metrics& metrics, std::string_view name) {
  for (const Metric& m : metrics)
    if (m.name == name) return m.value;
  return std::nullopt;
}

const SubjectMetrics* subject_in(const std::vector<SubjectMetrics>& subjects, std::string_view id) {
  for (const SubjectMetrics& s : subjects)
    if (s.id == id) return &s;
  return nullptr;
}

std::string spoken(std::string name) {
  std::replace(name.begin(), name.end(), '_', ' ');
  return name;
}

ReportRows::ReportRows(const ScenarioReport& report)
    : report_(report), table_(column_names(report)) {}

std::vector<ReportRows::Value> ReportRows::over_seeds(std::size_t column, const Get& get) const {
  std::vector<Value> values;
  for (const SeedReport& seed : report_.seeds) values.push_back(get(seed.architectures[column]));
  return values;
}

void ReportRows::add_cells(const std::string& label, std::vector<std::string> cells) {
  if (!pending_section_.empty()) table_.section(std::exchange(pending_section_, ""));
  table_.row(label, std::move(cells));
}

void ReportRows::add(const std::string& label, std::string_view unit, const Get& get) {
  std::vector<std::string> cells;
  bool any = false;
  for (std::size_t c = 0; c < columns(); ++c) {
    const std::vector<Value> values = over_seeds(c, get);
    any |= std::any_of(values.begin(), values.end(), [](const Value& v) { return v.has_value(); });
    cells.push_back(humane(values, unit));
  }
  if (any) add_cells(label, std::move(cells));
}

}  // namespace writepath
