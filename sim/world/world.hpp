#pragma once
// The simulated world: nodes in AZs of regions, their network, storage, CPUs and clocks, on a
// SimGrid platform. No SimGrid header is needed to use it. One World a process (SimGrid's rule).
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "sim/engine/event_queue.hpp"
#include "sim/engine/simgrid_driver.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/world/network.hpp"
#include "sim/world/node.hpp"
#include "sim/world/platform.hpp"
#include "sim/world/topology.hpp"

namespace writepath {

enum class NetworkMode { closed_form, simgrid };

struct WorldConfig {
  NetworkSpec network;
  std::uint64_t seed = 1;
  EngineMode engine = EngineMode::drained;
  NetworkMode network_mode = NetworkMode::closed_form;
};

class World {
 public:
  World(EventQueue& queue, WorldConfig config);
  ~World();

  /// Before seal(): nodes that join later are added with `starts = false`.
  Node& add_node(const NodeConfig& config);
  /// Builds the platform; then boots every node with `starts`, in order of their ids.
  void seal();
  /// Runs to the horizon. Failures inside coroutines surface here as exceptions.
  void run(TimeNs horizon);

  EventQueue& queue() { return queue_; }
  TimeNs now() const { return queue_.now(); }
  Network& network() { return *network_; }
  Node& node(NodeId id) { return *nodes_[id.value]; }
  const Node& node(NodeId id) const { return *nodes_[id.value]; }
  std::size_t node_count() const { return nodes_.size(); }
  const WorldConfig& config() const { return config_; }
  const std::vector<std::string>& azs() const { return topology_.azs(); }
  RandomStream stream(std::string_view name) const { return RandomStream(config_.seed, name); }

  // ---- what happens to it. Call from a marked event: these touch SimGrid.
  /// Kills the process; host and loss also take the host (and every node on it) down.
  void crash(NodeId node, CrashKind kind);
  /// The contents of the node's volume are gone, an attached one's too, and its process with them.
  /// It boots with data_lost.
  void lose_volume(NodeId node);
  /// Stops the process (SIGSTOP, a frozen virtual machine) and lets it go on: it keeps all that it
  /// holds and believes. Its host's kernel goes on meanwhile. Nothing happens to a process that is
  /// down; a crash ends a pause. Pauses may overlap: it goes on when all have ended.
  void pause(NodeId node);
  void resume(NodeId node);
  /// The host comes back if it was down, and the process boots.
  void restart(NodeId node);

 private:
  friend class Network;
  /// A machine: nodes of one host share its CPUs, its NIC and its fate. The first node that names
  /// it says what it is like.
  struct Host {
    std::string name;
    std::size_t az;
    double nic_bytes_per_ns;
    Servers cpu;
    std::vector<NodeId> nodes;
    Host(EventQueue& queue, const NodeConfig& config, std::size_t az_index);
  };
  /// Processors that nodes of several hosts share. As with hosts, the first node says how many.
  struct SharedCpu {
    std::string name;
    Servers cpu;
  };
  std::uint32_t host_for(const NodeConfig& config, NodeId id);
  Servers& cpu_for(const NodeConfig& config, std::uint32_t host);
  void take_host_down(Host& host, CrashKind kind);
  void boot(Node& node);
  void end_pause(Node& node);

  const Topology& topology() const { return topology_; }
  Platform& platform() { return *platform_; }
  const Host& host(std::size_t index) const { return *hosts_[index]; }
  std::uint32_t host_of(NodeId node) const { return host_of_[node.value]; }
  bool sealed() const { return platform_ != nullptr; }

  EventQueue& queue_;
  WorldConfig config_;
  Topology topology_;
  std::vector<std::unique_ptr<Host>> hosts_;
  std::vector<std::uint32_t> host_of_;  // by node
  std::vector<std::unique_ptr<SharedCpu>> shared_cpus_;
  std::vector<std::unique_ptr<Node>> nodes_;
  std::unique_ptr<Platform> platform_;
  std::unique_ptr<Network> network_;
  std::unique_ptr<SimGridDriver> driver_;
};

}  // namespace writepath
