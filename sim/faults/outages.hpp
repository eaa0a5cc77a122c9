#pragma once
// Which nodes are kept down, and by how many faults: faults may overlap, and a node comes back when
// the last one lets go of it.
#include <vector>

#include "sim/observe/fact_log.hpp"
#include "sim/world/world.hpp"

namespace writepath {

class Outages {
 public:
  Outages(World& world, FactLog& facts);

  /// Whether the node takes part: an operation's node does so once the operation has begun.
  bool has_joined(NodeId node) const { return nodes_[node.value].joined; }

  // ---- from marked events only: these touch SimGrid.
  /// Crashes the nodes that are up, and keeps all of them down.
  void strike(const std::vector<NodeId>& nodes, CrashKind kind);
  /// Takes the nodes' volumes away, and keeps all of them down.
  void lose_volumes(const std::vector<NodeId>& nodes);
  /// Undoes one strike: nodes that nothing else keeps down start again.
  void release(const std::vector<NodeId>& nodes);
  /// Starts an operation's node, now or as soon as its outage is over.
  void join(NodeId node);

 private:
  struct State {
    bool joined = true;
    bool up = true;  ///< as stated; the world boots a node an event later
    std::uint32_t holds = 0;
    std::uint32_t generation = 0;  ///< of its device's contents, when it last started
  };
  void hold_down(const std::vector<NodeId>& nodes, CrashKind kind);
  void start_if_free(NodeId node);

  World& world_;
  FactLog& facts_;
  std::vector<State> nodes_;
};

}  // namespace writepath
