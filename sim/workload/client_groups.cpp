#include "sim/workload/client_groups.hpp"

#include <algorithm>

#include "sim/engine/sleep.hpp"

namespace writepath {

namespace {
std::string stream_name(const ClientGroup& spec, const std::string& what) {
  return "workload." + spec.name + "." + what;
}
}  // namespace

// ---- open loop

OpenLoopGroup::OpenLoopGroup(Clients& clients, const ClientGroup& spec, GroupPlace place)
    : clients_(clients),
      place_(std::move(place)),
      max_in_flight_(spec.open_loop->max_in_flight),
      arrivals_(*spec.open_loop, place_.start, clients.world.stream(stream_name(spec, "arrivals"))),
      mix_(clients.scenario.workload.transactions, spec.transactions),
      transactions_(clients.world.stream(stream_name(spec, "transactions"))) {}

void OpenLoopGroup::begin() { post_next(); }

void OpenLoopGroup::post_next() {
  const Arrivals::Batch batch = arrivals_.next();
  if (batch.at >= place_.stop) return;
  clients_.world.queue().post_at(batch.at, [this, count = batch.count] {
    arrive(count);
    post_next();
  });
}

void OpenLoopGroup::arrive(std::uint64_t count) {
  std::int64_t in_flight = 0;
  for (const ClientNode* node : place_.nodes) in_flight += node->in_flight;
  for (std::uint64_t i = 0; i < count; ++i) {
    // Drawn whether or not somebody is there to use it: the draws that follow stay as they are.
    ClientNode& node = *place_.nodes[turn_++ % place_.nodes.size()];
    const TransactionMix::Draw draw = mix_.draw(transactions_);
    const Ticket ticket{place_.group, draw.type, clients_.now(), draw.key_seed};
    if (!node.is_up()) continue;
    if (in_flight >= max_in_flight_) {
      reject(node, ticket);
      continue;
    }
    ++in_flight;
    node.node().scope().spawn(run_transaction(node, ticket));
  }
}

// ---- closed loop

ClosedLoopGroup::ClosedLoopGroup(Clients& clients, const ClientGroup& spec, GroupPlace place)
    : spec_(spec),
      place_(std::move(place)),
      mix_(clients.scenario.workload.transactions, spec.transactions) {
  const auto count = static_cast<std::size_t>(spec.closed_loop->clients);
  clients_.reserve(count);
  for (std::size_t i = 0; i < count; ++i)
    clients_.push_back({place_.nodes[i % place_.nodes.size()],
                        clients.world.stream(stream_name(spec, "client-" + std::to_string(i)))});
}

void ClosedLoopGroup::boot(ClientNode& node) {
  for (Client& client : clients_)
    if (client.node == &node) node.node().scope().spawn(live(client));
}

Task<> ClosedLoopGroup::live(Client& client) {
  EventQueue& queue = client.node->queue();
  co_await sleep_until(queue, std::max(place_.start, queue.now()));
  while (true) {
    const DurationNs think = from_ms(spec_.closed_loop->think_time_ms.sample(client.stream));
    if (queue.now() + think >= place_.stop) co_return;
    co_await sleep_for(queue, think);
    const TransactionMix::Draw draw = mix_.draw(client.stream);
    const Ticket ticket{place_.group, draw.type, queue.now(), draw.key_seed};
    co_await run_transaction(*client.node, ticket);
    // Failed without a single message (no writer is known, no retries): don't spin.
    if (queue.now() == ticket.intended_start)
      co_await sleep_for(queue, from_ms(std::max(client.node->session().retry_backoff_ms, 1.0)));
  }
}

}  // namespace writepath
