// The eight steps of a storage node (SIGMOD 2017, S3.3) in whole runs: what each costs by pencil
// and paper, and what the quorum absorbs.
#include "tests/catch.hpp"
#include "tests/support/whole_run.hpp"
#include "tests/validation/aurora/scenario_text.hpp"

using namespace writepath;
using namespace writepath::test;

namespace {

const char* const six_of_six =
    R"("write": {"any": [{"of": "all", "n": 6}]}, "read": {"any": [{"of": "all", "n": 1}]}, )";

/// 200 commits a second; `storage` completes the storage nodes' options.
AuroraText steady(const std::string& storage, const std::string& quorum = "") {
  AuroraText scenario;
  scenario.clients = R"([{"name": "web", "azs": ["a"],
                          "open_loop": {"rate_per_s": 200, "arrivals": "constant"}}])";
  scenario.transactions = R"([{"name": "insert", "autocommit": true, "pages_dirtied": 1}])";
  scenario.options = "{" + quorum + R"("writer": {"send_path_us": 0, "commit_cpu_us": 0},
    "storage": {"receive_cpu_us": 0, "nic_gbps": 1000, )" +
                     storage + "}}";
  return scenario;
}

std::string with_device(const std::string& flush_ms, const std::string& more) {
  return "\"device\": " + device(flush_ms) + more;
}

IoRow io(const RunSummary& run, const std::string& purpose) {
  for (const IoRow& row : run.io)
    if (row.place == "storage" && row.purpose == purpose) return row;
  return {};
}

double p50(const AuroraText& scenario) {
  return value_of(run_text(scenario.text(), "aurora"), "commit_latency_ms_p50");
}

}  // namespace

TEST_CASE("Noisy neighbours on a node of its own: the wait of M/D/1", "[aurora][validation]") {
  // One copy; its device serves 1,000 requests a second in turn. At a load of rho a boxcar waits
  // rho * s / (2 (1 - rho)) on average, s = 1 ms; each commit adds its own request, 20 a second.
  const auto mean_at = [](double neighbours_per_s) {
    AuroraText scenario;
    scenario.duration_s = "302";
    scenario.clients = R"([{"name": "web", "azs": ["a"],
                            "open_loop": {"rate_per_s": 20, "arrivals": "poisson"}}])";
    scenario.transactions = R"([{"name": "insert", "autocommit": true, "pages_dirtied": 1}])";
    scenario.data = R"({"size_gb": 1})";
    scenario.options = R"({"copies": [{"az": "a", "n": 1}], "write": {"any": [{"n": 1}]},
      "read": {"any": [{"n": 1}]}, "writer": {"send_path_us": 0, "commit_cpu_us": 0},
      "storage": {"receive_cpu_us": 0, "nic_gbps": 1000, "coalesce_interval_ms": 3600000,
        "staging_interval_ms": 0, "scrub_mb_per_s": 0,
        "device": {"flush_ms": 0.5, "read_ms": 0.1, "iops": 1000, "bandwidth_mb_per_s": 100000},
        "neighbours": [{"boxcars_per_s": )" +
                       std::to_string(neighbours_per_s) + R"(, "boxcar_kb": 1}]}})";
    return value_of(run_text(scenario.text(), "aurora"), "commit_latency_ms_mean");
  };
  const auto wait_ms = [](double requests_per_s) {
    const double rho = requests_per_s / 1000;
    return rho / (2 * (1 - rho));
  };
  // The client's round trip and the boxcar's, 1 ms each; 50 us of CPU; 1 ms at the server, 0.5 ms.
  const double alone = 1 + 0.050 + 1 + 1.5;
  CHECK(mean_at(480) == Approx(alone + wait_ms(500)).margin(0.03));
  CHECK(mean_at(780) == Approx(alone + wait_ms(800)).margin(0.12));
}

TEST_CASE("A noisy neighbour at one node: 4 of 6 absorbs it, 6 of 6 does not",
          "[aurora][validation]") {
  const std::string quiet = R"("device": {"flush_ms": 0.5, "read_ms": 0.1, "iops": 10000,
                                          "bandwidth_mb_per_s": 1000})";
  const std::string noisy =
      quiet + R"(, "neighbours": [{"copy": "b2", "boxcars_per_s": 8000, "page_ios_per_s": 1500}])";
  const auto p99 = [](const AuroraText& scenario) {
    return value_of(run_text(scenario.text(), "aurora"), "commit_latency_ms_p99");
  };
  CHECK(p99(steady(noisy)) == Approx(p99(steady(quiet))).epsilon(0.01));
  CHECK(p99(steady(noisy, six_of_six)) > p99(steady(quiet, six_of_six)) + 1);
  // On all nodes, there is nothing left that could absorb it.
  const std::string everywhere =
      quiet + R"(, "neighbours": [{"boxcars_per_s": 8000, "page_ios_per_s": 1500}])";
  CHECK(p99(steady(everywhere)) > p99(steady(quiet)) + 0.3);
}

