#include "sim/cli/options.hpp"

#include <algorithm>
#include <boost/program_options.hpp>
#include <charconv>
#include <sstream>

#include "sim/cli/compare_options.hpp"
#include "sim/cli/trace_options.hpp"
#include "sim/scenario/words.hpp"

namespace writepath::cli {
namespace {

namespace po = boost::program_options;

struct CommandInfo {
  const char* name;
  Command command;
  const char* usage;
  const char* summary;
};

constexpr CommandInfo commands[] = {
    {"run", Command::run, "run SCENARIO... [OPTION...]",
     "Run scenarios: every architecture, every seed; report what they measured"},
    {"compare", Command::compare, "compare SCENARIO [OPTION...]",
     "Run a scenario with several seeds; differences to a baseline, with confidence intervals"},
    {"trace", Command::trace, "trace SCENARIO [OPTION...]",
     "Show a transaction, or a window of time, message by message: diagram or Chrome trace"},
    {"explore", Command::explore, "explore SCENARIO [OPTION...]",
     "Draw fault plans at random, run them on every architecture, show the smallest that break it"},
    {"validate", Command::validate, "validate SCENARIO... [OPTION...]",
     "Check scenarios; say all that is wrong with them"},
    {"models", Command::models, "models [NAME]", "List the models, or show one's manual"},
    {"durability", Command::durability, "durability FILE [OPTION...]",
     "The chance of losing a quorum, or data, within a year"},
    {"schema", Command::schema, "schema [--durability]", "Print the JSON Schema of scenarios"},
    {"help", Command::help, "help [COMMAND]", "Explain the program or one command"},
};

const CommandInfo& info_of(Command command) {
  return *std::find_if(std::begin(commands), std::end(commands),
                       [&](const CommandInfo& c) { return c.command == command; });
}

/// Boost would read "-1" as 4294967295 and "0x10" as 0, so numbers are read here.
std::uint64_t whole_number(const std::string& option, const std::string& text, std::uint64_t low,
                           std::uint64_t high) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < low || value > high)
    throw UsageError(option + " takes a whole number from " + std::to_string(low) + " to " +
                     std::to_string(high) + ", not " + writepath::quoted(text));
  return value;
}

bool one_of_two(const std::string& option, const std::string& text, const char* first,
                const char* second) {
  if (text != first && text != second)
    throw UsageError(option + " takes " + first + " or " + second + ", not " +
                     writepath::quoted(text) + suggest(text, {first, second}, "words"));
  return text == second;
}

void describe_exploring(po::options_description& all) {
  auto add = all.add_options();
  const auto text = [](const char* name) { return po::value<std::string>()->value_name(name); };
  add("plans", text("N"), "plans to draw (default 1000)");
  add("first", text("N"),
      "number of the first plan (default 0): plan N of a seed is always the same");
  add("faults", text("KIND,KIND,..."), "kinds of faults that plans may have (default: all)");
  add("max-faults", text("N"), "faults in a plan at most (1 to 50; default 4)");
  add("max-at-once", text("N"), "of these in effect at a time (1 to 50; default 2)");
  add("within", text("az_plus_one"),
      "no plan that takes more storage nodes at a time than an AZ and one node more; one that lost "
      "its disk, or that never comes back, counts to the end, others until 5 s after their return");
  add("out", text("DIR"),
      "folder for the scenarios that reproduce the smallest plans (default results/explore)");
  add("format", text("text|json"), "of the report on stdout (default text)");
  add("quiet", "no progress and no report: exit code and scenarios only");
}

const char* about_prices(Command command) {
  if (command == Command::explore || command == Command::trace)
    return "your price list, as for run: nothing here is money, but an expectation on a cost needs "
           "one";
  return "your price list instead of the scenario's prices, a JSON object of numbers of your own: "
         "currency, per_million_ios, per_gb_across_azs, per_instance_hour; --set /prices/... goes "
         "on top";
}

