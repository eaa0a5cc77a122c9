// Random streams and time: reference values, bounds, independence of names.
#include "sim/core/random.hpp"

#include <cmath>
#include <limits>
#include <set>
#include <vector>

#include "sim/core/ids.hpp"
#include "sim/core/time.hpp"
#include "tests/catch.hpp"

using namespace writepath;

TEST_CASE("FNV-1a and SplitMix64 give their published values", "[random]") {
  CHECK(fnv1a("") == 0xcbf29ce484222325);
  CHECK(fnv1a("a") == 0xaf63dc4c8601ec8c);
  CHECK(fnv1a("foobar") == 0x85944171f73967e8);
  CHECK(mix64(1234567 + 0x9e3779b97f4a7c15) == 6457827717110365317u);
}

TEST_CASE("a stream's bits never change", "[random]") {
  // From an independent implementation, itself checked against xoshiro256++'s reference output.
  RandomStream arrivals(0, "workload.arrivals");
  for (const std::uint64_t expected :
       {0xd85598e9233f3e40u, 0xcda9dd4e0d47b669u, 0xd84b0fb1265ab2b9u, 0xd17d3cda637e5ec5u})
    CHECK(arrivals.next() == expected);
  RandomStream link((std::uint64_t{1} << 53) - 1, "link.writer-1>storage-4");
  for (const std::uint64_t expected :
       {0x715364fb4fa7d82au, 0xb0a114e9c2396404u, 0x4ece37f552e2c957u, 0xb5f73f2c1a860a1fu})
    CHECK(link.next() == expected);
}

TEST_CASE("streams differ by name and by seed", "[random]") {
  std::set<std::uint64_t> seen;
  for (std::uint64_t seed = 0; seed < 100; ++seed)
    for (const char* name : {"a", "b", "link.a>b", "link.b>a"})
      seen.insert(RandomStream(seed, name).next());
  CHECK(seen.size() == 400);
}

TEST_CASE("uniform() lies inside (0, 1), with the right mean and spread", "[random]") {
  RandomStream random(3, "uniform");
  double sum = 0, squares = 0;
  constexpr int count = 1'000'000;
  for (int i = 0; i < count; ++i) {
    const double u = random.uniform();
    REQUIRE((u > 0 && u < 1));
    sum += u;
    squares += u * u;
  }
  CHECK(sum / count == Approx(0.5).margin(4 * 0.2887 / 1000));
  CHECK(squares / count == Approx(1.0 / 3).margin(4 * 0.2982 / 1000));
}

TEST_CASE("below(n) is even over its range", "[random]") {
  RandomStream random(3, "below");
  constexpr int count = 700'000;
  std::vector<int> hits(7);
  for (int i = 0; i < count; ++i) ++hits[random.below(7)];
  double chi_square = 0;
  for (const int n : hits) chi_square += (n - count / 7.0) * (n - count / 7.0) / (count / 7.0);
  CHECK(chi_square < 22.46);  // 99.9 % point with 6 degrees of freedom
  for (int i = 0; i < 100; ++i) {
    CHECK(random.below(1) == 0);
    // Without rejection, a third of these would be twice as likely as the rest.
    CHECK(random.below(std::uint64_t{3} << 62) < std::uint64_t{3} << 62);
  }
  int low = 0;
  for (int i = 0; i < 30'000; ++i)
    low += random.below(std::uint64_t{3} << 62) < std::uint64_t{1} << 62;
  CHECK(low / 30'000.0 == Approx(1.0 / 3).margin(0.011));
}

TEST_CASE("times round once, half away from zero, and survive SimGrid's doubles", "[time]") {
  CHECK(from_ms(0.5) == 500'000);
  CHECK(round_to_ns(0.5) == 1);
  CHECK(round_to_ns(0.49) == 0);
  CHECK(round_to_ns(-0.5) == -1);
  CHECK(from_s(1e-9) == 1);
  CHECK(from_us(2.5) == 2500);
  RandomStream random(9, "time");
  for (int i = 0; i < 100'000; ++i) {
    const auto ns = static_cast<TimeNs>(random.below(static_cast<std::uint64_t>(longest_run)));
    REQUIRE(from_s(to_s(ns)) == ns);
  }
  CHECK(from_s(to_s(longest_run)) == longest_run);
}

TEST_CASE("ids of different kinds are different types", "[ids]") {
  static_assert(!std::is_same_v<NodeId, Epoch>);
  static_assert(!std::is_convertible_v<Lsn, CommitSeq>);
  CHECK(Lsn{3} < Lsn{4});
  CHECK(LogPlace{{1}, {9}} < LogPlace{{2}, {1}});
  CHECK(no_node != NodeId{0});
}
