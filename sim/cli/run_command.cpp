#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <iostream>
#include <thread>

#include "sim/cli/commands.hpp"
#include "sim/cli/model_libraries.hpp"
#include "sim/cli/one_job.hpp"
#include "sim/cli/process_pool.hpp"
#include "sim/cli/progress.hpp"
#include "sim/cli/results_folder.hpp"
#include "sim/core/check.hpp"
#include "sim/metrics/summary_json.hpp"
#include "sim/report/report.hpp"

namespace writepath::cli {
namespace {

using Plan = std::vector<PlannedRun>;
using Scenarios = std::vector<LoadedScenario>;

/// The worse of two exit codes: a broken expectation outweighs one that could not be judged.
int worse(int a, int b) {
  const auto rank = [](int code) {
    return code == exit_unjudged ? 1 : code == exit_broken ? 2 : code;
  };
  return rank(a) >= rank(b) ? a : b;
}

void check_places(const Plan& plan, bool force) {
  std::string refusals;
  for (const PlannedRun& run : plan) {
    try {
      check_place(run.place, run.hash, force);
    } catch (const ResultsError& error) {
      refusals += (refusals.empty() ? "" : "\nwritepath: ") + std::string(error.what());
    }
  }
  if (!refusals.empty()) throw ResultsError(refusals);
  for (const PlannedRun& run : plan) sweep_stale_folders(run.place);
}

PoolOutcome play_all(const Plan& plan, const Scenarios& scenarios, const Options& options,
                     const ModelRegistry& registry) {
  std::vector<Job> jobs;
  const long self = getpid();
  for (const PlannedRun& run : plan)
    jobs.push_back({[&, self](std::string& output) {
      return play_and_write(run, scenarios, options, registry, self, output);
    }});
  const std::size_t cores = std::max(1u, std::thread::hardware_concurrency());
  const Progress progress(jobs.size(), options.quiet);
  return run_jobs(jobs, options.jobs ? options.jobs : cores,
                  [&](std::size_t done) { progress.show(done); });
}

/// What went wrong in the processes, said on stderr; 0 if nothing did.
int failures(const Plan& plan, const Scenarios& scenarios, const Options& options,
             const PoolOutcome& outcome) {
  int code = 0;
  for (std::size_t i = 0; i < plan.size(); ++i) {
    const JobResult& result = outcome.results[i];
    if (result.signal == 0) {
      code = worse(code, result.exit_code);
      continue;
    }
    std::error_code ignored;
    std::filesystem::remove_all(hidden_folder(plan[i].place, getpid()), ignored);
    std::cerr << "writepath: " + words_for(plan[i], scenarios) + ": ended by signal " +
                     std::to_string(result.signal) + " (" + strsignal(result.signal) +
                     "); to reproduce:\n  " + reproduce_line(plan[i], scenarios, options) + "\n";
    code = exit_internal;
  }
  return code;
}

RunSummary summary_of(const JobResult& result) {
  std::optional<RunSummary> summary = summary_from_json(result.output);
  WRITEPATH_CHECK(summary.has_value(), "a run's summary can't be read back");
  return std::move(*summary);
}

void add_battery_run(ArchitectureReport& report, const RunSummary& run, const std::string& fault) {
  report.battery.insert(report.battery.end(), run.faults.begin(), run.faults.end());
  for (CheckResult check : run.checks) {
    check.name = fault + ": " + check.name;
    report.battery_checks.push_back(std::move(check));
  }
}

/// Job results, which come in the order of the plan, as reports: by scenario, seed, architecture.
std::vector<ScenarioReport> reports_of(const Plan& plan, const Scenarios& scenarios,
                                       const Options& options, const PoolOutcome& outcome,
                                       const ModelCatalog& catalog) {
  std::vector<ScenarioReport> reports;
  for (const LoadedScenario& s : scenarios) {
    ScenarioReport report;
    report.scenario = s.scenario;
    report.hash = hash_of(resolved_text(s.scenario, catalog));
    report.results_folder = (std::filesystem::path(options.out) / s.scenario.name).string() + "/";
    for (std::uint64_t n = 0; n < options.runs; ++n)
      report.seeds.push_back({s.scenario.seed + n, {}});
    reports.push_back(std::move(report));
  }
  for (std::size_t i = 0; i < plan.size(); ++i) {
    const PlannedRun& run = plan[i];
    ScenarioReport& report = reports[run.scenario];
    auto& architectures = report.seeds[run.seed - report.scenario.seed].architectures;
    if (!run.battery)
      architectures.push_back({summary_of(outcome.results[i]), {}, {}});
    else
      add_battery_run(architectures.back(), summary_of(outcome.results[i]), name_of(*run.battery));
  }
  for (ScenarioReport& report : reports)
    for (const SeedReport& seed : report.seeds) {
      std::vector<RunSummary> runs;
      for (const ArchitectureReport& a : seed.architectures) runs.push_back(a.summary);
      const auto judged = evaluate(report.scenario, runs);
      report.expectations.insert(report.expectations.end(), judged.begin(), judged.end());
    }
  return reports;
}

std::string report_text(const std::vector<ScenarioReport>& reports, Format format) {
  if (format == Format::json) return json_report(reports);
  if (format == Format::csv) return csv_report(reports);
  std::string text;
  for (const ScenarioReport& report : reports)
    text += (text.empty() ? "" : "\n\n") + text_report(report, style_of_stdout());
  return text;
}

int code_of(Verdict verdict) {
  return verdict == Verdict::broken     ? exit_broken
         : verdict == Verdict::unjudged ? exit_unjudged
                                        : exit_holds;
}

}  // namespace

TextStyle style_of_stdout() {
  const auto says_utf8 = [](const char* value) {
    return value && (std::strstr(value, "UTF-8") || std::strstr(value, "utf8"));
  };
  const char* locale = nullptr;
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"})
    if (!locale || !*locale) locale = std::getenv(name);
  const char* terminal = std::getenv("TERM");
  const bool dumb = !terminal || std::strcmp(terminal, "dumb") == 0;
  return {.utf8 = isatty(STDOUT_FILENO) && !dumb && says_utf8(locale)};
}

int run_command(const Options& options) {
  const ModelRegistry registry = known_models(options);
  const ModelCatalog catalog = catalog_of(registry);
  const Scenarios scenarios = load_all(options, catalog);
  const Plan plan = plan_runs(scenarios, options, registry);
  check_places(plan, options.force);

  const PoolOutcome outcome = play_all(plan, scenarios, options, registry);
  if (outcome.interrupted_by) {
    std::error_code ignored;
    for (const PlannedRun& run : plan)
      std::filesystem::remove_all(hidden_folder(run.place, getpid()), ignored);
    std::cerr << "writepath: stopped by signal " + std::to_string(outcome.interrupted_by) + "\n";
    return 128 + outcome.interrupted_by;
  }
  int code = failures(plan, scenarios, options, outcome);
  if (code != 0) return code;

  const std::vector<ScenarioReport> reports =
      reports_of(plan, scenarios, options, outcome, catalog);
  for (const ScenarioReport& report : reports) code = worse(code, code_of(verdict_of(report)));
  if (!options.quiet && !print(report_text(reports, options.format)))
    code = worse(code, exit_results);
  return code;
}

}  // namespace writepath::cli
