#pragma once
// One of the monitors that watch the writer (and the storage fleet, fleet_watch.hpp) from their
// AZs. When a majority of them has lost it, one of them takes the next epoch and finds a new
// writer. The papers leave this to the service around the database (RDS); here it is the simplest
// arrangement that the loss of one AZ cannot silence or fool.
#include <cstdint>
#include <memory>
#include <vector>

#include "models/aurora_quorum/cluster.hpp"
#include "models/aurora_quorum/fleet_watch.hpp"
#include "models/aurora_quorum/link.hpp"

namespace writepath::aurora {

class Monitor {
 public:
  static constexpr std::uint32_t count = 3;

  Monitor(Cluster& cluster, std::uint32_t index, Node& node);
  NodeId id() const { return node_.id(); }
  void begin();
  /// An operator's command: another instance is to write, this one if it is a reader that serves
  /// (no_node: whoever is first). Without a reader nothing happens.
  void planned_failover(NodeId preferred);
  /// A monitor (perhaps this one) has lost the writer of this epoch.
  void voted(std::uint32_t by, Epoch epoch);

  FleetWatch& fleet() { return fleet_; }
  /// `tell` runs at each of the other monitors that the message reaches.
  template <class F>
  void tell_others(F tell) {
    for (std::uint32_t other = 0; other < count; ++other) {
      if (!others_[other] || !others_[other]->is_up()) continue;
      Monitor* const peer = cluster_.monitors[other].get();
      others_[other]->send(control_bytes, Traffic::control, [peer, tell] { tell(*peer); });
    }
  }

 private:
  struct Vote {
    Epoch epoch{0};
    TimeNs at = 0;
  };
  void boot();
  void start();
  Task<> watch();
  void suspect(Epoch epoch);
  Task<> replace_writer(Epoch epoch);
  Task<bool> offer(Instance& candidate, Epoch epoch);
  Task<> move_writer(NodeId preferred);
  Task<> hand_over(Instance& writer);
  std::vector<Instance*> serving_readers() const;
  std::vector<Instance*> candidates() const;
  void bring_back(NodeId lost, TimeNs since);
  bool az_is_alive(NodeId node) const;
  const FailoverOptions& options() const { return cluster_.options.failover; }

  Cluster& cluster_;
  std::uint32_t index_;
  Node& node_;
  FleetWatch fleet_;
  bool begun_ = false;
  std::vector<std::unique_ptr<Link>> others_;  ///< by index; null: itself
  std::vector<Vote> votes_;
};

}  // namespace writepath::aurora
