// Nodes: boot, the three kinds of crash, shared hosts, CPUs, clocks.
#include "tests/unit/world/fixture.hpp"

using namespace writepath;
using namespace writepath::testing;

namespace {

constexpr NodeId x{0}, y{1};

Task<> work(TestWorld& t, NodeId node, std::vector<double>& done) {
  co_await t.world.node(node).cpu().serve(from_ms(10));
  done.push_back(to_ms(t.queue.now()));
}
Task<> append_forever(TestWorld& t, NodeId node, DurableFile& file) {
  for (std::uint64_t position = file.written();;) {
    co_await sleep_for(t.queue, from_ms(1));
    file.append(100, ++position);
    if (position % 10 == 0) co_await file.flush();
    if (!t.world.node(node).process_up()) file.append(0, 0);  // never: the scope is gone
  }
}

/// Crashes x at 1 s and restarts it at 2 s; gives {written, durable} at 1.5 s, and at the boot
/// {data lost, incarnation, true time of the boot}.
std::vector<double> crash_and_restart(CrashKind kind, StorageKind storage) {
  return fork_numbers([=] {
    TestWorld t;
    NodeConfig config;
    config.name = "x";
    config.az = "a";
    config.storage = storage;
    config.device = plain_device();
    Node& node = t.world.add_node(config);
    DurableFile& file = node.storage().create_file("log", Purpose::redo);
    std::vector<double> log;
    node.on_boot([&](bool data_lost) {
      log.insert(log.end(), {double(data_lost), double(node.incarnation()), to_s(t.queue.now())});
      node.scope().spawn(append_forever(t, x, file));
    });
    t.world.seal();
    t.at(1, [&t, kind] { t.world.crash(x, kind); });
    t.at(1.5, [&] {
      log.insert(log.end(), {double(file.written()), double(file.durable()), double(node.host_up()),
                             double(node.scope().live())});
    });
    t.at(2, [&t] { t.world.restart(x); });
    t.world.run(from_s(2));
    return log;
  });
}

}  // namespace

TEST_CASE("three kinds of crash, and what a boot finds") {
  // Ten appends of 1 ms and a flush of 3 ms: 76 rounds in 988 ms; 12 ms later nine or ten more are
  // written.
  using Log = std::vector<double>;
  const Log process = crash_and_restart(CrashKind::process, StorageKind::local);
  REQUIRE(process.size() == 10);
  CHECK(process[3] >= 765);
  CHECK(process[5] == 1);
  CHECK(process[6] == 0);
  CHECK(Log(process.begin() + 7, process.end()) == Log{0, 2, 2});

  const Log host = crash_and_restart(CrashKind::host, StorageKind::local);
  CHECK(host[3] >= 760);
  CHECK(host[3] == host[4]);
  CHECK(host[3] <= process[3]);
  CHECK(host[5] == 0);
  CHECK(Log(host.begin() + 7, host.end()) == Log{0, 2, 2});

  const Log loss = crash_and_restart(CrashKind::loss, StorageKind::local);
  CHECK(Log(loss.begin() + 3, loss.begin() + 5) == Log{0, 0});
  CHECK(Log(loss.begin() + 7, loss.end()) == Log{1, 2, 2});

  const Log volume = crash_and_restart(CrashKind::loss, StorageKind::attached);
  CHECK(volume[4] >= 760);
  CHECK(Log(volume.begin() + 7, volume.end()) == Log{0, 2, 2});
}

TEST_CASE("nodes with one shared_cpu share processors, and neither fate nor network") {
  const std::vector<double> log = fork_numbers([] {
    TestWorld t;
    NodeConfig config;
    config.shared_cpu = "core";
    config.cpus = 1;
    config.device = plain_device();
    std::vector<double> out;
    for (const auto& [name, az] : {std::pair("x", "a"), std::pair("y", "b")}) {
      config.name = name;
      config.az = az;
      t.world.add_node(config);
    }
    t.world.seal();
    t.at(0, [&] {
      for (const NodeId id : {x, y}) t.world.node(id).scope().spawn(work(t, id, out));
    });
    t.at(1, [&] {
      for (const NodeId id : {x, y, y}) t.world.node(id).scope().spawn(work(t, id, out));
    });
    t.at(1.005, [&] {
      t.world.crash(x, CrashKind::host);
      out.push_back(t.world.node(y).host_up() ? 1 : 0);
      out.push_back(to_ms(t.network().round_trip(x, y)));
    });
    t.world.run(from_s(2));
    return out;
  });
  // work() takes 10 ms: one after the other; at 1.005 s the first of the second batch dies and
  // frees the core.
  CHECK(log == std::vector<double>{10, 20, 1, 1, 1015, 1025});
}

