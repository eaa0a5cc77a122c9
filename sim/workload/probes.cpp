#include "sim/workload/probes.hpp"

#include <algorithm>

#include "sim/workload/own_transactions.hpp"

namespace writepath {

namespace {
constexpr double read_cpu_us = 50;  // as a read load's default
}

TransactionType probe_transaction() { return own_transaction("~probe", 200, 150); }

Probes::Probes(Clients& clients, const KeyChooser& keys, std::uint32_t type,
               std::vector<ClientNode*> nodes, TimeNs stop)
    : clients_(clients),
      keys_(keys),
      type_(type),
      nodes_(std::move(nodes)),
      stop_(stop),
      stream_(clients.world.stream("workload.probe")) {}

void Probes::post_next() {
  ++count_;
  const TimeNs at =
      from_s(static_cast<double>(count_) / clients_.scenario.workload.probe.rate_per_s);
  if (at >= stop_) return;
  clients_.world.queue().post_at(at, [this] {
    probe();
    post_next();
  });
}

void Probes::probe() {
  const std::uint64_t write_seed = stream_.next();
  const Key read_key = keys_.key(stream_.next(), 0);
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    ClientNode& client = *nodes_[turn_++ % nodes_.size()];
    if (!client.is_up()) continue;
    client.node().scope().spawn(write(client, write_seed));
    client.node().scope().spawn(read(client, read_key));
    return;
  }
}

Task<> Probes::write(ClientNode& client, std::uint64_t key_seed) {
  const TimeNs started = clients_.now();
  const TimeNs deadline = started + from_s(clients_.scenario.workload.probe.timeout_s);
  const NodeId server = client.writer();
  bool ok = false;
  LogPlace place;
  if (server != no_node) {
    const Lease lease = co_await client.connect(server, deadline - started, deadline - started);
    const DurationNs left = deadline - clients_.now();
    if (lease.ok && left > 0) {
      Request request;
      request.txn = clients_.next_txn();
      request.key_seed = key_seed;
      request.type = static_cast<std::uint16_t>(type_);
      request.kind = RequestKind::autocommit;
      const std::uint64_t bytes = statement_bytes(clients_.scenario.workload.transactions[type_]);
      const Answer answer = co_await client.ask(lease, request, bytes, left);
      ok = answer.came && answer.reply.status == ReplyStatus::done;
      if (ok) place = answer.reply.place;
      client.give_back(lease, answer.came);
    } else if (lease.ok) {
      client.release(lease);
    }
    if (!ok) client.forget_writer();
  }
  clients_.facts.state(ProbeDone{clients_.now(), started, client.id(), true, ok, place});
}

Task<> Probes::read(ClientNode& client, Key key) {
  const TimeNs started = clients_.now();
  const TimeNs deadline = started + from_s(clients_.scenario.workload.probe.timeout_s);
  const NodeId server = router_.choose(client, ReadLoad::Target::any);
  bool ok = false;
  if (server != no_node) {
    const Lease lease = co_await client.connect(server, deadline - started, deadline - started);
    const DurationNs left = deadline - clients_.now();
    if (lease.ok && left > 0) {
      const Answer answer = co_await client.ask_read(lease, key, from_us(read_cpu_us), left);
      ok = answer.came && answer.reply.status == ReplyStatus::done;
      client.give_back(lease, answer.came);
    } else if (lease.ok) {
      client.release(lease);
    }
  }
  if (!ok && server != no_node) client.avoid(server);
  clients_.facts.state(ProbeDone{clients_.now(), started, client.id(), false, ok, {}});
}

}  // namespace writepath
