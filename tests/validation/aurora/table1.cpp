// SIGMOD 2017, Table 1: SysBench write-only on 100 GB, I/Os of the database node a transaction: 7.4
// of mirrored MySQL (433 transactions/s), 0.95 of Aurora with replicas (15,210/s). "7.7 times fewer
// I/Os [...] despite amplifying writes six times with Aurora and not counting the chained
// replication within EBS nor the cross-AZ writes in MySQL"; 46 times fewer at a storage node.
//
// The paper states neither how many protection groups the writes met nor how long a boxcar stays
// open, so 0.95 is a contour. Inputs: the rate, four statements, 100 GB. Assumptions: 7 pages and
// 2,500 bytes of redo a transaction (3 to 7; 2,000 to 4,000), as for MySQL's 7.4.
#include <cmath>
#include <string>
#include <vector>

#include "tests/catch.hpp"
#include "tests/support/whole_run.hpp"
#include "tests/validation/aurora/scenario_text.hpp"

using namespace writepath;
using namespace writepath::test;

namespace {

constexpr double transactions_per_s = 27'378'000 / 1800.0;
constexpr double published = 0.95;
/// Instants at which a transaction makes redo (four statements, COMMIT), and its records.
constexpr double moments = 5, records = 8;

struct Point {
  double ios = 0, boxcars = 0, open_ms = 0, open_p99_ms = 0, commit_ms = 0, acked = 0, rate = 0;
};

/// Flushes take 0.5 ms, no more and no less: what is left of the latency's growth is waiting.
Point at(double groups, double send_path_us, const std::string& more = "") {
  AuroraText s;
  s.duration_s = "1.2", s.warmup_s = "0.2";
  s.data = R"({"size_gb": 100})";
  s.clients = R"([{"name": "app", "azs": ["a"], "open_loop": {"rate_per_s": )" +
              std::to_string(transactions_per_s) + "}}]";
  s.transactions = R"([{"name": "write", "statements": 4, "rows_written": 4, "pages_dirtied": 7,
                        "redo_bytes": 2500, "statement_cpu_us": 360}])";
  s.probe = R"({"enabled": false})";
  s.nodes = R"([{"id": "w", "role": "primary", "az": "a", "cpus": 64, "nic_gbps": 1000},
                {"id": "r1", "role": "replica", "az": "b"},
                {"id": "r2", "role": "replica", "az": "c"}])";
  s.options = R"({"segment_gb": )" + std::to_string(100 / groups) +
              R"(, "writer": {"send_path_us": )" + std::to_string(send_path_us) +
              R"(}, "storage": {"device": )" + device("0.5") + "}" + more + "}";
  const RunSummary run = run_text(s.text(), "aurora");
  return {value_of(run, "database_ios_per_commit"),
          value_of(run, "boxcars_per_commit"),
          value_of(run, "boxcar_open_ms_mean"),
          value_of(run, "boxcar_open_ms_p99"),
          value_of(run, "commit_latency_ms_mean"),
          value_of(run, "commits_acked"),
          value_of(run, "commits_per_s")};
}

/// Where the I/Os pass 0.95 on the way from one send path to a slower one.
struct Contour {
  double send_path_us = 0, open_ms = 0, commit_ms = 0;
};

Contour contour(double groups) {
  const std::vector<double> send_path_us = {300, 360, 430};
  Point before = at(groups, send_path_us[0]);
  CHECK(before.ios > published);
  for (std::size_t i = 1; i < send_path_us.size(); ++i) {
    const Point after = at(groups, send_path_us[i]);
    if (after.ios <= published) {
      // I/Os fall as the inverse of the time: straight in logarithms.
      const double part = std::log(before.ios / published) / std::log(before.ios / after.ios);
      const auto between = [part](double a, double b) { return a * std::pow(b / a, part); };
      return {between(send_path_us[i - 1], send_path_us[i]), between(before.open_ms, after.open_ms),
              between(before.commit_ms, after.commit_ms)};
    }
    before = after;
  }
  FAIL("0.95 was not reached");
  return {};
}

}  // namespace

TEST_CASE("I/Os a transaction are copies times boxcars, exactly", "[aurora][validation][table1]") {
  const auto check_with = [](double groups, double send_path_us, int copies,
                             const std::string& more) {
    const Point p = at(groups, send_path_us, more);
    INFO(groups << " groups, " << send_path_us << " us, " << copies << " copies");
    // One side is counted by the network, the other by the writer.
    const long long messages = std::llround(p.ios * p.acked);
    const long long boxcars = std::llround(p.boxcars * p.acked);
    CHECK(boxcars > 1000);
    CHECK(messages == copies * boxcars);
  };
  check_with(1, 50, 6, "");
  check_with(10, 50, 6, "");
  check_with(10, 400, 6, "");
  check_with(2, 100, 3, R"(, "copies": [{"az": "a", "n": 1}, {"az": "b", "n": 1},
      {"az": "c", "n": 1}], "write": {"any": [{"of": "all", "n": 2}]},
      "read": {"any": [{"of": "all", "n": 2}]})");
}

