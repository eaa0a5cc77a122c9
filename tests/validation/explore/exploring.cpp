#include "tests/validation/explore/exploring.hpp"

#include <algorithm>

#include "sim/metrics/metric_names.hpp"
#include "sim/scenario/load.hpp"
#include "tests/catch.hpp"

namespace writepath::test {

Exploration explore_small(const Exploring& what, const ModelRegistry& registry) {
  cli::LoadedScenario base;
  base.file = WRITEPATH_SOURCE_DIR "/scenarios/explore-small/scenario.json";
  LoadResult loaded =
      load_scenario_file(base.file, what.sets, catalog_of(registry), metric_names());
  for (const Diagnostic& d : loaded.diagnostics) UNSCOPED_INFO(to_text(d));
  REQUIRE(loaded.scenario);
  base.scenario = std::move(*loaded.scenario);
  auto& architectures = base.scenario.architectures;
  architectures.erase(std::remove_if(architectures.begin(), architectures.end(),
                                     [&](const ArchitectureSpec& a) {
                                       return std::find(what.architectures.begin(),
                                                        what.architectures.end(),
                                                        a.name) == what.architectures.end();
                                     }),
                      architectures.end());
  REQUIRE(architectures.size() == what.architectures.size());

  cli::ExploreRequest request;
  request.base = &base;
  request.budget.kinds = what.kinds.empty() ? all_fault_kinds() : what.kinds;
  request.budget.within_az_plus_one = what.within_az_plus_one;
  request.seed = 1;
  request.plans = what.plans;
  request.processes = 2;
  request.quiet = true;
  request.out = what.out;
  request.command = "writepath explore scenarios/explore-small/scenario.json";
  request.most_tried = what.most_tried;
  Exploration exploration = cli::explore(request, registry).exploration;
  UNSCOPED_INFO(text_report(exploration, {}));
  return exploration;
}

}  // namespace writepath::test
