// The event queue's heap gives its entries in order, whatever was pushed and removed.
#include "sim/engine/heap.hpp"

#include <algorithm>
#include <vector>

#include "sim/core/random.hpp"
#include "tests/catch.hpp"

using namespace writepath;

TEST_CASE("the heap against a sorted list", "[heap]") {
  RandomStream stream(1, "heap");
  Heap heap;
  std::vector<HeapEntry> sorted;  // the least at the end
  const auto later = [](const HeapEntry& a, const HeapEntry& b) { return b < a; };
  std::uint64_t key = 0;
  for (int step = 0; step < 20'000; ++step) {
    // It grows to some hundred entries and shrinks to none, over and over; many share their time.
    const std::uint64_t of_ten = step % 2000 < 1000 ? 7 : 3;
    if (stream.below(10) < of_ten) {
      const HeapEntry entry{static_cast<std::int64_t>(stream.below(50)), ++key};
      heap.push(entry);
      sorted.insert(std::upper_bound(sorted.begin(), sorted.end(), entry, later), entry);
    } else if (!sorted.empty()) {
      REQUIRE(heap.top().key == sorted.back().key);
      REQUIRE(heap.top().order == sorted.back().order);
      heap.pop();
      sorted.pop_back();
    }
    if (step % 1500 == 0) {
      const auto dead = [](const HeapEntry& entry) { return entry.key % 3 == 0; };
      heap.remove_if(dead);
      std::erase_if(sorted, dead);
    }
    REQUIRE(heap.size() == sorted.size());
  }
  for (; !sorted.empty(); heap.pop(), sorted.pop_back())
    REQUIRE(heap.top().key == sorted.back().key);
  REQUIRE(heap.empty());
}
