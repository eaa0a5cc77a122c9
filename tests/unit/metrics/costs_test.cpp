// What a commit costs: by place, as the paper's Table 1 counts, and across AZs.
#include "tests/catch.hpp"
#include "tests/unit/metrics/facts_of.hpp"

using namespace writepath;

namespace {

void ten_commits(Story& story) {
  for (std::uint64_t n = 1; n <= 10; ++n)
    story.commit_and_show(ms(10.0 * static_cast<double>(n)), place(1, n), ms(1));
}

}  // namespace

TEST_CASE("costs are divided by the commits of the window") {
  Story story;
  ten_commits(story);
  story.final_state.io = {{"primary", "redo", 10, 5000, 10, 0, 0},
                          {"primary", "page", 20, 320, 0, 5, 80},
                          {"replica", "relay_log", 4, 400, 4, 0, 0},
                          {"storage", "log_record", 60, 600, 60, 0, 0}};
  story.final_state.traffic = {{"primary", "binlog", 20, 9000, 20, 9000},
                               {"primary", "page", 1, 16, 0, 0},
                               {"client", "client", 30, 3000, 5, 500}};
  const RunSummary summary = story.finish_with({place(1, 10)});
  REQUIRE(value(summary, "primary_ios_per_commit") == 3.5);
  REQUIRE(value(summary, "storage_ios_per_commit") == 6.0);
  REQUIRE(value(summary, "replica_ios_per_commit") == 0.4);
  REQUIRE(value(summary, "total_ios_per_commit") == 9.9);
  REQUIRE(value(summary, "primary_write_bytes_per_commit") == 532.0);
  REQUIRE(value(summary, "primary_storage_writes") == 30.0);
  REQUIRE(value(summary, "replica_storage_writes") == 4.0);
  REQUIRE(value(summary, "network_bytes_per_commit") == 1201.6);
  REQUIRE(value(summary, "cross_az_bytes_per_commit") == 950.0);
  REQUIRE(value(summary, "primary_messages_per_commit") == 2.1);
  REQUIRE(value(summary, "page_bytes_sent") == 16.0);
}

// SIGMOD 2017, S3.2: "not counting the chained replication within EBS nor the cross-AZ writes in
// MySQL". Figure 2's five writes: EBS, its mirror, the standby's EBS, and its mirror.
TEST_CASE("a mirrored database: its own writes count, its mirrors' are shown apart") {
  Story story;
  ten_commits(story);
  story.final_state.io = {{"primary", "redo", 20, 5000, 20, 0, 0, 20},
                          {"primary", "page", 54, 320, 0, 9, 80, 54},
                          {"standby", "redo", 20, 5000, 20, 0, 0, 20},
                          {"standby", "page", 54, 320, 0, 0, 0, 54}};
  story.final_state.traffic = {{"primary", "mirror", 74, 5400, 74, 5400},
                               {"standby", "ack", 74, 740, 74, 740}};
  const RunSummary summary = story.finish_with({place(1, 10)});
  CHECK(value(summary, "database_ios_per_commit") == 7.4);
  CHECK(value(summary, "storage_node_ios_per_commit") == 7.4);
  CHECK(value(summary, "mirror_ios_per_commit") == 22.2);
  CHECK(value(summary, "database_io_bytes_per_commit") == 532.0);
  CHECK_FALSE(value(summary, "boxcars_per_commit"));
  CHECK_FALSE(value(summary, "boxcar_open_ms_mean"));
  CHECK(value(summary, "cross_az_bytes_per_commit.mirror") == 540.0);
  CHECK(value(summary, "cross_az_messages_per_commit.mirror") == 7.4);
  CHECK(value(summary, "cross_az_messages_per_commit.ack") == 7.4);
  CHECK(value(summary, "cross_az_bytes_per_commit.redo") == 0.0);
}

// The same: "despite amplifying writes six times", and "each storage node sees unamplified writes,
// since it is only one of the six copies".
TEST_CASE("redo to storage nodes counts once for each copy, and once at a node") {
  Story story;
  for (std::uint32_t n = 1; n <= 5; ++n)
    story.state(BoxcarSent{ms(10.0 * n), db1, n % 2, 4 * n, 400, 6, ms(9.0 * n)});
  story.state(BoxcarSent{ms(100'001), db1, 0, 1, 100, 6, ms(100'000)});  // after the window
  ten_commits(story);
  story.final_state.io = {{"storage", "log_record", 12, 12'000, 12, 0, 0, 0},
                          {"storage", "coalesced_page", 6, 96'000, 0, 0, 0, 0}};
  story.final_state.traffic = {{"primary", "redo", 30, 15'000, 20, 10'000},
                               {"primary", "redo_stream", 14, 700, 14, 700},
                               {"storage", "ack", 30, 2400, 20, 1600}};
  story.final_state.storage_nodes = 6;
  const RunSummary summary = story.finish_with({place(1, 10)});
  CHECK(value(summary, "boxcars_per_commit") == 0.5);
  CHECK(value(summary, "database_ios_per_commit") == 6 * 0.5);
  CHECK(value(summary, "storage_node_ios_per_commit") == 0.5);
  CHECK(value(summary, "database_io_bytes_per_commit") == 1500.0);
  CHECK(value(summary, "storage_node_write_bytes_per_commit") == 108'000 / 6 / 10.0);
  CHECK(value(summary, "mirror_ios_per_commit") == 0.0);
  CHECK(value(summary, "boxcar_records_mean") == 12.0);
  CHECK(value(summary, "boxcar_open_ms_mean") == 3.0);
  CHECK(value(summary, "boxcar_open_ms_p99") == 5.0);
  double bytes = 0;
  for (const Metric& kind : summary.cross_az_bytes_per_commit) bytes += kind.value.value();
  CHECK(bytes == value(summary, "cross_az_bytes_per_commit"));
  CHECK(value(summary, "cross_az_messages_per_commit.redo_stream") == 1.4);
}
