// Once warm, changing pages and writing them allocates nothing. A program of its own: it counts
// every operator new, which a sanitizer replaces.
#include "tests/catch.hpp"
#include "tests/support/count_allocations.hpp"
#include "tests/unit/mysql_pages/bench.hpp"

using namespace writepath;
using namespace writepath::mysql::test;
using writepath::test::allocations;

TEST_CASE("once warm, changing and cleaning pages allocates nothing") {
  Bench bench(with_redo(8), 20'000);
  bench.run(20'000, 10);
  const std::uint64_t before = allocations;
  bench.queue.run_until(from_s(20));
  CHECK(allocations == before);
  CHECK(bench.changes > 50'000);
}
