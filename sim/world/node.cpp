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
      storage_(std::move(storage)),
      clock_offset_(from_ms(config_.clock.offset_ms)),
      drift_ppm_(config_.clock.drift_ppm) {}

TimeNs Node::local_time() const {
  const TimeNs now = queue_->now();
  return now + clock_offset_ +
         round_to_ns(static_cast<double>(now - clock_since_) * drift_ppm_ * 1e-6);
}

void Node::add_drift_ppm(double ppm) {
  clock_offset_ = local_time() - queue_->now();
  clock_since_ = queue_->now();
  drift_ppm_ += ppm;
}

}  // namespace writepath
