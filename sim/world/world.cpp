#include "sim/world/world.hpp"

#include "sim/core/check.hpp"

namespace writepath {

World::World(EventQueue& queue, WorldConfig config)
    : queue_(queue),
      config_(std::move(config)),
      topology_(config_.network),
      network_(std::make_unique<Network>(*this)) {}

// The coroutines go first: what they wait for belongs to the rest.
World::~World() {
  for (const auto& node : nodes_) node->scope_.kill();
}

World::Host::Host(EventQueue& queue, const NodeConfig& config, std::size_t az_index)
    : name(config.host.empty() ? config.name : config.host),
      az(az_index),
      nic_bytes_per_ns(bytes_per_ns(config.nic_gbps)),
      cpu(queue, static_cast<std::uint32_t>(config.cpus), config.cpu_speed) {}

std::uint32_t World::host_for(const NodeConfig& config, NodeId id) {
  const std::size_t az = topology_.az(config.az);
  std::uint32_t index = 0;
  if (!config.host.empty())
    while (index < hosts_.size() && hosts_[index]->name != config.host) ++index;
  else
    index = static_cast<std::uint32_t>(hosts_.size());
  if (index == hosts_.size()) hosts_.push_back(std::make_unique<Host>(queue_, config, az));
  WRITEPATH_CHECK(hosts_[index]->az == az, "a host stands in one AZ");
  hosts_[index]->nodes.push_back(id);
  return index;
}

Servers& World::cpu_for(const NodeConfig& config, std::uint32_t host) {
  if (config.shared_cpu.empty()) return hosts_[host]->cpu;
  for (const auto& shared : shared_cpus_)
    if (shared->name == config.shared_cpu) return shared->cpu;
  shared_cpus_.push_back(std::unique_ptr<SharedCpu>(
      new SharedCpu{config.shared_cpu,
                    Servers(queue_, static_cast<std::uint32_t>(config.cpus), config.cpu_speed)}));
  return shared_cpus_.back()->cpu;
}

Node& World::add_node(const NodeConfig& config) {
  WRITEPATH_CHECK(!sealed(), "nodes are added before the world is sealed");
  const NodeId id{static_cast<std::uint32_t>(nodes_.size())};
  host_of_.push_back(host_for(config, id));
  auto device = std::make_unique<StorageDevice>(queue_, config.storage, config.device,
                                                stream("device." + config.name));
  nodes_.push_back(std::make_unique<Node>(queue_, id, config, cpu_for(config, host_of_.back()),
                                          std::move(device)));
  nodes_.back()->scope_.kill();  // until it boots
  return *nodes_.back();
}

void World::seal() {
  WRITEPATH_CHECK(!sealed(), "a world is sealed once");
  std::vector<PlatformHost> hosts;
  for (const auto& host : hosts_) hosts.push_back({host->name, host->az, host->nic_bytes_per_ns});
  platform_ = std::make_unique<Platform>(topology_, hosts);
  network_->seal();
  driver_ = std::make_unique<SimGridDriver>(queue_, config_.engine);
  driver_->attach();
  for (const auto& node : nodes_)
    if (node->config_.starts) boot(*node);
}

void World::run(TimeNs horizon) { driver_->run(horizon); }

void World::boot(Node& node) {
  node.scope_.reopen();
  ++node.incarnation_;
  node.process_up_ = true;
  const bool data_lost = std::exchange(node.data_lost_, false);
  if (node.boot_) node.boot_(data_lost);
}

void World::crash(NodeId id, CrashKind kind) {
  Node& victim = node(id);
  victim.boot_pending_ = false;
  if (kind != CrashKind::process) return take_host_down(*hosts_[host_of(id)], kind);
  if (!victim.process_up_) return;
  victim.process_up_ = false;
  victim.scope_.kill();
  network_->node_process_died(id);
  end_pause(victim);
  if (victim.crashed_) victim.crashed_(kind);
}

void World::lose_volume(NodeId id) {
  Node& victim = node(id);
  victim.storage_->lose_contents();
  victim.data_lost_ = true;
  victim.boot_pending_ = false;
  if (!std::exchange(victim.process_up_, false)) return;
  victim.scope_.kill();
  network_->node_process_died(id);
  end_pause(victim);
  if (victim.crashed_) victim.crashed_(CrashKind::loss);
}

void World::pause(NodeId id) {
  Node& node = *nodes_[id.value];
  ++node.pause_holds_;
  if (!node.process_up_ || std::exchange(node.paused_, true)) return;
  node.scope_.pause();
  network_->node_paused(id);
}

void World::resume(NodeId id) {
  Node& node = *nodes_[id.value];
  if (--node.pause_holds_ != 0 || !node.paused_) return;
  end_pause(node);
  node.scope_.resume();
}

// What its kernel has kept arrives now, or meets a host that has no such process.
void World::end_pause(Node& node) {
  if (std::exchange(node.paused_, false)) network_->node_resumed(node.id_);
}

void World::take_host_down(Host& host, CrashKind kind) {
  // All are down before anybody is told.
  std::vector<Node*> died;
  for (const NodeId id : host.nodes) {
    Node& victim = node(id);
    victim.boot_pending_ = false;
    const bool was_up = std::exchange(victim.host_up_, false);
    if (std::exchange(victim.process_up_, false)) died.push_back(&victim);
    victim.scope_.kill();
    // The disks of a host that is down already can still be lost.
    if ((was_up || kind == CrashKind::loss) && victim.storage_->crash(kind))
      victim.data_lost_ = true;
    if (was_up) network_->node_host_died(id);
    end_pause(victim);
  }
  const std::uint32_t index = host_of(host.nodes.front());
  if (platform_->is_on(index)) platform_->turn_off(index);
  for (Node* victim : died)
    if (victim->crashed_) victim->crashed_(kind);
}

void World::restart(NodeId id) {
  Node& node = *nodes_[id.value];
  if (node.process_up_ || node.boot_pending_) return;
  if (!node.host_up_) {
    const std::uint32_t index = host_of(id);
    platform_->turn_on(index);
    for (const NodeId neighbour : hosts_[index]->nodes) {
      nodes_[neighbour.value]->host_up_ = true;
      network_->node_host_back(neighbour);
    }
  }
  if (!queue_.dispatching()) return boot(node);
  // A scope that was killed in this segment is emptied when it ends.
  node.boot_pending_ = true;
  queue_.post_marked_at(queue_.now(), [this, id] {
    Node& booting = *nodes_[id.value];
    if (std::exchange(booting.boot_pending_, false)) boot(booting);
  });
}

}  // namespace writepath
