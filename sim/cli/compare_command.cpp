#include <algorithm>
#include <cstring>
#include <iostream>
#include <thread>

#include "sim/cli/commands.hpp"
#include "sim/cli/model_libraries.hpp"
#include "sim/cli/process_pool.hpp"
#include "sim/cli/progress.hpp"
#include "sim/core/check.hpp"
#include "sim/metrics/metric_names.hpp"
#include "sim/metrics/summary_json.hpp"
#include "sim/report/comparison.hpp"
#include "sim/run/run_one.hpp"
#include "sim/scenario/fault_kinds.hpp"
#include "sim/scenario/validate.hpp"
#include "sim/scenario/words.hpp"

namespace writepath::cli {
namespace {

using Scenarios = std::vector<LoadedScenario>;

void check_fault_metric(const std::string& metric, const Scenario& scenario) {
  const std::size_t begin = std::string("fault.").size(), end = metric.rfind('.');
  if (end < begin)
    throw UsageError("--metric takes fault.ID.METRIC, not " + writepath::quoted(metric));
  const std::string id = metric.substr(begin, end - begin), name = metric.substr(end + 1);
  std::vector<std::string> ids;
  bool known = false;
  for (const FaultSpec& fault : scenario.faults) {
    ids.push_back(fault.id);
    known = known || is_strike_of(id, fault.id);
  }
  if (ids.empty()) throw UsageError("--metric " + metric + ": the scenario has no faults");
  if (!known)
    throw UsageError("--metric " + metric + ": the scenario has no fault " + writepath::quoted(id) +
                     suggest(id, ids, "faults"));
  const std::vector<std::string> legal = metric_names().fault;
  if (std::find(legal.begin(), legal.end(), name) == legal.end())
    throw UsageError("--metric " + metric + ": unknown metric of a fault " +
                     writepath::quoted(name) + suggest(name, legal, "metrics"));
}

void check_metric(const std::string& metric, const Scenario& scenario) {
  if (metric.starts_with("fault.")) return check_fault_metric(metric, scenario);
  const MetricNames names = metric_names();
  const std::vector<std::string>& legal = names.run;
  if (const std::string lacking = lacking_price(names, metric, scenario.prices); !lacking.empty())
    throw UsageError("--metric " + metric + " " + lacking);
  if (std::find(legal.begin(), legal.end(), metric) != legal.end()) return;
  const std::string near = nearest_word(metric, legal);
  throw UsageError("--metric: unknown metric " + writepath::quoted(metric) +
                   (near.empty() ? "; METRICS.md lists them"
                                 : "; did you mean " + writepath::quoted(near) + "?"));
}

/// Costs that the scenario's prices give a value.
std::vector<std::string> priced_metrics(const Scenario& scenario) {
  std::vector<std::string> metrics;
  const MetricNames names = metric_names();
  for (const auto& cost : names.costs)
    if (lacking_price(names, cost.first, scenario.prices).empty()) metrics.push_back(cost.first);
  return metrics;
}

CompareRequest compare_request(const Options& options, const Scenario& scenario) {
  std::vector<std::string> names;
  for (const ArchitectureSpec& a : scenario.architectures) names.push_back(a.name);
  if (names.size() < 2)
    throw UsageError("compare needs two architectures; " + scenario.name + " has " +
                     writepath::quoted(names.front()) + " alone");
  CompareRequest request;
  request.baseline = options.baseline.empty() ? names.front() : options.baseline;
  if (std::find(names.begin(), names.end(), request.baseline) == names.end())
    throw UsageError("--baseline: the scenario has no architecture " +
                     writepath::quoted(request.baseline) +
                     suggest(request.baseline, names, "architectures"));
  for (const std::string& metric : options.metrics) check_metric(metric, scenario);
  request.metrics = options.metrics;
  if (options.metrics.empty()) {
    request.metrics = usual_metrics(scenario);
    const std::vector<std::string> costs = priced_metrics(scenario);
    request.metrics.insert(request.metrics.end(), costs.begin(), costs.end());
  }
  request.confidence = options.confidence;
  request.family = options.family;
  return request;
}

/// By seed, then architecture; no results folder, no standard battery.
std::vector<PlannedRun> plan_pairs(const Scenario& scenario, std::uint64_t runs) {
  std::vector<PlannedRun> plan;
  for (std::uint64_t n = 0; n < runs; ++n)
    for (std::size_t a = 0; a < scenario.architectures.size(); ++a)
      plan.push_back({0, a, scenario.seed + n, std::nullopt, {}, {}});
  return plan;
}

int play_for_pair(const PlannedRun& run, const Scenarios& scenarios, const Options& options,
                  const ModelRegistry& registry, std::string& output) {
  set_reproduce_line(reproduce_line(run, scenarios, options));
  const Scenario scenario = scenario_of(run, scenarios);
  RunOptions how;
  how.seed = run.seed;
  output = to_json(run_one(scenario, scenario.architectures[run.architecture], registry, how),
                   SummaryForm::report);
  return exit_holds;
}

PoolOutcome play_pairs(const std::vector<PlannedRun>& plan, const Scenarios& scenarios,
                       const Options& options, const ModelRegistry& registry) {
  std::vector<Job> jobs;
  for (const PlannedRun& run : plan)
    jobs.push_back({[&](std::string& output) {
      return play_for_pair(run, scenarios, options, registry, output);
    }});
  const std::size_t cores = std::max(1u, std::thread::hardware_concurrency());
  const Progress progress(jobs.size(), options.quiet);
  return run_jobs(jobs, options.jobs ? options.jobs : cores,
                  [&](std::size_t done) { progress.show(done); });
}

int said_failures(const std::vector<PlannedRun>& plan, const Scenarios& scenarios,
                  const Options& options, const PoolOutcome& outcome) {
  int code = exit_holds;
  for (std::size_t i = 0; i < plan.size(); ++i) {
    const JobResult& result = outcome.results[i];
    if (result.signal == 0 && result.exit_code == 0) continue;
    std::cerr << "writepath: " + words_for(plan[i], scenarios) + ": ended by signal " +
                     std::to_string(result.signal) + " (" + strsignal(result.signal) +
                     "); to reproduce:\n  " + reproduce_line(plan[i], scenarios, options) + "\n";
    code = exit_internal;
  }
  return code;
}

std::vector<std::vector<RunSummary>> by_seed(const PoolOutcome& outcome, std::size_t width) {
  std::vector<std::vector<RunSummary>> runs(outcome.results.size() / width);
  for (std::size_t i = 0; i < outcome.results.size(); ++i) {
    std::optional<RunSummary> summary = summary_from_json(outcome.results[i].output);
    WRITEPATH_CHECK(summary.has_value(), "a run's summary can't be read back");
    runs[i / width].push_back(std::move(*summary));
  }
  return runs;
}

}  // namespace

int compare_command(const Options& options) {
  const ModelRegistry registry = known_models(options);
  const ModelCatalog catalog = catalog_of(registry);
  const Scenarios scenarios = load_all(options, catalog);
  const Scenario& scenario = scenarios.front().scenario;
  const CompareRequest request = compare_request(options, scenario);
  const std::vector<PlannedRun> plan = plan_pairs(scenario, options.runs);

  const PoolOutcome outcome = play_pairs(plan, scenarios, options, registry);
  if (outcome.interrupted_by) {
    std::cerr << "writepath: stopped by signal " + std::to_string(outcome.interrupted_by) + "\n";
    return 128 + outcome.interrupted_by;
  }
  if (const int code = said_failures(plan, scenarios, options, outcome); code != exit_holds)
    return code;

  const auto runs = by_seed(outcome, scenario.architectures.size());
  CompareReport report = compare(scenario, request, runs);
  report.hash = hash_of(resolved_text(scenario, catalog));
  const std::string text = options.format == Format::json  ? json_report(report)
                           : options.format == Format::csv ? csv_report(report)
                                                           : text_report(report, style_of_stdout());
  if (!print(text)) return exit_results;
  return report.broken_checks.empty() ? exit_holds : exit_broken;
}

}  // namespace writepath::cli
