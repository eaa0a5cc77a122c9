// What recovery finds in the redo log after each kind of crash.
#include "models/mysql_binlog/disk.hpp"
#include "sim/engine/scope.hpp"
#include "sim/engine/sleep.hpp"
#include "tests/catch.hpp"

using namespace writepath;
using mysql::Disk;
using mysql::Lineages;

namespace {

struct Bench {
  EventQueue queue;
  Scope scope{queue};
  Servers cpu{queue, 1};
  StorageDevice device{queue, StorageKind::local, spec(), RandomStream(1, "device.test")};
  Lineages lineages;
  Disk disk{queue, device, 512};

  static DeviceSpec spec() {
    DeviceSpec s;
    s.flush_ms = Distribution{Constant{1}};
    s.iops = 1e6;
    return s;
  }
  void run() { queue.run_until(queue.now() + from_s(1)); }
  void prepare(std::uint64_t seq) { disk.redo.prepared(seq, disk.redo.append(1000)); }
  void write_binlog(std::uint64_t seq) { disk.binlog.append(500, seq); }
  std::uint64_t after(CrashKind kind) {
    device.crash(kind);
    disk.redo.lose_buffer();
    return disk.transactions(lineages).seq.value;
  }
};
Task<> flush_redo(Disk& disk) { co_await disk.redo.flush(); }
Task<> flush_binlog(Disk& disk) { co_await disk.binlog.flush(); }
Task<> flush_up_to(Bench& b, std::uint64_t lsn, std::vector<double>& ended) {
  co_await b.disk.redo.flush_up_to(lsn, b.cpu);
  ended.push_back(to_ms(b.queue.now()));
}

}  // namespace

TEST_CASE("recovery keeps what is prepared and in the binlog") {
  Bench b;
  b.prepare(1);
  b.prepare(2);
  b.scope.spawn(flush_redo(b.disk));
  b.run();
  b.write_binlog(1);
  CHECK(b.disk.transactions(b.lineages).seq.value == 1);
  SECTION("a process crash loses no write") { CHECK(b.after(CrashKind::process) == 1); }
  SECTION("a host crash loses the binlog's unflushed end") { CHECK(b.after(CrashKind::host) == 0); }
  SECTION("flushed, it survives") {
    b.scope.spawn(flush_binlog(b.disk));
    b.run();
    CHECK(b.after(CrashKind::host) == 1);
  }
}

TEST_CASE("innodb_flush_log_at_trx_commit = 0: the log buffer dies with the process") {
  Bench b;
  b.prepare(1);
  b.write_binlog(1);
  CHECK(b.after(CrashKind::process) == 0);
}

TEST_CASE("innodb_flush_log_at_trx_commit = 2: written, it dies with the host only") {
  for (const CrashKind kind : {CrashKind::process, CrashKind::host}) {
    Bench b;
    b.prepare(1);
    b.disk.redo.write();
    b.write_binlog(1);
    CHECK(b.after(kind) == (kind == CrashKind::process ? 1u : 0u));
  }
}

TEST_CASE("what the engine committed durably stays although the binlog lost it") {
  Bench b;
  for (std::uint64_t seq = 1; seq <= 3; ++seq) {
    b.prepare(seq);
    b.write_binlog(seq);  // sync_binlog = 0: never flushed
    if (seq < 3) b.disk.redo.committed(seq);
    b.scope.spawn(flush_redo(b.disk));
    b.run();
  }
  CHECK(b.disk.transactions(b.lineages).seq.value == 3);
  // 3 is prepared only: without its binlog event it is rolled back.
  CHECK(b.after(CrashKind::host) == 2);
}

TEST_CASE("a prepare that was ordered later is not found any earlier") {
  Bench b;
  const std::uint64_t slow = b.disk.redo.append(1000);
  b.disk.redo.write();
  b.scope.spawn(flush_redo(b.disk));
  b.run();
  const std::uint64_t quick = b.disk.redo.append(1000);
  b.disk.redo.prepared(1, quick);  // not flushed
  b.disk.redo.prepared(2, slow);   // flushed, but behind 1 in the order
  b.write_binlog(2);
  b.scope.spawn(flush_binlog(b.disk));
  b.run();
  CHECK(b.after(CrashKind::host) == 0);
}

TEST_CASE("who comes during a flush shares the next one") {
  Bench b;
  std::vector<double> ended;
  for (int i = 0; i < 5; ++i) {
    b.queue.post_at(from_ms(0.2 * i), [&b, &ended] {
      b.scope.spawn(flush_up_to(b, b.disk.redo.append(100), ended));
    });
  }
  b.run();
  REQUIRE(ended.size() == 5);
  CHECK(ended[0] == Approx(1).margin(0.01));
  for (std::size_t i = 1; i < 5; ++i) CHECK(ended[i] == Approx(2).margin(0.02));
  const auto& line = b.device.counters().by_purpose[static_cast<std::size_t>(Purpose::redo)];
  CHECK(line.flushes == 2);
}