TEST_CASE("nodes of one host share its fate, its CPUs and nothing else") {
  const std::vector<double> log = fork_numbers([] {
    TestWorld t;
    NodeConfig config;
    config.az = "a";
    config.host = "box";
    config.cpus = 1;
    config.device = plain_device();
    std::vector<double> out;
    for (const char* name : {"x", "y"}) {
      config.name = name;
      Node& node = t.world.add_node(config);
      node.on_crash([&out, id = node.id()](CrashKind) { out.push_back(100 + id.value); });
    }
    t.world.seal();
    t.at(0, [&] {
      for (const NodeId id : {x, y}) t.world.node(id).scope().spawn(work(t, id, out));
    });
    t.at(1, [&] {
      for (const NodeId id : {x, y, x}) t.world.node(id).scope().spawn(work(t, id, out));
    });
    t.at(1.005, [&] {
      t.world.crash(y, CrashKind::process);
      t.world.crash(y, CrashKind::process);  // of the dead: harmless
    });
    t.at(2, [&] {
      for (const NodeId id : {x, x, x}) t.world.node(id).scope().spawn(work(t, id, out));
    });
    t.at(2.005, [&] { t.world.crash(y, CrashKind::host); });
    t.at(2.006, [&] {
      out.push_back(double(t.world.node(x).cpu().waiting() + t.world.node(x).cpu().busy()));
      out.push_back(t.world.node(x).host_up());
      t.world.restart(x);
      t.world.restart(x);  // of the running: harmless
    });
    t.at(3, [&] {
      out.push_back(t.world.node(x).process_up());
      out.push_back(t.world.node(y).process_up());
      out.push_back(t.world.node(y).host_up());
      t.world.crash(x, CrashKind::host);  // and back within one event
      t.world.restart(x);
      t.world.restart(y);
    });
    t.at(4, [&] {
      out.push_back(t.world.node(x).incarnation() * 10 + t.world.node(y).incarnation());
    });
    t.world.run(from_s(5));
    return out;
  });
  CHECK(log == std::vector<double>{10, 20,           // one CPU
                                   101, 1010, 1020,  // y's work left the queue
                                   100, 0, 0,        // the host took x along
                                   1, 0, 1,          // x is back, y is not
                                   100, 32});
}

TEST_CASE("a node's clock has an offset and a drift") {
  const std::vector<double> times = fork_numbers([] {
    TestWorld t;
    NodeConfig config;
    config.name = "x";
    config.az = "a";
    config.clock = {.offset_ms = -2, .drift_ppm = 50};
    const NodeId id = t.world.add_node(config).id();
    t.world.seal();
    std::vector<double> out{to_ms(t.world.node(id).local_time())};
    t.world.run(from_s(100));
    out.push_back(to_ms(t.world.node(id).local_time()));
    return out;
  });
  CHECK(times == std::vector<double>{-2, 100'000 - 2 + 5});
}

TEST_CASE("a node that joins later boots when it is started") {
  const std::vector<double> times = fork_numbers([] {
    TestWorld t;
    NodeConfig config;
    config.name = "x";
    config.az = "a";
    config.starts = false;
    Node& node = t.world.add_node(config);
    std::vector<double> out;
    node.on_boot([&](bool) { out.push_back(to_s(t.queue.now())); });
    t.world.seal();
    out.push_back(node.process_up());
    t.at(7, [&] { t.world.restart(node.id()); });
    t.world.run(from_s(10));
    out.push_back(node.process_up());
    return out;
  });
  CHECK(times == std::vector<double>{0, 7, 1});
}
