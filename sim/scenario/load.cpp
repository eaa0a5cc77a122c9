#include "sim/scenario/load.hpp"

#include <algorithm>

#include "sim/scenario/describe.hpp"
#include "sim/scenario/document.hpp"
#include "sim/scenario/reader.hpp"
#include "sim/scenario/validate.hpp"
#include "sim/scenario/words.hpp"
#include "sim/scenario/writer.hpp"

namespace writepath {
namespace {

constexpr std::int64_t newest_version = 1;

/// A newer file may mean anything by its keys: its version alone is reported.
bool is_newer(const JsonNode& root, Mistakes& mistakes) {
  const JsonMember* version = root.member("scenario_version");
  if (!version || !version->value.is(JsonNode::Type::number) ||
      version->value.number <= static_cast<double>(newest_version))
    return false;
  mistakes = {};
  mistakes.add(version->value.place, "/scenario_version",
               "this program reads up to version " + std::to_string(newest_version) +
                   "; the file is of version " + shown(version->value));
  return true;
}

void name_operations(Scenario& scenario) {
  std::size_t number = 0;
  for (OperationSpec& operation : scenario.operations) {
    ++number;
    if (operation.id.empty()) operation.id = to_text(operation.kind) + "-" + std::to_string(number);
  }
}

/// Options come last, when a model can look at all the rest.
void read_options(Reading& reading, const Scenario& scenario) {
  for (const PendingOptions& pending : reading.pending) {
    ArchitectureSpec& architecture = *pending.architecture;
    const auto entry = std::find_if(
        reading.catalog.begin(), reading.catalog.end(),
        [&](const ModelEntry& candidate) { return candidate.name == architecture.model; });
    if (pending.node && !pending.node->is(JsonNode::Type::object)) continue;
    const bool rules_make_sense = !reading.mistakes.touch(pending.pointer + "/nodes") &&
                                  !reading.mistakes.touch("/network/regions");
    const std::shared_ptr<ModelOptions> options = entry->make_options();
    Reader reader(reading, pending.node, pending.pointer + "/options",
                  pending.node ? pending.node->place : pending.place);
    if (!rules_make_sense) reader.mute_rules();
    entry->describe(reader, *options, architecture, scenario);
    reader.finish();
    architecture.options = options;
  }
}

std::optional<Scenario> read_scenario(const JsonNode& root, const ModelCatalog& catalog,
                                      const MetricNames& metrics, Mistakes& mistakes) {
  if (!root.is(JsonNode::Type::object)) {
    mistakes.add(root.place, "", std::string("a scenario must be an object, not ") + shown(root));
    return std::nullopt;
  }
  if (is_newer(root, mistakes)) return std::nullopt;
  Scenario scenario;
  Reading reading{mistakes, catalog, {}};
  Reader reader(reading, &root, "", root.place);
  describe(reader, scenario);
  reader.finish();
  name_operations(scenario);
  read_options(reading, scenario);
  Validation(scenario, root, catalog, metrics, mistakes).check_all();
  if (!mistakes.empty()) return std::nullopt;
  return scenario;
}

}  // namespace

LoadResult load_scenario_text(std::string text, const std::string& label,
                              const std::vector<std::string>& sets, const ModelCatalog& catalog,
                              const MetricNames& metrics, const MemberFile& prices) {
  LoadResult result;
  result.diagnostics = read_document(
      std::move(text), label, sets,
      [&](const JsonNode& root, Mistakes& mistakes) {
        result.scenario = read_scenario(root, catalog, metrics, mistakes);
      },
      prices);
  if (!result.scenario) return result;
  result.resolved_json = to_json(write_scenario(*result.scenario, catalog));
  result.hash = hash_of(result.resolved_json);
  return result;
}

LoadResult load_scenario_file(const std::string& path, const std::vector<std::string>& sets,
                              const ModelCatalog& catalog, const MetricNames& metrics,
                              const MemberFile& prices) {
  std::string text;
  const std::string problem = read_file(path, "scenario", text);
  if (problem.empty())
    return load_scenario_text(std::move(text), path, sets, catalog, metrics, prices);
  LoadResult result;
  result.diagnostics.push_back({path, 0, 0, "", problem});
  return result;
}

}  // namespace writepath
