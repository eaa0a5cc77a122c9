// Two sources at once: that it happens without fencing, and cannot with it.
#include "tests/catch.hpp"
#include "tests/support/whole_run.hpp"

using namespace writepath;
using namespace writepath::test;

namespace {

std::string brains(const std::string& options, const std::string& fault) {
  return R"({ "scenario_version": 1, "name": "brains", "question": "?",
    "duration_s": 70, "warmup_s": 2, "settle_s": 60,
    "data": { "size_gb": 0.2 },
    "workload": { "clients": [ { "name": "near", "azs": ["a"], "open_loop": { "rate_per_s": 50 } },
                               { "name": "far", "azs": ["b"], "open_loop": { "rate_per_s": 50 } } ],
      "transactions": [ { "name": "insert", "autocommit": true } ],
      "session": { "timeout_s": 3 } },
    "architectures": [ { "name": "m", "model": "mysql_binlog",
      "nodes": [ { "id": "db1", "role": "primary", "az": "a" },
                 { "id": "db2", "role": "replica", "az": "b" },
                 { "id": "db3", "role": "replica", "az": "c" } ],
      "options": { )" +
         options + R"( } } ],
    "faults": [ )" +
         fault + " ] }";
}

const std::string cut = R"({ "id": "f", "at_s": 20, "kind": "partition", "duration_s": 30,
                             "target": { "az": "a" } })";
const Metrics& fault(const RunSummary& run) { return subject(run.faults, "f").metrics; }

}  // namespace

TEST_CASE("without fencing both sides acknowledge; the old source is rebuilt, not merged") {
  const RunSummary run = run_text(brains(R"("name_service": "per_az")", cut), "m");
  // 50/s on its side for 30 s, and all 100/s until it was replaced elsewhere does not count here.
  CHECK(value_of(fault(run), "rpo_transactions") > 1300);
  CHECK(value_of(fault(run), "rpo_transactions") < 1700);
  CHECK(value_of(run, "errant_transactions") >= value_of(fault(run), "rpo_transactions"));
  CHECK(value_of(fault(run), "recoverable_transactions") ==
        value_of(fault(run), "rpo_transactions"));  // its data are set aside
  CHECK(check(run, "convergence").verdict == CheckResult::Verdict::holds);
  CHECK(check(run, "durability").verdict == CheckResult::Verdict::holds);
}

TEST_CASE("a name service that everybody hears ends most of it when cached endpoints do") {
  const RunSummary run = run_text(brains("", cut), "m");
  CHECK(value_of(fault(run), "rpo_transactions") > 100);
  CHECK(value_of(fault(run), "rpo_transactions") < 800);
}

TEST_CASE("with fencing the old source stops before another one opens") {
  // Asynchronous: what it acknowledged until its lease ended is lost, and no more.
  const RunSummary async =
      run_text(brains(R"("name_service": "per_az", "fencing": "on")", cut), "m");
  CHECK(value_of(fault(async), "rpo_transactions") > 150);
  CHECK(value_of(fault(async), "rpo_transactions") <= 50 * 5 * 1.2);
  // Semi-synchronous: nothing, its timeout is longer than the lease.
  const RunSummary run = run_text(
      brains(R"("name_service": "per_az", "fencing": "on", "semi_sync": "after_sync")", cut), "m");
  CHECK(value_of(fault(run), "rpo_transactions") == 0);
  CHECK(value_of(fault(run), "rto_s") < 15);
  CHECK(check(run, "convergence").verdict == CheckResult::Verdict::holds);
}

TEST_CASE("the price of fencing: a source stops when the monitor is away") {
  const std::string away = R"({ "id": "f", "at_s": 20, "kind": "partition", "duration_s": 20,
                                "target": { "role": "monitor" } })";
  const RunSummary run = run_text(brains(R"("fencing": "on")", away), "m");
  CHECK(value_of(fault(run), "rpo_transactions") == 0);
  CHECK(value_of(fault(run), "write_unavailable_s") > 10);
  const RunSummary off = run_text(brains("", away), "m");
  CHECK(value_of(fault(off), "write_unavailable_s") == 0);
}

TEST_CASE("a fenced source that can be reached is told to stop, and nobody waits") {
  const std::string crash = R"({ "id": "f", "at_s": 20.5, "kind": "node_crash", "crash": "process",
                                 "restart_after_s": 30, "target": { "role": "primary" } })";
  const auto start_s = [&](const char* options) {
    return value_of(fault(run_text(brains(options, crash), "m")), "start_s");
  };
  CHECK(start_s(R"("fencing": "on", "self_fence_s": 20)") == Approx(0.5));  // promote_s alone
}
