#include "sim/workload/registers.hpp"

#include <algorithm>
#include <string>

#include "sim/engine/sleep.hpp"
#include "sim/workload/own_transactions.hpp"

namespace writepath {

namespace {

constexpr const char* type_name = "~register";
/// After a failure that took no time (nobody to ask), so that a client does not spin.
constexpr DurationNs least_pause = 10 * ns_per_ms;

}  // namespace

TransactionType register_transaction() { return own_transaction(type_name, 200, 150); }

/// States an operation's beginning and, whatever becomes of its client, its end. One that is
/// dropped undecided was a read, or a write that was never sent; else it stays in doubt.
class Registers::Operation {
 public:
  Operation(Clients& clients, const Client& client, std::uint32_t of, TxnId txn)
      : clients_(clients) {
    const bool is_write = txn != no_txn;
    done_ = {0,        client.node->id(),     no_node, client.process, of,
             is_write, RegisterOutcome::fail, {}};
    clients_.facts.state(
        RegisterInvoked{clients_.now(), client.node->id(), client.process, of, is_write, txn});
  }
  Operation(const Operation&) = delete;
  Operation& operator=(const Operation&) = delete;
  ~Operation() {
    done_.at = clients_.now();
    clients_.facts.state(done_);
  }

  void asks(NodeId server) { done_.server = server; }
  /// From here on it may take place, whether or not the client learns it.
  void sent() {
    if (done_.write) done_.outcome = RegisterOutcome::info;
  }
  void answered(const Reply& reply) {
    const bool took_place = reply.status == ReplyStatus::done;
    done_.outcome = took_place ? RegisterOutcome::ok : RegisterOutcome::fail;
    if (took_place) done_.place = reply.place;
  }
  bool ok() const { return done_.outcome == RegisterOutcome::ok; }

 private:
  Clients& clients_;
  RegisterDone done_{};
};

Registers::Registers(Clients& clients, const KeyChooser& keys, TimeNs stop)
    : clients_(clients),
      keys_(keys),
      spec_(clients.scenario.workload.registers),
      type_(index_of_own(clients.scenario, type_name)),
      timeout_(from_s(spec_.timeout_s)),
      stop_(stop) {}

void Registers::add_clients(ClientNode& node) {
  for (std::int64_t i = 0; i < spec_.clients_per_az; ++i) {
    const auto process = static_cast<std::uint32_t>(list_.size());
    const std::string name =
        "workload.registers." + node.node().az() + ".client-" + std::to_string(i);
    list_.push_back({&node, process, clients_.world.stream(name), {}});
  }
}

void Registers::boot(ClientNode& node) {
  for (Place place = 0; place < list_.size(); ++place) {
    if (list_[place].node != &node) continue;
    list_[place].reader = no_node;
    node.node().scope().spawn(live(place));
  }
}

Task<> Registers::live(Place place) {
  while (true) {
    Client& client = list_[place];
    const DurationNs think = from_ms(spec_.think_time_ms.sample(client.stream));
    // Drawn before anything happens: the draws are the same for every architecture.
    const auto of =
        static_cast<std::uint32_t>(client.stream.below(static_cast<std::uint64_t>(spec_.count)));
    const bool is_read = client.stream.uniform() < spec_.read_share;
    if (clients_.now() + think >= stop_) co_return;
    co_await sleep_for(clients_.world.queue(), think);
    const TimeNs began = clients_.now();
    if (is_read)
      co_await read(place, of);
    else
      co_await write(place, of);
    if (clients_.now() == began) co_await sleep_for(clients_.world.queue(), least_pause);
  }
}

Task<> Registers::write(Place place, std::uint32_t of) {
  Client& client = list_[place];
  ClientNode& node = *client.node;
  Request request;
  request.txn = clients_.next_txn();
  request.key_seed = KeyChooser::seed_of_own_row(std::uint64_t{of} + 1);
  request.type = static_cast<std::uint16_t>(type_);
  request.kind = RequestKind::autocommit;
  const std::uint64_t bytes = statement_bytes(clients_.scenario.workload.transactions[type_]);
  Operation operation(clients_, client, of, request.txn);
  const TimeNs deadline = clients_.now() + timeout_;
  const NodeId server = node.writer();
  if (server == no_node) co_return;
  operation.asks(server);
  const Lease lease = co_await node.connect(server, timeout_, timeout_);
  const DurationNs left = deadline - clients_.now();
  if (lease.ok && left > 0 && node.is_open(lease)) {
    operation.sent();
    const Answer answer = co_await node.ask(lease, request, bytes, left);
    if (answer.came) operation.answered(answer.reply);
    node.give_back(lease, answer.came);
  } else if (lease.ok) {
    node.discard(lease);
  }
  if (!operation.ok()) node.forget_writer();
}

Task<> Registers::read(Place place, std::uint32_t of) {
  Client& client = list_[place];
  ClientNode& node = *client.node;
  Operation operation(clients_, client, of, no_txn);
  const TimeNs deadline = clients_.now() + timeout_;
  const NodeId server = reader_for(client);
  if (server == no_node) co_return;
  operation.asks(server);
  const Lease lease = co_await node.connect(server, timeout_, timeout_);
  const DurationNs left = deadline - clients_.now();
  if (lease.ok && left > 0) {
    const Key key = keys_.key(KeyChooser::seed_of_own_row(std::uint64_t{of} + 1), 0);
    const Answer answer = co_await node.ask_read(lease, key, from_us(spec_.cpu_us), left);
    if (answer.came) operation.answered(answer.reply);
    node.give_back(lease, answer.came);
  } else if (lease.ok) {
    node.discard(lease);
  }
  if (!operation.ok()) failed_at(client, server);
}

// ---- where reads go

NodeId Registers::reader_for(Client& client) {
  if (!spec_.sticky) return client.router.choose(*client.node, spec_.target);
  if (client.reader == no_node || !still_serves(*client.node, client.reader))
    client.reader = client.router.choose(*client.node, spec_.target);
  return client.reader;
}

/// What it chose may have been taken from the endpoint since (a replica that was promoted).
bool Registers::still_serves(ClientNode& node, NodeId reader) const {
  const std::vector<NodeId>& readers = clients_.endpoints.readers();
  if (std::find(readers.begin(), readers.end(), reader) != readers.end()) return true;
  return spec_.target == ReadLoad::Target::any && node.writer() == reader;
}

void Registers::failed_at(Client& client, NodeId server) {
  client.reader = no_node;
  if (spec_.target != ReadLoad::Target::replicas) client.node->forget_writer();
  client.node->avoid(server);
}

}  // namespace writepath
