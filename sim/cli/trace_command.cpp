#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <set>
#include <sstream>

#include "sim/cli/commands.hpp"
#include "sim/cli/model_libraries.hpp"
#include "sim/cli/process_pool.hpp"
#include "sim/run/run_one.hpp"
#include "sim/run/transaction_trace.hpp"
#include "sim/scenario/words.hpp"
#include "sim/trace/trace.hpp"

namespace writepath::cli {
namespace {

/// An SVG of more is neither legible nor quick to open.
constexpr std::size_t most_messages_drawn = 1000;
constexpr DurationNs recorded_after_ack = 50 * ns_per_ms;

struct Chosen {
  std::uint64_t number = 0, of = 0, txn = 0;
  TimeNs sent = 0, acked = 0;
  std::string fingerprint;
};

/// Those asked for, in that order; else the first of each model.
std::vector<std::size_t> architectures_of(const Options& options, const Scenario& scenario) {
  std::vector<std::size_t> chosen;
  std::vector<std::string> legal;
  for (const ArchitectureSpec& a : scenario.architectures) legal.push_back(a.name);
  for (const std::string& name : options.architectures) {
    const auto found = std::find(legal.begin(), legal.end(), name);
    if (found == legal.end())
      throw UsageError("--architecture: the scenario has none called " + writepath::quoted(name) +
                       suggest(name, legal, "architectures"));
    const auto index = static_cast<std::size_t>(found - legal.begin());
    if (std::find(chosen.begin(), chosen.end(), index) != chosen.end())
      throw UsageError("--architecture " + name + ": given twice");
    chosen.push_back(index);
  }
  if (!chosen.empty()) return chosen;
  std::set<std::string> models;
  for (std::size_t a = 0; a < scenario.architectures.size(); ++a)
    if (models.insert(scenario.architectures[a].model).second) chosen.push_back(a);
  return chosen;
}

class Tracing {
 public:
  Tracing(const Options& options, const Scenario& scenario, const ModelRegistry& registry)
      : options_(options),
        scenario_(scenario),
        registry_(registry),
        architectures_(architectures_of(options, scenario)) {}

  std::vector<trace::Trace> traces() {
    const bool window = options_.from_s.has_value();
    std::vector<Chosen> chosen(architectures_.size());
    if (!window) chosen = choose();
    std::vector<Job> jobs;
    for (std::size_t i = 0; i < architectures_.size(); ++i)
      jobs.push_back({[this, i, &chosen](std::string& out) {
        out = trace::to_wire(record(i, chosen[i]));
        return 0;
      }});
    std::vector<trace::Trace> traces;
    for (const std::string& wire : outputs(jobs)) traces.push_back(trace::from_wire(wire));
    for (std::size_t i = 0; i < traces.size(); ++i)
      if (!window && traces[i].fingerprint != chosen[i].fingerprint)
        throw std::runtime_error("recording changed the run of " + traces[i].architecture);
    return traces;
  }

 private:
  const ArchitectureSpec& spec(std::size_t i) const {
    return scenario_.architectures[architectures_[i]];
  }

  std::vector<std::string> outputs(const std::vector<Job>& jobs) const {
    const PoolOutcome outcome = run_jobs(jobs, jobs.size(), [](std::size_t) {});
    if (outcome.interrupted_by) {
      std::cerr << "writepath: stopped by signal " + std::to_string(outcome.interrupted_by) + "\n";
      std::exit(128 + outcome.interrupted_by);
    }
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < jobs.size(); ++i) {
      const JobResult& result = outcome.results[i];
      if (result.signal != 0 || result.exit_code != 0)
        throw std::runtime_error("the run of " + spec(i).name + " did not end well");
      texts.push_back(result.output);
    }
    return texts;
  }

  RunOptions run_options() const {
    RunOptions how;
    how.seed = scenario_.seed;
    return how;
  }

