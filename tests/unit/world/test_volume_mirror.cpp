// A mirrored volume alone: how long a write takes, what the standby's device has, what happens
// without the standby, and how it catches up.
#include "sim/world/volume_mirror.hpp"
#include "tests/unit/world/fixture.hpp"

using namespace writepath;
using namespace writepath::testing;

namespace {

constexpr DurationNs timeout = 2 * ns_per_s;

/// x in AZ a writes, y in AZ b mirrors: 1 ms of round trip, 1 ms of the device's server and 2 ms of
/// latency a request.
struct Pair {
  TestWorld t;
  NodeId x = t.add("x", "a"), y = t.add("y", "b");
  VolumeMirror mirror{t.world, x, y};
  DurableFile& log = device(x).create_file("log", Purpose::redo);
  DurableFile& copy = device(y).create_file("log", Purpose::redo);

  Pair() {
    device(x).set_mirror(&mirror);
    mirror.accept(true);
    t.world.seal();
    mirror.begin_in_sync();
  }
  ~Pair() {  // who still waits for the mirror goes first
    scope(x).kill();
    scope(y).kill();
  }
  StorageDevice& device(NodeId node) { return t.world.node(node).storage(); }
  Scope& scope(NodeId node) { return t.world.node(node).scope(); }
  template <class F>
  void at(double when_s, F f) {
    t.at(when_s, f);
  }
};

Task<> flush(Pair& p, std::uint64_t position, std::vector<double>& log) {
  const TimeNs began = p.t.queue.now();
  p.log.append(1000, position);
  co_await p.log.flush();
  log.push_back(to_ms(p.t.queue.now() - began));
}

Task<> write_pages(Pair& p, std::vector<double>& log) {
  const TimeNs began = p.t.queue.now();
  co_await p.device(p.x).write_all(4, 16'384, Purpose::page);
  log.push_back(to_ms(p.t.queue.now() - began));
}

Task<> go_on_alone_when_lost(Pair& p, std::vector<double>& log) {
  co_await p.mirror.until_lost(timeout);
  log.push_back(to_s(p.t.queue.now()));
  p.mirror.go_on_alone();
}

Task<> resync(Pair& p, std::vector<double>& log) {
  const Dialled dialled = co_await p.t.network().dial(p.x, p.y, ns_per_s);
  const bool in_sync = co_await p.mirror.resync(dialled.connection, timeout);
  log.push_back(in_sync ? 1 : 0);
}

}  // namespace

TEST_CASE("a mirrored write is done here, crosses, and is done there") {
  const std::vector<double> log = fork_numbers([] {
    Pair p;
    std::vector<double> noted;
    p.at(1, [&] { p.scope(p.x).spawn(flush(p, 1, noted)); });
    p.at(2, [&] { p.scope(p.x).spawn(write_pages(p, noted)); });
    p.t.world.run(from_s(3));
    noted.push_back(double(p.copy.durable()));
    noted.push_back(double(p.log.durable_everywhere()));
    noted.push_back(double(p.device(p.y).counters().total().write_bytes));
    noted.push_back(double(p.t.network().sent_by(p.x).total().cross_az_bytes));
    return noted;
  });
  REQUIRE(log.size() == 6);
  CHECK(log[0] == Approx(3 + 1 + 3).margin(0.01));
  // Four requests pass each device's server one after the other; 64 KB take 0.05 ms of the wire.
  CHECK(log[1] == Approx(2 * (4 + 2) + 1 + 0.053).margin(0.02));
  CHECK(log[2] == 1);
  CHECK(log[3] == 1);
  CHECK(log[4] == 1000 + 4 * 16'384);
  CHECK(log[5] == Approx(1000 + 4 * 16'384).margin(200));
}

TEST_CASE(
    "what only one side has is not durable everywhere; who waits is released on going alone") {
  const std::vector<double> log = fork_numbers([] {
    Pair p;
    std::vector<double> noted;
    p.at(0.5, [&] { p.scope(p.x).spawn(go_on_alone_when_lost(p, noted)); });
    p.at(1, [&] { p.t.network().cut(p.x, p.y); });
    p.at(1.1, [&] { p.scope(p.x).spawn(flush(p, 7, noted)); });
    p.at(2, [&] {
      noted.push_back(double(p.log.durable()));
      noted.push_back(double(p.log.durable_everywhere()));
    });
    p.t.world.run(from_s(5));
    noted.push_back(double(p.log.durable_everywhere()));  // alone, its own word is enough
    noted.push_back(double(p.copy.written()));
    return noted;
  });
  REQUIRE(log.size() == 6);
  CHECK(log[0] == 7);
  CHECK(log[1] == 0);
  CHECK(log[2] == Approx(1.1 + 0.003 + 2).margin(0.001));  // sent at 1.103, missed for 2 s
  CHECK(log[3] == Approx(2003).margin(1));
  CHECK(log[4] == 7);
  CHECK(log[5] == 0);
}

TEST_CASE("resynchronisation brings what was missed, small or large, and mirrors from then on") {
  for (const std::uint64_t missed_mb : {1, 50}) {
    INFO(missed_mb << " MB");
    const std::vector<double> log = fork_numbers([missed_mb] {
      Pair p;
      std::vector<double> noted;
      p.at(1, [&] {
        p.mirror.go_on_alone();
        p.log.append(missed_mb * 1'000'000, 42);
        (void)p.log.flush();
      });
      p.at(3, [&] { p.scope(p.x).spawn(resync(p, noted)); });
      p.at(9, [&] { p.scope(p.x).spawn(flush(p, 43, noted)); });
      p.t.world.run(from_s(10));
      noted.push_back(double(p.copy.durable()));
      noted.push_back(double(p.device(p.y).counters().total().write_bytes));
      return noted;
    });
    REQUIRE(log.size() == 4);
    CHECK(log[0] == 1);
    CHECK(log[1] == Approx(7).margin(0.01));
    CHECK(log[2] == 43);
    CHECK(log[3] == Approx(missed_mb * 1e6 + 1000).margin(100));
  }
}

TEST_CASE("a standby that took over stores nothing more and acknowledges nothing more") {
  const std::vector<double> log = fork_numbers([] {
    Pair p;
    std::vector<double> noted;
    p.at(1, [&] { p.mirror.accept(false); });
    p.at(2, [&] { p.scope(p.x).spawn(flush(p, 5, noted)); });
    p.t.world.run(from_s(9));
    noted.push_back(double(p.copy.written()));
    return noted;
  });
  REQUIRE(log.size() == 1);  // the flush never ended
  CHECK(log[0] == 0);
}
