#pragma once
// What a model may touch: the world's nodes and network, the scenario, the fact log, and the
// registry of roles and endpoints.
#include <memory>
#include <string_view>
#include <vector>

#include "sim/model/endpoints.hpp"
#include "sim/model/keys.hpp"
#include "sim/observe/fact_log.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/world/world.hpp"

namespace writepath {

class ModelContext {
 public:
  ModelContext(World& world, const Scenario& scenario, const ArchitectureSpec& architecture,
               FactLog& facts, Endpoints& endpoints, const KeyChooser& keys)
      : world_(world),
        scenario_(scenario),
        architecture_(architecture),
        facts_(facts),
        endpoints_(endpoints),
        keys_(keys) {}

  World& world() { return world_; }
  EventQueue& queue() { return world_.queue(); }
  Network& network() { return world_.network(); }
  Node& node(NodeId id) { return world_.node(id); }
  TimeNs now() const { return world_.now(); }
  const Scenario& scenario() const { return scenario_; }
  const ArchitectureSpec& architecture() const { return architecture_; }
  template <class Options>
  const Options& options() const {
    return static_cast<const Options&>(*architecture_.options);
  }
  const TransactionType& type_of(std::uint32_t type) const {
    return scenario_.workload.transactions[type];
  }
  const KeyChooser& keys() const { return keys_; }
  Endpoints& endpoints() { return endpoints_; }
  template <class F>
  void state(const F& fact) {
    facts_.state(fact);
  }
  RandomStream stream(std::string_view name) const { return world_.stream(name); }

 private:
  World& world_;
  const Scenario& scenario_;
  const ArchitectureSpec& architecture_;
  FactLog& facts_;
  Endpoints& endpoints_;
  const KeyChooser& keys_;
};

}  // namespace writepath
