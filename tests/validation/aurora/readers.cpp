// Readers (SIGMOD 2017, S4.2.4; 2018, S3.3, S3.4), over whole runs.
#include <cstdio>
#include <fstream>

#include "tests/catch.hpp"
#include "tests/support/whole_run.hpp"
#include "tests/validation/aurora/scenario_text.hpp"

using namespace writepath;
using namespace writepath::test;

namespace {

AuroraText with_readers(int readers, const std::string& log_source) {
  AuroraText scenario;
  scenario.jitter = R"({"lognormal": {"median": 1, "p99": 1.6}})";
  scenario.data = R"({"size_gb": 25})";
  scenario.clients = R"([{"name": "web", "azs": ["a"], "open_loop": {"rate_per_s": 400}}])";
  scenario.transactions =
      R"([{"name": "t", "statements": 2, "rows_written": 2, "pages_dirtied": 6}])";
  scenario.nodes = R"([{"id": "w", "role": "primary", "az": "a"})";
  for (int i = 0; i < readers; ++i)
    scenario.nodes += R"(, {"id": "r)" + std::to_string(i) + R"(", "role": "replica", "az": ")" +
                      std::string(1, static_cast<char>('a' + i % 3)) + R"("})";
  scenario.nodes += "]";
  scenario.options = R"({"log_source": ")" + log_source +
                     R"(", "reader": {"buffer_pool_gb": 5}, "storage": {"device": )" +
                     device("0.5") + "}}";
  return scenario;
}

/// When the reader received commits that it did not have, s.
std::vector<double> received_at(const AuroraText& scenario, const std::vector<std::string>& sets) {
  RunOptions options;
  options.events = true;
  options.events_path = std::string(WRITEPATH_BINARY_DIR) + "/aurora_readers.ndjson";
  run_text(scenario.text(), "aurora", sets, options);
  std::vector<double> times;
  std::ifstream events(options.events_path);
  const std::string time = "{\"t_ns\":";
  for (std::string line; std::getline(events, line);)
    if (line.find(R"("fact":"replica_progress","stage":0)") != std::string::npos)
      times.push_back(to_s(std::stoll(line.substr(time.size()))));
  std::remove(options.events_path.c_str());
  return times;
}

double part(const RunSummary& run, const std::string& name) {
  return value_of(run.replica_lag_breakdown_ms, name);
}

}  // namespace

TEST_CASE("SIGMOD 2017, S4.2.4: fifteen readers on one volume, whom the writer does not wait for",
          "[aurora][readers]") {
  for (const std::string source : {"writer", "storage"}) {
    INFO("log_source " << source);
    const RunSummary one = run_text(with_readers(1, source).text(), "aurora");
    const RunSummary all = run_text(with_readers(15, source).text(), "aurora");
    REQUIRE(all.replicas.size() == 15);
    // A record is applied only if its page is in the cache, or else discarded: all are met.
    for (const SubjectMetrics& reader : all.replicas) {
      INFO(reader.id);
      const double applied = value_of(reader.metrics, "records_applied");
      const double met = applied + value_of(reader.metrics, "records_discarded");
      CHECK(met == Approx(value_of(all.replicas[0].metrics, "records_applied") +
                          value_of(all.replicas[0].metrics, "records_discarded"))
                       .epsilon(0.01));
      CHECK(applied / met < 0.35);
      CHECK(applied / met > 0.1);
      CHECK(value_of(reader.metrics, "replica_lag_ms_max") < 20);
      CHECK(value_of(reader.metrics, "replica_lag_unapplied") == 0);
    }
    for (const CheckResult& c : all.checks) {
      INFO(c.name << ": " << c.witness);
      CHECK(c.verdict == CheckResult::Verdict::holds);
    }
    CHECK(value_of(all, "commit_latency_ms_p50") ==
          Approx(value_of(one, "commit_latency_ms_p50")).epsilon(0.05));
  }
}

