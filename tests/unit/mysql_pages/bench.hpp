#pragma once
// A page cleaner alone on a device, and somebody who changes pages.
#include <algorithm>

#include "models/mysql_binlog/page_cleaner.hpp"
#include "sim/core/random.hpp"
#include "sim/engine/sleep.hpp"

namespace writepath::mysql::test {

inline constexpr std::uint64_t page_bytes = 16'384, redo_bytes = 1'000;

inline DeviceSpec device_spec() {
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

inline Options with_redo(double mb) {
  Options options;
  options.innodb_redo_log_capacity_mb = mb;
  return options;
}

}  // namespace writepath::mysql::test
