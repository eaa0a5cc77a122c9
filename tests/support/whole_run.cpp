#include "tests/support/whole_run.hpp"

#include <stdexcept>

#include "sim/metrics/metric_names.hpp"
#include "sim/metrics/summary_json.hpp"
#include "sim/model/registry.hpp"
#include "sim/scenario/load.hpp"
#include "tests/fork_run.hpp"

namespace writepath::test {

namespace {

RunSummary run(const LoadResult& loaded, const std::string& architecture,
               const ModelRegistry& registry, const RunOptions& options) {
  std::string mistakes;
  for (const Diagnostic& d : loaded.diagnostics) mistakes += to_text(d) + "\n";
  if (!loaded.scenario) throw std::runtime_error(mistakes);
  for (const ArchitectureSpec& spec : loaded.scenario->architectures) {
    if (spec.name != architecture) continue;
    const std::string text = testing::fork_run([&] {
      return to_json(run_one(*loaded.scenario, spec, registry, options), SummaryForm::complete);
    });
    std::optional<RunSummary> summary = summary_from_json(text);
    if (!summary) throw std::runtime_error("no summary: " + text);
    return *summary;
  }
  throw std::runtime_error("no architecture " + architecture);
}

}  // namespace

RunSummary run_text(const std::string& json, const std::string& architecture,
                    const std::vector<std::string>& sets, const RunOptions& options) {
  return run_text_with(builtin_models(), json, architecture, sets, options);
}

RunSummary run_text_with(const ModelRegistry& registry, const std::string& json,
                         const std::string& architecture, const std::vector<std::string>& sets,
                         const RunOptions& options) {
  return run(load_scenario_text(json, "test", sets, catalog_of(registry), metric_names()),
             architecture, registry, options);
}

RunSummary run_file(const std::string& path, const std::string& architecture,
                    const std::vector<std::string>& sets, const RunOptions& options) {
  const ModelRegistry registry = builtin_models();
  return run(load_scenario_file(std::string(WRITEPATH_SOURCE_DIR) + "/" + path, sets,
                                catalog_of(registry), metric_names()),
             architecture, registry, options);
}

std::optional<double> maybe(const Metrics& metrics, const std::string& name) {
  for (const Metric& m : metrics)
    if (m.name == name) return m.value;
  throw std::runtime_error("no metric " + name);
}

double value_of(const Metrics& metrics, const std::string& name) {
  const std::optional<double> value = maybe(metrics, name);
  if (!value) throw std::runtime_error("no sample of " + name);
  return *value;
}

double value_of(const RunSummary& run, const std::string& name) {
  return value_of(run.metrics, name);
}

const SubjectMetrics& subject(const std::vector<SubjectMetrics>& subjects, const std::string& id) {
  for (const SubjectMetrics& s : subjects)
    if (s.id == id) return s;
  throw std::runtime_error("no subject " + id);
}

const CheckResult& check(const RunSummary& run, const std::string& name) {
  for (const CheckResult& c : run.checks)
    if (c.name == name) return c;
  throw std::runtime_error("no check " + name);
}

}  // namespace writepath::test
