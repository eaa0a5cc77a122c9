#pragma once
// A scenario's text played to the end by one of its architectures, with the built-in models.
#include <optional>
#include <string>
#include <vector>

#include "sim/metrics/run_summary.hpp"
#include "sim/model/registry.hpp"
#include "sim/run/run_one.hpp"

namespace writepath::test {

/// Reads and runs the scenario in a process of its own. Throws with every mistake if it can't be
/// read.
RunSummary run_text(const std::string& json, const std::string& architecture,
                    const std::vector<std::string>& sets = {}, const RunOptions& options = {});
/// With other models than the built-in ones.
RunSummary run_text_with(const ModelRegistry& registry, const std::string& json,
                         const std::string& architecture, const std::vector<std::string>& sets = {},
                         const RunOptions& options = {});
/// The same for a file, its path relative to the source tree.
RunSummary run_file(const std::string& path, const std::string& architecture,
                    const std::vector<std::string>& sets = {}, const RunOptions& options = {});

/// A metric that must have a sample.
double value_of(const Metrics& metrics, const std::string& name);
double value_of(const RunSummary& run, const std::string& name);
/// Null where there is none.
std::optional<double> maybe(const Metrics& metrics, const std::string& name);
const SubjectMetrics& subject(const std::vector<SubjectMetrics>& subjects, const std::string& id);
const CheckResult& check(const RunSummary& run, const std::string& name);

}  // namespace writepath::test
