// Table 4 of Verbitski et al., SIGMOD 2017: replica lag of Aurora by write rate, 2.62 ms at 1,000
// writes/s, 3.42 at 2,000, 5.38 at 10,000. "Replica lag [...] is the time it takes for a committed
// transaction to be visible in the replica": replica_lag_ms_mean, which counts from the
// acknowledgement at the client.
//
// Two declared parameters of scenarios/aurora-lag are fitted to the rows 1,000 and 10,000: how
// large a share of the messages to the reader is held up (0.17), and how long on average (5.45
// times half a round trip: 2.2 ms). The row 2,000 is predicted. What the network's sourced defaults
// give, and what is left when the delays are switched off, stands beside it.
#include <cmath>

#include "tests/catch.hpp"
#include "tests/support/whole_run.hpp"
#include "tests/validation/aurora/scenario_text.hpp"

using namespace writepath;
using namespace writepath::test;

namespace {

constexpr double statements = 4;  // 2 UPDATE, 1 DELETE, 1 INSERT: each counts as a write

const std::string sourced = R"(/network/links/0/jitter={"lognormal": {"median": 1, "p99": 1.6}})";
const std::string without_delays = "/network/links/0/jitter=1";

double sum(const Metrics& parts) {
  double total = 0;
  for (const Metric& part : parts) total += part.value.value_or(0);
  return total;
}

RunSummary at(double writes_per_s, int duration_s, const std::vector<std::string>& more = {}) {
  std::vector<std::string> sets{"/workload/clients/sysbench/open_loop/rate_per_s=" +
                                    std::to_string(writes_per_s / statements),
                                "/duration_s=" + std::to_string(duration_s)};
  sets.insert(sets.end(), more.begin(), more.end());
  return run_file("scenarios/aurora-lag/scenario.json", "aurora", sets);
}

/// The mean lag, ms. Its parts add up to it, and those of the commit's latency to that.
double lag_ms(double writes_per_s, int duration_s, const std::vector<std::string>& more = {}) {
  const RunSummary run = at(writes_per_s, duration_s, more);
  CHECK(value_of(run, "replica_lag_unapplied") == 0);
  CHECK(sum(run.replica_lag_breakdown_ms) ==
        Approx(value_of(run, "replica_lag_ms_mean")).epsilon(1e-6));
  CHECK(sum(run.commit_latency_breakdown_ms) ==
        Approx(value_of(run, "commit_latency_ms_mean")).epsilon(1e-6));
  return value_of(run, "replica_lag_ms_mean");
}

}  // namespace

TEST_CASE("Table 4: fitted to 1,000 and 10,000 writes/s, predicted at 2,000", "[aurora][table4]") {
  const double at_1000 = lag_ms(1'000, 100), at_2000 = lag_ms(2'000, 60);
  const double at_5000 = lag_ms(5'000, 24), at_10000 = lag_ms(10'000, 15);
  INFO(at_1000 << " " << at_2000 << " " << at_5000 << " " << at_10000);
  CHECK(at_1000 == Approx(2.62).epsilon(0.05));
  CHECK(at_10000 == Approx(5.38).epsilon(0.05));
  CHECK(at_2000 == Approx(3.42).epsilon(0.10));
  // It bends: a straight line through the two rows lies below, by more than chance (2 %).
  CHECK(at_2000 > 1.05 * (2.62 + (5.38 - 2.62) / 9));
  CHECK(at_5000 > at_2000);
  CHECK(at_5000 < at_10000);
}

TEST_CASE("Table 4: sourced parameters alone give a tenth of it, and hardly a growth",
          "[aurora][table4]") {
  const double at_1000 = lag_ms(1'000, 20, {sourced}), at_10000 = lag_ms(10'000, 8, {sourced});
  CHECK(at_1000 == Approx(0.35).margin(0.03));
  CHECK(at_10000 == Approx(0.38).margin(0.03));
}

