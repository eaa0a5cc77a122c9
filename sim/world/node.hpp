#pragma once
// A node: a process on a host in an AZ, with a CPU, a storage device and a clock of its own.
// Durable state lives in the device; volatile state belongs to the incarnation and dies with it.
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "sim/core/ids.hpp"
#include "sim/engine/scope.hpp"
#include "sim/engine/servers.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/world/storage.hpp"

namespace writepath {

/// What a model asks for when it places a node.
struct NodeConfig {
  std::string name;  ///< unique in the run; names its random streams
  std::string az;
  StorageKind storage = StorageKind::local;
  DeviceSpec device;
  std::int64_t cpus = 32;
  double cpu_speed = 1;
  std::string host;  ///< nodes with the same host share its CPUs, NIC and fate; empty: its own
  std::string shared_cpu;  ///< nodes that name the same one share its CPUs alone; empty: the host's
  double nic_gbps = 10;
  ClockSpec clock;
  bool starts = true;  ///< false: boots only when World::restart is called (add_replica)
};
/// The config of a node that stands in the scenario.
NodeConfig to_config(const NodeSpec& spec);

class Node {
 public:
  Node(class EventQueue& queue, NodeId id, NodeConfig config, Servers& cpu,
       std::unique_ptr<StorageDevice> storage);

  NodeId id() const { return id_; }
  const std::string& name() const { return config_.name; }
  const std::string& az() const { return config_.az; }
  const NodeConfig& config() const { return config_; }

  Scope& scope() { return scope_; }
  std::uint32_t incarnation() const { return incarnation_; }
  bool process_up() const { return process_up_; }
  bool host_up() const { return host_up_; }
  /// Whether the process is stopped (World::pause). Nobody else can tell it from a slow one.
  bool paused() const { return paused_; }

  Servers& cpu() { return *cpu_; }
  StorageDevice& storage() { return *storage_; }
  /// The node's own clock: offset and drift over true time.
  TimeNs local_time() const;
  /// Steps the clock by `by` from now on (an NTP step; back, if negative).
  void jump_clock(DurationNs by) { clock_offset_ += by; }
  /// Adds to its drift from now on; undone by adding the negative.
  void add_drift_ppm(double ppm);

  /// Called when the process starts: at the run's start and after every restart, in a fresh
  /// incarnation. `data_lost` is true when the device's contents were lost since the last boot.
  void on_boot(std::function<void(bool data_lost)> boot) { boot_ = std::move(boot); }
  /// Called when the process dies, after its scope was killed: drop volatile state, state facts.
  /// It is not detection: nobody else may act on it.
  void on_crash(std::function<void(CrashKind)> crashed) { crashed_ = std::move(crashed); }

 private:
  friend class World;
  EventQueue* queue_;
  NodeId id_;
  NodeConfig config_;
  Scope scope_;
  Servers* cpu_;
  std::unique_ptr<StorageDevice> storage_;
  std::uint32_t incarnation_ = 0;
  DurationNs clock_offset_;
  TimeNs clock_since_ = 0;  ///< when the drift last changed
  double drift_ppm_;
  bool process_up_ = false, host_up_ = true, data_lost_ = false;
  bool paused_ = false;
  std::uint32_t pause_holds_ = 0;  ///< pauses that have not ended
  bool boot_pending_ = false;
  std::function<void(bool)> boot_;
  std::function<void(CrashKind)> crashed_;
};

}  // namespace writepath
