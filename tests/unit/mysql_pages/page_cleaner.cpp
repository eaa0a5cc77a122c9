// The page cleaner alone on a device: how many pages it writes, what a small redo log stalls, and
// that it allocates nothing once warm.
#include "models/mysql_binlog/page_cleaner.hpp"

#include <cstdlib>
#include <new>

#include "sim/core/random.hpp"
#include "sim/engine/sleep.hpp"
#include "tests/catch.hpp"

namespace {
std::uint64_t allocations = 0;
}

// Not inlined: g++ would see malloc on one side and delete on the other.
[[gnu::noinline]] void* operator new(std::size_t bytes) {
  ++allocations;
  if (void* memory = std::malloc(bytes == 0 ? 1 : bytes)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

using namespace writepath;
using namespace writepath::mysql;

namespace {

constexpr std::uint64_t page_bytes = 16'384, redo_bytes = 1'000;

DeviceSpec device_spec() {
  DeviceSpec spec;
  spec.flush_ms = {Constant{1}};
  spec.read_ms = {Constant{1}};
  spec.iops = 20'000;
  spec.bandwidth_mb_per_s = 1'000;
  return spec;
}

/// Changes one page drawn uniformly, `changes_per_s` times a second, waiting when redo is full.
struct Bench {
  Bench(const Options& o, std::uint64_t page_count)
      : options(o),
        pages(page_count),
        list(page_count),
        cleaner(queue, options, files, list, page_bytes, page_count) {}
  ~Bench() { scope.kill(); }

  Task<> change(double changes_per_s) {
    for (;;) {
      co_await sleep_for(queue, round_to_ns(1e9 / changes_per_s));
      const TimeNs asked = queue.now();
      if (cleaner.redo_is_full()) co_await cleaner.wait_for_redo();
      stalled += queue.now() - asked;
      list.advance(redo_bytes);
      list.mark(stream.below(pages));
      ++changes;
      largest_age = std::max(largest_age, cleaner.checkpoint_age_bytes());
    }
  }
  void run(double changes_per_s, double until_s) {
    cleaner.start(scope);
    scope.spawn(change(changes_per_s));
    queue.run_until(from_s(until_s));
  }
  std::uint64_t writes(Purpose purpose) const {
    return device.counters().by_purpose[static_cast<std::size_t>(purpose)].writes;
  }

  EventQueue queue;
  Options options;
  std::uint64_t pages;
  StorageDevice device{queue, StorageKind::local, device_spec(), RandomStream(1, "device")};
  PageFiles files{device};
  FlushList list;
  PageCleaner cleaner;
  RandomStream stream{1, "pages"};
  std::uint64_t changes = 0, largest_age = 0;
  DurationNs stalled = 0;
  Scope scope{queue};
};

Options with_redo(double mb) {
  Options options;
  options.innodb_redo_log_capacity_mb = mb;
  return options;
}

}  // namespace

// A page is dirty for the time T that the redo window spans, then clean until its next change, 1 /
// l on average with l changes a second of each page: so it is written once in T + 1 / l.
TEST_CASE("page writes a second are the pages first changed in the redo window, over its time") {
  constexpr double rate = 5'000, pages = 10'000;
  Bench bench(with_redo(20), 10'000);
  bench.run(rate, 100);
  const std::uint64_t before = bench.cleaner.pages_written();
  double age_sum = 0;
  for (int s = 100; s < 200; ++s) {
    bench.queue.run_until(from_s(s + 1));
    age_sum += static_cast<double>(bench.cleaner.checkpoint_age_bytes());
  }
  const double changed_per_s = rate;
  const double window_s = age_sum / 100 / (changed_per_s * redo_bytes);
  const double expected = pages / (window_s + pages / changed_per_s);
  const double written = static_cast<double>(bench.cleaner.pages_written() - before) / 100;
  INFO("window " << window_s << " s");
  CHECK(window_s > 0.5);
  CHECK(written == Approx(expected).epsilon(0.03));
  CHECK(bench.stalled == 0);
}

TEST_CASE("a large redo log never stalls, a tiny one does, and its age keeps to the limit") {
  Bench large(with_redo(1'000), 100'000);
  large.run(20'000, 20);
  CHECK(large.stalled == 0);
  CHECK(large.changes == Approx(20 * 20'000).epsilon(0.001));

  // 20,000 changes a second of nearly as many pages: more page writes than the device does.
  Bench tiny(with_redo(8), 100'000);
  tiny.run(20'000, 20);
  CHECK(to_s(tiny.stalled) > 2);
  CHECK(tiny.changes < 0.9 * 20 * 20'000);
  const double limit = 8e6 * 0.9 * 15 / 16;
  CHECK(static_cast<double>(tiny.largest_age) <= limit + 2 * redo_bytes);
  CHECK(static_cast<double>(tiny.largest_age) > 0.9 * limit);
}

TEST_CASE("a page stands in the checkpoint age until its write has completed") {
  Options options = with_redo(8);
  Bench bench(options, 100);
  bench.list.advance(7'000'000);
  bench.list.mark(1);
  bench.list.advance(7'000'000);
  bench.cleaner.start(bench.scope);
  REQUIRE(bench.cleaner.redo_is_full());
  bench.scope.spawn(bench.cleaner.wait_for_redo());
  // Doublewrite, the page and the flush: 1 ms each, and 0.05 ms of the device's server.
  bench.queue.run_until(from_ms(3.1));
  CHECK_FALSE(bench.list.is_dirty(1));
  CHECK(bench.cleaner.checkpoint_age_bytes() == 7'000'000);
  bench.queue.run_until(from_ms(3.2));
  CHECK(bench.cleaner.checkpoint_age_bytes() == 0);
}

TEST_CASE("without doublewrite a page is written once") {
  for (const bool doublewrite : {true, false}) {
    Options options = with_redo(8);
    options.innodb_doublewrite = doublewrite;
    Bench bench(options, 1'000);
    bench.run(2'000, 20);
    CHECK(bench.cleaner.pages_written() > 1'000);
    CHECK((bench.writes(Purpose::doublewrite) > 0) == doublewrite);
    const auto& page = bench.device.counters().by_purpose[static_cast<std::size_t>(Purpose::page)];
    CHECK(page.write_bytes >= bench.cleaner.pages_written() * page_bytes);
  }
}

TEST_CASE("once warm, changing and cleaning pages allocates nothing") {
  Bench bench(with_redo(8), 20'000);
  bench.run(20'000, 10);
  const std::uint64_t before = allocations;
  bench.queue.run_until(from_s(20));
  CHECK(allocations == before);
  CHECK(bench.changes > 50'000);
}
