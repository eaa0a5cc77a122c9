// Latency, transfer, order, sharing, dialling.
#include <algorithm>

#include "tests/unit/world/fixture.hpp"

using namespace writepath;
using namespace writepath::testing;

namespace {

/// Sends `bytes` there and 0 back; gives when either arrived, in ms.
std::vector<double> ping(WorldConfig config, const char* from_az, const char* to_az,
                         std::uint64_t bytes, const char* host = "") {
  return fork_numbers([=] {
    TestWorld t(config);
    const NodeId a = t.add("x", from_az, host), b = t.add("y", to_az, host);
    t.world.seal();
    const ConnectionId connection = t.network().connect_now(a, b);
    std::vector<double> times;
    t.queue.post_at(0, [=, &t, &times] {
      t.network().send(connection, a, bytes, Traffic::client, [=, &t, &times] {
        note(&times, &t.queue);
        t.network().send(connection, b, 0, Traffic::ack, [&times, &t] { note(&times, &t.queue); });
      });
    });
    t.world.run(from_s(1));
    return times;
  });
}

}  // namespace

TEST_CASE("an unloaded round trip takes what the scenario says") {
  WorldConfig config{.network = plain_network()};
  CHECK(ping(config, "a", "b", 0) == std::vector<double>{0.5, 1});
  CHECK(ping(config, "a", "a", 0) == std::vector<double>{0.1, 0.2});
  CHECK(ping(config, "a", "d", 0) == std::vector<double>{40, 80});
  config.network_mode = NetworkMode::simgrid;  // where nothing takes the time of one byte
  CHECK(ping(config, "a", "b", 0)[1] == Approx(1).margin(5e-6));
  CHECK(ping(config, "a", "d", 0)[1] == Approx(80).margin(5e-6));
}

TEST_CASE("a transfer takes bytes / bandwidth of the narrowest link") {
  const WorldConfig config{.network = plain_network()};
  CHECK(ping(config, "a", "b", 1'250'000)[0] == 1.5);  // 10 Mbit at 10 Gb/s
  CHECK(ping(config, "a", "d", 1'250'000)[0] == 42);   // at 5 Gb/s
  WorldConfig narrow = config;
  narrow.network.intra_az.bandwidth_gbps = 1;  // the fabric caps each flow
  CHECK(ping(narrow, "a", "a", 1'250'000)[0] == Approx(10.1));
  CHECK(ping(config, "a", "a", 4'000'000, "box")[0] == Approx(0.0115 + 0.8));  // within a host
}

TEST_CASE("links override levels, both ways or one way") {
  WorldConfig config{.network = plain_network()};
  LinkOverride link;
  link.from = "a";
  link.to = "c";
  link.rtt_ms = 3;
  config.network.links = {link};
  CHECK(ping(config, "a", "c", 0) == std::vector<double>{1.5, 3});
  CHECK(ping(config, "c", "a", 0) == std::vector<double>{1.5, 3});
  config.network.links[0].one_way = true;
  CHECK(ping(config, "a", "c", 0) == std::vector<double>{1.5, 2});
  CHECK(ping(config, "c", "a", 0) == std::vector<double>{0.5, 2});
  CHECK(ping(config, "a", "b", 0) == std::vector<double>{0.5, 1});
}