TEST_CASE("Table 4: without delays to wait behind, the lag does not grow with the rate",
          "[aurora][table4]") {
  const double at_1000 = lag_ms(1'000, 20, {without_delays}),
               at_10000 = lag_ms(10'000, 8, {without_delays});
  CHECK(at_10000 == Approx(at_1000).margin(0.02));
  // One way 0.41 ms, the send path 20 us, less the acknowledgement's way to the client, 0.1 ms.
  CHECK(at_1000 == Approx(0.41 + 0.02 - 0.1).margin(0.02));
}

TEST_CASE("Table 4: no other queue on the way bends the curve as the table does",
          "[aurora][table4]") {
  const auto rows = [](const std::string& set) {
    return std::pair{lag_ms(1'000, 12, {without_delays, set}),
                     lag_ms(10'000, 6, {without_delays, set})};
  };
  // An applier near its limit: hardly anything until then. 22,500 records/s of 40 us take 90 %.
  const std::string slow = "/architectures/aurora/options/reader/apply_us_per_record=40";
  const auto applier = rows(slow);
  const double halfway = lag_ms(5'000, 8, {without_delays, slow});
  CHECK(applier.first < 0.5);
  CHECK(halfway < applier.first + 4.0 / 9 * (applier.second - applier.first));  // a straight line
  // A slow send path is filled, not queued for: the busier, the shorter the wait.
  const auto sending = rows("/architectures/aurora/options/writer/send_path_us=400");
  CHECK(sending.second <= sending.first);
  // Ten protection groups: VDL waits for all of them, and the commit for VDL.
  const auto groups = rows("/data/size_gb=100");
  CHECK(groups.second == Approx(groups.first).margin(0.02));
}

// The mechanism by itself, against paper. Messages to the reader arrive in the order of sending, so
// each waits for the slowest before it. A commit is visible when its redo and the VDL that covers
// it, sent c later, have come. With exponential delays of mean m and transactions of one record at
// a rate r, the lag is at most x if its own two messages and all before them have come by then:
//   P(lag <= x) = F(x) F(x + c) exp(-r I(x)),  F(x) = 1 - exp(-x / m),
//   I(x) = integral over u > 0 of 1 - F(x + u) F(x + u + c)   whose VDL was sent u earlier
//        + integral over 0 < u < c of 1 - F(x + u)            whose redo was, and VDL was not yet.
// For large r the mean is m (ln(2 r m) + 0.577).
TEST_CASE("In order, the lag grows with the logarithm of the rate: closed form",
          "[aurora][table4]") {
  constexpr double m = 2, c = 0.5 + 0.5 + 0.4;  // ms; c: out, flush, back
  const auto above = [](double x) { return std::exp(-x / m); };
  const auto expected_ms = [&](double per_ms) {
    double mean = 0;
    for (double x = 0.005; x < 60; x += 0.01) {
      const double pair = m * above(x) + m * above(x + c) - m / 2 * above(2 * x + c);
      const double redo_only = m * (above(x) - above(x + c));
      const double within =
          (1 - above(x)) * (1 - above(x + c)) * std::exp(-per_ms * (pair + redo_only));
      mean += 0.01 * (1 - within);
    }
    return mean;
  };
  AuroraText scenario;
  scenario.duration_s = "62";
  scenario.round_trip_ms = "1";
  scenario.transactions =
      R"([{"name": "one", "autocommit": true, "pages_dirtied": 1, "statement_cpu_us": 0}])";
  scenario.nodes = R"([{"id": "w", "role": "primary", "az": "a", "nic_gbps": 1000},
                       {"id": "r", "role": "replica", "az": "d", "nic_gbps": 1000}])";
  scenario.options = R"({"writer": {"send_path_us": 0, "commit_cpu_us": 0}, "reader":
      {"apply_us_per_record": 0}, "storage": {"receive_cpu_us": 0, "nic_gbps": 1000, "device": )" +
                     device("0.4") + "}}";
  for (const int per_s : {50, 500, 5000}) {
    scenario.clients = R"([{"name": "web", "azs": ["a"], "open_loop": {"rate_per_s": )" +
                       std::to_string(per_s) + "}}]";
    std::string text = scenario.text();
    const auto put = [&text](const std::string& old, const std::string& fresh) {
      text.replace(text.find(old), old.size(), fresh);
    };
    put(R"("azs": ["a", "b", "c"]}])",
        R"("azs": ["a", "b", "c", "d"]}], "links": [{"from": "a", "to": "d", "one_way": true,
            "rtt_ms": 2, "jitter": {"exponential": {"mean": 2}}}])");
    if (per_s == 5000) put(R"("duration_s": 62)", R"("duration_s": 12)");
    const RunSummary run = run_text(text, "aurora");
    INFO(per_s << "/s");
    // The acknowledgement is half a round trip on its way to the client, too.
    CHECK(value_of(run, "replica_lag_ms_mean") + 0.5 ==
          Approx(expected_ms(per_s / 1000.0)).epsilon(0.03));
  }
}
