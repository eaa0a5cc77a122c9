// The target of the whole program: 100,000 commits a second for 10 simulated seconds, six copies,
// two readers, every measure on, in less than 10 seconds of CPU time. The best of two runs counts,
// because a busy neighbour on the same processor makes one of them slower than it is.
#include <sys/resource.h>

#include <algorithm>

#include "tests/catch.hpp"
#include "tests/support/whole_run.hpp"

using namespace writepath;
using namespace writepath::test;

namespace {

const char* const scenario =
    R"({ "scenario_version": 1, "name": "bench", "question": "?",
    "duration_s": 10, "warmup_s": 1, "settle_s": 5, "battery": { "enabled": false },
    "workload": {
      "clients": [ { "name": "load", "azs": ["a"], "open_loop": { "rate_per_s": 100000 } } ],
      "transactions": [ { "name": "insert", "autocommit": true } ],
      "reads": [ { "target": "replicas", "rate_per_s": 1000, "azs": ["b"] } ],
      "heartbeat": { "enabled": true } },
    "architectures": [ { "name": "aurora", "model": "aurora_quorum",
      "nodes": [ { "id": "w", "role": "primary", "az": "a" },
                 { "id": "r1", "role": "replica", "az": "b" },
                 { "id": "r2", "role": "replica", "az": "c" } ] } ] })";

/// Of the child processes that ended, one for each run.
double cpu_seconds() {
  rusage usage;
  getrusage(RUSAGE_CHILDREN, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

}  // namespace

TEST_CASE("100,000 commits/s for 10 s, six copies, two readers: less than 10 CPU seconds") {
  double best = 1e9;
  for (int run = 0; run < 2; ++run) {
    const double before = cpu_seconds();
    const RunSummary summary = run_text(scenario, "aurora");
    best = std::min(best, cpu_seconds() - before);
    CHECK(value_of(summary, "commits_per_s") == Approx(100'000).epsilon(0.01));
    CHECK(value_of(summary, "replica_lag_unapplied") == 0);
    CHECK(value_of(summary, "reads_done") > 8000);
    CHECK(value_of(summary, "heartbeats_written") > 5);
    for (const CheckResult& check : summary.checks)
      CHECK(check.verdict == CheckResult::Verdict::holds);
  }
  WARN(best << " CPU seconds for a million commits");
  CHECK(best < 10);
}
