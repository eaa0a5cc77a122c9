// The first oracle: a world drained ahead of SimGrid's clock and one stepped with it must do the
// same things at the same nanoseconds. The program below mixes whatever a world can do, at random.
#include "tests/unit/world/fixture.hpp"

using namespace writepath;
using namespace writepath::testing;

namespace {

struct Mix : TestWorld {
  RandomStream random;
  DurationNs span;
  std::vector<DurableFile*> files;
  std::vector<std::uint64_t> positions;
  std::vector<std::pair<NodeId, NodeId>> cuts;
  std::uint64_t hash = 0, facts = 0, copies = 0, delivered = 0, closed = 0;

  static WorldConfig config(EngineMode engine, NetworkMode network_mode, std::uint64_t seed) {
    WorldConfig c{
        .network = plain_network(), .seed = seed, .engine = engine, .network_mode = network_mode};
    c.network.intra_az.jitter = c.network.inter_az.jitter = {Lognormal{1, 1.6}};
    c.network.inter_az.loss_probability = 0.001;
    c.network.inter_az.bandwidth_gbps = 2;
    c.network.intra_az.bandwidth_gbps = 5;
    c.network.tcp_min_rto_ms = 5;
    c.network.tcp_user_timeout_s = 0.2;
    return c;
  }
  Mix(WorldConfig c, DurationNs length) : TestWorld(c), random(c.seed, "test.mix"), span(length) {
    const char* const azs[] = {"a", "a", "b", "b", "c", "c", "d"};
    for (std::size_t i = 0; i < std::size(azs); ++i)
      add("n" + std::to_string(i), azs[i], i == 1 ? "n0" : "");  // two share a host
    for (std::uint32_t i = 0; i < world.node_count(); ++i) {
      Node& node = world.node(NodeId{i});
      files.push_back(&node.storage().create_file("log", Purpose::redo));
      node.on_boot([this, i](bool lost) { boot(NodeId{i}, lost); });
    }
    world.seal();
    queue.post_at(0, [this] { strike(); });
  }

  void fact(std::uint64_t code, std::uint64_t value = 0) {
    ++facts;
    hash = mix64(hash ^ mix64(static_cast<std::uint64_t>(queue.now())) ^ (code << 32) ^ value);
  }
  DurationNs some(double mean_ms) {
    const Distribution gap{Exponential{mean_ms}};
    return from_ms(gap.sample(random));
  }
  NodeId any_node() { return NodeId{static_cast<std::uint32_t>(random.below(world.node_count()))}; }

