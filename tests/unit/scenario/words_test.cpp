#include "sim/scenario/words.hpp"

#include "tests/catch.hpp"

using namespace writepath;

TEST_CASE("edit distance counts letters to change, and stops at its limit", "[scenario]") {
  CHECK(edit_distance("", "", 4) == 0);
  CHECK(edit_distance("abc", "abc", 4) == 0);
  CHECK(edit_distance("abc", "abd", 4) == 1);
  CHECK(edit_distance("abc", "acb", 4) == 1);  // neighbours swapped
  CHECK(edit_distance("kitten", "sitting", 4) == 3);
  CHECK(edit_distance("", "abcdef", 4) == 5);
  CHECK(edit_distance("abcdefgh", "hgfedcba", 2) == 3);
  CHECK(edit_distance(std::string(1'000'000, 'x'), "abc", 4) == 5);
}

TEST_CASE("guesses are near, or none", "[scenario]") {
  const std::vector<std::string> legal{"rate_per_s", "arrivals", "rtt_ms", "zipf", "db1"};
  CHECK(nearest_word("rate_pers", legal) == "rate_per_s");
  CHECK(nearest_word("arivals", legal) == "arrivals");
  CHECK(nearest_word("rtt", legal) == "rtt_ms");
  CHECK(nearest_word("zipfian", legal) == "zipf");
  CHECK(nearest_word("db2", legal) == "db1");
  CHECK(nearest_word("DB1", legal) == "db1");
  CHECK(nearest_word("engine", legal).empty());
  CHECK(nearest_word("x", legal).empty());
  CHECK(suggest("rtt", legal, "keys") == "; did you mean \"rtt_ms\"?");
  CHECK(suggest("q", {"a", "b"}, "AZs") == "; legal AZs: a, b");
  CHECK(suggest("q", {}, "faults") == "; there are no legal faults here");
}

TEST_CASE("quoted text is short and harmless", "[scenario]") {
  CHECK(quoted("a\"b\\c") == R"("a\"b\\c")");
  CHECK(quoted("a\nb\x1b") == R"("a\u000ab\u001b")");
  CHECK(quoted(std::string(61, 'x')) == "\"" + std::string(60, 'x') + "...\"");
  CHECK(quoted("äöü") == "\"äöü\"");
}
