// The path of a fact allocates nothing once the largest backlog has been seen (but for what grows
// with the logarithm of the number of commits), and memory does not follow the number of
// transactions.
#include "tests/catch.hpp"
#include "tests/support/count_allocations.hpp"
#include "tests/unit/metrics/facts_of.hpp"

using namespace writepath;
using namespace writepath::test;

namespace {

/// `count` commits, 1 ms apart, each with its steps and stages; a replica lags `behind` commits.
std::uint64_t play(Story& story, std::uint64_t n, std::uint64_t count, std::uint64_t behind) {
  for (const std::uint64_t last = n + count; n < last;) {
    ++n;
    const TimeNs at = static_cast<TimeNs>(n) * ms(1);
    const TxnId txn = story.start(at);
    for (std::uint32_t step = 0; step < 3; ++step)
      story.state(StepDone{at + 1000 * step, db1, txn, step});
    story.order(at + 5000, txn, place(1, n));
    story.ack(at + 200'000, txn, place(1, n), at);
    for (std::size_t stage = 0; stage < 4; ++stage) {
      const auto which = static_cast<ReplicaStage>(stage);
      story.state(ReplicaProgress{at + 300'000, db2, which, place(1, n)});
      if (n > behind) story.state(ReplicaProgress{at + 400'000, db3, which, place(1, n - behind)});
    }
    if (n % 4 == 0)
      story.state(ReadDone{at + 450'000, at + 250'000, web, db3, n > 500 ? n - 500 : 0,
                           place(1, n > behind ? n - behind : 0), true});
  }
  return n;
}

}  // namespace

TEST_CASE("facts cost no memory") {
  Story story;
  story.scenario.duration_s = 3000;
  story.config.window_end = 3000 * ns_per_s;
  story.scenario.workload.session.timeout_s = 0.5;
  story.scenario.workload.reads.push_back({.rate_per_s = 10, .azs = {}});
  story.begin();
  std::uint64_t n = play(story, 0, 50'000, 1000);
  const std::size_t before = allocations, bytes_before = allocated_bytes;
  n = play(story, n, 200'000, 1000);
  // Five times the commits: up to three more levels of AckTimes, in the metrics and in the checks.
  const std::size_t made = allocations - before, bytes = allocated_bytes - bytes_before;
  INFO(made << " allocations, " << bytes << " bytes");
  CHECK(made <= 12);
  CHECK(bytes < 500'000);
  const RunSummary summary = story.finish_with({place(1, n)});
  REQUIRE(value(summary, "commits_acked") == 250'000.0);
  REQUIRE(value(summary.replicas[0], "replica_lag_ms_max") == Approx(0.1));
  REQUIRE(value(summary.replicas[1], "replica_lag_ms_p50") == Approx(1000.2).epsilon(0.01));
  REQUIRE(*value(summary, "stale_read_fraction") > 0);
}
