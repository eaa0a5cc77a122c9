#include "sim/durability/load.hpp"

#include "tests/catch.hpp"

using namespace writepath;
using namespace writepath::durability;

namespace {

const char* const good = R"({
  "durability_version": 1, "name": "a",
  "placements": [ { "name": "p", "azs": [ { "full": 2 }, { "full": 1, "tail": 1 } ],
                    "write": [ { "copies": 3 } ], "read": [ { "copies": 2, "full": 1 } ] } ]
})";

std::string mistakes_of(const std::string& text, const std::vector<std::string>& sets = {}) {
  std::string all;
  for (const Diagnostic& d : load_text(text, "f.json", sets).diagnostics) all += to_text(d) + "\n";
  return all;
}

}  // namespace

TEST_CASE("a good file") {
  const LoadedSpec loaded = load_text(good, "f.json", {"/rates/az_outages_per_year=0.5"});
  REQUIRE(loaded.spec);
  CHECK(loaded.spec->rates.az_outages_per_year == 0.5);
  CHECK(loaded.spec->placements[0].azs[1].tail == 1);
  CHECK(loaded.spec->repair_s() == 10);
}

TEST_CASE("all mistakes at once, each with its place") {
  const std::string found = mistakes_of(R"({
  "durability_version": 1, "name": "a", "segment_gb": 0, "repiar_gbps": 1,
  "rates": { "az_outages_per_year": -1 },
  "sweep": ["segment=1"], "measures": ["data_los"],
  "placements": [
    { "name": "p", "azs": [ { "full": 2 } ], "write": [ { "copies": 3 } ], "read": [ {} ] },
    { "name": "p", "azs": [ { "tail": 2 } ], "write": [ { "copies": 1 } ],
      "read": [ { "copies": 1 } ] } ]
})");
  CAPTURE(found);
  for (const char* part :
       {"f.json:2:55: /segment_gb: ", "did you mean \"repair_gbps\"?", "/rates/az_outages_per_year",
        "/sweep: \"segment=1\": there is no key",
        "/measures: there is no measure \"data_los\"; did you mean \"data_lost\"?",
        "/placements/0/write: cannot be met by", "/placements/0/read/0: must demand a copy",
        "/placements/1/azs: must hold 1 full copy"})
    CHECK(found.find(part) != std::string::npos);
}

TEST_CASE("quorums that need not meet, names that stand twice") {
  CHECK(mistakes_of(good, {"/placements/0/read=[{\"copies\":1}]"}).find("/placements/0/read") !=
        std::string::npos);
  const std::string twice =
      R"({"name":"p","azs":[{"full":1}],"write":[{"copies":1}],"read":[{"copies":1}]})";
  const std::string found = mistakes_of(good, {"/placements/-=" + twice});
  CHECK(found.find("have the same name twice") != std::string::npos);
}

TEST_CASE("nonsense is no durability file") {
  CHECK(mistakes_of("[]") == "f.json:1:1: a durability file must be an object, not a list\n");
  CHECK(mistakes_of("") == "f.json: is empty\n");
  CHECK(mistakes_of("{").find("f.json:1:2") == 0);
}
