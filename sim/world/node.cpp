#include "sim/world/node.hpp"

#include "sim/engine/event_queue.hpp"

namespace writepath {

NodeConfig to_config(const NodeSpec& spec) {
  NodeConfig config;
  config.name = spec.id;
  config.az = spec.az;
  config.storage = spec.storage;
  config.device = spec.device.value_or(default_device(spec.storage));
  config.cpus = spec.cpus;
  config.cpu_speed = spec.cpu_speed;
  config.host = spec.host;
  config.shared_cpu = spec.shared_cpu;
  config.nic_gbps = spec.nic_gbps;
  config.clock = spec.clock;
  return config;
}

Node::Node(EventQueue& queue, NodeId id, NodeConfig config, Servers& cpu,
           std::unique_ptr<StorageDevice> storage)
    : queue_(&queue),
      id_(id),
      config_(std::move(config)),
      scope_(queue),
      cpu_(&cpu),
      storage_(std::move(storage)) {}

TimeNs Node::local_time() const {
  const TimeNs now = queue_->now();
  return now + from_ms(config_.clock.offset_ms) +
         round_to_ns(static_cast<double>(now) * config_.clock.drift_ppm * 1e-6);
}

}  // namespace writepath
