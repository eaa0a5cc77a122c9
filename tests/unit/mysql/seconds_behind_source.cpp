// The server's arithmetic: whole seconds of two clocks.
#include "models/mysql_binlog/seconds_behind_source.hpp"

#include "tests/catch.hpp"

using namespace writepath;
using namespace writepath::mysql;

namespace {

std::optional<std::int64_t> behind(double replica_clock_s, double timestamp_s,
                                   std::int64_t clock_diff_s = 0) {
  const ReplicationStatus busy{true, false, from_s(timestamp_s), clock_diff_s};
  return seconds_behind_source(busy, from_s(replica_clock_s));
}

}  // namespace

TEST_CASE("a drained relay log is 0, or NULL without a connection, whatever the source has") {
  ReplicationStatus status{true, true, from_s(10), 0};
  CHECK(seconds_behind_source(status, from_s(500)) == 0);
  status.receiver_connected = false;
  CHECK(seconds_behind_source(status, from_s(500)) == std::nullopt);
}

TEST_CASE("while it applies, a lost connection does not matter") {
  ReplicationStatus status{false, false, from_s(10), 0};
  CHECK(seconds_behind_source(status, from_s(15)) == 5);
}

TEST_CASE("before the first event there is no time stamp, which counts as caught up") {
  CHECK(seconds_behind_source({true, false, std::nullopt, 0}, from_s(15)) == 0);
}

TEST_CASE("seconds are counted as the clocks show them, not as they pass") {
  CHECK(behind(20.0, 19.999) == 1);
  CHECK(behind(20.999, 20.0) == 0);
  CHECK(behind(25.5, 20.9) == 5);
}

TEST_CASE("the offset that was measured is taken off; the result is never below 0") {
  CHECK(behind(50, 20, 30) == 0);
  CHECK(behind(53, 20, 30) == 3);
  CHECK(behind(20, 25) == 0);
  CHECK(behind(-9.5, -10.5, 0) == 1);
  CHECK(whole_seconds(-1) == -1);
  CHECK(whole_seconds(-ns_per_s) == -1);
  CHECK(whole_seconds(ns_per_s - 1) == 0);
}
