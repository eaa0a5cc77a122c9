#include <csignal>
#include <exception>
#include <iostream>

#include "sim/cli/commands.hpp"
#include "sim/cli/provenance.hpp"
#include "sim/cli/results_folder.hpp"
#include "sim/core/check.hpp"

namespace {

using namespace writepath::cli;

int dispatch(const Options& options) {
  switch (options.command) {
    case Command::run:
      return run_command(options);
    case Command::compare:
      return compare_command(options);
    case Command::trace:
      return trace_command(options);
    case Command::explore:
      return explore_command(options);
    case Command::validate:
      return validate_command(options);
    case Command::models:
      return models_command(options);
    case Command::schema:
      return schema_command(options);
    case Command::durability:
      return durability_command(options);
    case Command::help:
      return help_command(options);
    case Command::version:
      return print(version_text() + "\n") ? exit_holds : exit_results;
  }
  return exit_usage;
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);  // a closed stdout shows as EPIPE, and print() sees to it
  try {
    return dispatch(parse_options({argv + 1, argv + argc}));
  } catch (const UsageError& error) {
    std::cerr << "writepath: " + std::string(error.what()) + "\n";
    return exit_usage;
  } catch (const BadScenario&) {
    return exit_usage;
  } catch (const ResultsError& error) {
    std::cerr << "writepath: " + std::string(error.what()) + "\n";
    return exit_results;
  } catch (const std::exception& error) {
    writepath::check_failed("no other exception leaves a command", __FILE__, __LINE__,
                            error.what());
  }
}
