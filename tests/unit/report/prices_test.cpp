// Costs by pencil.
#include "sim/report/prices.hpp"

#include "sim/metrics/find_metric.hpp"
#include "tests/catch.hpp"

using namespace writepath;

namespace {

/// 4 I/Os and 3000 bytes to another AZ a commit, at 250 commits/s, on a primary and one replica.
RunSummary priced_run(const std::string& prices) {
  RunSummary run;
  run.metrics = {{"total_ios_per_commit", 4.0},
                 {"cross_az_bytes_per_commit", 3000.0},
                 {"commits_per_s", 250.0}};
  ArchitectureSpec architecture;
  for (const NodeRole role : {NodeRole::primary, NodeRole::replica, NodeRole::storage}) {
    architecture.nodes.emplace_back();
    architecture.nodes.back().role = role;
  }
  put_prices(prices_from_json(prices), architecture, run);
  return run;
}
std::optional<double> cost(const RunSummary& run, const std::string& part) {
  return find_metric(run, "cost_per_million_commits" + part)->value;
}

}  // namespace

TEST_CASE("a million commits cost what a pencil says") {
  const RunSummary run = priced_run(
      R"({"currency": "EUR", "per_million_ios": 0.5, "per_gb_across_azs": 2, "per_instance_hour": 9})");
  CHECK(cost(run, "_ios") == Approx(2));         // 4 million I/Os
  CHECK(cost(run, "_cross_az") == Approx(6));    // 3 GB
  CHECK(cost(run, "_instances") == Approx(20));  // 4000 s of two instances
  CHECK(cost(run, "") == Approx(28));
}

TEST_CASE("what has no price is no part of the cost") {
  const RunSummary run = priced_run(R"({"per_gb_across_azs": 2})");
  CHECK_FALSE(cost(run, "_ios"));
  CHECK_FALSE(cost(run, "_instances"));
  CHECK(cost(run, "") == Approx(6));
}

TEST_CASE("wrong price lists") {
  for (const char* text :
       {"", "[]", "{}", R"({"currency": "EUR"})", R"({"per_million_io": 1})",
        R"({"per_million_ios": -1})", R"({"per_million_ios": "1"})",
        R"({"per_million_ios": 1, "per_million_ios": 2})", R"({"per_million_ios": 1e999})"})
    CHECK_THROWS_AS(prices_from_json(text), BadPrices);
}
