// A buffer pool's frames: what both models' pools are made of.
#include "models/common/resident_pages.hpp"

#include <algorithm>
#include <deque>
#include <functional>

#include "models/aurora_quorum/layout.hpp"
#include "sim/model/keys.hpp"
#include "tests/catch.hpp"

using namespace writepath;

namespace {

const auto any = [](std::uint64_t) { return true; };

double misses(ResidentPages& pool, int requests, const std::function<std::uint64_t()>& next) {
  int missed = 0;
  for (int i = 0; i < requests; ++i) {
    const std::uint64_t page = next();
    if (pool.touch(page)) continue;
    ++missed;
    pool.admit(page, any);
  }
  return static_cast<double>(missed) / requests;
}

/// Least recently used over all frames, slowly.
double misses_of_one_list(std::uint64_t frames, int requests,
                          const std::function<std::uint64_t()>& next) {
  std::deque<std::uint64_t> list;
  int missed = 0;
  for (int i = 0; i < requests; ++i) {
    const std::uint64_t page = next();
    const auto at = std::find(list.begin(), list.end(), page);
    missed += at == list.end();
    if (at != list.end()) list.erase(at);
    list.push_front(page);
    if (list.size() > frames) list.pop_back();
  }
  return static_cast<double>(missed) / requests;
}

}  // namespace

TEST_CASE("with uniform keys misses are 1 - pool / data", "[pool]") {
  constexpr std::uint64_t pages = 100'000;
  for (const std::uint64_t frames : {17'000, 50'000, 90'000}) {
    ResidentPages pool(pages, frames, true);
    RandomStream stream(1, "pages");
    const double expected = 1 - static_cast<double>(frames) / pages;
    CHECK(misses(pool, 400'000, [&] { return stream.below(pages); }) ==
          Approx(expected).margin(0.004));
  }
}

TEST_CASE("with Zipf's keys sets of 16 miss about as often as one list", "[pool]") {
  constexpr std::uint64_t pages = 4'000, frames = 800;
  KeySpec spec;
  spec.count = 1'000'000;
  spec.distribution = KeySpec::Shape::zipf;
  const KeyChooser keys(spec);
  const aurora::Layout layout(0.0655, 16, 10, keys.count());
  REQUIRE(layout.pages() == Approx(pages).epsilon(0.01));
  RandomStream one(1, "pages"), other(1, "pages");
  ResidentPages pool(pages, frames, false);
  const double in_sets =
      misses(pool, 60'000, [&] { return layout.page_of(keys.key(one.next(), 0)) % pages; });
  const double in_list = misses_of_one_list(
      frames, 60'000, [&] { return layout.page_of(keys.key(other.next(), 0)) % pages; });
  CHECK(in_list < 0.6);  // far fewer than 80 %: popular pages stay
  CHECK(in_sets == Approx(in_list).epsilon(1.0 / 16));
}

TEST_CASE("a pool as large as the data misses each page once, if it begins empty", "[pool]") {
  ResidentPages warm(1000, 0, true);
  CHECK(warm.holds_all());
  CHECK(warm.touch(999));
  CHECK(warm.frames() == 1000);
  ResidentPages cold(1000, 5000, false);
  CHECK_FALSE(cold.holds_all());
  for (std::uint64_t page = 0; page < 1000; ++page) {
    CHECK_FALSE(cold.touch(page));
    CHECK_FALSE(cold.admit(page, any)->any);
    CHECK(cold.holds(page));
  }
  CHECK(cold.holds_all());
  cold.drop(7);
  CHECK_FALSE(cold.holds_all());
  CHECK_FALSE(cold.holds(7));
  CHECK(cold.holds(8));
}

TEST_CASE("the least recently used page that may go gives its frame up", "[pool]") {
  ResidentPages pool(64, 4, true);  // one set
  for (const std::uint64_t page : {0, 1, 2, 3}) REQUIRE(pool.touch(page));
  CHECK(pool.admit(10, any)->evicted == 0);
  CHECK(pool.admit(11, [](std::uint64_t page) { return page != 1; })->evicted == 2);
  CHECK_FALSE(pool.admit(12, [](std::uint64_t) { return false; }));
  CHECK(pool.holds(1));
  pool.drop(3);
  CHECK_FALSE(pool.holds(3));
  CHECK(pool.resident() == 3);
  CHECK_FALSE(pool.admit(12, [](std::uint64_t) { return false; })->any);  // a free frame
  pool.clear();
  CHECK(pool.resident() == 0);
  CHECK_FALSE(pool.holds(12));
}

TEST_CASE("a few frames on a vast volume tell their pages apart", "[pool]") {
  constexpr std::uint64_t pages = std::uint64_t{1} << 34;
  ResidentPages pool(pages, 2, false);
  RandomStream stream(1, "pages");
  for (int i = 0; i < 1000; ++i) {
    const std::uint64_t page = stream.below(pages);
    pool.admit(page, any);
    CHECK(pool.holds(page));
    CHECK_FALSE(pool.holds(page ^ (std::uint64_t{1} << 33)));
  }
}