  void boot(NodeId node, bool lost);
  void strike();
  void received(NodeId at, ConnectionId connection, std::uint64_t bytes);
};

Task<> flush_log(Mix& mix, NodeId node) {
  DurableFile& file = *mix.files[node.value];
  co_await file.flush();
  mix.fact(1, file.durable());
}

Task<> chat(Mix& mix, NodeId self) {
  for (;;) {
    const NodeId peer = mix.any_node();
    const Dialled dialled = co_await mix.network().dial(self, peer, from_ms(20));
    mix.fact(2, static_cast<std::uint64_t>(dialled.result));
    if (dialled.result != DialResult::connected) {
      co_await sleep_for(mix.queue, mix.some(5));
      continue;
    }
    const ConnectionId connection = dialled.connection;
    for (const NodeId end : {self, peer})
      mix.network().on_closed(connection, end, [&mix] { mix.fact(3, ++mix.closed); });
    const std::uint64_t count = 1 + mix.random.below(60);
    for (std::uint64_t i = 0; i < count; ++i) {
      const std::uint64_t bytes = mix.random.below(20'000);
      mix.network().send(connection, self, bytes, Traffic::client, [&mix, peer, connection, bytes] {
        mix.received(peer, connection, bytes);
      });
      if (mix.random.below(3) == 0) co_await sleep_for(mix.queue, mix.some(0.3));
    }
    co_await sleep_for(mix.queue, mix.some(3));
    mix.network().close(connection, self);
  }
}

Task<> copy_now_and_then(Mix& mix, NodeId self) {
  for (;;) {
    co_await sleep_for(mix.queue, mix.some(30));
    const NodeId from = mix.any_node();
    const std::uint64_t bytes = mix.random.below(20'000'000);
    const bool complete = co_await mix.network().bulk_transfer(from, self, bytes);
    mix.copies += complete;
    mix.fact(4, complete);
  }
}

void Mix::boot(NodeId node, bool lost) {
  fact(5, lost);
  world.node(node).scope().spawn(chat(*this, node));
  world.node(node).scope().spawn(chat(*this, node));
  world.node(node).scope().spawn(copy_now_and_then(*this, node));
}

void Mix::received(NodeId at, ConnectionId connection, std::uint64_t bytes) {
  ++delivered;
  fact(6, bytes);
  DurableFile& file = *files[at.value];
  file.append(bytes, file.written() + bytes);
  if (random.below(8) == 0) world.node(at).scope().spawn(flush_log(*this, at));
  network().send(connection, at, 50, Traffic::ack, [this] { fact(7); });
}

/// Faults, as the nemesis does them: by marked events.
void Mix::strike() {
  queue.post_marked_after(some(15), [this] {
    const NodeId node = any_node();
    const std::uint64_t dice = random.below(12);
    fact(8, dice);
    if (dice < 3) {
      world.crash(node, static_cast<CrashKind>(dice));
      if (random.below(2) == 0)
        queue.post_marked_after(some(10), [this, node] { world.restart(node); });
    } else if (dice < 7) {
      world.restart(node);
    } else if (dice < 9) {
      const NodeId other = any_node();
      if (world.node(node).az() != world.node(other).az()) {
        network().cut(node, other, dice == 7);
        cuts.push_back({node, other});
      }
    } else if (!cuts.empty()) {
      network().mend(cuts.back().first, cuts.back().second);
      cuts.pop_back();
    }
    strike();
  });
}

std::string play(EngineMode engine, NetworkMode network, std::uint64_t seed, double seconds) {
  return fork_run([=] {
    Mix mix(Mix::config(engine, network, seed), from_s(seconds));
    mix.world.run(from_s(seconds));
    return std::to_string(mix.hash) + " facts " + std::to_string(mix.facts) + " copies " +
           std::to_string(mix.copies) + " delivered " + std::to_string(mix.delivered) + " closed " +
           std::to_string(mix.closed) + " events " + std::to_string(mix.queue.events_run());
  });
}

std::uint64_t figure(const std::string& text, const std::string& name) {
  return std::stoull(text.substr(text.find(name) + name.size() + 1));
}

}  // namespace

TEST_CASE("drained and stepped worlds are the same to the nanosecond") {
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    const std::string drained = play(EngineMode::drained, NetworkMode::closed_form, seed, 2);
    CHECK(drained == play(EngineMode::stepped, NetworkMode::closed_form, seed, 2));
    // It was a run worth comparing.
    CHECK(figure(drained, "facts") > 20'000);
    CHECK(figure(drained, "copies") > 20);
    CHECK(figure(drained, "closed") > 20);
  }
}

TEST_CASE("so are they when every message is a SimGrid flow") {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    const std::string drained = play(EngineMode::drained, NetworkMode::simgrid, seed, 0.5);
    CHECK(drained == play(EngineMode::stepped, NetworkMode::simgrid, seed, 0.5));
    CHECK(figure(drained, "delivered") > 1'000);
  }
}

TEST_CASE("a run repeats itself, and another seed does not") {
  const std::string once = play(EngineMode::drained, NetworkMode::closed_form, 1, 0.5);
  CHECK(once == play(EngineMode::drained, NetworkMode::closed_form, 1, 0.5));
  CHECK(once != play(EngineMode::drained, NetworkMode::closed_form, 2, 0.5));
}
