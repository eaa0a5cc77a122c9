// What the source stamps: examples by hand, and the law that they serve.
#include "models/mysql_binlog/dependency_tracker.hpp"

#include <algorithm>
#include <vector>

#include "sim/core/random.hpp"
#include "tests/catch.hpp"

using namespace writepath;
using mysql::DependencyTracker;
using mysql::DependencyTracking;

namespace {

std::uint64_t stamp(DependencyTracker& tracker, std::uint64_t seq, std::uint64_t parent,
                    const std::vector<Key>& rows) {
  tracker.begin(seq, parent, rows.size());
  for (const Key row : rows) tracker.row(row);
  return tracker.end();
}
std::uint64_t stamp_ddl(DependencyTracker& tracker, std::uint64_t seq, std::uint64_t parent) {
  tracker.begin(seq, parent, 0);
  tracker.ddl();
  return tracker.end();
}

}  // namespace

TEST_CASE("COMMIT_ORDER: what had committed when a transaction was prepared comes before it") {
  DependencyTracker tracker(DependencyTracking::commit_order, 25'000, 0);
  // T1 and T2 are prepared before either commits; T3 when T1 has committed; T4 when all have.
  CHECK(stamp(tracker, 1, 0, {7}) == 0);
  CHECK(stamp(tracker, 2, 0, {8}) == 0);
  CHECK(stamp(tracker, 3, 1, {7}) == 1);
  CHECK(stamp(tracker, 4, 3, {9}) == 3);
  CHECK(tracker.history() == 0);
}

TEST_CASE("WRITESET: the last one that changed a row in common, however long ago") {
  DependencyTracker tracker(DependencyTracking::writeset, 25'000, 0);
  CHECK(stamp(tracker, 1, 0, {7, 8}) == 0);
  CHECK(stamp(tracker, 2, 1, {9}) == 0);     // committed one after the other, and yet independent
  CHECK(stamp(tracker, 3, 2, {8, 9}) == 2);  // of T1 and T2, T2 is the last
  CHECK(stamp(tracker, 4, 3, {10}) == 0);
  CHECK(stamp(tracker, 5, 4, {7}) == 1);
  CHECK(stamp(tracker, 6, 5, {}) == 5);  // no rows: commit order decides
  CHECK(tracker.history() == 0);
}

TEST_CASE("WRITESET: a full history is forgotten, and everything depends on its end") {
  DependencyTracker tracker(DependencyTracking::writeset, 3, 0);
  CHECK(stamp(tracker, 1, 0, {1}) == 0);
  CHECK(stamp(tracker, 2, 1, {2, 3}) == 0);
  CHECK(tracker.history() == 3);
  // It does not fit: it still finds row 2 in the history that it ends, and leaves no row of its
  // own.
  CHECK(stamp(tracker, 3, 2, {2, 4}) == 2);
  CHECK(tracker.history() == 0);
  CHECK(stamp(tracker, 4, 3, {9}) == 3);  // nobody knows whether T1 to T3 changed row 9
  CHECK(stamp(tracker, 5, 4, {8}) == 3);
  CHECK(stamp(tracker, 6, 5, {9}) == 4);
  // More rows than the history holds.
  CHECK(stamp(tracker, 7, 6, {11, 12, 13, 14}) == 3);
  // What is forgotten is no dependency where commit order shows that there is none.
  CHECK(stamp(tracker, 8, 6, {15}) == 6);
  CHECK(stamp(tracker, 9, 8, {16}) == 7);
}

TEST_CASE("DDL depends on all before it, and all after it on DDL") {
  for (const auto tracking : {DependencyTracking::commit_order, DependencyTracking::writeset}) {
    DependencyTracker tracker(tracking, 25'000, 0);
    CHECK(stamp(tracker, 1, 0, {1}) == 0);
    CHECK(stamp_ddl(tracker, 2, 0) == 1);
    CHECK(stamp(tracker, 3, 0, {2}) == 2);
    CHECK(stamp(tracker, 4, 0, {3}) == 2);
  }
}

TEST_CASE("a promoted source knows nothing of what came before it") {
  DependencyTracker tracker(DependencyTracking::writeset, 25'000, 100);
  CHECK(stamp(tracker, 101, 100, {1}) == 100);
  CHECK(stamp(tracker, 102, 101, {2}) == 100);
}

// A source of random transactions that hold their rows from their start until they commit, in
// order.
TEST_CASE("two transactions that may run at the same time never have a row in common") {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    RandomStream dice(seed, "source");
    const auto tracking =
        dice.below(2) == 0 ? DependencyTracking::commit_order : DependencyTracking::writeset;
    DependencyTracker tracker(tracking, static_cast<std::int64_t>(1 + dice.below(40)), 0);
    std::vector<std::vector<Key>> rows{{}};
    std::vector<std::uint64_t> last_committed{0};
    std::uint64_t committed = 0, parallel = 0, in_common = 0;
    for (std::uint64_t seq = 1; seq <= 300; ++seq) {
      while (committed + 1 < seq && dice.below(3) == 0) ++committed;
      const std::uint64_t parent = committed;
      const auto held = [&](Key row) {  // by one that is prepared and not committed
        for (std::uint64_t other = committed + 1; other < seq; ++other)
          if (std::count(rows[other].begin(), rows[other].end(), row) > 0) return true;
        return false;
      };
      std::vector<Key> mine;
      for (std::uint64_t i = 1 + dice.below(4); i-- > 0;) {
        const Key row = dice.below(60);
        if (!held(row)) mine.push_back(row);
      }
      rows.push_back(mine);
      last_committed.push_back(stamp(tracker, seq, parent, mine));
      REQUIRE(last_committed.back() < seq);
      REQUIRE(tracker.history() <= 40);
      for (std::uint64_t other = last_committed.back() + 1; other < seq; ++other) {
        ++parallel;
        for (const Key row : mine)
          in_common +=
              static_cast<std::uint64_t>(std::count(rows[other].begin(), rows[other].end(), row));
      }
    }
    CHECK(in_common == 0);
    CHECK(parallel > 100);
  }
}
