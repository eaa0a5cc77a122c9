#include "sim/durability/rule.hpp"

#include "tests/catch.hpp"
#include "tests/unit/durability/fixtures.hpp"

using namespace writepath::durability;

TEST_CASE("a rule is met by any of its demands, each of both numbers") {
  const Placement p = full_and_tail();
  CHECK(met(p.write, {1, 3}));
  CHECK(met(p.write, {3, 0}));
  CHECK_FALSE(met(p.write, {2, 1}));
  CHECK(met(p.read, {1, 2}));
  CHECK_FALSE(met(p.read, {0, 3}));
}

TEST_CASE("how many losses break a rule, the worst ones chosen") {
  CHECK(losses_to_break(four_of_six().write, {6, 0}) == 3);
  CHECK(losses_to_break(four_of_six().read, {6, 0}) == 4);
  CHECK(losses_to_break(four_of_six().read, {4, 0}) == 2);
  CHECK(losses_to_break(four_of_six().read, {2, 0}) == 0);
  CHECK(losses_to_break(full_and_tail().read, {3, 3}) == 3);  // the full ones
  CHECK(losses_to_break(full_and_tail().write, {3, 3}) == 3);
}

TEST_CASE("quorums that need not meet are found") {
  CHECK_FALSE(disjoint({{4, 0}}, {{3, 0}}, {6, 0}));
  CHECK(disjoint({{4, 0}}, {{2, 0}}, {6, 0}));
  CHECK_FALSE(disjoint(full_and_tail().write, full_and_tail().read, {3, 3}));
  CHECK(disjoint(full_and_tail().write, {{3, 0}}, {3, 3}));  // three full, and three tails
}
