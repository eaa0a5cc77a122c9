#include "models/aurora_quorum/model.hpp"

#include <algorithm>

#include "models/aurora_quorum/instance.hpp"
#include "models/aurora_quorum/monitor.hpp"
#include "sim/model/operations.hpp"

namespace writepath::aurora {

Cluster::Cluster(ModelContext& c)
    : context(c),
      options(c.options<Options>()),
      layout(c.scenario().data.size_gb, c.scenario().data.page_kb, options.segment_gb,
             c.keys().count()),
      placement(placement_of(options)),
      write(rule_of(options.write, placement)),
      read(rule_of(options.read, placement)),
      volume(layout) {}

Cluster::~Cluster() = default;

Instance* Cluster::instance_at(NodeId node) const {
  for (const auto& instance : instances)
    if (instance->id() == node) return instance.get();
  return nullptr;
}

Model::Model() = default;
Model::~Model() = default;

// ---- deployment

void Model::deploy(ModelContext& context) {
  cluster_ = std::make_unique<Cluster>(context);
  add_instances(context);
  add_storage_nodes(context);
  add_monitors(context);
  // The run starts with everything connected, once every node has booted.
  context.queue().post_at(0, [cluster = cluster_.get()] {
    for (const auto& node : cluster->storage) node->begin();
    for (const auto& instance : cluster->instances) instance->begin();
    for (const auto& monitor : cluster->monitors) monitor->begin();
  });
}

void Model::add_instances(ModelContext& context) {
  Endpoints& endpoints = context.endpoints();
  const auto add = [&](const NodeConfig& config, NodeRole role) {
    Node& node = context.world().add_node(config);
    const auto index = static_cast<std::uint32_t>(cluster_->instances.size());
    cluster_->instances.push_back(std::make_unique<Instance>(
        *cluster_, index, node, role == NodeRole::primary, !config.starts));
    endpoints.declare(node.id(), role, config.starts);
    return node.id();
  };
  for (const NodeSpec& spec : context.architecture().nodes) {
    const NodeId node = add(to_config(spec), spec.role);
    if (spec.role == NodeRole::primary) {
      endpoints.set_writer(node);
      cluster_->volume.choose_writer(Epoch{1}, node);
    } else {
      endpoints.add_reader(node);
    }
  }
  const std::vector<OperationSpec>& operations = context.scenario().operations;
  for (std::size_t i = 0; i < operations.size(); ++i) {
    if (!applies_to(operations[i], context.architecture())) continue;
    // A new reader is like the first instance of the scenario, in its own AZ.
    NodeConfig config = to_config(context.architecture().nodes.front());
    config.name = operation_node_name(operations[i], i);
    config.az = operations[i].az;
    config.host.clear();
    config.shared_cpu.clear();
    config.starts = false;
    add(config, NodeRole::replica);
  }
}

void Model::add_storage_nodes(ModelContext& context) {
  const StorageOptions& options = cluster_->options.storage;
  const Placement& placement = cluster_->placement;
  for (std::uint16_t copy = 0; copy < placement.copies(); ++copy) {
    NodeConfig config;
    config.name = "storage-" + placement.names[copy];
    config.az = placement.azs[copy];
    config.storage = StorageKind::local;
    config.device = options.device;
    config.cpus = options.cpus;
    config.nic_gbps = options.nic_gbps;
    Node& node = context.world().add_node(config);
    for (const SlowCopySpec& slow : options.slow)
      if (slow.copy == placement.names[copy]) node.storage().set_slowdown(slow.factor);
    cluster_->storage.push_back(std::make_unique<StorageNode>(*cluster_, copy, node));
    context.endpoints().declare(node.id(), NodeRole::storage);
  }
}

void Model::add_monitors(ModelContext& context) {
  const std::vector<std::string>& azs = cluster_->options.failover.monitor_azs;
  for (std::uint32_t i = 0; i < Monitor::count; ++i) {
    NodeConfig config;
    config.name = "monitor-" + std::to_string(i + 1);
    config.az = azs[i % azs.size()];
    config.device = default_device(StorageKind::local);
    Node& node = context.world().add_node(config);
    cluster_->monitors.push_back(std::make_unique<Monitor>(*cluster_, i, node));
    context.endpoints().declare(node.id(), NodeRole::monitor);
  }
}

// ---- sessions

bool Model::accepts_writes(NodeId node) const {
  const Instance* const instance = cluster_->instance_at(node);
  return instance != nullptr && instance->accepts_writes();
}

bool Model::accepts_reads(NodeId node) const {
  const Instance* const instance = cluster_->instance_at(node);
  return instance != nullptr && instance->accepts_reads();
}

namespace {
template <class T>
Task<T> refused(T answer) {
  co_return answer;
}
}  // namespace

Task<bool> Model::execute(ServerSession& session) {
  Instance* const instance = cluster_->instance_at(session.server);
  if (!instance->accepts_writes()) return refused(false);
  return instance->writer()->execute(session);
}

Task<Outcome> Model::commit(ServerSession& session) {
  Instance* const instance = cluster_->instance_at(session.server);
  if (!instance->accepts_writes()) return refused(Outcome::aborted);
  return instance->writer()->commit(session);
}

Task<ReadResult> Model::read(NodeId server, ReadRequest request) {
  return cluster_->instance_at(server)->read(request);
}

// ---- the final account

std::vector<LogPlace> Model::surviving_log() const {
  const Volume& volume = cluster_->volume;
  std::vector<SegmentReport> reports;
  CopySet intact = 0;
  for (const auto& node : cluster_->storage) {
    StorageNode::OnDisk disk = node->on_disk();
    if (!disk.intact) continue;
    intact |= CopySet{1} << node->copy();
    reports.push_back({disk.epoch, std::move(disk.scls)});
  }
  if (!cluster_->read.met(intact)) return {};
  const Survey found = survey(volume, reports);
  WRITEPATH_CHECK(volume.log(found.epoch), "a log was dropped that storage nodes still follow");
  const Log& log = *volume.log(found.epoch);
  const RecoveryPoint point = recovery_point(log, found.highest_scl);
  const LogPlace last = log.commit_at(point.vdl);
  std::vector<LogPlace> history;
  for (const LogPlace& place : log.earlier_epochs())
    if (place.epoch < last.epoch) history.push_back(place);
  history.push_back(last);
  return history;
}

std::vector<LogPlace> Model::log_on_disk(NodeId) const { return {}; }

std::vector<NodeId> Model::live_replicas() const {
  std::vector<NodeId> found;
  for (const auto& instance : cluster_->instances)
    if (instance->node().process_up() && instance->reader() && instance->reader()->serves())
      found.push_back(instance->id());
  return found;
}

LogPlace Model::visible(NodeId node) const {
  const Instance* const instance = cluster_->instance_at(node);
  return instance == nullptr ? LogPlace{{1}, {0}} : instance->visible();
}

}  // namespace writepath::aurora