TEST_CASE("The contour of 0.95 I/Os a transaction", "[aurora][validation][table1]") {
  const double boxcars_per_s = published / 6 * transactions_per_s;  // 2,408
  double last_cost = 0;
  for (const double groups : {1.0, 2.0, 5.0, 10.0}) {
    const Contour found = contour(groups);
    const Point short_open = at(groups, 20);
    const double cost_ms = found.commit_ms - short_open.commit_ms;
    WARN(groups << " groups: send_path_us " << found.send_path_us << ", a boxcar is open for "
                << found.open_ms << " ms, a commit takes " << found.commit_ms << " ms, "
                << short_open.commit_ms << " ms at 20 us (" << short_open.ios << " I/Os)");
    // A group's boxcar is open, leaves, and the next one opens with the group's next record. With
    // one group that is the next moment, with many nearly each record finds a group of its own.
    const double next_ms = 1e3 * groups / (transactions_per_s * (groups == 1 ? moments : records));
    CHECK(found.open_ms == Approx(1e3 * groups / boxcars_per_s - next_ms).epsilon(0.03));
    // Several groups keep the send path busy: it serves one boxcar after the other.
    if (groups > 1) CHECK(found.send_path_us == Approx(1e6 / boxcars_per_s).epsilon(0.02));
    // A commit waits until the boxcars of all groups with earlier records have left: VDL passes no
    // gap (S4.1). With one group it waits for half a boxcar's time, and for a larger message.
    CHECK(cost_ms < found.open_ms);
    CHECK(cost_ms > 0.5 * found.open_ms);
    if (groups >= 5) CHECK(cost_ms > 0.85 * found.open_ms);
    CHECK(cost_ms > last_cost);
    last_cost = cost_ms;
    CHECK(short_open.ios > 7.4);  // boxcars that hardly wait cost more I/Os than mirrored MySQL
  }
}

TEST_CASE("A saturated send path sends one boxcar in each send_path_us, whatever the groups",
          "[aurora][validation][table1]") {
  for (const double groups : {2.0, 5.0, 10.0}) {
    const double send_path_us = 200;
    const Point p = at(groups, send_path_us);
    INFO(groups << " groups");
    CHECK(p.boxcars * p.rate == Approx(1e6 / send_path_us).epsilon(0.01));
    // One boxcar of each group at most waits: its time is bounded, and no backlog grows.
    CHECK(p.open_p99_ms <= groups * send_path_us * 1e-3 * 1.004);  // a histogram's bucket
    CHECK(p.open_ms > (groups - 1) * send_path_us * 1e-3 * 0.9);
    CHECK(p.rate == Approx(transactions_per_s).epsilon(0.02));
  }
}

// The ratios at the point where both meet their published figure; two inputs were set for that
// (pages, send path), so what is left to predict is little.
TEST_CASE("Mirrored MySQL makes 7.7 times the I/Os, and 46 times at a storage node",
          "[aurora][validation][table1]") {
  const std::string file = "scenarios/io-per-transaction/scenario.json";
  const RunSummary mysql = run_file(file, "mirrored-mysql"), aurora = run_file(file, "aurora-full");
  const auto ratio = [&](const char* metric) {
    return value_of(mysql, metric) / value_of(aurora, metric);
  };
  WARN("I/Os " << ratio("database_ios_per_commit") << ", at a storage node "
               << ratio("storage_node_ios_per_commit") << ", bytes "
               << ratio("database_io_bytes_per_commit"));
  CHECK(ratio("database_ios_per_commit") == Approx(7.7).epsilon(0.10));
  CHECK(ratio("storage_node_ios_per_commit") == Approx(46).epsilon(0.10));
  CHECK(1 / ratio("commits_per_s") == Approx(35).epsilon(0.10));
  // What Table 1 does not count: three more of each write, of which one crosses AZs.
  CHECK(value_of(mysql, "mirror_ios_per_commit") ==
        Approx(3 * value_of(mysql, "database_ios_per_commit")).epsilon(0.03));
  CHECK(value_of(aurora, "mirror_ios_per_commit") == 0);
}
