#pragma once
// A small world for tests: AZs a, b and c of region r1, AZ d of region r2, no jitter.
#include <string>
#include <vector>

#include "sim/engine/event_queue.hpp"
#include "sim/engine/sleep.hpp"
#include "sim/world/world.hpp"
#include "tests/catch.hpp"
#include "tests/fork_run.hpp"

namespace writepath::testing {

inline Distribution fixed(double value) { return {Constant{value}}; }

inline NetworkSpec plain_network() {
  NetworkSpec network;
  network.regions = {{"r1", {"a", "b", "c"}}, {"r2", {"d"}}};
  network.intra_az = {.rtt_ms = 0.2, .jitter = fixed(1), .bandwidth_gbps = 10};
  network.inter_az = {.rtt_ms = 1, .jitter = fixed(1), .bandwidth_gbps = 10};
  network.inter_region = {.rtt_ms = 80, .jitter = fixed(1), .bandwidth_gbps = 5};
  return network;
}

inline DeviceSpec plain_device() {
  return {.flush_ms = fixed(2), .read_ms = fixed(1), .iops = 1000, .bandwidth_mb_per_s = 100};
}

struct TestWorld {
  EventQueue queue;
  World world;

  explicit TestWorld(WorldConfig config = {.network = plain_network()})
      : world(queue, std::move(config)) {}
  NodeId add(const std::string& name, const std::string& az, const std::string& host = "",
             double nic_gbps = 10) {
    NodeConfig node;
    node.name = name;
    node.az = az;
    node.host = host;
    node.nic_gbps = nic_gbps;
    node.device = plain_device();
    return world.add_node(node).id();
  }
  Network& network() { return world.network(); }
  /// A marked event, as the nemesis uses.
  template <class F>
  void at(double when_s, F f) {
    queue.post_marked_at(from_s(when_s), f);
  }
};

/// Times in ms.
inline void note(std::vector<double>* times, const EventQueue* queue) {
  times->push_back(to_ms(queue->now()));
}

}  // namespace writepath::testing
