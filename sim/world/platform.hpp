#pragma once
// SimGrid's side of the world: a zone for each region and AZ, a host for each host, NIC and AZ
// links, and real flows on them. SimGrid is not visible here. Everything but the readers touches
// SimGrid's state: call it from marked events only.
//
// Latency is not charged to flows (network/latency-factor is 0): whoever starts one adds it. So
// flows share a link equally, whatever their round trips (SimGrid weighs flows by latency), and a
// channel's jitter needs nothing from SimGrid. The latencies stand on the links all the same: they
// are where round trips are read from.
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "sim/core/time.hpp"
#include "sim/world/topology.hpp"

namespace writepath {

struct PlatformHost {
  std::string name;
  std::size_t az = 0;
  double nic_bytes_per_ns = 0;
};

struct FlowId {
  std::uint32_t slot = UINT32_MAX;
  std::uint32_t generation = 0;
  bool valid() const { return slot != UINT32_MAX; }
};

class Platform {
 public:
  Platform(const Topology& topology, const std::vector<PlatformHost>& hosts);
  ~Platform();
  Platform(const Platform&) = delete;
  Platform& operator=(const Platform&) = delete;

  /// One-way latency of SimGrid's route between two different hosts.
  DurationNs route_latency(std::size_t from, std::size_t to) const;

  /// Names of links, for usage and bandwidth.
  enum class LinkKind { nic_up, nic_down, az_pair };
  /// `index`: the host, or from_az * number of AZs + to_az (two different ones).
  double usage_bytes_per_ns(LinkKind kind, std::size_t index) const;
  void set_bandwidth(LinkKind kind, std::size_t index, double bytes_per_ns);

  /// Starts a flow of `bytes` between two different hosts, both on. When SimGrid completes it, what
  /// on_flow_done() was given runs with `owner` and SimGrid's time, in the middle of SimGrid's
  /// step: it may only post events.
  FlowId start_flow(std::size_t from, std::size_t to, std::uint64_t bytes, std::uint64_t owner);
  /// Harmless for a flow that has ended, or failed with its host.
  void cancel_flow(FlowId flow);
  void on_flow_done(std::function<void(std::uint64_t owner, TimeNs at)> done);

  void turn_off(std::size_t host);
  void turn_on(std::size_t host);
  bool is_on(std::size_t host) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace writepath
