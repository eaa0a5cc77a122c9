// What the placements and quorums of the papers survive, and those they are compared with.
#include "models/common/survivability.hpp"

#include "tests/catch.hpp"

using namespace writepath;

namespace {

/// Two copies in each of three AZs.
const std::vector<CopySet> two_each{0b000011, 0b001100, 0b110000};
const std::vector<CopySet> one_each{0b001, 0b010, 0b100};

Survivability of(std::uint32_t n, std::size_t copies, const std::vector<CopySet>& azs) {
  return survivability(QuorumRule::n_of_all(copies, n), azs);
}

}  // namespace

TEST_CASE("SIGMOD 2017, S2.1: 4/6 writes without an AZ or any two copies, 3/6 reads without AZ+1",
          "[aurora][survivability]") {
  const Survivability write = of(4, 6, two_each);
  CHECK(write.copies == 2);
  CHECK(write.azs == 1);
  CHECK(write.copies_beside_az == 0u);
  CHECK(write.smallest_loss == 0b000111);  // an AZ and one more

  const Survivability read = of(3, 6, two_each);
  CHECK(read.copies == 3);
  CHECK(read.azs == 1);
  CHECK(read.copies_beside_az == 1u);  // AZ+1
  CHECK(read.smallest_loss == 0b001111);
}

TEST_CASE("SIGMOD 2017, S2.1: 2/3 is not adequate: an AZ and one failure break them",
          "[aurora][survivability]") {
  const Survivability both = of(2, 3, one_each);
  CHECK(both.copies == 1);
  CHECK(both.azs == 1);
  CHECK(both.copies_beside_az == 0u);
  CHECK(both.smallest_loss == 0b011);
}

TEST_CASE("SIGMOD 2018, S4.1: with an AZ lost for long, 3/4 bears one more failure",
          "[aurora][survivability]") {
  const std::vector<CopySet> two_azs{0b0011, 0b1100};
  const Survivability write = of(3, 4, two_azs);
  CHECK(write.copies == 1);
  CHECK(write.azs == 0);
  CHECK_FALSE(write.copies_beside_az);
  // 4/6 without that AZ has its four copies, and bears none.
  CHECK(of(4, 6, two_each).copies_beside_az == 0u);
  const Survivability read = of(2, 4, two_azs);
  CHECK(read.copies == 2);
  CHECK(read.azs == 1);
  CHECK(read.copies_beside_az == 0u);
}

TEST_CASE("SIGMOD 2018, S4.2: three full and three tail segments survive what six full ones do",
          "[aurora][survivability]") {
  // In each AZ the first copy is full. Write: 4/6 or 3/3 full. Read: 3/6 and 1/3 full.
  const CopySet all = 0b111111, full = 0b010101;
  const Survivability write = survivability(QuorumRule(6, {{{all, 4}}, {{full, 3}}}), two_each);
  CHECK(write.copies == 2);
  CHECK(write.azs == 1);
  CHECK(write.copies_beside_az == 0u);
  // Three tails may be lost: the full ones still write. 0b000111 takes two full ones.
  CHECK(survives(QuorumRule(6, {{{all, 4}}, {{full, 3}}}), all & ~full));

  const Survivability read = survivability(QuorumRule(6, {{{all, 3}, {full, 1}}}), two_each);
  CHECK(read.copies == 2);  // three, unless they are all the full ones
  CHECK(read.smallest_loss == full);
  CHECK(read.azs == 1);
  CHECK(read.copies_beside_az == 1u);  // AZ+1 takes two of the three full ones
}

TEST_CASE("3/5, 3/3 and 6/6: more copies or fewer, and what waiting for all of them means",
          "[aurora][survivability]") {
  const std::vector<CopySet> five{0b00011, 0b01100, 0b10000};
  const Survivability three_of_five = of(3, 5, five);
  CHECK(three_of_five.copies == 2);
  CHECK(three_of_five.azs == 1);
  CHECK(three_of_five.copies_beside_az == 0u);

  const Survivability three_of_three = of(3, 3, one_each);
  CHECK(three_of_three.copies == 0);
  CHECK(three_of_three.azs == 0);
  CHECK_FALSE(three_of_three.copies_beside_az);
  CHECK(three_of_three.smallest_loss == 0b001);

  const Survivability mirrored_read = of(1, 6, two_each);
  CHECK(of(6, 6, two_each).copies == 0);
  CHECK(mirrored_read.copies == 5);
  CHECK(mirrored_read.azs == 2);
  CHECK(mirrored_read.copies_beside_az == 3u);
}

TEST_CASE("An uneven placement is as good as its worst AZ", "[aurora][survivability]") {
  // Four copies in one AZ, one in each of two others: the loss of the large one ends 3/6.
  const std::vector<CopySet> uneven{0b001111, 0b010000, 0b100000};
  const Survivability read = of(3, 6, uneven);
  CHECK(read.copies == 3);
  CHECK(read.azs == 0);
  CHECK_FALSE(read.copies_beside_az);
}

TEST_CASE("As a fact, a loss has the copies' names", "[aurora][survivability]") {
  const Survival fact =
      survival("writes", of(4, 6, two_each), {"a1", "a2", "b1", "b2", "c1", "c2"});
  CHECK(fact.what == "writes");
  CHECK(fact.copies == 2);
  CHECK(fact.azs == 1);
  CHECK(fact.copies_beside_az == 0u);
  CHECK(fact.stopped_by == std::vector<std::string>{"a1", "a2", "b1"});
}
