// A device: its queue, what it counts, and what survives a crash.
#include <cmath>

#include "tests/unit/world/fixture.hpp"

using namespace writepath;
using namespace writepath::testing;

namespace {

struct Bench {
  EventQueue queue;
  Scope scope{queue};
  StorageDevice device;
  std::vector<double> times;

  explicit Bench(DeviceSpec spec = plain_device(), StorageKind kind = StorageKind::local)
      : device(queue, kind, spec, RandomStream(1, "device.test")) {}
};

Task<> flush(Bench& b, DurableFile& file) {
  co_await file.flush();
  b.times.push_back(to_ms(b.queue.now()));
}
Task<> write_page(Bench& b, std::uint64_t bytes) {
  co_await b.device.write_through(bytes, Purpose::page);
  b.times.push_back(to_ms(b.queue.now()));
}
Task<> read_page(Bench& b, std::uint64_t bytes) {
  co_await b.device.read(bytes, Purpose::page);
  b.times.push_back(to_ms(b.queue.now()));
}

}  // namespace

TEST_CASE("requests pass a server and overlap in their latency") {
  Bench b;  // 1 ms an I/O, then 2 ms a flush, 1 ms a read
  DurableFile& log = b.device.create_file("log", Purpose::redo);
  log.append(100, 100);
  b.scope.spawn(flush(b, log));
  log.append(100, 200);
  b.scope.spawn(flush(b, log));
  b.scope.spawn(read_page(b, 16384));
  b.scope.spawn(write_page(b, 1 << 20));  // four I/Os, or 10.5 ms of bandwidth
  b.queue.run_until(from_ms(2.5));
  CHECK(log.durable() == 0);
  b.queue.run_until(from_ms(3));
  CHECK(log.durable() == 100);
  b.queue.run_until(from_s(1));
  CHECK(log.durable() == 200);
  CHECK(b.times == std::vector<double>{3, 4, 4, to_ms(from_ms(3 + 10.48576 + 2))});
}

TEST_CASE("I/Os are counted by purpose, large requests as several") {
  Bench b;
  DurableFile& log = b.device.create_file("log", Purpose::binlog);
  log.append(600 * 1024, 1);  // three I/Os of 256 KiB
  b.scope.spawn(flush(b, log));
  b.scope.spawn(flush(b, log));  // nothing to flush still costs a request
  b.device.write_behind(16384, Purpose::page);
  b.scope.spawn(read_page(b, 512 * 1024));
  const auto line = [&](Purpose p) {
    return b.device.counters().by_purpose[static_cast<std::size_t>(p)];
  };
  CHECK(line(Purpose::binlog).writes == 4);
  CHECK(line(Purpose::binlog).flushes == 2);
  CHECK(line(Purpose::binlog).write_bytes == 600 * 1024);
  CHECK(line(Purpose::page).writes == 1);
  CHECK(line(Purpose::page).reads == 2);
  CHECK(b.device.counters().total().writes == 5);
  b.queue.run_until(from_s(1));
}

TEST_CASE("waiting at a device follows M/D/1") {
  for (const double load : {0.5, 0.8}) {
    Bench b({.flush_ms = fixed(0), .read_ms = fixed(0), .iops = 1000, .bandwidth_mb_per_s = 0});
    RandomStream arrivals(7, "test.arrivals");
    const Distribution gap{Exponential{1 / load}};
    TimeNs at = 0;
    double sum = 0;
    constexpr int requests = 200'000;
    for (int i = 0; i < requests; ++i) {
      at += from_ms(gap.sample(arrivals));
      b.queue.run_until(at);
      sum += to_ms(b.device.write_behind(4096, Purpose::page) - at);
    }
    // Pollaczek-Khinchine for a constant service of 1 ms: wait = load / (2 (1 - load)).
    const double expected = 1 + load / (2 * (1 - load));
    CHECK(sum / requests == Approx(expected).epsilon(0.03));
  }
}

TEST_CASE("what survives a crash") {
  Bench b;
  DurableFile& log = b.device.create_file("log", Purpose::redo);
  log.append(100, 100);
  b.scope.spawn(flush(b, log));
  b.queue.run_until(from_ms(10));
  log.append(1'000'000, 1'000'100);

  SECTION("a process crash loses nothing that was handed over") {
    CHECK_FALSE(b.device.crash(CrashKind::process));
    CHECK(log.written() == 1'000'100);
    b.scope.spawn(flush(b, log));
    b.queue.run_until(from_s(1));
    CHECK(log.durable() == 1'000'100);
  }
  SECTION("a host crash loses what was not flushed") {
    CHECK_FALSE(b.device.crash(CrashKind::host));
    CHECK(log.written() == 100);
    CHECK(log.durable() == 100);
  }
  SECTION("a flush in flight may leave a torn prefix") {
    b.scope.spawn(flush(b, log));
    b.queue.run_until(from_ms(11));
    b.device.crash(CrashKind::host);
    CHECK(log.durable() > 100);
    CHECK(log.durable() < 1'000'100);
    CHECK(log.written() == log.durable());
    const std::uint64_t torn = log.durable();
    b.queue.run_until(from_s(1));
    CHECK(log.durable() == torn);  // the flush died with the host
  }
  SECTION("loss empties a local device") {
    CHECK(b.device.crash(CrashKind::loss));
    CHECK(log.written() == 0);
    CHECK(log.durable() == 0);
    CHECK(b.device.generation() == 1);
  }
  SECTION("truncation is durable at once") {
    log.truncate(50);
    b.device.crash(CrashKind::host);
    CHECK(log.written() == 50);
  }
}

TEST_CASE("an attached volume outlives its host") {
  Bench b(plain_device(), StorageKind::attached);
  DurableFile& log = b.device.create_file("log", Purpose::redo);
  log.append(100, 100);
  b.scope.spawn(flush(b, log));
  b.queue.run_until(from_ms(10));
  log.append(100, 200);
  CHECK_FALSE(b.device.crash(CrashKind::loss));
  CHECK(log.durable() == 100);
  CHECK(b.device.generation() == 0);
}

TEST_CASE("a slow device multiplies its latencies") {
  Bench b;
  DurableFile& log = b.device.create_file("log", Purpose::redo);
  b.device.set_slowdown(10);
  b.scope.spawn(flush(b, log));
  b.queue.run_until(from_s(1));
  CHECK(b.times == std::vector<double>{21});
}
