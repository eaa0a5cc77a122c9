#pragma once
// A metric of a summary by name; "commit_latency_breakdown_ms.out" and the like reach into
// breakdowns.
#include <optional>
#include <string_view>

#include "sim/metrics/run_summary.hpp"

namespace writepath {

/// Null: there is no such metric. The pointer lives as long as the list.
inline const Metric* find_metric(const std::vector<Metric>& metrics, std::string_view name) {
  for (const Metric& metric : metrics)
    if (metric.name == name) return &metric;
  return nullptr;
}

inline const Metric* find_metric(const RunSummary& summary, std::string_view name) {
  const auto dot = name.find('.');
  if (dot == std::string_view::npos) return find_metric(summary.metrics, name);
  const std::string_view group = name.substr(0, dot), part = name.substr(dot + 1);
  if (group == "commit_latency_breakdown_ms")
    return find_metric(summary.commit_latency_breakdown_ms, part);
  if (group == "replica_lag_breakdown_ms")
    return find_metric(summary.replica_lag_breakdown_ms, part);
  if (group == "cross_az_bytes_per_commit")
    return find_metric(summary.cross_az_bytes_per_commit, part);
  if (group == "cross_az_messages_per_commit")
    return find_metric(summary.cross_az_messages_per_commit, part);
  if (group == "write_path_ms") return find_metric(summary.write_path_ms, part);
  return nullptr;
}

inline const SubjectMetrics* find_subject(const std::vector<SubjectMetrics>& subjects,
                                          std::string_view id) {
  for (const SubjectMetrics& subject : subjects)
    if (subject.id == id) return &subject;
  return nullptr;
}

}  // namespace writepath
