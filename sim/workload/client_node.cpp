#include "sim/workload/client_node.hpp"

#include <algorithm>

#include "sim/engine/timeout.hpp"

namespace writepath {

namespace {

constexpr std::uint32_t none = UINT32_MAX;

/// Client machines are never the bottleneck: each stands for as many as its load needs.
/// Assumption: 100 Gb/s, range 10 to 400.
constexpr double client_nic_gbps = 100;

// Model nodes carry names from the scenario, which may be anything that is legal there.
std::string unique_name(const World& world, std::string name) {
  const auto taken = [&] {
    for (std::uint32_t n = 0; n < world.node_count(); ++n)
      if (world.node(NodeId{n}).name() == name) return true;
    return false;
  };
  while (taken()) name += "~";  // '~' is in no legal name
  return name;
}

NodeConfig client_config(const World& world, const std::string& name, const std::string& az,
                         const std::string& shared_cpu) {
  NodeConfig config;
  config.name = unique_name(world, name);
  config.az = az;
  config.device = default_device(StorageKind::local);
  config.nic_gbps = client_nic_gbps;
  config.shared_cpu = shared_cpu;
  return config;
}

}  // namespace

ClientNode::ClientNode(Clients& clients, const std::string& name, const std::string& az,
                       const ClientCpu& cpu)
    : clients_(clients),
      id_(clients.world.add_node(client_config(clients.world, name, az, cpu.shared_cpu)).id()),
      answer_cpu_(cpu.answer) {
  clients.endpoints.declare(id_, NodeRole::client);
  node().on_boot([this](bool) {
    forget_everything();  // by now the last incarnation's coroutines are gone
    if (boot_) boot_();
  });
}

NodeId ClientNode::writer() {
  const TimeNs now = clients_.now();
  if (writer_ == no_node || now >= writer_expires_) {
    const NodeId published = clients_.endpoints.writer();
    const bool heard = !clients_.endpoints.is_per_side() || known_writer_ == no_node ||
                       published == no_node || clients_.world.network().reachable(published, id_);
    if (heard) known_writer_ = published;
    writer_ = known_writer_;
    writer_expires_ = now + from_s(session().endpoint_ttl_s);
  }
  return writer_;
}

void ClientNode::avoid(NodeId reader) {
  if (reader.value >= avoided_until_.size()) avoided_until_.resize(reader.value + 1);
  avoided_until_[reader.value] = clients_.now() + from_s(session().endpoint_ttl_s);
}

Task<Lease> ClientNode::connect(NodeId server, DurationNs wait_limit, DurationNs dial_limit) {
  Pool& pool = pool_of(server);
  Lease lease{false, none, server};
  if (!pool.permits.try_take()) {
    const bool permitted = co_await with_timeout(queue(), pool.permits.take(), wait_limit);
    if (!permitted) co_return lease;
  }
  lease.slot = take_idle(pool);
  if (lease.slot == none) {
    const Dialled dialled = co_await clients_.world.network().dial(id_, server, dial_limit);
    if (dialled.result != DialResult::connected) {
      pool.permits.give_back();
      co_return lease;
    }
    lease.slot = keep(dialled.connection);
  }
  lease.ok = true;
  co_return lease;
}

void ClientNode::release(Lease lease) {
  Connection& connection = connections_[lease.slot];
  connection.in_use = false;
  Pool& pool = pool_of(lease.server);
  if (connection.lost)
    free(lease.slot);
  else
    pool.idle.push_back(lease.slot);
  pool.permits.give_back();
}

void ClientNode::discard(Lease lease) {
  Connection& connection = connections_[lease.slot];
  if (!connection.lost) clients_.world.network().close(connection.id, id_);
  connection.lost = true;
  release(lease);
}

Task<Answer> ClientNode::ask(Lease lease, Request request, std::uint64_t bytes, DurationNs limit) {
  Answer answer;
  if (!is_open(lease)) co_return answer;
  Call call(queue(), clients_.calls);
  connections_[lease.slot].call = call.id();
  request.call = call.id();
  request.connection = connections_[lease.slot].id;
  request.client = id_;
  clients_.front_end.send(lease.server, request, bytes);
  const std::optional<CallEnd> end = co_await with_timeout(queue(), call.ends(), limit);
  if (end == CallEnd::answered) answer = {true, call.reply()};
  if (answer_cpu_ > 0) co_await node().cpu().serve(answer_cpu_);
  co_return answer;
}

Task<Answer> ClientNode::ask_read(Lease lease, Key key, DurationNs cpu, DurationNs limit) {
  Answer answer;
  if (!is_open(lease)) co_return answer;
  Call call(queue(), clients_.calls);
  connections_[lease.slot].call = call.id();
  const ReadCall read{key, cpu, call.id(), connections_[lease.slot].id, id_};
  clients_.front_end.send(lease.server, read);
  const std::optional<CallEnd> end = co_await with_timeout(queue(), call.ends(), limit);
  if (end == CallEnd::answered) answer = {true, call.reply()};
  co_return answer;
}

// ---- connections

ClientNode::Pool& ClientNode::pool_of(NodeId server) {
  if (server.value >= pools_.size()) pools_.resize(server.value + 1);
  std::unique_ptr<Pool>& pool = pools_[server.value];
  if (!pool) pool = std::make_unique<Pool>(queue(), session().max_connections);
  return *pool;
}

std::uint32_t ClientNode::take_idle(Pool& pool) {
  while (!pool.idle.empty()) {
    const std::uint32_t slot = pool.idle.back();
    pool.idle.pop_back();
    if (!connections_[slot].lost) {
      connections_[slot].in_use = true;
      return slot;
    }
    free(slot);
  }
  return none;
}

std::uint32_t ClientNode::keep(ConnectionId connection) {
  std::uint32_t slot;
  if (free_.empty()) {
    slot = static_cast<std::uint32_t>(connections_.size());
    connections_.emplace_back();
  } else {
    slot = free_.back();
    free_.pop_back();
  }
  connections_[slot] = {connection, {}, true, false};
  clients_.world.network().on_closed(
      connection, id_, [this, slot, connection] { connection_lost(slot, connection); });
  return slot;
}

void ClientNode::free(std::uint32_t slot) {
  connections_[slot] = {};
  free_.push_back(slot);
}

void ClientNode::connection_lost(std::uint32_t slot, ConnectionId connection) {
  Connection& lost = connections_[slot];
  if (lost.id != connection) return;  // closed here in the meantime
  lost.lost = true;
  if (lost.in_use) clients_.calls.lose_connection(lost.call);
}

void ClientNode::forget_everything() {
  for (const std::unique_ptr<Pool>& pool : pools_) {
    if (!pool) continue;
    pool->permits.reset();
    pool->idle.clear();
  }
  connections_.clear();
  free_.clear();
  writer_ = no_node;
  avoided_until_.clear();
}

}  // namespace writepath
