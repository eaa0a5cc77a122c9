#pragma once
// I/Os and bytes on the wire within the measured window, by the role of the node that caused them.
// A node that changes its role counts for each role while it has it.
#include <array>
#include <vector>

#include "sim/metrics/run_summary.hpp"
#include "sim/model/endpoints.hpp"
#include "sim/observe/facts.hpp"
#include "sim/world/world.hpp"

namespace writepath {

class PlaceAccounts final : public FactSink {
 public:
  /// After the last node was declared. Roles are the endpoints' at begin(), then what RoleChanged
  /// says.
  PlaceAccounts(World& world, const Endpoints& endpoints) : world_(world), endpoints_(endpoints) {}

  void begin();  ///< the window opens
  void end();    ///< the window closes
  void on(const RoleChanged& change) override;

  /// Rows with something in them, ordered by role and purpose.
  std::vector<IoRow> io() const;
  std::vector<TrafficRow> traffic() const;
  std::uint32_t storage_nodes() const;  ///< that wrote something

 private:
  static constexpr std::size_t roles = static_cast<std::size_t>(NodeRole::standby) + 1;
  struct Account {
    NodeRole role = NodeRole::monitor;  ///< of nodes that declared none
    IoCounters io;                      ///< up to here all is settled
    TrafficCounters traffic;
    bool wrote_as_storage = false;
  };
  void settle(NodeId node);

  World& world_;
  const Endpoints& endpoints_;
  bool open_ = false;
  std::vector<Account> accounts_;  ///< by node
  std::array<IoCounters, roles> io_{};
  std::array<TrafficCounters, roles> traffic_{};
};

}  // namespace writepath
