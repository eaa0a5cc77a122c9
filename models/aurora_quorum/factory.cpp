#include "models/aurora_quorum/factory.hpp"

#include "models/aurora_quorum/model.hpp"
#include "models/aurora_quorum/options.hpp"
#include "models/aurora_quorum/writer.hpp"

namespace writepath {

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
  factory.make = [] { return std::make_unique<aurora::Model>(); };
  return factory;
}

}  // namespace writepath
