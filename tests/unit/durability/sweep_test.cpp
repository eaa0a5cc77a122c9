#include "sim/durability/sweep.hpp"

#include "tests/catch.hpp"
#include "tests/unit/durability/fixtures.hpp"

using namespace writepath::durability;

TEST_CASE("a sweep's values: half decades, or a list") {
  Sweep sweep;
  CHECK(parse_sweep("az_outages_per_year=0.01..1", sweep).empty());
  CHECK(sweep.values == std::vector<double>{0.01, 0.03, 0.1, 0.3, 1});
  CHECK(parse_sweep("segment_gb=10,20,5", sweep).empty());
  CHECK(sweep.values == std::vector<double>{10, 20, 5});
  CHECK(parse_sweep("detect_s=2..5", sweep).empty());
  CHECK(sweep.values == std::vector<double>{2, 5});
}

TEST_CASE("a sweep that is wrong is told what would be right") {
  Sweep sweep;
  CHECK(parse_sweep("segment_gb", sweep) == "must have the form KEY=VALUES");
  CHECK(parse_sweep("segment_g=1", sweep) ==
        "there is no key \"segment_g\" to sweep; did you mean \"segment_gb\"?");
  CHECK(parse_sweep("segment_gb=1,x", sweep) == "\"x\" is not a number; values are A..B or A,B,C");
  CHECK(parse_sweep("segment_gb=", sweep) == "\"\" is not a number; values are A..B or A,B,C");
  CHECK(parse_sweep("segment_gb=0..1", sweep) == "a range needs 0 < A < B");
  CHECK(parse_sweep("segment_gb=0.5..0.1", sweep) == "a range needs 0 < A < B");
  CHECK(parse_sweep("az_outages_per_year=0.1,200", sweep) ==
        "az_outages_per_year must be from 0 to 100, not 200");
  CHECK(parse_sweep("segment_gb=nan", sweep) ==
        "segment_gb must be from 0.001 to 1000000, not nan");
}

TEST_CASE("several sweeps make every combination") {
  Sweep a, b;
  parse_sweep("az_outages_per_year=0.1,1", a);
  parse_sweep("segment_gb=10,20,30", b);
  const std::vector<Point> points = points_of(rare(), {a, b});
  REQUIRE(points.size() == 6);
  CHECK(points[1].spec.rates.az_outages_per_year == 0.1);
  CHECK(points[1].spec.segment_gb == 20);
  CHECK(points[5].set.size() == 2);
  CHECK(points_of(rare(), {}).size() == 1);
}
