// Which pages may leave an instance's buffer pool (SIGMOD 2017, S4.2.3), and what it keeps to know.
#include "models/aurora_quorum/buffer_pool.hpp"

#include <map>
#include <memory>
#include <set>

#include "models/aurora_quorum/views.hpp"
#include "sim/core/random.hpp"
#include "tests/catch.hpp"

using namespace writepath;
using namespace writepath::aurora;

namespace {

/// A writer's life with a small pool: changes get LSNs, VDL follows some way behind. Counts the
/// pages that leave with changes beyond VDL: read back as of VDL they would lack them.
struct Life {
  std::uint64_t evictions = 0, undurable_evictions = 0, waits = 0;
};

template <class Pool>
Life live(Pool& pool, std::uint64_t pages, std::uint64_t vdl_behind) {
  RandomStream stream(7, "life");
  std::map<Page, std::uint64_t> page_lsn;
  Life life;
  std::uint64_t lsn = 0, vdl = 0;
  for (int i = 0; i < 200'000; ++i) {
    const Page page = stream.below(pages);
    if (!pool.touch(page)) {
      const auto admitted = pool.admit(page);
      if (!admitted) {  // nothing may go: VDL must move first
        ++life.waits;
        vdl = lsn;
        pool.durable_to(vdl);
        continue;
      }
      if (admitted->any) {
        ++life.evictions;
        life.undurable_evictions += page_lsn[admitted->evicted] > vdl;
      }
    }
    if (stream.below(2) == 0) {
      lsn += 1 + stream.below(500);
      pool.changed(page, lsn);
      page_lsn[page] = lsn;
    }
    if (lsn > vdl_behind && lsn - vdl_behind > vdl) {
      vdl = lsn - vdl_behind;
      pool.durable_to(vdl);
    }
  }
  return life;
}

/// What the rule as it is printed, or none at all, would allow.
struct CarelessPool {
  ResidentPages resident;
  bool touch(Page page) { return resident.touch(page); }
  std::optional<BufferPool::Admitted> admit(Page page) {
    const auto gone = resident.admit(page, [](Page) { return true; });
    return BufferPool::Admitted{gone->evicted, gone->any};
  }
  void changed(Page, std::uint64_t) {}
  void durable_to(std::uint64_t) {}
};

}  // namespace

TEST_CASE("SIGMOD 2017, S4.2.3: no page leaves the pool with changes beyond VDL", "[aurora]") {
  constexpr std::uint64_t pages = 2'000, frames = 200;
  for (const std::uint64_t behind : {0, 1'000, 10'000, 30'000}) {
    INFO("VDL is " << behind << " bytes behind");
    BufferPool pool(pages, frames, true);
    const Life life = live(pool, pages, behind);
    CHECK(life.evictions > 10'000);
    CHECK(life.undurable_evictions == 0);
    CHECK((life.waits > 0) == (behind == 30'000));
  }
}

TEST_CASE("A pool that evicts regardless of VDL is found out", "[aurora]") {
  CarelessPool pool{ResidentPages(2'000, 200, true)};
  CHECK(live(pool, 2'000, 30'000).undurable_evictions > 1'000);
}

TEST_CASE("A page LSN is kept until VDL reaches the page's last change", "[aurora]") {
  BufferPool pool(100, 16, true);
  pool.changed(3, 10);
  pool.changed(4, 20);
  pool.changed(3, 30);
  CHECK(pool.undurable_lsn(3) == 30);
  pool.durable_to(20);
  CHECK(pool.undurable_lsn(3) == 30);
  CHECK(pool.undurable_lsn(4) == 0);
  pool.durable_to(30);
  CHECK(pool.undurable_lsn(3) == 0);
}

TEST_CASE("A page on its way keeps its frame", "[aurora]") {
  BufferPool pool(100, 1, false);
  REQUIRE(pool.admit(1));
  pool.reading(1);
  CHECK(pool.holds(1));  // redo for it waits for it
  CHECK_FALSE(pool.admit(2));
  pool.arrived(1);
  CHECK(pool.admit(2)->evicted == 1);
  pool.reading(2);
  pool.given_up(2);
  CHECK_FALSE(pool.holds(2));
}

TEST_CASE("A page map is a map", "[aurora]") {
  PageMap map;
  std::map<Page, std::uint64_t> reference;
  RandomStream stream(1, "map");
  for (int i = 0; i < 100'000; ++i) {
    const Page page = stream.below(300);
    if (stream.below(5) < 2) {
      map.put(page, static_cast<std::uint64_t>(i));
      reference[page] = static_cast<std::uint64_t>(i);
    } else {
      map.erase(page);
      reference.erase(page);
    }
    const Page other = stream.below(300);
    const std::uint64_t* const found = map.find(other);
    REQUIRE((found != nullptr) == (reference.count(other) == 1));
    if (found) REQUIRE(*found == reference[other]);
    REQUIRE(map.size() == reference.size());
  }
}

TEST_CASE("SIGMOD 2018, S3.4: the lowest read point of the views that are open", "[aurora]") {
  Views views;
  CHECK(views.lowest(50) == 50);
  {
    const View late(views, 60);
    CHECK(views.lowest(70) == 60);
  }
  CHECK(views.lowest(70) == 70);
  auto first = std::make_unique<View>(views, 70);
  auto same = std::make_unique<View>(views, 70);
  auto second = std::make_unique<View>(views, 80);
  first.reset();
  CHECK(views.lowest(90) == 70);
  second.reset();
  CHECK(views.lowest(90) == 70);
  same.reset();
  CHECK(views.lowest(90) == 90);
}
