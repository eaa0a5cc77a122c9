#include "models/aurora_quorum/model.hpp"

#include <algorithm>

#include "models/aurora_quorum/instance.hpp"
#include "models/aurora_quorum/monitor.hpp"
#include "sim/model/operations.hpp"

namespace writepath::aurora {

namespace {

/// The scenario's, then for each AZ that holds copies the one that goes without them.
std::vector<QuorumModel> quorum_models(const Options& o) {
  const Placement placement = placement_of(o);
  std::vector<QuorumModel> models{{rule_of(o.write, placement), rule_of(o.read, placement)}};
  for (const CopySet lost : placement.by_az())
    models.push_back(model_without(placement.copies(), lost));
  return models;
}

}  // namespace

Cluster::Cluster(ModelContext& c)
    : context(c),
      options(c.options<Options>()),
      layout(c.scenario().data.size_gb, c.scenario().data.page_kb, options.segment_gb,
             c.keys().count()),
      placement(placement_of(options)),
      memberships(layout.groups(), storage_places(options).size(), quorum_models(options)),
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
  add_spares(context);
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

namespace {

void slow_down(EventQueue& queue, StorageDevice& device, const SlowCopySpec& slow) {
  if (slow.from_s == 0)
    device.set_slowdown(slow.factor);
  else
    queue.post_at(from_s(slow.from_s),
                  [&device, factor = slow.factor] { device.set_slowdown(factor); });
  if (slow.until_s) queue.post_at(from_s(*slow.until_s), [&device] { device.set_slowdown(1); });
}

}  // namespace

/// S3's endpoint in this AZ: whatever storage nodes there stage goes over its network.
NodeId Model::s3_endpoint(ModelContext& context, const std::string& az) {
  const std::string name = "s3-" + az;
  const World& world = context.world();
  for (std::uint32_t n = 0; n < world.node_count(); ++n)
    if (world.node(NodeId{n}).name() == name) return NodeId{n};
  NodeConfig config;
  config.name = name;
  config.az = az;
  config.device = default_device(StorageKind::local);
  config.nic_gbps = 10'000;  // a fleet's, not one host's: never the narrowest link
  return context.world().add_node(config).id();
}

void Model::add_storage_nodes(ModelContext& context) {
  const std::vector<StoragePlace> places = storage_places(cluster_->options);
  for (std::size_t copy = 0; copy < cluster_->placement.copies(); ++copy)
    add_storage_node(context, places[copy], true);
}

void Model::add_spares(ModelContext& context) {
  const std::vector<StoragePlace> places = storage_places(cluster_->options);
  for (std::size_t copy = cluster_->storage.size(); copy < places.size(); ++copy)
    add_storage_node(context, places[copy], false);
}

void Model::add_storage_node(ModelContext& context, const StoragePlace& place, bool holds_copy) {
  const StorageOptions& options = cluster_->options.storage;
  NodeConfig config;
  config.name = "storage-" + place.name;
  config.az = place.az;
  config.storage = StorageKind::local;
  config.device = options.device;
  config.cpus = options.cpus;
  config.nic_gbps = options.nic_gbps;
  Node& node = context.world().add_node(config);
  for (const SlowCopySpec& slow : options.slow)
    if (slow.copy == place.name) slow_down(context.queue(), node.storage(), slow);
  const auto copy = static_cast<std::uint16_t>(cluster_->storage.size());
  cluster_->storage.push_back(std::make_unique<StorageNode>(*cluster_, copy, node, place.name));
  // A spare becomes a storage node of this volume when it takes a segment over.
  context.endpoints().declare(node.id(), NodeRole::storage, holds_copy);
  if (options.staging_interval_ms > 0)
    cluster_->storage.back()->stage_to(s3_endpoint(context, place.az));
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

void Model::abandon(ServerSession& session) {
  Instance* const instance = cluster_->instance_at(session.server);
  if (instance->accepts_writes()) instance->writer()->roll_back(session);
}

Task<ReadResult> Model::read(NodeId server, ReadRequest request) {
  return cluster_->instance_at(server)->read(request);
}

void Model::planned_failover(NodeId preferred) {
  for (const auto& monitor : cluster_->monitors) {
    if (!cluster_->context.node(monitor->id()).process_up()) continue;
    return monitor->planned_failover(preferred);
  }
}

// ---- the final account

std::vector<LogPlace> Model::surviving_log() const {
  const Volume& volume = cluster_->volume;
  std::vector<SegmentReport> disks;
  for (const auto& node : cluster_->storage) disks.push_back(node->on_disk());
  if (!readable(cluster_->memberships, disks)) return {};
  const Survey found = survey(volume, reports_of_members(cluster_->memberships, std::move(disks)));
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
