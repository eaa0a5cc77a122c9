#pragma once
// The command line as checked values. Parsing is strict: no abbreviations are guessed, numbers must
// be numbers, and nothing unknown passes.
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "sim/scenario/scenario.hpp"

namespace writepath::cli {

/// Exit codes, mildest first: when several apply the worst wins.
enum ExitCode : int {
  exit_holds = 0,      ///< every expectation and check holds
  exit_unjudged = 2,   ///< an expectation could not be judged: its metric has no sample
  exit_broken = 1,     ///< an expectation or a check is broken
  exit_usage = 3,      ///< bad scenario or usage; nothing was run
  exit_results = 4,    ///< results can't be written
  exit_internal = 134  ///< a broken invariant of ours (SIGABRT); 128 + n after another signal n
};

/// A mistake on the command line; what() is ready to print.
struct UsageError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

enum class Command {
  run,
  compare,
  trace,
  explore,
  validate,
  models,
  schema,
  durability,
  help,
  version
};
enum class Format { text, json, csv };
enum class TraceFormat { svg, chrome, text };

struct Options {
  Command command = Command::help;
  std::vector<std::string> arguments;  ///< scenario files; the model's name; the command to explain
  std::vector<std::string> sets;       ///< "/json/pointer=VALUE", in order
  std::string prices;                  ///< file of a price list; empty: the scenario's own
  std::vector<std::string> model_libraries;  ///< shared libraries of models, in order
  std::vector<std::string> sweeps;           ///< "KEY=VALUES", in order
  std::string method;                        ///< of durability; empty: as the file says
  bool durability = false;                   ///< schema --durability
  std::optional<std::uint64_t> seed;         ///< instead of the scenario's
  std::uint64_t runs = 1;                    ///< seeds seed, seed + 1, ...
  std::uint64_t jobs = 0;                    ///< processes at a time; 0: one for each core
  bool stepped = false;                      ///< --engine stepped
  bool simgrid_network = false;              ///< --network simgrid
  std::string out = "results";
  bool out_given = false;
  Format format = Format::text;
  bool quiet = false, force = false, events = false, history = false;
  bool resolved = false;  ///< validate --resolved
  std::string variants;   ///< validate --variants: a file of --set texts; empty: none

  // compare
  // trace
  std::vector<std::string> architectures;  ///< empty: the first of each model
  std::optional<std::uint64_t> transaction;
  std::optional<double> from_s, to_s;
  TraceFormat trace_format = TraceFormat::svg;
  std::string output;  ///< empty: stdout

  std::string baseline;              ///< empty: the scenario's first architecture
  std::vector<std::string> metrics;  ///< empty: the usual ones
  double confidence = 0.95;
  bool family = false;

  // explore
  std::uint64_t plans = 1000, first_plan = 0;
  std::vector<FaultKind> faults;  ///< empty: all kinds
  std::uint64_t max_faults = 4, max_at_once = 2;
  bool within_az_plus_one = false;
};

inline constexpr std::uint64_t largest_seed = (std::uint64_t{1} << 53) - 1;

/// Throws UsageError.
Options parse_options(const std::vector<std::string>& arguments);

/// The text of `writepath help [COMMAND]`.
std::string help_text(std::optional<Command> command);
std::optional<Command> command_named(const std::string& name);

}  // namespace writepath::cli
