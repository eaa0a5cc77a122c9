// True lag, heartbeat lag and Seconds_Behind_Source side by side, for each replica.
#include <algorithm>

#include "sim/report/report_rows.hpp"

namespace writepath {
namespace {

constexpr RowSpec meter_rows[] = {
    {"true lag, median", "replica_lag_ms_p50"},
    {"true lag, greatest", "replica_lag_ms_max"},
    {"heartbeat, median", "heartbeat_lag_ms_p50"},
    {"heartbeat, greatest", "heartbeat_lag_ms_max"},
    {"seconds behind, median", "seconds_behind_source_p50"},
    {"seconds behind, greatest", "seconds_behind_source_max"},
    {"seconds behind is NULL for", "seconds_behind_source_null_s", true},
};

std::vector<std::string> replica_ids(const ScenarioReport& report) {
  std::vector<std::string> ids;
  for (const SeedReport& seed : report.seeds)
    for (const ArchitectureReport& a : seed.architectures)
      for (const SubjectMetrics& replica : a.summary.replicas)
        if (std::find(ids.begin(), ids.end(), replica.id) == ids.end()) ids.push_back(replica.id);
  return ids;
}

}  // namespace

void add_lag_meters(ReportRows& rows) {
  if (!rows.report().scenario.workload.heartbeat.enabled) return;
  for (const std::string& id : replica_ids(rows.report())) {
    rows.begin_section("Lag meters at " + id);
    for (const RowSpec& spec : meter_rows) {
      const auto get = [&](const ArchitectureReport& a) {
        const SubjectMetrics* const replica = subject_in(a.summary.replicas, id);
        return replica != nullptr ? value_in(replica->metrics, spec.metric) : std::nullopt;
      };
      bool any = false;
      for (std::size_t c = 0; c < rows.columns(); ++c)
        for (const ReportRows::Value& value : rows.over_seeds(c, get))
          any = any || value.value_or(0) > 0;
      if (any || !spec.only_if_any) rows.add(spec.label, unit_of(spec.metric), get);
    }
  }
}

}  // namespace writepath
