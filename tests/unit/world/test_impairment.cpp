// Lossy and slow paths: one way, stacked, healed.
#include <algorithm>
#include <cmath>

#include "tests/unit/world/fixture.hpp"

using namespace writepath;
using namespace writepath::testing;

namespace {

constexpr NodeId x{0}, y{1}, z{2};

/// x in a, y in b, 10 ms apart (round trip), z on x's host. How late each message is that was sent
/// at a whole second, in ms beyond the 5 ms of its way; by number.
struct Lateness : TestWorld {
  ConnectionId connection;
  std::vector<double> late;

  static WorldConfig config(NetworkMode mode = NetworkMode::closed_form) {
    WorldConfig c{.network = plain_network(), .network_mode = mode};
    c.network.inter_az.rtt_ms = 10;
    return c;
  }
  explicit Lateness(WorldConfig c = config()) : TestWorld(std::move(c)) {
    add("x", "a", "h");
    add("y", "b");
    add("z", "a", "h");
    world.seal();
    connection = network().connect_now(x, y);
  }
  void send(std::int64_t second, NodeId from) {
    queue.post_at(second * ns_per_s, [this, second, from] {
      network().send(connection, from, 0, Traffic::client, [this, second] {
        // SimGrid's flows end on the next nanosecond.
        late.push_back(std::round(to_ms(queue.now() - second * ns_per_s) * 1e3) / 1e3 - 5);
      });
    });
  }
};

template <class Script>
std::vector<double> lateness(Script script, WorldConfig config = Lateness::config()) {
  return fork_numbers([&] {
    Lateness world(std::move(config));
    script(world);
    world.world.run(1'000'000 * ns_per_s);
    return world.late;
  });
}

/// The share of 2000 messages that is late, in percent.
template <class Script>
double percent_late(Script script) {
  const std::vector<double> all = lateness([&](Lateness& w) {
    w.at(0.5, [&] { script(w.network()); });
    for (int i = 1; i <= 2000; ++i) w.send(300 * i, x);  // the tenth retry is 215 s late
  });
  REQUIRE(all.size() == 2000);
  return static_cast<double>(
             std::count_if(all.begin(), all.end(), [](double l) { return l > 0; })) /
         20;
}

}  // namespace

TEST_CASE("a delay strikes one way only, from its beginning to its end") {
  for (const NetworkMode mode : {NetworkMode::closed_form, NetworkMode::simgrid})
    CHECK(lateness(
              [](Lateness& w) {
                for (int i = 1; i <= 3; ++i) w.send(i, x);
                for (int i = 4; i <= 5; ++i) w.send(i, y);
                w.at(1.5, [&] { w.network().impair(x, y, {.delay = 30 * ns_per_ms}); });
                w.at(2.5, [&] { w.network().repair(x, y, {.delay = 30 * ns_per_ms}); });
                w.at(3.5, [&] { w.network().impair(x, y, {.delay = 30 * ns_per_ms}); });
                w.at(4.5, [&] { w.network().impair(y, x, {.delay = 7 * ns_per_ms}); });
              },
              Lateness::config(mode)) == std::vector<double>{0, 30, 0, 0, 7});
}

TEST_CASE("delays of several faults add up, and go one by one") {
  CHECK(lateness([](Lateness& w) {
          for (int i = 1; i <= 5; ++i) w.send(i, x);
          const Impairment ten{.delay = 10 * ns_per_ms}, one{.delay = ns_per_ms};
          w.at(1.5, [&w, ten] { w.network().impair(x, y, ten); });
          w.at(1.6, [&w, one] { w.network().impair(x, y, one); });
          w.at(2.5, [&w, ten] { w.network().impair(x, y, ten); });
          w.at(3.5, [&w, ten] { w.network().repair(x, y, ten); });
          w.at(3.6, [&w, one] { w.network().repair(x, y, one); });
          w.at(4.5, [&w, ten] { w.network().repair(x, y, ten); });
        }) == std::vector<double>{0, 11, 21, 10, 0});
}

TEST_CASE("a delay lengthens the retransmission timeout: the sender measures it") {
  // Lost with certainty as far as ten tries go; the first of them may get through.
  CHECK(lateness([](Lateness& w) {
          w.send(1, x);
          w.at(0.5, [&] { w.network().impair(y, x, {.delay = 40 * ns_per_ms}); });
          w.at(0.6, [&] { w.network().cut(x, y, true); });
          w.at(1.1, [&] { w.network().mend(x, y, true); });
        }) == std::vector<double>{250});
}

TEST_CASE("losses of several faults are independent: 1 - (1 - a)(1 - b)") {
  CHECK(percent_late([](Network&) {}) == 0);
  const auto impair = [](double p) {
    return [p](Network& n) { n.impair(x, y, {.loss_probability = p}); };
  };
  CHECK(percent_late(impair(0.2)) == Approx(20).margin(4));  // 4.5 standard deviations
  CHECK(percent_late([&](Network& n) {
          impair(0.2)(n);
          impair(0.5)(n);
        }) == Approx(60).margin(5));
  CHECK(percent_late([&](Network& n) {
          impair(0.2)(n);
          impair(0.5)(n);
          n.repair(x, y, {.loss_probability = 0.2});
        }) == Approx(50).margin(5));
  CHECK(percent_late([&](Network& n) {
          impair(0.2)(n);
          n.repair(x, y, {.loss_probability = 0.2});
        }) == 0);
}

TEST_CASE("within a host nothing is impaired") {
  CHECK(fork_numbers([] {
          Lateness w;
          std::vector<double> arrived;
          const ConnectionId local = w.network().connect_now(x, z);
          w.at(1, [&] {
            w.network().impair(x, z, {.loss_probability = 0.9, .delay = ns_per_s});
            w.network().send(local, x, 0, Traffic::client,
                             [&w, &arrived] { note(&arrived, &w.queue); });
          });
          w.world.run(10 * ns_per_s);
          return std::vector<double>{static_cast<double>(arrived.size()), arrived.at(0) - 1000};
        })[1] < 1);
}