po::options_description described(Command command) {
  po::options_description all("Options", 100, 40);
  auto add = all.add_options();
  const auto text = [](const char* name) { return po::value<std::string>()->value_name(name); };
  if (command == Command::durability) {
    add("set", po::value<std::vector<std::string>>()->value_name("/POINTER=VALUE"),
        "set a key of the file (may be repeated): a JSON pointer, then JSON or else a text");
    add("sweep", po::value<std::vector<std::string>>()->value_name("KEY=VALUES"),
        "let a key take several values, A..B or A,B,C, instead of the file's sweep (may be "
        "repeated): az_outages_per_year=0.01..1");
    add("method", text("auto|closed_form|importance_sampling|plain|all"),
        "how to find the chances, instead of the file's");
    add("seed", text("N"), "seed instead of the file's (0 to 2^53 - 1)");
    add("format", text("text|json|csv"), "of the answers on stdout (default text)");
  }
  if (command == Command::schema) add("durability", "that of durability files instead");
  const bool runs =
      command == Command::run || command == Command::explore || command == Command::compare;
  if (runs || command == Command::validate || command == Command::trace)
    add("set", po::value<std::vector<std::string>>()->value_name("/POINTER=VALUE"),
        "set a key of every scenario (may be repeated): a JSON pointer, then JSON or else a text; "
        "names work in lists: /architectures/aurora/options/...");
  if (runs || command == Command::validate || command == Command::trace)
    add("prices", text("FILE"), about_prices(command));
  if (command == Command::validate) {
    add("resolved", "print each as it is understood, every default filled in: a scenario again");
    add("variants", text("FILE"),
        "the scenario once for each line of FILE, a JSON list of further --set texts; prints each "
        "as --resolved does, in order, as a JSON text on one line");
  }
  if (command != Command::durability && command != Command::help)
    add("model-library", po::value<std::vector<std::string>>()->value_name("FILE.so"),
        "load models from a shared library, beside those that are built in (may be repeated)");
  if (runs) {
    add("seed", text("N"), "seed instead of the scenario's (0 to 2^53 - 1)");
    add("jobs,j", text("N"), "processes at a time (default: one for each core)");
  }
  if (command == Command::trace) {
    add("seed", text("N"), "seed instead of the scenario's (0 to 2^53 - 1)");
    describe_tracing(all);
  }
  if (command == Command::explore) describe_exploring(all);
  if (command == Command::compare) describe_comparing(all);
  if (command == Command::run) {
    add("runs", text("N"), "runs with seed, seed + 1, ... (default 1)");
    add("engine", text("drained|stepped"),
        "event queue: ahead of SimGrid's clock, or one SimGrid step an event; same results");
    add("network", text("closed-form|simgrid"),
        "messages by closed form, or each as a SimGrid communication (slow; for validation)");
    add("out", text("DIR"), "folder for results (default results)");
    add("format", text("text|json|csv"), "of the report on stdout (default text)");
    add("events", "write each run's events.ndjson too");
    add("history",
        "write each run's history.edn too: what the clients of workload.registers did and learnt, "
        "in Jepsen's form");
    add("force", "replace results of a different scenario");
    add("quiet", "no progress and no report: exit code and results only");
    add("default-scenario", text("FILE"), "run this one when no SCENARIO is given");
  }
  add("help,h", "explain this command");
  return all;
}

[[noreturn]] void refuse_unknown(std::string given, const po::options_description& options) {
  given = given.substr(0, given.find('='));
  std::vector<std::string> legal;
  for (const auto& option : options.options()) {
    const std::string& name = option->long_name();
    if (!name.empty()) legal.push_back("--" + name);
  }
  throw UsageError("unknown option " + writepath::quoted(given) + suggest(given, legal, "options"));
}

po::variables_map parse(const std::vector<std::string>& arguments,
                        const po::options_description& visible) {
  po::options_description all = visible;
  all.add_options()("argument", po::value<std::vector<std::string>>());
  po::positional_options_description positional;
  positional.add("argument", -1);
  namespace style = po::command_line_style;
  // Neither allow_guessing (--for as --force) nor allow_sticky (-jq as -j -q).
  const int strict = style::allow_long | style::long_allow_adjacent | style::long_allow_next |
                     style::allow_short | style::allow_dash_for_short |
                     style::short_allow_adjacent | style::short_allow_next;
  po::variables_map values;
  try {
    const po::parsed_options parsed =
        po::command_line_parser(arguments).options(all).positional(positional).style(strict).run();
    for (const auto& option : parsed.options) {
      // Boost takes the next word as a value whatever it is; "--out --quiet" is a slip, though.
      const auto& words = option.original_tokens;
      if (words.size() == 2 && words[1].rfind("--", 0) == 0)
        throw UsageError(words[0] + " needs a value before " + words[1]);
    }
    po::store(parsed, values);
  } catch (const po::unknown_option& error) {
    refuse_unknown(error.get_option_name(), visible);
  } catch (const po::error& error) {
    throw UsageError(error.what());
  }
  return values;
}

