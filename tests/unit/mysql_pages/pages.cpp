// Which pages are dirty, oldest first; which are resident.
#include "models/mysql_binlog/pages.hpp"

#include "sim/core/random.hpp"
#include "tests/catch.hpp"

using namespace writepath;
using mysql::FlushList;
using mysql::ResidentPages;

TEST_CASE("a page keeps the LSN of its oldest change until it is taken") {
  FlushList list(10);
  list.advance(100);
  list.mark(3);
  list.advance(100);
  list.mark(4);
  list.mark(3);
  CHECK(list.size() == 2);
  CHECK(list.oldest_lsn() == 100);
  CHECK(list.pages_up_to(99) == 0);
  CHECK(list.pages_up_to(100) == 1);
  CHECK(list.pages_up_to(200) == 2);
  list.take_oldest();
  CHECK_FALSE(list.is_dirty(3));
  CHECK(list.oldest_lsn() == 200);
  list.advance(50);
  list.mark(3);  // changed again while it is being written
  list.take_oldest();
  CHECK(list.oldest_lsn() == 250);
}

TEST_CASE("a page written out of its turn leaves the list, and comes back when it changes") {
  FlushList list(10);
  for (std::uint64_t page = 0; page < 3; ++page) {
    list.advance(10);
    list.mark(page);
  }
  list.written(0);
  CHECK(list.oldest_lsn() == 20);
  list.written(2);
  list.take_oldest();
  CHECK(list.empty());
  CHECK(list.oldest_lsn() == list.redo_lsn());
  list.advance(10);
  list.mark(2);
  CHECK(list.oldest_lsn() == 40);
}

TEST_CASE("with uniform keys misses are 1 - pool / data") {
  constexpr std::uint64_t pages = 100'000;
  const FlushList clean(pages);
  for (const std::uint64_t frames : {17'000, 50'000, 90'000}) {
    ResidentPages resident(pages, frames, true);
    RandomStream stream(1, "pages");
    int misses = 0;
    constexpr int requests = 400'000;
    for (int i = 0; i < requests; ++i) {
      const std::uint64_t page = stream.below(pages);
      if (resident.touch(page)) continue;
      ++misses;
      resident.admit(page, clean);
    }
    const double expected = 1 - static_cast<double>(frames) / pages;
    CHECK(static_cast<double>(misses) / requests == Approx(expected).margin(0.004));
  }
}

TEST_CASE("a pool as large as the data misses nothing; an empty one everything, once") {
  const FlushList clean(1000);
  ResidentPages all(1000, 0, true);
  CHECK(all.touch(999));
  CHECK(all.frames() == 1000);
  ResidentPages cold(1000, 500, false);
  CHECK_FALSE(cold.touch(7));
  CHECK_FALSE(cold.admit(7, clean).any);
  CHECK(cold.touch(7));
}

TEST_CASE("the least recently used page leaves; a clean one of the older half before a dirty one") {
  FlushList list(64);
  ResidentPages pool(64, 4, true);  // one set: pages 3, 2, 1, 0 in order of use, once touched
  for (const std::uint64_t page : {0, 1, 2, 3}) REQUIRE(pool.touch(page));
  list.mark(0);
  const ResidentPages::Evicted clean = pool.admit(10, list);
  CHECK(clean.page == 1);
  CHECK_FALSE(clean.dirty);
  list.mark(2);
  const ResidentPages::Evicted dirty = pool.admit(11, list);
  CHECK(dirty.page == 0);
  CHECK(dirty.dirty);
}
