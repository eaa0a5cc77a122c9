// Cuts, crashes, resets: what either end of a connection notices, and when.
#include "tests/unit/world/fixture.hpp"

using namespace writepath;
using namespace writepath::testing;

namespace {

constexpr NodeId x{0}, y{1};

/// Two nodes 10 ms apart (round trip) and a connection. Everything that happens is noted as
/// {code, ms}: 0 + n: message n arrived; 100, 101: x, y learn that the connection is closed.
struct Pair : TestWorld {
  ConnectionId connection;
  std::vector<double> log;

  static WorldConfig config() {
    WorldConfig c{.network = plain_network()};
    c.network.inter_az.rtt_ms = 10;
    c.network.tcp_user_timeout_s = 60;
    return c;
  }
  explicit Pair(WorldConfig c = config()) : TestWorld(std::move(c)) {
    add("x", "a");
    add("y", "b");
    world.seal();
    connection = network().connect_now(x, y);
    network().on_closed(connection, x, [this] { write(100); });
    network().on_closed(connection, y, [this] { write(101); });
  }
  void write(double code) {
    log.push_back(code);
    log.push_back(to_ms(queue.now()));
  }
  void send(double when_s, NodeId from, int number, std::uint64_t bytes = 0) {
    queue.post_at(from_s(when_s), [this, from, number, bytes] {
      network().send(connection, from, bytes, Traffic::client, [this, number] { write(number); });
    });
  }
};

template <class Script>
std::vector<double> play(Script script, WorldConfig config = Pair::config()) {
  return fork_numbers([&] {
    Pair pair(config);
    script(pair);
    pair.world.run(from_s(1000));
    return pair.log;
  });
}
using Log = std::vector<double>;

}  // namespace

TEST_CASE("a sender whose patience is shorter than the round trip gives up when the path is cut") {
  WorldConfig config = Pair::config();
  config.network.inter_az.rtt_ms = 1000;
  config.network.tcp_user_timeout_s = 0.1;
  const Log log = play(
      [](Pair& p) {
        p.send(1, x, 1);
        p.at(1.45, [&p] { p.network().cut(x, y); });
      },
      config);
  REQUIRE(log.size() >= 2);
  CHECK(log[0] == 100);
  CHECK(log[1] == 1450);
}

TEST_CASE("a cut of 10 s at a 10 ms round trip resumes 13.23 s after its first packet, in order") {
  const Log log = play([](Pair& p) {
    p.at(1, [&p] { p.network().cut(x, y); });
    p.send(1, x, 1);
    p.send(2, x, 2);
    p.send(10, x, 3);
    p.at(11, [&p] { p.network().mend(x, y); });
    p.send(12, x, 4);  // after mending: still behind those that wait
  });
  const double resumes = 1000 + 210 * 63 + 5;  // 0.21 s x (2^6 - 1), then half a round trip
  CHECK(log == Log{1, resumes, 2, resumes, 3, resumes, 4, resumes});
}

TEST_CASE("what is in flight at a cut is lost and resent") {
  CHECK(play([](Pair& p) {
          p.send(1, x, 1);
          p.at(1.003, [&p] { p.network().cut(x, y); });
          p.at(1.004, [&p] { p.network().mend(x, y); });
        }) == Log{1, 1000 + 210 + 5});
  // The other direction is not concerned.
  CHECK(play([](Pair& p) {
          p.at(0.5, [&p] { p.network().cut(x, y, true); });
          p.send(1, y, 1);
        }) == Log{1, 1005});
}

