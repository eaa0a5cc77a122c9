#include "models/aurora_quorum/factory.hpp"

#include "models/aurora_quorum/model.hpp"
#include "models/aurora_quorum/options.hpp"
#include "models/aurora_quorum/writer.hpp"
#include "models/common/survivability.hpp"

namespace writepath {

namespace aurora {
namespace {
/// Reads: the read quorum that recovery and repair need. A page comes from one full copy.
std::vector<Survival> survivals(const Options& options) {
  const Placement placement = placement_of(options);
  const std::vector<CopySet> azs = placement.by_az();
  return {
      survival("writes", survivability(rule_of(options.write, placement), azs), placement.names),
      survival("reads", survivability(rule_of(options.read, placement), azs), placement.names)};
}
}  // namespace
}  // namespace aurora

ModelFactory aurora_quorum_factory() {
  ModelFactory factory;
  factory.entry.name = "aurora_quorum";
  factory.entry.summary =
      "Amazon Aurora: redo to six storage nodes, commit at a write quorum, readers on shared "
      "storage";
  factory.entry.model_md = "models/aurora_quorum/MODEL.md";
  factory.entry.make_options = [] { return std::make_shared<aurora::Options>(); };
  factory.entry.describe = [](Fields& f, ModelOptions& options,
                              const ArchitectureSpec& architecture, const Scenario& scenario) {
    describe(f, static_cast<aurora::Options&>(options), architecture, scenario);
  };
  factory.entry.roles = [](const ArchitectureSpec&) {
    return std::vector<NodeRole>{NodeRole::storage, NodeRole::monitor};
  };
  for (std::uint32_t step = 0; step < static_cast<std::uint32_t>(aurora::Step::count_); ++step)
    factory.steps.push_back(name_of(static_cast<aurora::Step>(step)));
  factory.repairs_within_s = [](const ArchitectureSpec& architecture) {
    return static_cast<const aurora::Options&>(*architecture.options).failover.repairs_within_s();
  };
  factory.survives = [](const ArchitectureSpec& architecture) {
    return aurora::survivals(static_cast<const aurora::Options&>(*architecture.options));
  };
  factory.make = [] { return std::make_unique<aurora::Model>(); };
  return factory;
}

}  // namespace writepath