TEST_CASE("The reader's lag is the sum of its parts, wherever its redo comes from",
          "[aurora][readers]") {
  const auto run_with = [](const std::string& source) {
    AuroraText scenario = with_readers(1, source);
    scenario.jitter = "1";
    scenario.nodes =
        R"([{"id": "w", "role": "primary", "az": "a"}, {"id": "r", "role": "replica", "az": "b"}])";
    const RunSummary run = run_text(scenario.text(), "aurora");
    double sum = 0;
    for (const Metric& m : run.replica_lag_breakdown_ms) sum += m.value.value_or(0);
    CHECK(sum == Approx(value_of(run, "replica_lag_ms_mean")).margin(1e-6));
    CHECK(part(run, "visibility_wait") == 0);  // what is applied is shown
    CHECK(part(run, "apply") < 0.1);           // some records of 2 us each
    return run;
  };
  // From the writer: redo leaves with the commit, half a round trip of 1 ms before a boxcar's
  // quorum is back (0.5 ms out, 0.5 ms to flush, 0.5 ms back); the client has its answer 0.5 ms
  // after that. So it is received 1.5 ms before the acknowledgement: 0.5 - 2. VDL's update follows
  // with the quorum, and arrives as the client's answer does.
  const RunSummary writer = run_with("writer");
  CHECK(part(writer, "ship") == Approx(0.5 - 2.0).margin(0.1));
  CHECK(part(writer, "queue") == Approx(1.5).margin(0.15));
  // From storage: one more hop for the redo, and VDL comes with a later boxcar or on its own after
  // up to idle_vdl_update_ms.
  const RunSummary storage = run_with("storage");
  CHECK(part(storage, "ship") > part(writer, "ship") + 0.5);
  CHECK(part(storage, "queue") > part(writer, "queue"));
}

// SIGMOD 2018, S3.4: views are anchored at points that the writer had. The checks compare what
// every read saw with the history; here readers lag, and reads miss all the time.
TEST_CASE("A lagging reader with a small pool shows whole transactions only", "[aurora][readers]") {
  for (const std::string source : {"writer", "storage"}) {
    AuroraText scenario = with_readers(2, source);
    scenario.reads = R"([{"rate_per_s": 500}])";
    scenario.options.insert(scenario.options.find(R"("buffer_pool_gb")"),
                            R"("apply_us_per_record": 1000, )");
    const RunSummary run = run_text(scenario.text(), "aurora");
    INFO("log_source " << source);
    CHECK(value_of(run, "replica_lag_ms_p99") > 1);
    CHECK(value_of(run, "page_reads") > 1000);
    CHECK(value_of(run, "reads_failed") == 0);
    for (const char* name : {"order", "visibility", "convergence"})
      CHECK(check(run, name).verdict == CheckResult::Verdict::holds);
  }
}

// TCP hands over what has arrived. A reader that waited for the whole backlog took its source for
// silent after 3 s, asked again from the start, and never got anywhere.
TEST_CASE("A backlog that takes a narrow path longer than a reader's patience arrives",
          "[aurora][readers]") {
  for (const std::string source : {"writer", "storage"}) {
    INFO("log_source " << source);
    AuroraText scenario;
    scenario.duration_s = "15";
    scenario.settle_s = "30";
    scenario.data = R"({"size_gb": 1})";
    scenario.probe = R"({"enabled": false})";
    scenario.clients = R"([{"name": "web", "azs": ["a"],
      "open_loop": {"rate_per_s": 1, "arrivals": "constant"}}])";
    scenario.transactions = R"([{"name": "bulk", "autocommit": true, "redo_bytes": 600000}])";
    scenario.nodes =
        R"([{"id": "w", "role": "primary", "az": "a"}, {"id": "r", "role": "replica", "az": "b"}])";
    scenario.options = R"({"log_source": ")" + source + R"("})";
    scenario.faults = R"([{"id": "cut", "kind": "partition", "target": {"role": "replica"},
      "at_s": 2.5, "duration_s": 12}])";
    const std::vector<double> times =
        received_at(scenario, {"/network/inter_az/bandwidth_gbps=0.02"});
    REQUIRE(times.size() > 5);
    double last = 14.5;
    for (const double at : times) {
      if (at < 14.5) continue;
      CHECK(at < last + 3);
      last = at;
    }
    CHECK(last > 22);
  }
}
