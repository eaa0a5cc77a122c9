#include "sim/cli/trace_options.hpp"

#include <algorithm>
#include <charconv>

#include "sim/scenario/words.hpp"

namespace writepath::cli {
namespace {

namespace po = boost::program_options;

template <class T>
T number_in(const std::string& option, const std::string& text, T least, const char* what) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !(value >= least) ||
      !(value <= T{1'000'000'000}))
    throw UsageError(option + " takes " + what + ", not " + writepath::quoted(text));
  return value;
}

}  // namespace

void describe_tracing(po::options_description& all) {
  auto add = all.add_options();
  const auto text = [](const char* name) { return po::value<std::string>()->value_name(name); };
  add("architecture", po::value<std::vector<std::string>>()->value_name("NAME"),
      "architecture to trace (may be repeated; default: the first of each model)");
  add("transaction", text("N"),
      "the N-th of the transactions acknowledged in the measured window (default: the first whose "
      "commit latency is the median)");
  add("from-s", text("A"), "instead of a transaction, all that begins from A seconds ...");
  add("to-s", text("B"), "... to B seconds of simulated time");
  add("format", text("svg|chrome|text"),
      "space-time diagram, Chrome trace (JSON, for ui.perfetto.dev), or a line for each event "
      "(default svg)");
  add("output,o", text("FILE"), "file to write to (default: stdout)");
}

void take_tracing(const po::variables_map& values, Options& options) {
  const auto text = [&](const char* name) -> const std::string* {
    return values.count(name) ? &values[name].as<std::string>() : nullptr;
  };
  if (values.count("architecture"))
    options.architectures = values["architecture"].as<std::vector<std::string>>();
  if (const auto* v = text("transaction"))
    options.transaction =
        number_in<std::uint64_t>("--transaction", *v, 1, "a whole number from 1 on");
  if (const auto* v = text("from-s"))
    options.from_s = number_in<double>("--from-s", *v, 0, "seconds, 0 or more");
  if (const auto* v = text("to-s"))
    options.to_s = number_in<double>("--to-s", *v, 0, "seconds, 0 or more");
  if (const auto* v = text("output")) {
    if (v->empty()) throw UsageError("--output takes the name of a file");
    options.output = *v;
  }
  if (const auto* v = text("format")) {
    const std::vector<std::string> legal{"svg", "chrome", "text"};
    const auto found = std::find(legal.begin(), legal.end(), *v);
    if (found == legal.end())
      throw UsageError("--format takes svg, chrome or text, not " + writepath::quoted(*v) +
                       suggest(*v, legal, "formats"));
    options.trace_format = static_cast<TraceFormat>(found - legal.begin());
  }
}

std::string about_tracing() {
  return "\nThe scenario runs twice: to find the transaction, and to record what happens around "
         "it. Recording changes\nnothing: both runs have the same fingerprint, or the command "
         "fails. A transaction's messages are found by\nthe positions in the log that they carry, "
         "so that what else goes on at the time is left out.\n";
}

}  // namespace writepath::cli
