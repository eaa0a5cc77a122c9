// Whatever stands in a file, loading it ends with a scenario or with diagnostics; and the parser
// accepts exactly what nlohmann's own accepts.
#include <nlohmann/json.hpp>

#include "sim/core/random.hpp"
#include "sim/scenario/json_parse.hpp"
#include "tests/catch.hpp"
#include "tests/unit/scenario/fixtures.hpp"

using namespace writepath;
using namespace writepath::fixtures;

namespace {

/// Deletes, replaces, doubles or moves a few bytes; pieces of JSON come up more often than chance.
std::string mutated(std::string text, RandomStream& random) {
  static const std::vector<std::string> pieces{"{",
                                               "}",
                                               "[",
                                               "]",
                                               ",",
                                               ":",
                                               "\"",
                                               "null",
                                               "-1",
                                               "1e400",
                                               "0",
                                               "\\u00e4",
                                               "\\",
                                               "true",
                                               "\n",
                                               "\xC3",
                                               "\xF0\x9F\x98\x80",
                                               "99999999999999999999999999",
                                               "\"a\"",
                                               "\"name\"",
                                               "{}",
                                               "[]"};
  const std::uint64_t changes = 1 + random.below(4);
  for (std::uint64_t i = 0; i < changes && !text.empty(); ++i) {
    const std::size_t at = random.below(text.size());
    const std::size_t length = 1 + random.below(12);
    switch (random.below(4)) {
      case 0:
        text.erase(at, length);
        break;
      case 1:
        text.replace(at, length, pieces[random.below(pieces.size())]);
        break;
      case 2:
        text.insert(at, pieces[random.below(pieces.size())]);
        break;
      default:
        text.insert(random.below(text.size()), text.substr(at, length * 4));
        break;
    }
  }
  return text;
}

/// nlohmann refuses endless numbers, which we collect; duplicate keys it takes.
bool nlohmann_accepts(const std::string& text) { return nlohmann::json::accept(text); }

bool complains_of_endless_number(const ParsedJson& parsed) {
  for (const Mistake& mistake : parsed.mistakes.sorted())
    if (mistake.message.find("is out of range: the greatest") != std::string::npos) return true;
  return false;
}

}  // namespace

TEST_CASE("no mutated scenario crashes the loader", "[scenario]") {
  const std::string base = GENERATE(good_text(), full_text());
  int accepted = 0;
  for (std::uint64_t seed = 0; seed < 1500; ++seed) {
    RandomStream random(seed, "mutation");
    const std::string text = mutated(base, random);
    CAPTURE(seed, text);
    const LoadResult result = load(text);
    REQUIRE(result.scenario.has_value() == result.diagnostics.empty());
    if (result.scenario) {
      ++accepted;
      const LoadResult again = load(result.resolved_json);
      REQUIRE(again.scenario);
      REQUIRE(again.resolved_json == result.resolved_json);
    }
    for (const Diagnostic& diagnostic : result.diagnostics) {
      REQUIRE_FALSE(diagnostic.message.empty());
      REQUIRE(diagnostic.message.find("json.exception") == std::string::npos);
    }
  }
  CHECK(accepted > 0);
}

TEST_CASE("the parser accepts what nlohmann accepts, and sees the same values", "[scenario]") {
  const std::string base = R"({"a": [1, -2.5e3, "x\u00e4\n", true, null, {}], "b": {"c": "äöü"}})";
  int valid = 0;
  for (std::uint64_t seed = 0; seed < 10000; ++seed) {
    RandomStream random(seed, "oracle");
    const std::string text = mutated(base, random);
    CAPTURE(seed, text);
    const ParsedJson parsed = parse_json(text, 0);
    if (complains_of_endless_number(parsed)) continue;
    REQUIRE(parsed.root.has_value() == nlohmann_accepts(text));
    if (!parsed.root || !parsed.mistakes.empty()) continue;
    ++valid;
    // 18446744073709551615 and the like are doubles here: compare what both print as doubles.
    REQUIRE(nlohmann::json::parse(to_json(*parsed.root)) == nlohmann::json::parse(text));
  }
  CHECK(valid > 100);
}
