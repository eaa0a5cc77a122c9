// A process that is stopped and goes on: its timers, its messages, its connections, its storage.
#include "sim/engine/event.hpp"
#include "sim/engine/timeout.hpp"
#include "tests/unit/world/fixture.hpp"

using namespace writepath;
using namespace writepath::testing;

namespace {

constexpr NodeId x{0}, y{1};

/// x in a and y in b, 1 ms apart (round trip); what happened, in ms.
struct Pair : TestWorld {
  std::vector<double> log;
  ConnectionId connection;
  explicit Pair(WorldConfig config = {.network = plain_network()}) : TestWorld(std::move(config)) {
    add("x", "a");
    add("y", "b");
    world.seal();
    connection = network().connect_now(x, y);
  }
  void note(double mark = 0) { log.insert(log.end(), {to_ms(queue.now()), mark}); }
  void send(double at_s, NodeId from, double mark) {
    queue.post_at(from_s(at_s), [this, from, mark] {
      network().send(connection, from, 0, Traffic::client, [this, mark] { note(mark); });
    });
  }
};

Task<> tick(Pair& w, DurationNs every, double mark) {
  for (;;) {
    co_await sleep_for(w.queue, every);
    w.note(mark);
  }
}
Task<> tick_in_child(Pair& w, DurationNs every) {
  co_await tick(w, every, 1);
  w.note(9);
}
Task<> flush_once(Pair& w, DurableFile& file) {
  file.append(100, 1);
  co_await file.flush();
  w.note(static_cast<double>(file.durable()));
}
Task<> dial_to(Pair& w, NodeId from, NodeId to) {
  const Dialled dialled = co_await w.network().dial(from, to, from_s(1));
  w.note(static_cast<double>(dialled.result));
}
Task<> limited(Pair& w, Gate& gate) {
  const bool in_time = co_await with_timeout(w.queue, gate.passes(), from_s(2));
  w.note(in_time ? 1 : 0);
}

template <class Script>
std::vector<double> play(Script script, double until_s = 10,
                         WorldConfig config = {.network = plain_network()}) {
  return fork_numbers([&] {
    Pair w(std::move(config));
    script(w);
    w.world.run(from_s(until_s));
    return w.log;
  });
}

void pause_from_to(Pair& w, NodeId node, double from_s, double to_s) {
  w.at(from_s, [&w, node] { w.world.pause(node); });
  w.at(to_s, [&w, node] { w.world.resume(node); });
}

}  // namespace

TEST_CASE("a stopped process's timers fire when it goes on, those of callers included") {
  const auto log = play(
      [](Pair& w) {
        w.world.node(x).scope().spawn(tick_in_child(w, from_s(1)));
        pause_from_to(w, x, 2.5, 5.25);
      },
      7);
  // At 3 s nothing; at once at 5.25 s; then a second after that.
  CHECK(log == std::vector<double>{1000, 1, 2000, 1, 5250, 1, 6250, 1});
}

TEST_CASE(
    "what is sent to a stopped process waits in its kernel, in order, and nothing is closed") {
  for (const EngineMode engine : {EngineMode::drained, EngineMode::stepped}) {
    WorldConfig config{.network = plain_network(), .engine = engine};
    config.network.tcp_user_timeout_s = 1;
    const auto log = play(
        [](Pair& w) {
          pause_from_to(w, y, 1, 5);
          for (int i = 0; i < 4; ++i) w.send(0.5 + i, x, i);
          w.send(6, x, 4);
          w.at(7, [&w] { w.note(w.network().is_open(w.connection, y) ? 1 : 0); });
        },
        10, config);
    CHECK(log == std::vector<double>{500.5, 0, 5000, 1, 5000, 2, 5000, 3, 6000.5, 4, 7000, 1});
  }
}

TEST_CASE("a dial to a stopped process connects; tasks given to it begin when it goes on") {
  const auto log = play([](Pair& w) {
    pause_from_to(w, y, 1, 5);
    w.at(2, [&w] { w.world.node(x).scope().spawn(dial_to(w, x, y)); });
    w.at(3, [&w] { w.world.node(y).scope().spawn(dial_to(w, y, x)); });
  });
  const auto connected = static_cast<double>(DialResult::connected);
  CHECK(log == std::vector<double>{2001, connected, 5001, connected});
}

TEST_CASE("a flush of a stopped process becomes durable; it learns so when it goes on") {
  const auto log = play([](Pair& w) {
    DurableFile& file = w.world.node(x).storage().create_file("log", Purpose::redo);
    w.at(0.999, [&w, &file] { w.world.node(x).scope().spawn(flush_once(w, file)); });
    pause_from_to(w, x, 1, 3);
    w.at(2, [&w, &file] { w.note(static_cast<double>(file.durable())); });
  });
  CHECK(log == std::vector<double>{2000, 1, 3000, 1});
}

TEST_CASE("a crash of a stopped process drops what was held, and resets its connections") {
  for (const CrashKind kind : {CrashKind::process, CrashKind::host}) {
    const auto log = play([kind](Pair& w) {
      w.world.node(y).scope().spawn(tick(w, from_s(1.5), 1));
      w.world.node(y).on_boot([&w](bool) { w.note(7); });
      pause_from_to(w, y, 1, 6);
      w.send(2, x, 2);
      w.at(3, [&w, kind] { w.world.crash(y, kind); });
      w.at(4, [&w] { w.world.restart(y); });
      w.send(4.5, x, 3);
    });
    CHECK(log == std::vector<double>{4000, 7});
  }
}

TEST_CASE("pauses overlap: the process goes on when the last one ends") {
  const auto log = play(
      [](Pair& w) {
        w.world.node(x).scope().spawn(tick(w, from_s(1), 1));
        pause_from_to(w, x, 0.5, 2);
        pause_from_to(w, x, 1.5, 3);
      },
      4.5);
  CHECK(log == std::vector<double>{3000, 1, 4000, 1});
}

TEST_CASE("a limit and what it limits, both due while stopped: what came due first counts") {
  for (const double opens_at : {2.0, 4.0}) {
    const auto log = play([opens_at](Pair& w) {
      Gate* const gate = new Gate(w.queue);  // outlives the run
      w.at(0.5, [&w, gate] { w.world.node(x).scope().spawn(limited(w, *gate)); });  // until 2.5 s
      pause_from_to(w, x, 1, 5);
      w.at(opens_at, [gate] { gate->open(); });
    });
    CHECK(log == std::vector<double>{5000, opens_at < 2.5 ? 1.0 : 0.0});
  }
}

TEST_CASE("clocks jump and drift from now on, and come back") {
  const auto log = play([](Pair& w) {
    Node& node = w.world.node(x);
    const auto look = [&w, &node](double at) {
      w.at(at, [&w, &node] { w.log.push_back(to_ms(node.local_time() - w.queue.now())); });
    };
    w.at(1, [&node] { node.jump_clock(from_ms(250)); });
    w.at(2, [&node] { node.add_drift_ppm(1000); });
    w.at(4, [&node] { node.add_drift_ppm(-1000); });
    w.at(6, [&node] { node.jump_clock(-from_ms(250)); });
    for (const double at : {0.5, 1.5, 3.0, 5.0, 7.0}) look(at);
  });
  CHECK(log == std::vector<double>{0, 250, 251, 252, 2});
}
