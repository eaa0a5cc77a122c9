// A comparison as text, JSON and CSV.
#include <cmath>

#include "sim/report/comparison.hpp"
#include "sim/report/humane.hpp"
#include "sim/report/money.hpp"
#include "sim/report/report_rows.hpp"
#include "sim/report/table.hpp"
#include "sim/scenario/json_node.hpp"

namespace writepath {
namespace {

std::string percent(double part) {
  std::string digits = humane(part * 100, "");
  return digits + " %";
}

std::string seeds_words(const std::vector<std::uint64_t>& seeds) {
  return std::to_string(seeds.size()) + " seeds (" + std::to_string(seeds.front()) + " to " +
         std::to_string(seeds.back()) + ")";
}

/// One unit for the interval's ends and what lies between.
std::string interval_words(const Comparison& c, std::string_view unit) {
  if (!c.low) return "-";
  return humane(*c.low, unit) + " to " + humane(*c.high, unit);
}

std::string signed_words(std::optional<double> value, std::string_view unit) {
  return (value && *value > 0 ? "+" : "") + humane(value, unit);
}

std::string verdict_words(const Comparison& c) {
  if (c.seen == Seen::too_few_pairs)
    return "too few pairs: " + std::to_string(c.pairs_needed) + " needed";
  return name_of(c.seen);
}

std::string compare_head(const CompareReport& r) {
  std::string text = r.scenario.name + ": " + printable(r.scenario.question) + "\n";
  text += "each architecture against " + r.request.baseline + ", over " + seeds_words(r.seeds) +
          "; the same seed gives each the same arrivals, keys and faults\n";
  text += "each run stands alone; its first " + humane(r.scenario.warmup_s, "s") +
          " (warmup_s) are not counted\n\n";
  return text;
}

bool uses(const CompareReport& r, IntervalMethod method) {
  for (const Comparison& c : r.comparisons)
    if (c.method == method) return true;
  return false;
}

std::string compare_foot(const CompareReport& r, const TextStyle& style) {
  std::string text;
  const auto line = [&](const std::string& words) {
    text += wrapped(words, style.width, 2) + "\n";
  };
  const std::string confidence = percent(r.request.confidence);
  if (r.request.family)
    line("Confidence: " + confidence + " for all " + std::to_string(r.comparisons.size()) +
         " intervals together (Bonferroni).");
  else
    line("Confidence: " + confidence + " for each interval by itself; of " +
         std::to_string(r.comparisons.size()) +
         " some may miss by chance (--family: all together).");
  if (uses(r, IntervalMethod::student_t))
    line("mean: mean of the seeds' differences, Student's t.");
  if (uses(r, IntervalMethod::order_statistics))
    line(
        "median: median of the seeds' differences (percentiles and maxima), order statistics, "
        "exact whatever their distribution.");
  if (r.scenario.prices) line(price_words(*r.scenario.prices));
  for (const std::string& check : r.broken_checks) line("A check is broken: " + check);
  return text;
}

std::string pairs_words(const Comparison& c, std::size_t seeds) {
  return c.pairs == seeds ? std::to_string(c.pairs)
                          : std::to_string(c.pairs) + " of " + std::to_string(seeds);
}

JsonNode number_node(std::optional<double> value) {
  return value ? JsonNode::of(*value) : JsonNode{};
}
JsonNode count_node(std::size_t value) { return JsonNode::of(static_cast<std::int64_t>(value)); }

JsonNode comparison_node(const Comparison& c, const CompareReport& r) {
  JsonNode node = JsonNode::object();
  node.add("metric", JsonNode::of(c.metric));
  node.add("baseline", JsonNode::of(r.request.baseline));
  node.add("architecture", JsonNode::of(c.architecture));
  node.add("baseline_value", number_node(c.baseline_value));
  node.add("value", number_node(c.value));
  JsonNode& difference = node.add("difference", JsonNode::object());
  difference.add("estimate", number_node(c.estimate()));
  difference.add("mean", number_node(c.mean));
  difference.add("median", number_node(c.median));
  difference.add("low", number_node(c.low));
  difference.add("high", number_node(c.high));
  node.add("method", JsonNode::of(std::string(name_of(c.method))));
  node.add("confidence", JsonNode::of(c.confidence));
  node.add("seeds", count_node(r.seeds.size()));
  node.add("pairs", count_node(c.pairs));
  node.add("seeds_without_value", count_node(c.missing));
  node.add("baseline_seeds_without_value", count_node(c.baseline_missing));
  node.add("verdict", JsonNode::of(std::string(name_of(c.seen))));
  return node;
}

}  // namespace

std::string text_report(const CompareReport& r, const TextStyle& style) {
  Table table({"of", r.request.baseline, "it has", "difference", "interval", "pairs", "seen"});
  std::string metric;
  for (const Comparison& c : r.comparisons) {
    if (c.metric != metric) table.section(c.metric);
    metric = c.metric;
    const std::string_view unit = unit_of(c.metric.substr(c.metric.rfind('.') + 1));
    table.row("  " + c.architecture, {c.method == IntervalMethod::student_t ? "mean" : "median",
                                      humane(c.baseline_value, unit), humane(c.value, unit),
                                      signed_words(c.estimate(), unit), interval_words(c, unit),
                                      pairs_words(c, r.seeds.size()), verdict_words(c)});
  }
  TextStyle wide = style;
  wide.width = 1000;  // a row is one statement: it is not broken up
  return compare_head(r) + table.text(wide) + "\n" + compare_foot(r, style);
}

std::string json_report(const CompareReport& r) {
  JsonNode node = JsonNode::object();
  node.add("compare_version", JsonNode::of(std::int64_t{1}));
  node.add("scenario", JsonNode::of(r.scenario.name));
  node.add("question", JsonNode::of(r.scenario.question));
  node.add("scenario_hash", JsonNode::of(r.hash));
  node.add("baseline", JsonNode::of(r.request.baseline));
  node.add("confidence", JsonNode::of(r.request.confidence));
  node.add("family", JsonNode::of(r.request.family));
  if (r.scenario.prices) node.add("prices", price_node(*r.scenario.prices));
  node.add("warmup_s", JsonNode::of(r.scenario.warmup_s));
  JsonNode& seeds = node.add("seeds", JsonNode::list());
  for (const std::uint64_t seed : r.seeds) seeds.items.push_back(count_node(seed));
  JsonNode& metrics = node.add("metrics", JsonNode::list());
  for (const Comparison& c : r.comparisons) metrics.items.push_back(comparison_node(c, r));
  JsonNode& broken = node.add("broken_checks", JsonNode::list());
  for (const std::string& check : r.broken_checks) broken.items.push_back(JsonNode::of(check));
  return to_json(node);
}

std::string csv_report(const CompareReport& r) {
  std::string text =
      "metric,baseline,architecture,method,pairs,baseline_value,value,difference,low,high,"
      "confidence,verdict\n";
  const auto field = [&](std::optional<double> value) {
    text += "," + (value ? shortest(*value) : "");
  };
  for (const Comparison& c : r.comparisons) {
    text += c.metric + "," + r.request.baseline + "," + c.architecture + "," + name_of(c.method) +
            "," + std::to_string(c.pairs);
    for (const auto& value : {c.baseline_value, c.value, c.estimate(), c.low, c.high}) field(value);
    field(c.confidence);
    text += std::string(",") + name_of(c.seen) + "\n";
  }
  return text;
}

}  // namespace writepath
