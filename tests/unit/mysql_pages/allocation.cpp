// Once warm, changing pages and writing them allocates nothing. A program of its own: it counts
// every operator new, which a sanitizer replaces.
#include <cstdlib>
#include <new>

#include "tests/catch.hpp"
#include "tests/unit/mysql_pages/bench.hpp"

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
using namespace writepath::mysql::test;

TEST_CASE("once warm, changing and cleaning pages allocates nothing") {
  Bench bench(with_redo(8), 20'000);
  bench.run(20'000, 10);
  const std::uint64_t before = allocations;
  bench.queue.run_until(from_s(20));
  CHECK(allocations == before);
  CHECK(bench.changes > 50'000);
}
