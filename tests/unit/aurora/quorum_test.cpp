// Quorum rules as values; the paper's numbers and their near misses.
#include "models/common/quorum.hpp"

#include <algorithm>
#include <vector>

#include "sim/core/random.hpp"
#include "tests/catch.hpp"

using namespace writepath;

namespace {
/// Six copies, two in each of three AZs: a = 0, 1; b = 2, 3; c = 4, 5.
constexpr CopySet az_a = 0b000011, az_b = 0b001100, az_c = 0b110000;
QuorumRule of_six(std::uint32_t n) { return QuorumRule::n_of_all(6, n); }
}  // namespace

TEST_CASE("SIGMOD 2017, S2.1: Vr + Vw > V and Vw > V/2", "[aurora][quorum]") {
  for (std::uint32_t vw = 1; vw <= 6; ++vw)
    for (std::uint32_t vr = 1; vr <= 6; ++vr) {
      INFO("Vw " << vw << ", Vr " << vr);
      CHECK(disjoint_pair(of_six(vr), of_six(vw)).has_value() == (vr + vw <= 6));
      CHECK(disjoint_pair(of_six(vw), of_six(vw)).has_value() == (2 * vw <= 6));
    }
}

TEST_CASE("A pair without a common copy is shown, and no larger than it must be",
          "[aurora][quorum]") {
  const auto pair = disjoint_pair(of_six(2), of_six(4));
  REQUIRE(pair);
  CHECK((pair->first & pair->second) == 0);
  CHECK(of_six(2).met(pair->first));
  CHECK(of_six(4).met(pair->second));
  CHECK(names_of(0b100001, {"a1", "a2", "b1", "b2", "c1", "c2"}) == "a1, c2");
}

TEST_CASE("SIGMOD 2017, S2.1: AZ+1 keeps reads, an AZ or any two copies keep writes",
          "[aurora][quorum]") {
  const QuorumRule write = of_six(4), read = of_six(3);
  for (const CopySet az : {az_a, az_b, az_c}) {
    CHECK(survives(write, az));
    for (CopySet one = 1; one < 64; one <<= 1) {
      if (az & one) continue;
      CHECK(survives(read, az | one));
      CHECK_FALSE(survives(write, az | one));
    }
  }
  for (CopySet one = 1; one < 64; one <<= 1)
    for (CopySet other = 1; other < 64; other <<= 1) CHECK(survives(write, one | other));
  // "Quorums of 2/3 are inadequate": one copy in each of three AZs, an AZ and one more.
  const QuorumRule two_of_three = QuorumRule::n_of_all(3, 2);
  CHECK(survives(two_of_three, 0b001));
  CHECK_FALSE(survives(two_of_three, 0b011));
}

TEST_CASE("SIGMOD 2018, S4.2: full and tail segments", "[aurora][quorum]") {
  // Copies 0, 2, 4 are full. Write: 4 of 6 or 3 of 3 full; read: 3 of 6 and 1 of 3 full.
  const CopySet all = 0b111111, full = 0b010101;
  const QuorumRule write(6, {{{all, 4}}, {{full, 3}}});
  const QuorumRule read(6, {{{all, 3}, {full, 1}}});
  CHECK(write.met(full));
  CHECK_FALSE(write.met(0b101010));
  CHECK(write.smallest() == 3);
  CHECK_FALSE(disjoint_pair(write, write));
  CHECK_FALSE(disjoint_pair(read, write));
  // Without the 'and', three tails could be read while three full ones were written.
  CHECK(disjoint_pair(of_six(3), write));
}

TEST_CASE("SIGMOD 2018, S4.1: writing ABCD satisfies all quorums of a membership change",
          "[aurora][quorum]") {
  // A to H are 0 to 7. While G replaces F and H replaces E: 4 of 6 of each of four memberships.
  const CopySet abcdef = 0b00111111, abcdeg = 0b01011111, abcdfh = 0b10101111, abcdgh = 0b11001111;
  const QuorumRule write(8, {{{abcdef, 4}, {abcdeg, 4}, {abcdfh, 4}, {abcdgh, 4}}});
  const QuorumRule read(8, {{{abcdef, 3}}, {{abcdeg, 3}}, {{abcdfh, 3}}, {{abcdgh, 3}}});
  CHECK(write.met(0b00001111));
  CHECK_FALSE(write.met(0b00110011));  // A, B, E, F: two of A, B, C, D, G, H
  CHECK_FALSE(disjoint_pair(write, write));
  CHECK_FALSE(disjoint_pair(read, write));
}

TEST_CASE("What a quorum has reached is the k-th highest value", "[aurora][quorum]") {
  RandomStream random(7, "quorum");
  for (int round = 0; round < 200; ++round) {
    std::vector<std::uint64_t> values(6);
    for (auto& value : values) value = random.below(20);
    std::vector<std::uint64_t> sorted = values;
    std::sort(sorted.rbegin(), sorted.rend());
    for (std::uint32_t n = 1; n <= 6; ++n) CHECK(of_six(n).reached(values.data()) == sorted[n - 1]);
  }
}
