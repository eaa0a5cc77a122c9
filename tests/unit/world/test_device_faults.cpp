// Disks that stall, are slow, tear a write or are lost; processors that are slow.
#include <algorithm>

#include "tests/unit/world/fixture.hpp"

using namespace writepath;
using namespace writepath::testing;

namespace {

constexpr NodeId x{0};

Task<> flush_each(TestWorld& t, DurableFile& file, DurationNs every, std::vector<double>& log) {
  for (std::uint64_t position = file.written();;) {
    const TimeNs began = t.queue.now();
    file.append(100, ++position);
    co_await file.flush();
    log.push_back(to_ms(t.queue.now() - began));
    co_await sleep_until(t.queue, std::max(began + every, t.queue.now()));
  }
}
Task<> work_each(TestWorld& t, DurationNs every, std::vector<double>& log) {
  for (;;) {
    const TimeNs began = t.queue.now();
    co_await t.world.node(x).cpu().serve(from_ms(10));
    log.push_back(to_ms(t.queue.now() - began));
    co_await sleep_until(t.queue, std::max(began + every, t.queue.now()));
  }
}

/// How long each flush of x took that was begun at 0, 1, 2, ... s.
template <class Script>
std::vector<double> flushes(Script script, double until_s) {
  return fork_numbers([&] {
    TestWorld t;
    t.add("x", "a");
    std::vector<double> log;
    DurableFile& file = t.world.node(x).storage().create_file("log", Purpose::redo);
    t.world.node(x).on_boot(
        [&](bool) { t.world.node(x).scope().spawn(flush_each(t, file, from_s(1), log)); });
    t.world.seal();
    script(t);
    t.world.run(from_s(until_s));
    return log;
  });
}

}  // namespace

TEST_CASE("a stalled disk serves nothing until it is over; a longer stall wins") {
  // A flush takes 1 ms of service and 2 ms of latency.
  const auto log = flushes(
      [](TestWorld& t) {
        t.at(0.5, [&t] { t.world.node(x).storage().stall_until(from_s(1.25)); });
        t.at(2.5, [&t] { t.world.node(x).storage().stall_until(from_s(3.75)); });
        t.at(2.6, [&t] { t.world.node(x).storage().stall_until(from_s(3.5)); });
      },
      4.5);
  CHECK(log == std::vector<double>{3, 253, 3, 753, 3});
}

TEST_CASE("a stall delays a disk with a backlog by as much") {
  const auto log = flushes(
      [](TestWorld& t) {
        t.at(0.999, [&t] {
          StorageDevice& disk = t.world.node(x).storage();
          disk.write_behind(100'000'000, Purpose::page);  // a second at 100 MB/s
          disk.stall_until(from_s(1.499));
        });
      },
      2.9);
  REQUIRE(log.size() >= 2);
  CHECK(log[0] == 3);
  CHECK(log[1] == Approx(1502).margin(0.001));
}

TEST_CASE("a stall outlives a crash of the host") {
  const auto log = flushes(
      [](TestWorld& t) {
        t.at(0.5, [&t] { t.world.node(x).storage().stall_until(from_s(3)); });
        t.at(0.7, [&t] { t.world.crash(x, CrashKind::host); });
        t.at(1, [&t] { t.world.restart(x); });
      },
      3.004);
  CHECK(log == std::vector<double>{3, 2003});
}

TEST_CASE("slow disks: factors multiply while they overlap, and nothing is left of them") {
  const auto log = flushes(
      [](TestWorld& t) {
        Slowness& slowness = t.world.node(x).storage().slowness();
        t.at(0.5, [&slowness] { slowness.begin(10); });
        t.at(1.5, [&slowness] { slowness.begin(0.3); });
        t.at(2.5, [&slowness] { slowness.end(10); });
        t.at(3.5, [&slowness] { slowness.end(0.3); });
      },
      4.5);
  CHECK(log == std::vector<double>{3, 30, 9, 0.9, 3});
}

TEST_CASE("slow processors: what is begun meanwhile takes longer") {
  const auto log = fork_numbers([] {
    TestWorld t;
    t.add("x", "a");
    std::vector<double> took;
    t.world.node(x).on_boot(
        [&](bool) { t.world.node(x).scope().spawn(work_each(t, from_s(1), took)); });
    t.world.seal();
    Slowness& slowness = t.world.node(x).cpu().slowness();
    t.at(0.005, [&slowness] { slowness.begin(4); });
    t.at(1.5, [&slowness] { slowness.end(4); });
    t.world.run(from_s(2.5));
    return took;
  });
  CHECK(log == std::vector<double>{10, 40, 10});
}

TEST_CASE(
    "a lost volume: empty, an attached one too; its host stays up and it boots with data_lost") {
  for (const StorageKind kind : {StorageKind::local, StorageKind::attached}) {
    const auto log = fork_numbers([kind] {
      TestWorld t;
      NodeConfig config;
      config.name = "x";
      config.az = "a";
      config.storage = kind;
      config.device = plain_device();
      Node& node = t.world.add_node(config);
      DurableFile& file = node.storage().create_file("log", Purpose::redo);
      std::vector<double> found, took;
      node.on_boot([&](bool data_lost) {
        found.insert(found.end(), {double(data_lost), double(file.durable())});
        node.scope().spawn(flush_each(t, file, from_s(1), took));
      });
      node.on_crash([&](CrashKind crash) { found.push_back(100 + double(crash)); });
      t.world.seal();
      t.at(2.5, [&t] { t.world.lose_volume(x); });
      t.at(2.6, [&] {
        found.insert(found.end(), {double(node.host_up()), double(file.durable())});
      });
      t.at(3, [&t] { t.world.restart(x); });
      t.world.run(from_s(3.5));
      return found;
    });
    CHECK(log == std::vector<double>{0, 0, 100 + double(CrashKind::loss), 1, 0, 1, 0});
  }
}

TEST_CASE("a host that dies in the middle of a flush loses at least the flush's end") {
  const auto log = fork_numbers([] {
    TestWorld t;
    t.add("x", "a");
    std::vector<double> took, found;
    Node& node = t.world.node(x);
    DurableFile& file = node.storage().create_file("log", Purpose::redo);
    node.on_boot([&](bool) { node.scope().spawn(flush_each(t, file, from_s(1), took)); });
    t.world.seal();
    t.at(2.5, [&] { found.push_back(node.storage().flush_in_flight()); });
    t.at(3.001, [&] {
      found.push_back(node.storage().flush_in_flight());
      t.world.crash(x, CrashKind::host);
      found.push_back(double(file.durable()));
    });
    t.world.run(from_s(4));
    return found;
  });
  CHECK(log == std::vector<double>{0, 1, 3});
}
