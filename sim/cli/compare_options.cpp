#include "sim/cli/compare_options.hpp"

#include <algorithm>
#include <charconv>

#include "sim/scenario/words.hpp"

namespace writepath::cli {
namespace {

namespace po = boost::program_options;

constexpr double least_confidence = 0.5, greatest_confidence = 0.999999;

double confidence_in(const std::string& text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !(value >= least_confidence) ||
      !(value <= greatest_confidence))
    throw UsageError("--confidence takes a number from 0.5 to 0.999999, not " +
                     writepath::quoted(text));
  return value;
}

}  // namespace

void describe_comparing(po::options_description& all) {
  auto add = all.add_options();
  const auto text = [](const char* name) { return po::value<std::string>()->value_name(name); };
  add("baseline", text("NAME"), "architecture to compare with (default: the scenario's first)");
  add("runs", text("N"), "seeds: the scenario's, the next, ... (2 or more; default 10)");
  add("metric", po::value<std::vector<std::string>>()->value_name("M"),
      "metric to compare, of a run or fault.ID.METRIC (may be repeated; default: commit rate and "
      "latency, lag, what a commit costs (with prices in money, too), and what each fault of the "
      "scenario did)");
  add("confidence", text("C"), "of each interval (0.5 to 0.999999; default 0.95)");
  add("family", "the confidence is that of all intervals together (Bonferroni)");
  add("format", text("text|json|csv"), "of the report on stdout (default text)");
  add("quiet", "no progress");
}

void take_comparing(const po::variables_map& values, Options& options) {
  if (!values.count("runs"))
    options.runs = 10;
  else if (options.runs < 2)
    throw UsageError("--runs takes 2 or more: one difference has no confidence interval");
  if (values.count("baseline")) options.baseline = values["baseline"].as<std::string>();
  if (values.count("confidence"))
    options.confidence = confidence_in(values["confidence"].as<std::string>());
  options.family = values.count("family") > 0;
  if (!values.count("metric")) return;
  for (const std::string& metric : values["metric"].as<std::vector<std::string>>())
    if (std::find(options.metrics.begin(), options.metrics.end(), metric) == options.metrics.end())
      options.metrics.push_back(metric);
}

std::string about_comparing() {
  return "\nEvery architecture runs with the same seeds, and the same seed gives each the same "
         "arrivals, keys\nand faults; so each seed gives a pair, and what is compared is the "
         "differences within pairs.\nRuns are independent replications; the scenario's warmup_s is "
         "cut off each.\n\n"
         "Means, rates and ratios: the mean of the differences, by Student's t. Percentiles and "
         "maxima: the\nmedian of the differences, by order statistics (exact whatever the "
         "distribution; 95 % needs 6 pairs).\nA seed in which one side has no value gives no "
         "pair; the pairs are shown.\n\n"
         "An interval that leaves out 0 is \"lower\" or \"higher\"; else there is \"no difference "
         "seen\", which\nis not to say that there is none. Each interval stands by itself: of 20 "
         "at "
         "95 %, one misses on\naverage; --family widens them so that all hold together.\n";
}

}  // namespace writepath::cli
