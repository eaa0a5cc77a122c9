// `validate --variants`: one scenario with many sets of --set, in one process. A sweep of hundreds
// of points is checked in the time that starting the program takes.
#include <algorithm>
#include <iostream>

#include "sim/cli/commands.hpp"
#include "sim/metrics/metric_names.hpp"
#include "sim/scenario/document.hpp"
#include "sim/scenario/json_node.hpp"
#include "sim/scenario/json_parse.hpp"
#include "sim/scenario/load.hpp"

namespace writepath::cli {
namespace {

/// A line of the file: a JSON list of texts, each as --set takes it.
std::vector<std::string> sets_in(std::string_view line, const std::string& place) {
  const ParsedJson parsed = parse_json(line, 1);
  const auto is_text = [](const JsonNode& item) { return item.is(JsonNode::Type::text); };
  if (!parsed.root || !parsed.root->is(JsonNode::Type::list) ||
      !std::all_of(parsed.root->items.begin(), parsed.root->items.end(), is_text))
    throw UsageError("--variants: " + place + R"( must be a JSON list as ["/duration_s=5"])");
  std::vector<std::string> sets;
  for (const JsonNode& item : parsed.root->items) sets.push_back(item.text);
  return sets;
}

std::vector<std::vector<std::string>> variants_in(const std::string& path) {
  std::string text;
  if (const std::string problem = read_file(path, "variants", text); !problem.empty())
    throw UsageError("--variants: " + path + ": " + problem);
  if (text.size() > largest_file)
    throw UsageError("--variants: " + path + " is larger than 16 MiB");
  std::vector<std::vector<std::string>> variants;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    variants.push_back(sets_in(std::string_view(text).substr(begin, end - begin),
                               path + ", line " + std::to_string(variants.size() + 1)));
    begin = end + 1;
  }
  return variants;
}

}  // namespace

int print_variants(const Options& options, const ModelCatalog& catalog) {
  if (options.arguments.size() != 1) throw UsageError("--variants takes one scenario file");
  const std::string& file = options.arguments.front();
  std::string scenario;
  if (const std::string problem = read_file(file, "scenario", scenario); !problem.empty()) {
    std::cerr << file + ": " + problem + "\n";
    throw BadScenario{};
  }
  const MetricNames names = metric_names();
  std::string text;
  std::vector<std::string> mistakes;  // once each: most variants share them
  for (const std::vector<std::string>& variant : variants_in(options.variants)) {
    std::vector<std::string> sets = options.sets;
    sets.insert(sets.end(), variant.begin(), variant.end());
    const LoadResult result =
        load_scenario_text(scenario, file, sets, catalog, names, price_list(options.prices));
    for (const Diagnostic& d : result.diagnostics)
      if (const std::string said = to_text(d);
          std::find(mistakes.begin(), mistakes.end(), said) == mistakes.end())
        mistakes.push_back(said);
    if (mistakes.empty()) text += to_json(JsonNode::of(result.resolved_json));
  }
  for (const std::string& mistake : mistakes) std::cerr << mistake + "\n";
  if (!mistakes.empty()) throw BadScenario{};
  return print(text) ? exit_holds : exit_results;
}

}  // namespace writepath::cli
