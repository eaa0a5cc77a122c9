#pragma once
// Plays the scenario's faults and operations on the world. It never calls a model: a model learns
// of a fault by what it does to the network and to its nodes.
#include <map>
#include <vector>

#include "sim/faults/fault_targets.hpp"
#include "sim/faults/outages.hpp"
#include "sim/model/endpoints.hpp"
#include "sim/observe/fact_log.hpp"

namespace writepath {

class Nemesis {
 public:
  /// After the last node was added to the world.
  Nemesis(World& world, const Scenario& scenario, const ArchitectureSpec& architecture,
          FactLog& facts, const Endpoints& endpoints);

  /// Posts the plan. Before the run. Faults for other architectures are not played, and neither is
  /// a fault whose target names nobody when it strikes: no FaultStruck is stated for it. At the
  /// scenario's duration every fault heals but a crash without restart.
  void begin();

  bool has_struck(std::size_t fault) const { return !plan_[fault].struck.empty(); }

 private:
  struct Played {
    std::vector<NodeId> struck;
  };
  void strike(std::uint32_t fault);
  void heal(std::uint32_t fault);
  void start_operation(std::uint32_t operation, NodeId node);
  /// When the fault heals; `never` if it doesn't.
  TimeNs heals_at(const FaultSpec& fault) const;
  void cut_off(const std::vector<NodeId>& nodes, bool cut);

  World& world_;
  const Scenario& scenario_;
  const ArchitectureSpec& architecture_;
  FactLog& facts_;
  const Endpoints& endpoints_;
  TimeNs end_;
  Outages outages_;
  std::vector<Played> plan_;                                 ///< by fault
  std::map<std::pair<NodeId, NodeId>, std::uint32_t> cuts_;  ///< partitions that hold a pair apart
};

}  // namespace writepath
