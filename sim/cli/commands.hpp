#pragma once
// The commands, each as a function from options to an exit code. Reports go to stdout, everything
// else to stderr.
#include <string>
#include <vector>

#include "sim/cli/options.hpp"
#include "sim/cli/run_plan.hpp"
#include "sim/report/report.hpp"

namespace writepath::cli {

int run_command(const Options& options);
int compare_command(const Options& options);
int trace_command(const Options& options);
int explore_command(const Options& options);
int validate_command(const Options& options);
/// Of `validate --variants`: each line of the file adds its own --set; prints each resolved
/// scenario as a JSON text on one line, or every mistake once.
int print_variants(const Options& options, const ModelCatalog& catalog);
int models_command(const Options& options);
int schema_command(const Options& options);
int durability_command(const Options& options);
int help_command(const Options& options);

/// Loads every scenario; prints all that is wrong with any of them to stderr and then throws
/// BadScenario. Two that would share their results folder are wrong as well.
struct BadScenario {};
std::vector<LoadedScenario> load_all(const Options& options, const ModelCatalog& catalog);

/// Box characters only where they are sure to be shown.
TextStyle style_of_stdout();

/// Writes to stdout. False when that is impossible; a reader that went away (| head) is no failure.
bool print(const std::string& text);

}  // namespace writepath::cli
