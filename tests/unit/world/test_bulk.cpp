// Bulk flows are SimGrid's; messages share the links with them.
#include "tests/unit/world/fixture.hpp"

using namespace writepath;
using namespace writepath::testing;

namespace {

constexpr NodeId x{0}, y{1};

Task<> copy(TestWorld& t, NodeId from, NodeId to, std::uint64_t bytes, std::vector<double>& out) {
  const bool complete = co_await t.network().bulk_transfer(from, to, bytes);
  out.push_back(complete);
  out.push_back(to_ms(t.queue.now()));
}

/// Copies `bytes` from x to y from time 0 on, while `script` plays; gives {complete, ms}.
template <class Script>
std::vector<double> copy_during(std::uint64_t bytes, Script script,
                                NetworkMode mode = NetworkMode::closed_form) {
  return fork_numbers([&] {
    TestWorld t({.network = plain_network(), .network_mode = mode});
    t.add("x", "a");
    t.add("y", "b");
    t.add("z", "c");
    t.world.seal();
    std::vector<double> out;
    t.queue.post_at(0, [&] { t.world.node(y).scope().spawn(copy(t, x, y, bytes, out)); });
    script(t, out);
    t.world.run(from_s(60));
    return out;
  });
}
constexpr std::uint64_t ten_gb = 10'000'000'000;

/// A steady load of messages of 12,500 bytes (10 us at 10 Gb/s), each on a channel that is free: so
/// many for each millisecond. Their mean time from send to delivery, in ms, goes to `out`.
struct Load {
  TestWorld& t;
  NodeId from, to;
  std::vector<ConnectionId> channels;
  RandomStream gaps{3, "test.load"};
  double per_ms, sum = 0, count = 0;

  Load(TestWorld& world, NodeId source, NodeId target, double rate)
      : t(world), from(source), to(target), per_ms(rate) {
    for (int i = 0; i < 200; ++i) channels.push_back(t.network().connect_now(from, to));
    t.queue.post_at(0, [this] { next(0); });
  }
  void next(std::size_t i) {
    const TimeNs sent = t.queue.now();
    t.network().send(channels[i % channels.size()], from, 12'500, Traffic::client, [this, sent] {
      sum += to_ms(t.queue.now() - sent);
      ++count;
    });
    const Distribution gap{Exponential{1 / per_ms}};
    t.queue.post_after(from_ms(gap.sample(gaps)), [this, i] { next(i + 1); });
  }
};

}  // namespace

TEST_CASE("10 GB over 10 Gb/s take 8 s and half a round trip") {
  CHECK(copy_during(ten_gb, [](TestWorld&, auto&) {}) == std::vector<double>{1, 8000.5});
}

TEST_CASE("two copies share a link") {
  const auto times = copy_during(ten_gb, [](TestWorld& t, std::vector<double>& out) {
    t.queue.post_at(
        0, [&t, &out] { t.world.node(y).scope().spawn(copy(t, x, NodeId{2}, ten_gb / 2, out)); });
  });
  CHECK(times == std::vector<double>{1, 8000.5, 1, 12000.5});
}

