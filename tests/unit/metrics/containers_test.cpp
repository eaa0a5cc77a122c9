#include <map>
#include <set>

#include "sim/core/flat_map.hpp"
#include "sim/core/random.hpp"
#include "sim/core/ring.hpp"
#include "sim/metrics/ack_times.hpp"
#include "sim/metrics/interval_set.hpp"
#include "sim/metrics/lineage.hpp"
#include "sim/metrics/slope.hpp"
#include "tests/catch.hpp"

using namespace writepath;

TEST_CASE("a ring keeps numbers while it grows and wraps") {
  Ring<int> ring;
  ring.restart(100);
  for (int round = 0; round < 50; ++round) {
    for (int i = 0; i < 37; ++i) ring.push(static_cast<int>(ring.end()));
    for (int i = 0; i < 30; ++i) {
      REQUIRE(ring.front() == static_cast<int>(ring.begin()));
      ring.pop();
    }
    for (auto n = ring.begin(); n != ring.end(); ++n) REQUIRE(ring.at(n) == static_cast<int>(n));
  }
  REQUIRE(ring.size() == 350);
  REQUIRE_FALSE(ring.holds(99));
}

TEST_CASE("the flat map agrees with std::map") {
  RandomStream random(3, "flat_map");
  FlatMap<int> flat;
  std::map<std::uint64_t, int> model;
  for (int i = 0; i < 200'000; ++i) {
    const std::uint64_t key = random.next() % 700;
    if (random.next() % 3 == 0) {
      flat.erase(key);
      model.erase(key);
    } else {
      flat[key] = i;
      model[key] = i;
    }
    REQUIRE(flat.size() == model.size());
    const std::uint64_t asked = random.next() % 700;
    const int* found = flat.find(asked);
    REQUIRE((found != nullptr) == (model.count(asked) == 1));
    if (found) REQUIRE(*found == model[asked]);
  }
}

TEST_CASE("the interval set agrees with std::set") {
  RandomStream random(5, "intervals");
  IntervalSet intervals;
  std::set<std::uint64_t> model;
  for (int i = 0; i < 3000; ++i) {
    // Nearly in order, now and then far back, as acknowledgements come.
    const std::uint64_t n =
        1 + (random.next() % 20 == 0 ? random.next() % 2000
                                     : static_cast<std::uint64_t>(i / 2) + random.next() % 12);
    intervals.insert(n);
    model.insert(n);
    const std::uint64_t after = random.next() % 2100, upto = random.next() % 2100;
    std::uint64_t count = 0;
    if (after < upto)
      count = static_cast<std::uint64_t>(
          std::distance(model.upper_bound(after), model.upper_bound(upto)));
    REQUIRE(intervals.count(after, upto) == count);
    const auto above = model.upper_bound(after);
    REQUIRE(intervals.first_above(after) == (above == model.end() ? 0 : *above));
    REQUIRE(intervals.contains(after) == (model.count(after) == 1));
    REQUIRE(intervals.max() == *model.rbegin());
  }
  for (std::size_t i = 1; i < intervals.intervals().size(); ++i)
    REQUIRE(intervals.intervals()[i - 1].last + 1 < intervals.intervals()[i].first);
}

TEST_CASE("numbers in order take one interval") {
  IntervalSet intervals;
  for (std::uint64_t n = 1; n <= 1'000'000; ++n) intervals.insert(n % 2 ? n + 1 : n - 1);
  REQUIRE(intervals.intervals().size() == 1);
  REQUIRE(intervals.count(0, UINT64_MAX) == 1'000'000);
}

TEST_CASE("acknowledgement times: exact for the last 4096, close further back") {
  AckTimes times;
  const std::uint64_t last = 1'000'000;
  for (std::uint64_t n = 1; n <= last; ++n) times.add(n, static_cast<TimeNs>(n) * 1000);
  for (std::uint64_t lost : {1u, 2u, 100u, 4095u, 4096u}) {
    const auto span = times.between(last - lost, last);
    REQUIRE(span.first == static_cast<TimeNs>(last - lost + 1) * 1000);
    REQUIRE(span.last == static_cast<TimeNs>(last) * 1000);
  }
  for (std::uint64_t lost : {5000u, 20'000u, 300'000u, 1'000'000u}) {
    const auto span = times.between(last - lost, last);
    const double exact = static_cast<double>(last - lost + 1) * 1000;
    REQUIRE(std::abs(static_cast<double>(span.first) - exact) <=
            static_cast<double>(lost) * 1000 / 1024);
  }
  REQUIRE(times.between(10, 20).last <= static_cast<TimeNs>(1024) * 1000);  // between two samples
}

TEST_CASE("lineage: who shares which history") {
  const auto at = [](std::uint32_t e, std::uint64_t s) { return LogPlace{Epoch{e}, CommitSeq{s}}; };
  Lineage lineage;
  lineage.on(LineageForked{0, NodeId{0}, Epoch{2}, at(1, 100)});
  lineage.on(LineageForked{0, NodeId{0}, Epoch{3}, at(2, 120)});
  lineage.on(LineageForked{0, NodeId{0}, Epoch{4}, at(1, 90)});  // abandons epochs 2 and 3
  REQUIRE(lineage.covers(at(3, 150), at(1, 100)));
  REQUIRE_FALSE(lineage.covers(at(3, 150), at(1, 101)));
  REQUIRE(lineage.covers(at(3, 150), at(2, 120)));
  REQUIRE_FALSE(lineage.covers(at(3, 150), at(2, 121)));
  REQUIRE(lineage.covers(at(4, 95), at(1, 90)));
  REQUIRE_FALSE(lineage.covers(at(4, 95), at(1, 95)));
  REQUIRE(lineage.covers(at(1, 60), at(2, 50)));  // before the fork both names mean the same
  REQUIRE(lineage.same(at(1, 100), at(2, 100)));
  REQUIRE(lineage.same(at(2, 80), at(4, 80)));
  REQUIRE_FALSE(lineage.same(at(2, 95), at(4, 95)));
  REQUIRE(lineage.first_name(at(3, 110)) == at(2, 110));
  REQUIRE(lineage.first_name(at(3, 10)) == at(1, 10));
  const LogEnds log{at(1, 90), at(4, 200)};
  REQUIRE(survives(lineage, at(2, 85), log));
  REQUIRE_FALSE(survives(lineage, at(2, 95), log));
  REQUIRE(survives(lineage, at(4, 95), log));
  REQUIRE_FALSE(survives(lineage, at(1, 1), {}));
}

TEST_CASE("the slope is that of least squares") {
  Slope slope;
  REQUIRE_FALSE(slope.value());
  slope.add(1, 5);
  REQUIRE_FALSE(slope.value());
  for (int i = 2; i < 1000; ++i) slope.add(i, 0.25 * i + (i % 2 ? 1 : -1));
  REQUIRE(*slope.value() == Approx(0.25).margin(1e-3));
}
