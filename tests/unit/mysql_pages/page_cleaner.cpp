// The page cleaner alone on a device: how many pages it writes, and what a small redo log
// stalls.
#include "tests/catch.hpp"
#include "tests/unit/mysql_pages/bench.hpp"

using namespace writepath;
using namespace writepath::mysql;
using namespace writepath::mysql::test;

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