TEST_CASE("a channel keeps its order under jitter, and the jitter has its median") {
  const std::vector<double> result = fork_numbers([] {
    WorldConfig config{.network = plain_network()};
    config.network.inter_az.jitter = {Lognormal{1, 3}};
    TestWorld t(config);
    const NodeId a = t.add("x", "a"), b = t.add("y", "b");
    t.world.seal();
    const ConnectionId stream = t.network().connect_now(a, b);
    const ConnectionId alone = t.network().connect_now(b, a);
    struct Seen {
      int next = 0;
      double late = 0;
      std::vector<double> latencies;
    } seen;
    for (int i = 0; i < 20'000; ++i) {
      t.queue.post_at(from_us(10 * i), [=, &t, &seen] {
        t.network().send(stream, a, 100, Traffic::client, [i, &seen] {
          if (i != seen.next++) seen.late = 1;
        });
      });
      t.queue.post_at(from_ms(20 * i), [=, &t, &seen] {
        const TimeNs sent = t.queue.now();
        t.network().send(alone, b, 0, Traffic::client, [sent, &t, &seen] {
          seen.latencies.push_back(to_ms(t.queue.now() - sent));
        });
      });
    }
    t.world.run(from_s(1000));
    std::sort(seen.latencies.begin(), seen.latencies.end());
    return std::vector<double>{double(seen.next), seen.late, seen.latencies[10'000],
                               seen.latencies[19'800]};
  });
  CHECK(result[0] == 20'000);
  CHECK(result[1] == 0);
  CHECK(result[2] == Approx(0.5).epsilon(0.02));  // median: half the round trip
  CHECK(result[3] == Approx(1.5).epsilon(0.05));  // 99th percentile: three times that
}

TEST_CASE("two channels share a link, and the one that is left speeds up") {
  const std::vector<double> times = fork_numbers([] {
    TestWorld t;
    const NodeId a = t.add("x", "a"), b = t.add("y", "b"), c = t.add("z", "c");
    t.world.seal();
    const ConnectionId to_b = t.network().connect_now(a, b), to_c = t.network().connect_now(a, c);
    std::vector<double> arrived(3);
    t.queue.post_at(0, [=, &t, &arrived] {
      t.network().send(to_b, a, 2'500'000, Traffic::client,
                       [&] { arrived[0] = to_ms(t.queue.now()); });
    });
    // The NIC's 10 Gb/s are shared from 1 ms on: until the short one (1 ms alone) ends at 3 ms, the
    // long one gets its second millisecond's work too.
    t.queue.post_at(from_ms(1), [=, &t, &arrived] {
      t.network().send(to_c, a, 1'250'000, Traffic::client,
                       [&] { arrived[1] = to_ms(t.queue.now()); });
      t.network().send(to_c, a, 1'250'000, Traffic::client,
                       [&] { arrived[2] = to_ms(t.queue.now()); });
    });
    t.world.run(from_s(1));
    return arrived;
  });
  CHECK(times == std::vector<double>{3.5, 3.5, 4.5});
}

TEST_CASE("many flows on one link end together, without an event for each other flow") {
  constexpr int flows = 1000;
  const std::vector<double> result = fork_numbers([] {
    WorldConfig config{.network = plain_network()};
    config.network.inter_az.bandwidth_gbps = 0.01;
    TestWorld t(config);
    const NodeId a = t.add("x", "a"), b = t.add("y", "b");
    t.world.seal();
    double last = 0;
    for (int i = 0; i < flows; ++i) {
      const ConnectionId connection = t.network().connect_now(a, b);
      t.queue.post_at(0, [=, &t, &last] {
        t.network().send(connection, a, 12'500, Traffic::client,
                         [&] { last = to_ms(t.queue.now()); });
      });
    }
    t.world.run(from_s(100));
    return std::vector<double>{last, double(t.queue.events_run())};
  });
  CHECK(result[0] == Approx(10'000.5));  // 1000 x 12.5 kB at 1.25 MB/s
  CHECK(result[1] <= 5 * flows);
}

TEST_CASE("traffic is counted by purpose, and across AZs") {
  const std::vector<double> counts = fork_numbers([] {
    TestWorld t;
    const NodeId a = t.add("x", "a"), b = t.add("y", "b"), c = t.add("z", "a");
    t.world.seal();
    const ConnectionId far = t.network().connect_now(a, b), near = t.network().connect_now(a, c);
    t.queue.post_at(0, [=, &t] {
      t.network().send(far, a, 1000, Traffic::redo, [] {});
      t.network().send(far, b, 30, Traffic::ack, [] {});
      t.network().send(near, a, 500, Traffic::redo, [] {});
    });
    t.world.run(from_s(1));
    const auto& redo = t.network().sent_by(a).by_traffic[static_cast<std::size_t>(Traffic::redo)];
    const auto total = t.network().total().total();
    return std::vector<double>{double(redo.messages), double(redo.bytes),
                               double(redo.cross_az_bytes), double(total.messages),
                               double(total.bytes)};
  });
  CHECK(counts == std::vector<double>{2, 1500, 1000, 3, 1530});
}

namespace {

Task<> dial_and_note(TestWorld& t, NodeId from, NodeId to, DurationNs timeout,
                     std::vector<double>& out) {
  const Dialled dialled = co_await t.network().dial(from, to, timeout);
  out.push_back(static_cast<double>(dialled.result));
  out.push_back(to_ms(t.queue.now()));
  if (dialled.result == DialResult::connected)
    out.push_back(t.network().is_open(dialled.connection, from) +
                  t.network().is_open(dialled.connection, to));
}

/// How a dial from x to y at 1 s ends after `prepare` (which runs at time 0, marked).
template <class Prepare>
std::vector<double> dial(DurationNs timeout, Prepare prepare) {
  return fork_numbers([&] {
    TestWorld t;
    const NodeId a = t.add("x", "a"), b = t.add("y", "b");
    t.world.seal();
    std::vector<double> out;
    t.at(0, [&t, prepare] { prepare(t); });
    t.at(1, [&t, a, b, timeout, &out] {
      t.world.node(a).scope().spawn(dial_and_note(t, a, b, timeout, out));
    });
    t.world.run(from_s(100));
    return out;
  });
}
constexpr double connected = 0, refused = 1, timed_out = 2;
constexpr NodeId x{0}, y{1};

}  // namespace

TEST_CASE("dialling") {
  const DurationNs timeout = from_s(10);
  CHECK(dial(timeout, [](TestWorld&) {}) == std::vector<double>{connected, 1001, 2});
  CHECK(dial(timeout, [](TestWorld& t) { t.world.crash(y, CrashKind::process); }) ==
        std::vector<double>{refused, 1001});
  CHECK(dial(timeout, [](TestWorld& t) { t.world.crash(y, CrashKind::host); }) ==
        std::vector<double>{timed_out, 11'000});
  CHECK(dial(timeout, [](TestWorld& t) { t.network().cut(x, y); }) ==
        std::vector<double>{timed_out, 11'000});
  // Mended 2 s after the first SYN: the one sent after 3 s gets through.
  CHECK(dial(timeout, [](TestWorld& t) {
          t.network().cut(x, y);
          t.at(3, [&t] { t.network().mend(x, y); });
        }) == std::vector<double>{connected, 4001, 2});
  // The host comes back, and the process with it, 4 s after the first SYN: then the one after 7 s.
  CHECK(dial(timeout, [](TestWorld& t) {
          t.world.crash(y, CrashKind::host);
          t.at(5, [&t] { t.world.restart(y); });
        }) == std::vector<double>{connected, 8001, 2});
}