  std::vector<Chosen> choose() {
    std::vector<Job> jobs;
    for (std::size_t i = 0; i < architectures_.size(); ++i)
      jobs.push_back({[this, i](std::string& out) {
        TransactionChooser chooser(from_s(scenario_.warmup_s), from_s(scenario_.duration_s));
        RunOptions how = run_options();
        how.listener = &chooser;
        const RunSummary summary = run_one(scenario_, spec(i), registry_, how);
        std::ostringstream line;
        line << chooser.count();
        const std::uint64_t n =
            options_.transaction.value_or(chooser.count() ? chooser.median() : 0);
        if (n >= 1 && n <= chooser.count()) {
          const TransactionChooser::Acked& a = chooser.number(n);
          line << ' ' << n << ' ' << a.txn.value << ' ' << a.sent << ' ' << a.at << ' '
               << summary.fingerprint;
        }
        out = line.str();
        return 0;
      }});
    std::vector<Chosen> chosen;
    for (const std::string& output : outputs(jobs)) {
      Chosen c;
      std::istringstream line(output);
      line >> c.of;
      if (!(line >> c.number >> c.txn >> c.sent >> c.acked >> c.fingerprint))
        throw UsageError(no_such_transaction(chosen.size(), c.of));
      chosen.push_back(c);
    }
    return chosen;
  }

  std::string no_such_transaction(std::size_t i, std::uint64_t count) const {
    const std::string who = spec(i).name;
    if (count == 0) return "no transaction of " + who + " was acknowledged in the measured window";
    return "--transaction: " + who + " acknowledged " + std::to_string(count) +
           " in the measured window: take 1 to " + std::to_string(count);
  }

  trace::Trace record(std::size_t i, const Chosen& chosen) const {
    const bool window = options_.from_s.has_value();
    const TimeNs begin = window ? from_s(*options_.from_s) : chosen.sent;
    const TimeNs end =
        window ? from_s(*options_.to_s)
               : chosen.acked + std::max(chosen.acked - chosen.sent, recorded_after_ack);
    TraceRecorder recorder(begin, end);
    RunOptions how = run_options();
    how.trace = &recorder;
    const RunSummary summary = run_one(scenario_, spec(i), registry_, how);
    trace::Trace t =
        window ? window_trace(recorder) : transaction_trace(recorder, TxnId{chosen.txn});
    t.scenario = scenario_.name;
    t.architecture = spec(i).name;
    t.fingerprint = summary.fingerprint;
    t.seed = scenario_.seed;
    t.number = chosen.number;
    t.of = chosen.of;
    t.chosen = !window && !options_.transaction;
    return t;
  }

  const Options& options_;
  const Scenario& scenario_;
  const ModelRegistry& registry_;
  std::vector<std::size_t> architectures_;
};

std::string written(const std::vector<trace::Trace>& traces, TraceFormat format) {
  if (format == TraceFormat::chrome) return trace::chrome_json(traces);
  if (format == TraceFormat::text) return trace::text(traces);
  for (const trace::Trace& t : traces)
    if (t.messages.size() > most_messages_drawn)
      throw UsageError("--format svg: " + t.architecture + " sent " +
                       std::to_string(t.messages.size()) + " messages meanwhile, and at most " +
                       std::to_string(most_messages_drawn) +
                       " can be drawn: take a shorter window, or --format chrome");
  return trace::svg(traces);
}

void check_window(const Options& options, const Scenario& scenario) {
  if (options.from_s.has_value() != options.to_s.has_value())
    throw UsageError("--from-s and --to-s stand together");
  if (!options.from_s) return;
  if (options.transaction) throw UsageError("either --transaction or --from-s and --to-s");
  const double end = scenario.duration_s + scenario.settle_s;
  if (*options.from_s >= *options.to_s) throw UsageError("--to-s must come after --from-s");
  if (*options.from_s >= end) {
    std::ostringstream words;
    words << "--from-s: the run ends at " << end << " s";
    throw UsageError(words.str());
  }
}

int save(const std::string& text, const std::string& file) {
  if (file.empty()) return print(text) ? exit_holds : exit_results;
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  out << text;
  out.close();
  if (out) return exit_holds;
  std::cerr << "writepath: can't write " + file + "\n";
  return exit_results;
}

}  // namespace

int trace_command(const Options& options) {
  const ModelRegistry registry = known_models(options);
  const std::vector<LoadedScenario> scenarios = load_all(options, catalog_of(registry));
  const Scenario& scenario = scenarios.front().scenario;
  check_window(options, scenario);
  Tracing tracing(options, scenario, registry);
  return save(written(tracing.traces(), options.trace_format), options.output);
}

}  // namespace writepath::cli
