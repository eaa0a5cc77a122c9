// Which pages are dirty, oldest first, and which of them leave the pool.
#include "models/mysql_binlog/pages.hpp"

#include "tests/catch.hpp"

using namespace writepath;
using mysql::FlushList;

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

TEST_CASE("the least recently used page leaves; a clean one of the older half before a dirty one") {
  FlushList list(64);
  ResidentPages pool(64, 4, true);  // one set: pages 3, 2, 1, 0 in order of use, once touched
  for (const std::uint64_t page : {0, 1, 2, 3}) REQUIRE(pool.touch(page));
  list.mark(0);
  const mysql::Evicted clean = admit(pool, 10, list);
  CHECK(clean.page == 1);
  CHECK_FALSE(clean.dirty);
  list.mark(2);
  const mysql::Evicted dirty = admit(pool, 11, list);
  CHECK(dirty.page == 0);
  CHECK(dirty.dirty);
}
