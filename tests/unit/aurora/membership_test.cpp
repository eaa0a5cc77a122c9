// Memberships as values: the worked example of SIGMOD 2018, S4.1, and what holds of every change.
#include "models/aurora_quorum/membership.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "models/aurora_quorum/memberships.hpp"
#include "tests/catch.hpp"

using namespace writepath;
using namespace writepath::aurora;

namespace {

/// Storage nodes A to F, and the spares G and H.
constexpr std::size_t nodes = 8;
constexpr std::size_t e = 4, f = 5;
constexpr std::uint16_t g = 6, h = 7;

std::vector<QuorumModel> four_of_six() {
  return {{QuorumRule::n_of_all(6, 4), QuorumRule::n_of_all(6, 3)}};
}
MembershipRules rules(const Membership& m) { return rules_of(m, four_of_six(), nodes); }

CopySet set_of(const std::string& letters) {
  CopySet set = 0;
  for (const char letter : letters) set |= CopySet{1} << (letter - 'A');
  return set;
}
bool at_least(std::uint32_t n, CopySet set, const std::string& of) {
  return Threshold{set_of(of), n}.met(set);
}

/// By trying all sets: does every write quorum of `old` meet every read and write quorum of `next`?
/// Who has not caught up counts for nothing in a read.
bool safe_step(const Membership& old, const Membership& next, CopySet caught_up) {
  const QuorumRule write = rules(old).write;
  const auto read =
      QuorumRule::where(nodes, [&](CopySet set) { return rules(next).read.met(set & caught_up); });
  return !disjoint_pair(write, read) && !disjoint_pair(write, rules(next).write);
}

}  // namespace

TEST_CASE("SIGMOD 2018, S4.1: F is suspect, G comes: epoch 2 is 4/6 of both, 3/6 of either",
          "[aurora][membership]") {
  const Membership first(6);
  CHECK(first.epoch() == 1);
  const Membership second = first.begin(f, g);
  CHECK(second.epoch() == 2);
  const MembershipRules both = rules(second);
  for (CopySet set = 0; set < (1u << nodes); ++set) {
    CHECK(both.write.met(set) == (at_least(4, set, "ABCDEF") && at_least(4, set, "ABCDEG")));
    CHECK(both.read.met(set) == (at_least(3, set, "ABCDEF") || at_least(3, set, "ABCDEG")));
  }
  CHECK(both.members == set_of("ABCDEFG"));
}

TEST_CASE("SIGMOD 2018, S4.1: from epoch 2 on to ABCDEG, or back to ABCDEF",
          "[aurora][membership]") {
  const Membership second = Membership(6).begin(f, g);
  const Membership on = second.complete(f), back = second.reverse(f);
  CHECK(on.epoch() == 3);
  CHECK(back.epoch() == 3);
  const MembershipRules with_g = rules(on), with_f = rules(back);
  for (CopySet set = 0; set < (1u << nodes); ++set) {
    CHECK(with_g.write.met(set) == at_least(4, set, "ABCDEG"));
    CHECK(with_g.read.met(set) == at_least(3, set, "ABCDEG"));
    CHECK(with_f.write.met(set) == at_least(4, set, "ABCDEF"));
    CHECK(with_f.read.met(set) == at_least(3, set, "ABCDEF"));
  }
}

TEST_CASE("SIGMOD 2018, S4.1: E fails as well: four sets at once, and writing ABCD meets all",
          "[aurora][membership]") {
  const MembershipRules four = rules(Membership(6).begin(f, g).begin(e, h));
  for (CopySet set = 0; set < (1u << nodes); ++set)
    CHECK(four.write.met(set) == (at_least(4, set, "ABCDEF") && at_least(4, set, "ABCDEG") &&
                                  at_least(4, set, "ABCDFH") && at_least(4, set, "ABCDGH")));
  CHECK(four.write.met(set_of("ABCD")));
  CHECK(four.write.smallest() == 4);
  CHECK_FALSE(four.write.met(set_of("ABCE")));
}

TEST_CASE("Every write quorum of an epoch meets every read and write quorum of the next",
          "[aurora][membership]") {
  const CopySet old = set_of("ABCDEF");
  const Membership one = Membership(6), two = one.begin(f, g), four = two.begin(e, h);
  CHECK(safe_step(one, two, old));
  CHECK(safe_step(two, two.complete(f), old | set_of("G")));
  CHECK(safe_step(two, two.reverse(f), old));
  CHECK(safe_step(two, four, old));
  CHECK(safe_step(four, four.complete(f), old | set_of("G")));
  CHECK(safe_step(four, four.complete(e), old | set_of("H")));
  CHECK(safe_step(four, four.reverse(f), old));
  CHECK(safe_step(four, four.reverse(e), old));
}

TEST_CASE("A change that skips epoch 2, twice at once, is caught", "[aurora][membership]") {
  const Membership one(6);
  const Membership four = one.begin(f, g).begin(e, h);
  // A write of ABEF and a read of CDG have nothing in common, nor has one of ABEF with one of CGH.
  CHECK_FALSE(safe_step(one, four.complete(f).complete(e), set_of("ABCDEFGH")));
  CHECK_FALSE(safe_step(one, one.begin(f, g).complete(f), set_of("ABCDEFG")));
}

TEST_CASE("SIGMOD 2018, S4.1: stale membership epochs are rejected", "[aurora][membership]") {
  Memberships memberships(2, nodes, four_of_six());
  const Membership first = memberships.of(1);
  REQUIRE(memberships.change(1, 1, first.begin(f, g)));
  CHECK(memberships.of(1).epoch() == 2);
  CHECK(memberships.of(0).epoch() == 1);
  CHECK_FALSE(memberships.change(1, 1, first.begin(e, h)));
  CHECK(memberships.is_member(1, g));
  CHECK_FALSE(memberships.is_member(1, h));
  CHECK_FALSE(memberships.is_member(0, g));
  CHECK(memberships.holds_all(e));
  CHECK_FALSE(memberships.holds_all(g));
}

TEST_CASE("SIGMOD 2018, S4.1: an AZ lost for long: from 4/6 to 3/4, both met on the way",
          "[aurora][membership]") {
  const CopySet lost = set_of("EF");
  std::vector<QuorumModel> models = four_of_six();
  models.push_back(model_without(6, lost));
  const Membership on_the_way = Membership(6).begin_model(1);
  const MembershipRules before = rules_of(Membership(6), models, nodes);
  const MembershipRules both = rules_of(on_the_way, models, nodes);
  const MembershipRules after = rules_of(on_the_way.complete_model(), models, nodes);
  for (CopySet set = 0; set < (1u << 6); ++set) {
    CHECK(after.write.met(set) == at_least(3, set, "ABCD"));
    CHECK(after.read.met(set) == at_least(2, set, "ABCD"));
    CHECK(both.write.met(set) == (at_least(4, set, "ABCDEF") && at_least(3, set, "ABCD")));
  }
  CHECK_FALSE(disjoint_pair(before.write, both.read));
  CHECK_FALSE(disjoint_pair(both.write, after.read));
  CHECK_FALSE(disjoint_pair(before.write, both.write));
}
