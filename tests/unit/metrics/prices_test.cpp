// Counts turned into money, by pencil.
#include "sim/metrics/prices.hpp"

#include "tests/catch.hpp"
#include "tests/unit/metrics/facts_of.hpp"

using namespace writepath;

namespace {

PriceList priced(std::optional<double> ios, std::optional<double> gb,
                 std::optional<double> instance) {
  return {"EUR", ios, gb, instance};
}

/// 100 s with 10 commits, 40 I/Os and 30,000 bytes to other AZs, on a primary and two replicas.
RunSummary ten_priced_commits(Story& story, const PriceList& prices) {
  story.scenario.prices = prices;
  for (std::uint64_t n = 1; n <= 10; ++n)
    story.commit_and_show(ms(10.0 * static_cast<double>(n)), place(1, n), ms(1));
  story.final_state.io = {{"primary", "redo", 10, 5000, 10, 0, 0},
                          {"replica", "relay_log", 20, 400, 4, 4, 80},
                          {"storage", "log_record", 6, 600, 60, 0, 0},
                          {"storage", "neighbour", 999, 600, 60, 0, 0}};  // another volume's
  story.final_state.traffic = {{"primary", "binlog", 20, 90'000, 20, 25'000},
                               {"client", "client", 30, 3000, 5, 5000},
                               {"storage", "backup", 9, 9000, 9, 9000}};  // not paid for so
  return story.finish_with({place(1, 10)});
}

}  // namespace

TEST_CASE("a million commits, and an hour, cost what a pencil says") {
  Story story;
  const RunSummary run = ten_priced_commits(story, priced(0.5, 2, 9));
  // 4 I/Os and 3000 bytes a commit; 10^6 commits take 10^7 s of three instances.
  CHECK(value(run, "cost_per_million_commits_ios") == Approx(2));
  CHECK(value(run, "cost_per_million_commits_cross_az") == Approx(6));
  CHECK(value(run, "cost_per_million_commits_instances") == Approx(3 * 1e7 / 3600 * 9));
  CHECK(value(run, "cost_per_million_commits") == Approx(8 + 75'000));
  // 36 times the window: 1440 I/Os, 1.08 MB.
  CHECK(value(run, "cost_per_hour_ios") == Approx(1440e-6 * 0.5));
  CHECK(value(run, "cost_per_hour_cross_az") == Approx(1.08e-3 * 2));
  CHECK(value(run, "cost_per_hour_instances") == Approx(27));
  CHECK(value(run, "cost_per_hour") == Approx(27 + 0.72e-3 + 2.16e-3));
}

TEST_CASE("costs are their metrics times the prices") {
  Story story;
  const RunSummary run = ten_priced_commits(story, priced(3, 5, std::nullopt));
  CHECK(value(run, "cost_per_million_commits_ios") ==
        Approx(3 * value(run, "total_ios_per_commit").value()));
  CHECK(value(run, "cost_per_million_commits_cross_az") ==
        Approx(5 * value(run, "cross_az_bytes_per_commit").value() / 1000));
}

TEST_CASE("what has no price is no part of a cost") {
  Story story;
  const RunSummary run = ten_priced_commits(story, priced(std::nullopt, 2, std::nullopt));
  CHECK_FALSE(value(run, "cost_per_million_commits_ios"));
  CHECK_FALSE(value(run, "cost_per_million_commits_instances"));
  CHECK(value(run, "cost_per_million_commits") == Approx(6));
  CHECK(value(run, "cost_per_hour") == value(run, "cost_per_hour_cross_az"));
  CHECK_FALSE(value(run, "cost_per_hour_instances"));
}

TEST_CASE("free is a price") {
  Story story;
  const RunSummary run = ten_priced_commits(story, priced(0, std::nullopt, std::nullopt));
  CHECK(value(run, "cost_per_million_commits") == 0.0);
  CHECK(value(run, "cost_per_hour_ios") == 0.0);
}

TEST_CASE("without commits an hour still costs something, and a million of them has no cost") {
  Story story;
  story.scenario.prices = priced(1, 1, 7);
  const RunSummary run = story.finish_with({});
  CHECK_FALSE(value(run, "cost_per_million_commits"));
  CHECK_FALSE(value(run, "cost_per_million_commits_instances"));
  CHECK(value(run, "cost_per_hour") == Approx(21));
}

TEST_CASE("an instance that joins is paid for from then on; a standby is one; a monitor is none") {
  Story story;
  story.scenario.operations.push_back({.id = "db9", .at_s = 75, .az = "b", .architecture = ""});
  story.config.nodes.push_back({NodeId{6}, "standby", "b", NodeRole::standby});
  story.config.nodes.push_back({NodeId{7}, "monitor", "c", NodeRole::monitor});
  const FinalState none;
  CHECK(use_of(story.config, none, 0).instances == Approx(4.25));
  story.config.window_begin = 50 * ns_per_s;  // half of the window is left
  CHECK(use_of(story.config, none, 0).instances == Approx(4.5));
  story.scenario.operations[0].at_s = 20;  // before it
  CHECK(use_of(story.config, none, 0).instances == Approx(5));
}

TEST_CASE("without prices no cost is told") {
  Story story;
  for (const Metric& metric : story.finish_with({}).metrics)
    REQUIRE_FALSE(metric.name.starts_with("cost_"));
}