void take_values(const po::variables_map& values, Options& options) {
  const auto text = [&](const char* name) -> const std::string* {
    return values.count(name) ? &values[name].as<std::string>() : nullptr;
  };
  if (values.count("argument"))
    options.arguments = values["argument"].as<std::vector<std::string>>();
  if (values.count("set")) options.sets = values["set"].as<std::vector<std::string>>();
  if (values.count("sweep")) options.sweeps = values["sweep"].as<std::vector<std::string>>();
  if (values.count("model-library"))
    options.model_libraries = values["model-library"].as<std::vector<std::string>>();
  if (const auto* v = text("method")) {
    const std::vector<std::string> legal{"auto", "closed_form", "importance_sampling", "plain",
                                         "all"};
    if (std::find(legal.begin(), legal.end(), *v) == legal.end())
      throw UsageError("--method does not take " + writepath::quoted(*v) +
                       suggest(*v, legal, "methods"));
    options.method = *v;
  }
  if (const auto* v = text("prices")) {
    if (v->empty()) throw UsageError("--prices takes the name of a file");
    options.prices = *v;
  }
  options.durability = values.count("durability") > 0;
  if (const auto* v = text("seed")) options.seed = whole_number("--seed", *v, 0, largest_seed);
  if (const auto* v = text("runs")) options.runs = whole_number("--runs", *v, 1, 100'000);
  if (const auto* v = text("jobs")) options.jobs = whole_number("-j", *v, 1, 4096);
  if (const auto* v = text("engine"))
    options.stepped = one_of_two("--engine", *v, "drained", "stepped");
  if (const auto* v = text("network"))
    options.simgrid_network = one_of_two("--network", *v, "closed-form", "simgrid");
  options.out_given = text("out") != nullptr;
  if (const auto* v = text("out")) options.out = *v;
  if (options.out.empty()) throw UsageError("--out takes the name of a folder");
  if (const auto* v = text("format"); v && options.command != Command::trace) {
    std::vector<std::string> legal{"text", "json", "csv"};
    if (options.command == Command::explore) legal.pop_back();
    const auto found = std::find(legal.begin(), legal.end(), *v);
    if (found == legal.end())
      throw UsageError("--format takes " +
                       std::string(legal.size() == 3 ? "text, json or csv" : "text or json") +
                       ", not " + writepath::quoted(*v) + suggest(*v, legal, "formats"));
    options.format = static_cast<Format>(found - legal.begin());
  }
  options.quiet = values.count("quiet") > 0;
  options.force = values.count("force") > 0;
  options.events = values.count("events") > 0;
  options.history = values.count("history") > 0;
  options.resolved = values.count("resolved") > 0;
  if (const auto* v = text("variants")) {
    options.variants = *v;
    if (v->empty()) throw UsageError("--variants takes the name of a file");
  }
  const auto* fallback = text("default-scenario");
  if (fallback && options.arguments.empty()) options.arguments = {*fallback};
}

std::vector<FaultKind> fault_kinds(const std::string& list) {
  std::vector<FaultKind> kinds;
  std::vector<std::string> legal;
  for (const auto& [word, kind] : fault_kind_words()) legal.push_back(word);
  std::istringstream words(list + ",");
  for (std::string word; std::getline(words, word, ',');) {
    const auto found = std::find(legal.begin(), legal.end(), word);
    if (found == legal.end())
      throw UsageError("--faults takes kinds of faults, not " + writepath::quoted(word) +
                       suggest(word, legal, "kinds"));
    kinds.push_back(fault_kind_words()[static_cast<std::size_t>(found - legal.begin())].second);
  }
  return kinds;
}

void take_exploring(const po::variables_map& values, Options& options) {
  const auto number = [&](const char* name, std::uint64_t low, std::uint64_t high,
                          std::uint64_t& value) {
    if (values.count(name))
      value = whole_number(std::string("--") + name, values[name].as<std::string>(), low, high);
  };
  number("plans", 1, 10'000'000, options.plans);
  number("first", 0, 1'000'000'000, options.first_plan);
  number("max-faults", 1, 50, options.max_faults);
  number("max-at-once", 1, 50, options.max_at_once);
  if (values.count("faults")) options.faults = fault_kinds(values["faults"].as<std::string>());
  if (values.count("within")) {
    const std::string& within = values["within"].as<std::string>();
    if (within != "az_plus_one")
      throw UsageError("--within takes az_plus_one, not " + writepath::quoted(within) +
                       suggest(within, {"az_plus_one"}, "words"));
    options.within_az_plus_one = true;
  }
}

void check_arguments(const Options& options) {
  const std::string name = info_of(options.command).name;
  const std::size_t count = options.arguments.size();
  const bool takes_scenarios =
      options.command == Command::run || options.command == Command::validate;
  if (options.command == Command::explore || options.command == Command::compare ||
      options.command == Command::trace) {
    if (count != 1) throw UsageError(name + " takes one scenario file");
    return;
  }
  if (takes_scenarios && count == 0) throw UsageError(name + " takes one scenario file or more");
  if (options.command == Command::durability) {
    if (count != 1) throw UsageError("durability takes one durability file");
    return;
  }
  if (!takes_scenarios && count > (options.command == Command::schema ? 0u : 1u))
    throw UsageError(name + " does not take " + writepath::quoted(options.arguments.back()));
}

}  // namespace

std::optional<Command> command_named(const std::string& name) {
  for (const CommandInfo& c : commands)
    if (name == c.name) return c.command;
  return std::nullopt;
}

Options parse_options(const std::vector<std::string>& arguments) {
  Options options;
  if (arguments.empty()) throw UsageError("which command? `writepath help` lists them");
  const std::string& first = arguments.front();
  if (first == "--help" || first == "-h" || first == "--version") {
    if (arguments.size() > 1) throw UsageError(first + " stands alone");
    options.command = first == "--version" ? Command::version : Command::help;
    return options;
  }
  const std::optional<Command> command = command_named(first);
  if (!command) {
    std::vector<std::string> legal{"--help", "--version"};
    for (const CommandInfo& c : commands) legal.push_back(c.name);
    throw UsageError("unknown command " + writepath::quoted(first) +
                     suggest(first, legal, "commands"));
  }
  options.command = *command;
  const po::options_description visible = described(*command);
  const po::variables_map values = parse({arguments.begin() + 1, arguments.end()}, visible);
  if (values.count("help")) {
    options.command = Command::help;
    options.arguments = {first};
    return options;
  }
  take_values(values, options);
  take_exploring(values, options);
  if (*command == Command::compare) take_comparing(values, options);
  if (*command == Command::trace) take_tracing(values, options);
  check_arguments(options);
  return options;
}

std::string help_text(std::optional<Command> command) {
  std::ostringstream out;
  if (!command) {
    out << "writepath: replication architectures of databases, side by side\n\nUsage:\n";
    for (const CommandInfo& c : commands) out << "  writepath " << c.usage << "\n";
    out << "  writepath --version\n\nCommands:\n";
    for (const CommandInfo& c : commands)
      out << "  " << c.name << std::string(12 - std::string(c.name).size(), ' ') << c.summary
          << "\n";
    out << "\nExit codes:\n"
           "  0  every expectation and check holds\n"
           "  1  one is broken\n"
           "  2  none is broken, but an expectation could not be judged: its metric has no sample\n"
           "  3  bad scenario or usage; nothing was run\n"
           "  4  results can't be written\n"
           "  128 + n  after signal n (134: an internal error; please report the line it prints)\n";
    return out.str();
  }
  const CommandInfo& c = info_of(*command);
  out << "Usage: writepath " << c.usage << "\n\n" << c.summary << ".\n\n" << described(*command);
  if (*command == Command::compare) out << about_comparing();
  if (*command == Command::trace) out << about_tracing();
  return out.str();
}

}  // namespace writepath::cli
