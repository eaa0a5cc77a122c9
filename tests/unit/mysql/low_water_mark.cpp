// Positions that are done in any order.
#include "models/mysql_binlog/low_water_mark.hpp"

#include <set>

#include "sim/core/random.hpp"
#include "tests/catch.hpp"

using namespace writepath;
using mysql::LowWaterMark;

TEST_CASE("the mark waits for the gap, and then passes all that lay beyond it") {
  LowWaterMark done(10, 8);
  CHECK(!done.add(12));
  CHECK(!done.add(13));
  CHECK(!done.add(15));
  CHECK(done.mark() == 10);
  CHECK(done.has_gaps());
  CHECK(done.contains(12));
  CHECK(!done.contains(11));
  CHECK(!done.contains(14));
  CHECK(done.add(11));
  CHECK(done.mark() == 13);
  CHECK(!done.add(13));  // known already
  done.raise(14);        // recovery found it
  CHECK(done.mark() == 15);
  CHECK(!done.has_gaps());
  done.restart(3);
  CHECK(done.mark() == 3);
  CHECK(!done.contains(4));
}

TEST_CASE("it agrees with a set, whatever the order") {
  RandomStream dice(7, "order");
  LowWaterMark done(0, 200);
  std::set<std::uint64_t> all;
  std::uint64_t mark = 0;
  for (int i = 0; i < 20'000; ++i) {
    const std::uint64_t seq = mark + 1 + dice.below(dice.below(4) == 0 ? 190 : 3);
    all.insert(seq);
    if (dice.below(500) == 0) {
      const std::uint64_t found = mark + dice.below(20);
      for (std::uint64_t n = mark + 1; n <= found; ++n) all.insert(n);
      done.raise(found);
    }
    done.add(seq);
    while (all.count(mark + 1) > 0) all.erase(++mark);
    REQUIRE(done.mark() == mark);
    bool agrees = true;
    for (std::uint64_t n = mark; n < mark + 200; n += 7)
      agrees = agrees && done.contains(n) == (n <= mark || all.count(n) > 0);
    REQUIRE(agrees);
    REQUIRE(done.has_gaps() == !all.empty());
  }
}
