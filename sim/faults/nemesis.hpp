#pragma once
// Plays the scenario's faults and operations on the world. It never calls a model: a model learns
// of a fault by what it does to the network and to its nodes. The one exception is no fault but an
// operator's command, a planned failover.
#include <functional>
#include <vector>

#include "sim/faults/fault_targets.hpp"
#include "sim/faults/outages.hpp"
#include "sim/model/endpoints.hpp"
#include "sim/observe/fact_log.hpp"

namespace writepath {

class Nemesis {
 public:
  using Command = std::function<void(NodeId preferred)>;

  /// After the last node was added to the world. `planned_failover` gives the operator's command.
  Nemesis(World& world, const Scenario& scenario, const ArchitectureSpec& architecture,
          FactLog& facts, Endpoints& endpoints, Command planned_failover = {});

  /// Posts the plan. Before the run. Faults for other architectures are not played, and neither is
  /// a fault whose target (or peer) names nobody when it strikes: no FaultStruck is stated for it.
  /// At the scenario's duration every fault heals but a crash without restart and a clock's jump.
  void begin();

  bool has_struck(std::size_t fault) const { return plan_[fault].struck_at != never; }

 private:
  struct Played {
    TimeNs struck_at = never;
    std::vector<NodeId> nodes;
    std::vector<Way> ways;  ///< of a fault of the network
  };
  void strike(std::uint32_t fault);
  /// Whom it strikes now; false: nobody.
  bool resolve(const FaultSpec& fault, Played& played) const;
  /// What the fault does to the world when it strikes, and undoes when it heals.
  void apply(std::uint32_t fault);
  void undo(const FaultSpec& fault, const Played& played);
  void tear_write(std::uint32_t fault, std::int64_t tries);
  void post_healing(std::uint32_t fault);
  void heal(std::uint32_t fault);
  void start_operation(std::uint32_t operation, NodeId node);
  /// When the fault heals; `never` if it doesn't.
  TimeNs heals_at(const FaultSpec& fault) const;

  World& world_;
  const Scenario& scenario_;
  const ArchitectureSpec& architecture_;
  FactLog& facts_;
  Endpoints& endpoints_;
  Command planned_failover_;
  TimeNs end_;
  Outages outages_;
  DurationNs late_by_ = 0;    ///< the name service, by endpoint_delay
  std::vector<Played> plan_;  ///< by fault
};

}  // namespace writepath