TEST_CASE("a copy takes longer beside messages, and they are slowed by it") {
  // 50 messages a ms are half the link. The copy gets the other half: about 16 s.
  double mean_alone = 0, mean_beside = 0;
  const auto run = [](std::uint64_t bytes) {
    return copy_during(bytes, [](TestWorld& t, std::vector<double>& out) {
      static Load* load;
      load = new Load(t, x, y, 50);
      t.queue.post_at(from_s(10), [&out] {
        out.push_back(load->sum / load->count - 0.5);
        out.push_back(load->count);
      });
    });
  };
  const auto beside = run(ten_gb), alone = run(1);
  REQUIRE(beside.size() == 4);
  mean_beside = beside[0];
  mean_alone = alone[2];
  CHECK(beside[2] == 1);
  CHECK(beside[3] == Approx(16'000).epsilon(0.03));
  // Processor sharing: 10 us / (1 - 0.5) alone; with one permanent flow beside, twice that.
  CHECK(mean_alone == Approx(0.020).epsilon(0.03));
  CHECK(mean_beside == Approx(0.040).epsilon(0.05));
}

TEST_CASE("real flows of messages beside a copy, as SimGrid shares them") {
  const auto times = copy_during(
      1'000'000'000,
      [](TestWorld& t, std::vector<double>& out) {
        static Load* load;
        load = new Load(t, x, y, 50);
        t.queue.post_at(from_s(1), [&out] { out.push_back(load->sum / load->count - 0.5); });
        t.queue.post_at(from_s(2), [&t] { t.queue.stop(); });
      },
      NetworkMode::simgrid);
  REQUIRE(times.size() == 3);
  CHECK(times[0] == Approx(0.040).epsilon(0.1));
  CHECK(times[2] == Approx(1'600).epsilon(0.05));
}

TEST_CASE("a copy that is bounded elsewhere leaves the rest of a link to the messages") {
  // To region r2 the copy gets 5 Gb/s; x's NIC has 5 left for messages to y, which need 10 % of it.
  const std::vector<double> means = fork_numbers([] {
    TestWorld t;
    t.add("x", "a");
    t.add("y", "b");
    t.add("far", "d");
    t.world.seal();
    std::vector<double> out;
    t.queue.post_at(0, [&] { t.world.node(y).scope().spawn(copy(t, x, NodeId{2}, ten_gb, out)); });
    Load load(t, x, y, 10);
    t.world.run(from_s(5));
    out.push_back(load.sum / load.count - 0.5);
    return out;
  });
  REQUIRE(means.size() == 1);
  CHECK(means[0] > 0.0105);
  CHECK(means[0] < 0.026);
}

TEST_CASE("many messages beside a copy do not fill the queue") {
  const auto times = copy_during(ten_gb, [](TestWorld& t, std::vector<double>& out) {
    static int arrived;
    arrived = 0;
    for (int i = 0; i < 200; ++i) {
      const ConnectionId connection = t.network().connect_now(x, y);
      t.queue.post_at(0, [&t, connection] {
        t.network().send(connection, x, 12'500'000, Traffic::client, [] { ++arrived; });
      });
    }
    t.queue.post_at(from_s(15), [&t, &out] {
      out.push_back(arrived);
      out.push_back(static_cast<double>(t.queue.events_run()));
    });
  });
  // 2.5 GB and 10 GB over 10 Gb/s: 10 s.
  REQUIRE(times.size() == 4);
  CHECK(times[1] == Approx(10'000).epsilon(0.01));
  CHECK(times[2] == 200);
  CHECK(times[3] < 50'000);  // 10,000 of them look at the link each millisecond
}

TEST_CASE("a copy fails when an end dies or the path is cut") {
  CHECK(copy_during(ten_gb, [](TestWorld& t, auto&) {
          t.at(3, [&t] { t.world.crash(x, CrashKind::host); });
        }) == std::vector<double>{0, 3000});
  CHECK(copy_during(ten_gb, [](TestWorld& t, auto&) {
          t.at(3, [&t] { t.world.crash(x, CrashKind::process); });
        }) == std::vector<double>{0, 3000});
  CHECK(copy_during(ten_gb, [](TestWorld& t, auto&) {
          t.at(3, [&t] { t.network().cut(x, y); });
        }) == std::vector<double>{0, 3000});
  CHECK(copy_during(ten_gb, [](TestWorld& t, auto&) {
          t.at(0, [&t] { t.network().cut(x, y); });
        }) == std::vector<double>{0, 0.5});
}

TEST_CASE("a copy ends with the coroutine that waits for it, and leaves the link free") {
  const auto times = copy_during(ten_gb, [](TestWorld& t, std::vector<double>& out) {
    // y's coroutines wait for the copy; another one starts when they are gone.
    t.at(4, [&t] { t.world.crash(y, CrashKind::process); });
    t.at(5, [&t, &out] {
      t.world.restart(y);
      t.world.node(x).scope().spawn(copy(t, x, NodeId{2}, ten_gb, out));
    });
  });
  CHECK(times == std::vector<double>{1, 13'000.5});
}