TEST_CASE("SIGMOD 2017, S3.3: a node whose backlog grows throttles, and the quorum absorbs it",
          "[aurora][validation]") {
  // Pages are written one at a time, in 1 ms, or, in a hurry, eight at a time in 40 ms where the
  // disk is slow: 200 a second, and 200 commits change nearly 400.
  const auto storage = [](const std::string& slow, const std::string& throttle_ms) {
    return with_device("1", R"(, "background_ios_at_once": 1, "coalesce_interval_ms": 100,
      "staging_interval_ms": 0, "backlog_limit_mb": 0.1, "throttle_ms": )" +
                                throttle_ms + R"(, "slow": [)" + slow + "]");
  };
  const std::string one = R"({"copy": "c1", "factor": 40})";
  const std::string three = one + R"(, {"copy": "b2", "factor": 40}, {"copy": "a1", "factor": 40})";
  const double usual = p50(steady(storage("", "100")));
  CHECK(p50(steady(storage(one, "100"))) == Approx(usual).epsilon(0.001));
  CHECK(p50(steady(storage(one, "100"), six_of_six)) >
        p50(steady(storage(one, "0"), six_of_six)) + 50);
  CHECK(p50(steady(storage(three, "100"))) > p50(steady(storage(three, "0"))) + 50);
}

TEST_CASE("A page that changed is written once in a round, however long its chain",
          "[aurora][validation]") {
  // One row: one page of it, and the headers of 128 rollback segments, in turn. 200 commits a
  // second change all 129 in each round of a second, at each of six nodes.
  AuroraText scenario = steady(with_device("0.1", R"(, "staging_interval_ms": 0)"));
  scenario.duration_s = "42";
  scenario.data = R"({"size_gb": 10})";
  std::string text = scenario.text();
  text.insert(text.find(R"("transactions")"), R"("keys": {"count": 1}, )");
  const RunSummary run = run_text(text, "aurora");
  CHECK(static_cast<double>(io(run, "coalesced_page").writes) / 40 / 6 ==
        Approx(129).epsilon(0.03));
}

TEST_CASE("SIGMOD 2017, S3.3, step 6: log and changed pages are staged, and how far behind S3 is",
          "[aurora][validation]") {
  AuroraText scenario = steady(with_device("0.1", R"(, "staging_interval_ms": 4000)"));
  scenario.duration_s = "42";
  std::string text = scenario.text();
  text.insert(text.find(R"("transactions")"), R"("keys": {"count": 1}, )");
  const RunSummary run = run_text(text, "aurora");
  // A round begins 4 s after the one before it has ended, and ends when coalescing, once a second,
  // has made its pages: every 5 s each node sends the redo of 1,000 commits, two records of 300 +
  // 40 bytes, and the 129 pages that they changed, each once.
  const double log_bytes = 2 * (300 + 40), page_bytes = 16 * 1024;
  CHECK(value_of(run, "backup_bytes_per_commit") ==
        Approx(6 * (log_bytes + 129 * page_bytes / 1000)).epsilon(0.02));
  // Just before a round ends, S3 has the state in which the one before it began.
  CHECK(value_of(run, "backup_lag_s_max") == Approx(4 + 2 * 1).margin(0.25));
  double sent = 0;
  for (const TrafficRow& row : run.traffic)
    if (row.place == "storage" && row.traffic == "backup") sent += static_cast<double>(row.bytes);
  CHECK(sent > static_cast<double>(io(run, "backup").read_bytes));
  CHECK(value_of(run, "network_bytes_per_commit") < 6 * 1500 + 2000);  // told apart
}

TEST_CASE("SIGMOD 2017, S3.3, step 8: scrubbing reads at its rate, and repairs what fails its CRC",
          "[aurora][validation]") {
  AuroraText scenario =
      steady(with_device("0.1", R"(, "scrub_mb_per_s": 10, "corrupt_page_probability": 0.002)"));
  const RunSummary run = run_text(scenario.text(), "aurora");
  const IoRow scrub = io(run, "scrub");
  const double pages = 10 * 6 * 10e6 / (16 * 1024);
  CHECK(static_cast<double>(scrub.read_bytes) == Approx(10 * 6 * 10e6).epsilon(0.02));
  // Each corrupt page is written anew: 73 of 36,600 are expected; four standard errors.
  CHECK(static_cast<double>(scrub.writes) == Approx(0.002 * pages).margin(36));
}

TEST_CASE("A gray failure that ends: slow for four seconds, absorbed by 4 of 6 alone",
          "[aurora][validation]") {
  const std::string slow =
      R"(, "slow": [{"copy": "c1", "factor": 100, "from_s": 4, "until_s": 8}])";
  const RunSummary six = run_text(steady(with_device("0.5", slow), six_of_six).text(), "aurora");
  const RunSummary four = run_text(steady(with_device("0.5", slow)).text(), "aurora");
  CHECK(value_of(four, "commit_latency_ms_max") < 3);
  CHECK(value_of(six, "commit_latency_ms_p50") < 3);   // six of ten seconds are as ever
  CHECK(value_of(six, "commit_latency_ms_p95") > 50);  // the rest wait for the slow flush
}
