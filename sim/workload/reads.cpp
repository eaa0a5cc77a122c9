#include "sim/workload/reads.hpp"

namespace writepath {

NodeId ReadRouter::choose(ClientNode& client, ReadLoad::Target target) {
  if (target == ReadLoad::Target::primary) return client.writer();
  const Endpoints& endpoints = client.clients().endpoints;
  const World& world = client.clients().world;
  const NodeId writer = target == ReadLoad::Target::any ? client.writer() : no_node;
  const std::string& az = client.node().az();
  const auto candidates = [&](auto visit) {
    for (const NodeId reader : endpoints.readers()) visit(reader);
    if (writer != no_node) visit(writer);
  };
  // A reader that just failed is asked again only when there is no other.
  bool any_good = false;
  candidates([&](NodeId node) { any_good = any_good || !client.avoids(node); });
  const auto for_each = [&](auto visit) {
    candidates([&](NodeId node) {
      if (!any_good || !client.avoids(node)) visit(node);
    });
  };
  std::size_t all = 0, near = 0;
  for_each([&](NodeId node) {
    ++all;
    near += world.node(node).az() == az;
  });
  if (all == 0) return no_node;
  const bool only_near = near != 0;
  std::size_t left = turn_++ % (only_near ? near : all);
  NodeId chosen = no_node;
  for_each([&](NodeId node) {
    if (only_near && world.node(node).az() != az) return;
    if (chosen == no_node && left-- == 0) chosen = node;
  });
  return chosen;
}

ReadSource::ReadSource(Clients& clients, const KeyChooser& keys, std::uint32_t load,
                       ClientNode& node, double rate_per_s, TimeNs stop)
    : clients_(clients),
      keys_(keys),
      load_(clients.scenario.workload.reads[load]),
      node_(node),
      rate_per_s_(rate_per_s),
      stop_(stop),
      stream_(clients.world.stream("workload.reads." + std::to_string(load) + "." +
                                   node.node().az())) {}

void ReadSource::post_next() {
  if (rate_per_s_ <= 0) return;
  last_ += exponential_gap(stream_, rate_per_s_);
  if (last_ >= stop_) return;
  const Key key = keys_.key(stream_.next(), 0);
  clients_.world.queue().post_at(last_, [this, key] {
    if (node_.is_up()) node_.node().scope().spawn(read(key));
    post_next();
  });
}

Task<> ReadSource::read(Key key) {
  const TimeNs started = clients_.now();
  ReadDone done{started, started, node_.id(), no_node, key, {}, false};
  done.server = router_.choose(node_, load_.target);
  if (done.server != no_node) {
    const Lease lease = co_await node_.connect(done.server, from_s(node_.session().timeout_s),
                                               from_s(node_.session().connect_timeout_s));
    if (lease.ok) {
      const Answer answer = co_await node_.ask_read(lease, key, from_us(load_.cpu_us),
                                                    from_s(node_.session().timeout_s));
      done.ok = answer.came && answer.reply.status == ReplyStatus::done;
      done.seen = answer.reply.place;
      node_.give_back(lease, answer.came);
    }
    if (!done.ok && load_.target != ReadLoad::Target::replicas) node_.forget_writer();
    if (!done.ok) node_.avoid(done.server);
  }
  done.at = clients_.now();
  clients_.facts.state(done);
}

}  // namespace writepath
