#include "models/mysql_binlog/model.hpp"

#include <algorithm>

#include "models/mysql_binlog/factory.hpp"
#include "models/mysql_binlog/multi_az.hpp"
#include "sim/model/operations.hpp"

namespace writepath {

namespace mysql {
namespace {

// Semi-synchronous replication has an acknowledged transaction on wait_for_replica_count servers
// more; a mirror has it on the standby's volume; a process that dies takes nothing that its
// operating system has.
Promise promise_of(const Options& options, const ArchitectureSpec& architecture) {
  Promise promise;
  const auto servers = static_cast<std::uint32_t>(
      std::count_if(architecture.nodes.begin(), architecture.nodes.end(), [](const NodeSpec& node) {
        return node.role == NodeRole::primary || node.role == NodeRole::replica;
      }));
  const auto in_one_az = [&](const NodeSpec& a) {
    return std::count_if(architecture.nodes.begin(), architecture.nodes.end(),
                         [&](const NodeSpec& b) { return b.az == a.az; }) > 1;
  };
  const bool apart = std::none_of(architecture.nodes.begin(), architecture.nodes.end(), in_one_az);
  if (options.semi_sync != SemiSyncMode::off) {
    promise.keeps.nodes = static_cast<std::uint32_t>(options.wait_for_replica_count);
    promise.reads_are_kept = options.semi_sync == SemiSyncMode::after_sync;
    promise.void_if = "semi_sync_fallbacks";
    promise.missing_is_dead = !options.fenced();
  }
  if (options.mirror) promise.keeps.nodes = 1;
  promise.one_primary = options.fenced();
  promise.keeps.azs = apart ? promise.keeps.nodes : 0;
  // Until a source falls back it waits for replicas, however long that takes.
  const std::uint32_t waited_for = options.semi_sync == SemiSyncMode::off ? 0 : promise.keeps.nodes;
  promise.writes.nodes = options.mirror ? 1 : servers - std::min(servers, 1 + waited_for);
  promise.writes.azs = apart ? promise.writes.nodes : 0;
  return promise;
}

}  // namespace
}  // namespace mysql

ModelFactory mysql_binlog_factory() {
  ModelFactory factory;
  factory.entry.name = "mysql_binlog";
  factory.entry.summary =
      "MySQL: a source commits to its own redo log and binlog and ships the binlog to replicas";
  factory.entry.model_md = "models/mysql_binlog/MODEL.md";
  factory.entry.make_options = [] { return std::make_shared<mysql::Options>(); };
  factory.entry.describe = [](Fields& f, ModelOptions& options,
                              const ArchitectureSpec& architecture, const Scenario& scenario) {
    mysql::describe(f, static_cast<mysql::Options&>(options), architecture, scenario);
  };
  factory.entry.storage_is_primary = true;
  factory.entry.roles = [](const ArchitectureSpec& architecture) {
    std::vector<NodeRole> roles{NodeRole::monitor};
    if (static_cast<const mysql::Options&>(*architecture.options).mirror)
      roles.push_back(NodeRole::standby);
    return roles;
  };
  factory.steps = mysql::step_names();
  factory.make = [] { return std::make_unique<mysql::MysqlBinlog>(); };
  factory.may_show_gaps = [](const ArchitectureSpec& architecture) {
    const auto& options = static_cast<const mysql::Options&>(*architecture.options);
    return options.applies_in_parallel() && !options.replica_preserve_commit_order;
  };
  // Only AFTER_SYNC hides a transaction until a replica has it, and after a fall-back not even
  // that.
  factory.may_read_what_is_lost = [](const ArchitectureSpec&) { return true; };
  factory.loses_with_process = [](const ArchitectureSpec& architecture) {
    const auto& options = static_cast<const mysql::Options&>(*architecture.options);
    return options.redo_flush() == mysql::RedoFlush::each_second;
  };
  factory.repairs_within_s = [](const ArchitectureSpec& architecture) {
    return static_cast<const mysql::Options&>(*architecture.options).repairs_within_s();
  };
  factory.promises = [](const ArchitectureSpec& architecture) {
    return mysql::promise_of(static_cast<const mysql::Options&>(*architecture.options),
                             architecture);
  };
  return factory;
}

namespace mysql {

namespace {

const NodeSpec& primary_of(const ArchitectureSpec& architecture) {
  return *std::find_if(architecture.nodes.begin(), architecture.nodes.end(),
                       [](const NodeSpec& n) { return n.role == NodeRole::primary; });
}

// It stepped down, or became read-only, between the statement and its COMMIT.
Task<Outcome> refused() { co_return Outcome::aborted; }

}  // namespace

// ---- deployment

void MysqlBinlog::deploy(ModelContext& context) {
  cluster_ = std::make_unique<Cluster>(context);
  add_server(to_config(primary_of(context.architecture())), NodeRole::primary, true);
  for (const NodeSpec& spec : context.architecture().nodes)
    if (spec.role == NodeRole::replica) add_server(to_config(spec), spec.role, true);
  add_standby();
  add_joiners();
  add_monitor();
  forget_applied_events();
}

void MysqlBinlog::add_server(const NodeConfig& config, NodeRole role, bool present) {
  ModelContext& context = cluster_->context;
  Node& node = context.world().add_node(config);
  context.endpoints().declare(node.id(), role, present);
  cluster_->servers.push_back(std::make_unique<Server>(*cluster_, node));
  if (role == NodeRole::primary) context.endpoints().set_writer(node.id());
  const NodeId source = context.endpoints().assigned_writer();
  Server& server = *cluster_->servers.back();
  if (!present)
    server.configure_as_joiner(source);
  else if (role == NodeRole::primary)
    server.configure_as_source();
  else
    server.configure_as_replica(source);
}

void MysqlBinlog::add_standby() {
  if (!cluster_->options.mirror) return;
  ModelContext& context = cluster_->context;
  NodeSpec spec = primary_of(context.architecture());  // the same hardware
  spec.id += "-standby";
  spec.az = cluster_->options.mirror->az;
  spec.host.clear();
  Node& node = context.world().add_node(to_config(spec));
  context.endpoints().declare(node.id(), NodeRole::standby);
  Server& primary = cluster_->server(context.endpoints().assigned_writer());
  cluster_->servers.push_back(std::make_unique<Server>(*cluster_, node));
  cluster_->servers.back()->configure_as_standby(primary.id());
  cluster_->multi_az = std::make_unique<MultiAz>(*cluster_, primary, *cluster_->servers.back());
}

void MysqlBinlog::add_joiners() {
  const ModelContext& context = cluster_->context;
  const std::vector<OperationSpec>& operations = context.scenario().operations;
  for (std::size_t i = 0; i < operations.size(); ++i) {
    const OperationSpec& operation = operations[i];
    if (!applies_to(operation, context.architecture())) continue;
    NodeSpec spec = primary_of(context.architecture());  // the same hardware
    spec.id = operation_node_name(operation, i);
    spec.az = operation.az;
    spec.host.clear();
    spec.shared_cpu.clear();
    NodeConfig config = to_config(spec);
    config.starts = false;
    add_server(config, NodeRole::replica, false);
  }
}

void MysqlBinlog::add_monitor() {
  ModelContext& context = cluster_->context;
  const Server& source = cluster_->server(context.endpoints().assigned_writer());
  NodeConfig config;
  config.name = "monitor";
  config.az = cluster_->options.monitor_az;
  if (config.az.empty()) {
    config.az = source.node().az();
    const std::optional<MirrorOptions>& mirror = cluster_->options.mirror;
    for (const std::string& az : context.world().azs())
      if (az != source.node().az() && (!mirror || az != mirror->az)) {
        config.az = az;
        break;
      }
  }
  Node& node = context.world().add_node(config);
  context.endpoints().declare(node.id(), NodeRole::monitor);
  context.endpoints().set_per_side(cluster_->options.name_service == NameService::per_az);
  monitor_ = std::make_unique<Monitor>(*cluster_, node, source.id());
  cluster_->monitor_node = node.id();
  cluster_->monitor = monitor_.get();
}

// Once a second: what every server has applied is needed by nobody any more.
void MysqlBinlog::forget_applied_events() {
  cluster_->queue().post_after(ns_per_s, [this] {
    std::uint64_t needed_after = UINT64_MAX;
    for (const auto& server : cluster_->servers)
      if (const std::optional<CommitSeq> seq = server->needs_events_after())
        needed_after = std::min(needed_after, seq->value);
    if (needed_after != UINT64_MAX) cluster_->content.forget_through(CommitSeq{needed_after});
    forget_applied_events();
  });
}

// ---- sessions

const Server* MysqlBinlog::find(NodeId node) const {
  for (const auto& server : cluster_->servers)
    if (server->id() == node) return server.get();
  return nullptr;
}

bool MysqlBinlog::accepts_writes(NodeId node) const {
  const Server* const server = find(node);
  return server != nullptr && server->source() != nullptr && !server->is_read_only();
}

bool MysqlBinlog::accepts_reads(NodeId node) const {
  const Server* const server = find(node);
  return server != nullptr && (server->source() != nullptr || server->serves_reads());
}

Task<bool> MysqlBinlog::execute(ServerSession& session) {
  return cluster_->server(session.server).source()->execute(session);
}

// An autocommit statement may have waited while the source was re-pointed.
Task<Outcome> MysqlBinlog::commit(ServerSession& session) {
  Server& server = cluster_->server(session.server);
  if (server.source() == nullptr) return refused();
  if (!server.is_read_only()) return server.commit(session);
  server.source()->abandon(session);
  return refused();
}

void MysqlBinlog::abandon(ServerSession& session) {
  Source* const source = cluster_->server(session.server).source();
  if (source != nullptr) source->abandon(session);
}

Task<ReadResult> MysqlBinlog::read(NodeId server, ReadRequest request) {
  return cluster_->server(server).read(request);
}

void MysqlBinlog::planned_failover(NodeId preferred) { monitor_->planned_failover(preferred); }

// ---- what is left

// The server whose history clients would find: the source, or what will be promoted in its place
// when its storage is gone.
const Server* MysqlBinlog::authority() const {
  const Server* const writer = find(cluster_->context.endpoints().assigned_writer());
  if (writer != nullptr && !writer->data_is_lost()) return writer;
  const Server* best = nullptr;
  for (const auto& server : cluster_->servers) {
    if (server->data_is_lost() || server->disk().needs_copy || server->stands_by()) continue;
    if (best == nullptr ||
        server->disk().received(cluster_->lineages) > best->disk().received(cluster_->lineages))
      best = server.get();
  }
  return best != nullptr ? best : writer;
}

std::vector<LogPlace> MysqlBinlog::surviving_log() const {
  const Server* const server = authority();
  if (server == nullptr || server->data_is_lost()) return {};
  const Disk& disk = server->disk();
  // A replica that would be promoted drains its relay log first.
  if (disk.source != no_node) return cluster_->lineages.ends(disk.received(cluster_->lineages));
  // A source that lives has what it committed, also where only its log buffer has it yet.
  const LogPlace on_disk = disk.transactions(cluster_->lineages);
  const bool lives = server->source() != nullptr && server->node().process_up();
  const LogPlace committed = lives ? server->source()->committed() : on_disk;
  return cluster_->lineages.ends(std::max(on_disk, committed));
}

std::vector<LogPlace> MysqlBinlog::log_on_disk(NodeId node) const {
  const Server* const server = find(node);
  if (server == nullptr || server->data_is_lost()) return {};
  const Disk& disk = server->disk();
  const bool aside = disk.set_aside.seq.value > 0;
  return cluster_->lineages.ends(aside ? disk.set_aside : disk.transactions(cluster_->lineages));
}

std::vector<NodeId> MysqlBinlog::live_replicas() const {
  std::vector<NodeId> live;
  for (const auto& server : cluster_->servers)
    if (server->node().process_up() && server->serves_reads() &&
        cluster_->options.source_delay(server->node().name()) == 0)  // behind on purpose
      live.push_back(server->id());
  return live;
}

LogPlace MysqlBinlog::visible(NodeId node) const {
  const Server* const server = find(node);
  return server == nullptr ? LogPlace{} : server->visible();
}

}  // namespace mysql
}  // namespace writepath