TEST_CASE(
    "data unacknowledged for the user timeout close the connection, at the end that sent them") {
  CHECK(play([](Pair& p) {
          p.at(1, [&p] { p.network().cut(x, y); });
          p.send(2, x, 1);
          p.at(100, [&p] { p.network().mend(x, y); });
          p.send(200, y, 2);  // the other end learns when it sends: nobody knows its connection
        }) == Log{100, 62'000, 101, 200'010});
  CHECK(play([](Pair& p) {
          p.at(1, [&p] { p.network().cut(x, y); });
          p.send(2, x, 1);
          p.send(3, y, 2);
        }) == Log{100, 62'000, 101, 63'000});
  // Nothing sent, nothing noticed.
  CHECK(play([](Pair& p) {
          p.at(1, [&p] { p.network().cut(x, y); });
          p.at(200, [&p] { p.network().mend(x, y); });
          p.send(300, x, 1);
        }) == Log{1, 300'005});
}

TEST_CASE("back-off stops doubling at 120 s") {
  WorldConfig config = Pair::config();
  config.network.tcp_user_timeout_s = 924.6;  // Linux's default in effect: retry 15 at 0.2 s
  const Log log = play(
      [](Pair& p) {
        p.at(1, [&p] { p.network().cut(x, y); });
        p.send(1, x, 1);
        p.at(500, [&p] { p.network().mend(x, y); });
      },
      config);
  // 0.21 x 1023 = 214.83 s (the tenth), then every 120 s: 334.83, 454.83, 574.83.
  CHECK(log == Log{1, 1000 + 574'830 + 5});
}

TEST_CASE("a killed process resets its connections a one-way trip later, after what it had sent") {
  CHECK(play([](Pair& p) {
          p.send(0.999, y, 1);
          p.send(0.998, x, 2);  // arrives too late
          p.at(1, [&p] { p.world.crash(y, CrashKind::process); });
          p.send(1.001, x, 3);  // meets a closed end
        }) == Log{1, 1004, 100, 1005});
  // Sending on a closed connection does nothing.
  CHECK(play([](Pair& p) {
          p.at(1, [&p] { p.world.crash(y, CrashKind::process); });
          p.at(2, [&p] { p.world.restart(y); });
          p.send(3, x, 1);
        }) == Log{100, 1005});
}

TEST_CASE("a dead host is silent; once back it refuses") {
  // Nothing is outstanding: half open until the peer sends.
  CHECK(play([](Pair& p) {
          p.at(1, [&p] { p.world.crash(y, CrashKind::host); });
          p.at(2, [&p] { p.world.restart(y); });
          p.send(50, x, 1);
        }) == Log{100, 50'010});
  // The retransmission after 0.21 x 15 s meets the new incarnation.
  CHECK(play([](Pair& p) {
          p.at(1, [&p] { p.world.crash(y, CrashKind::host); });
          p.send(1, x, 1);
          p.at(3, [&p] { p.world.restart(y); });
        }) == Log{100, 1000 + 210 * 15 + 10});
  // It never comes back.
  CHECK(play([](Pair& p) {
          p.at(1, [&p] { p.world.crash(y, CrashKind::host); });
          p.send(1, x, 1);
        }) == Log{100, 61'000});
}

TEST_CASE("what has left a host arrives though the host dies; what has not, does not") {
  CHECK(play([](Pair& p) {
          p.send(1, x, 1, 1'250'000);      // transferred in 1 ms, arrives at 1006
          p.send(1, x, 2, 1'250'000'000);  // needs 1 s
          p.at(1.1, [&p] { p.world.crash(x, CrashKind::host); });
        }) == Log{1, 1006});
  CHECK(play([](Pair& p) {
          p.send(1, x, 1, 1'250'000);
          p.at(1.003, [&p] { p.world.crash(x, CrashKind::host); });
        }) == Log{1, 1006});
}

TEST_CASE("closing tells the other end after what was sent before") {
  CHECK(play([](Pair& p) {
          p.send(1, x, 1, 12'500'000);  // 10 ms
          p.at(1, [&p] { p.network().close(p.connection, x); });
          p.send(1, y, 2);  // nobody reads it
        }) == Log{1, 1015, 101, 1015});
}

TEST_CASE("a lost packet delays itself and those behind it by a timeout") {
  WorldConfig config = Pair::config();
  config.network.inter_az.loss_probability = 0.05;
  const std::vector<double> result = fork_numbers([&] {
    Pair p(config);
    for (int i = 0; i < 5'000; ++i) p.send(1 + i, x, i);
    p.world.run(from_s(6'000));
    double expected = 0, on_time = 0, delayed = 0, twice = 0;
    for (std::size_t i = 0; i < p.log.size(); i += 2) {
      if (p.log[i] != double(i / 2)) return std::vector<double>{-1, -1, -1, -1};
      const double late = p.log[i + 1] - 1000 * (1 + p.log[i]) - 5;
      ++expected;
      on_time += late == 0;
      delayed += late == 210;
      twice += late == 630;
    }
    return std::vector<double>{expected, on_time, delayed, twice};
  });
  CHECK(result[0] == 5'000);
  CHECK(result[1] == Approx(4'750).margin(60));  // 4 standard deviations
  CHECK(result[2] == Approx(237.5).margin(60));
  CHECK(result[3] == Approx(11.9).margin(12));
}
