#include "sim/cli/one_job.hpp"

#include <iostream>

#include "sim/cli/provenance.hpp"
#include "sim/cli/results_folder.hpp"
#include "sim/core/check.hpp"
#include "sim/metrics/summary_json.hpp"
#include "sim/report/report.hpp"
#include "sim/run/run_one.hpp"
#include "sim/scenario/writer.hpp"

namespace writepath::cli {
namespace {

std::string manifest(const PlannedRun& run, const Scenario& scenario, const RunSummary& summary,
                     const Options& options, const ModelCatalog& catalog) {
  JsonNode node = JsonNode::object();
  node.add("manifest_version", JsonNode::of(std::int64_t{1}));
  node.add("scenario_hash", JsonNode::of(run.hash));
  node.add("architecture", JsonNode::of(summary.architecture));
  if (run.battery) node.add("standard_fault", JsonNode::of(std::string(name_of(*run.battery))));
  node.add("seed", JsonNode::of(static_cast<std::int64_t>(run.seed)));
  node.add("fingerprint", JsonNode::of(summary.fingerprint));
  node.add("scenario", write_scenario(scenario, catalog));
  node.add("provenance", provenance(options));
  return to_json(node);
}

/// Tidy, like every table of ours. Names in it need no quotes (node ids and metric names).
std::string time_series_csv(const RunSummary& summary) {
  std::string text = "time_s,node,metric,value\n";
  for (const TimePoint& point : summary.time_series) {
    text += shortest(to_s(point.t_ns)) + "," + point.node + "," + point.metric + "," +
            shortest(point.value) + "\n";
  }
  return text;
}

int unwritable(const std::runtime_error& error) {
  std::cerr << "writepath: " + std::string(error.what()) + "\n";
  return exit_results;
}

}  // namespace

int play_and_write(const PlannedRun& run, const std::vector<LoadedScenario>& scenarios,
                   const Options& options, const ModelRegistry& registry, long parent,
                   std::string& output) {
  set_reproduce_line(reproduce_line(run, scenarios, options));
  try {
    UnfinishedResults results(run.place, parent);
    const Scenario scenario = scenario_of(run, scenarios);
    RunOptions how;
    how.engine = options.stepped ? EngineMode::stepped : EngineMode::drained;
    how.network = options.simgrid_network ? NetworkMode::simgrid : NetworkMode::closed_form;
    how.seed = run.seed;
    how.events = options.events;
    how.events_path = (results.folder() / "events.ndjson").string();
    how.history = options.history;
    how.history_path = (results.folder() / "history.edn").string();
    RunSummary summary = run_one(scenario, scenario.architectures[run.architecture], registry, how);

    results.write("manifest.json", manifest(run, scenario, summary, options, catalog_of(registry)));
    results.write("summary.json", to_json(summary, SummaryForm::report, 2) + "\n");
    results.write("timeseries.csv", time_series_csv(summary));
    if (!summary.timeline.empty()) results.write("timeline.csv", timeline_csv(summary));
    results.write("latency.hgrm", summary.latency_hgrm);
    results.publish();

    output = to_json(summary, SummaryForm::report);
    return exit_holds;
  } catch (const ResultsError& error) {
    return unwritable(error);
  } catch (const EventsUnwritable& error) {
    return unwritable(error);
  }
}

}  // namespace writepath::cli
