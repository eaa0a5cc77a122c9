// Whole runs in which something breaks: what Aurora's design promises, and what it does not.
#include "sim/core/random.hpp"
#include "tests/catch.hpp"
#include "tests/support/whole_run.hpp"
#include "tests/validation/aurora/scenario_text.hpp"

using namespace writepath;
using namespace writepath::test;

namespace {

const char* const writer_and_reader =
    R"([{"id": "w", "role": "primary", "az": "a"}, {"id": "r", "role": "replica", "az": "b"}])";
/// Fast detection and restarts, so that a run can be short.
const char* const quick_failover =
    R"("failover": {"promotion_s": 0.5, "restart_s": 0.5, "instance_start_s": 2,
                    "detector": {"interval_s": 0.2, "timeout_s": 0.2, "failures": 3}})";

AuroraText breaking() {
  AuroraText scenario;
  scenario.duration_s = "30";
  scenario.settle_s = "20";
  scenario.jitter = R"({"lognormal": {"median": 1, "p99": 1.6}})";
  scenario.clients =
      R"([{"name": "web", "azs": ["a", "b", "c"], "open_loop": {"rate_per_s": 200}}])";
  scenario.nodes = writer_and_reader;
  scenario.options = std::string("{") + quick_failover + "}";
  return scenario;
}

std::string crash(const std::string& target, const std::string& more) {
  return R"({"id": "f", "at_s": 10, "kind": "node_crash", "target": )" + target + more + "}";
}

void all_checks_hold(const RunSummary& run) {
  for (const CheckResult& c : run.checks) {
    INFO(c.name << ": " << c.witness);
    CHECK(c.verdict == CheckResult::Verdict::holds);
  }
}

const Metrics& fault(const RunSummary& run, const std::string& id = "f") {
  return subject(run.faults, id).metrics;
}

}  // namespace

TEST_CASE("A lost writer: the reader takes over, nothing acknowledged is lost",
          "[aurora][failures]") {
  for (const std::string kind : {"process", "host", "loss"}) {
    INFO(kind);
    AuroraText scenario = breaking();
    scenario.faults = "[" + crash(R"({"role": "primary"})", R"(, "crash": ")" + kind + "\"") + "]";
    const RunSummary run = run_text(scenario.text(), "aurora");
    all_checks_hold(run);
    CHECK(value_of(fault(run), "rpo_transactions") == 0);
    const double rto = value_of(fault(run), "rto_s");
    // Three misses 0.2 s apart, 0.5 s of promotion, then round trips and metadata writes.
    CHECK(value_of(fault(run), "detect_s") > 0.3);
    CHECK(value_of(fault(run), "detect_s") < 1.3);
    CHECK(value_of(fault(run), "start_s") == Approx(0.5));
    CHECK(value_of(fault(run), "survey_s") > 0.0005);
    CHECK(value_of(fault(run), "survey_s") + value_of(fault(run), "recover_s") < 0.1);
    CHECK(rto > 0.8);
    CHECK(rto < 8);  // clients cache the endpoint for up to 5 s
    CHECK(value_of(run, "commits_acked") > 3500);
  }
}

TEST_CASE("Without a reader the writer restarts in place", "[aurora][failures]") {
  AuroraText scenario = breaking();
  scenario.nodes = R"([{"id": "w", "role": "primary", "az": "a"}])";
  scenario.faults = "[" + crash(R"({"role": "primary"})", R"(, "crash": "process")") + "]";
  const RunSummary supervised = run_text(scenario.text(), "aurora");
  all_checks_hold(supervised);
  CHECK(value_of(fault(supervised), "rpo_transactions") == 0);
  CHECK(value_of(fault(supervised), "rto_s") < 8);

  scenario.faults =
      "[" + crash(R"({"role": "primary"})", R"(, "crash": "host", "restart_after_s": 3)") + "]";
  const RunSummary back = run_text(scenario.text(), "aurora");
  all_checks_hold(back);
  CHECK(value_of(fault(back), "rpo_transactions") == 0);
  CHECK(value_of(fault(back), "rto_s") > 3.5);
  CHECK(value_of(fault(back), "rto_s") < 8);
}

TEST_CASE("The storage is the source of truth: with all instances lost, every commit is there",
          "[aurora][failures]") {
  AuroraText scenario = breaking();
  scenario.faults = "[" + crash(R"({"role": "primary"})", R"(, "crash": "loss")") +
                    R"(, {"id": "g", "at_s": 10, "kind": "node_crash", "crash": "loss",
                          "target": {"role": "replica"}}])";
  const RunSummary run = run_text(scenario.text(), "aurora");
  CHECK(value_of(run, "commits_acked") > 1000);
  CHECK(value_of(fault(run), "rpo_transactions") == 0);
  CHECK(check(run, "durability").verdict == CheckResult::Verdict::holds);
}

TEST_CASE("An AZ lost: storage goes on with four of six; with the writer's AZ, a reader takes over",
          "[aurora][failures]") {
  for (const std::string az : {"a", "c"}) {
    INFO("AZ " << az);
    AuroraText scenario = breaking();
    scenario.faults = R"([{"id": "f", "at_s": 10, "kind": "az_outage", "target": {"az": ")" + az +
                      R"("}, "duration_s": 8}])";
    const RunSummary run = run_text(scenario.text(), "aurora");
    all_checks_hold(run);
    CHECK(value_of(fault(run), "rpo_transactions") == 0);
    if (az == "c") CHECK(value_of(fault(run), "rto_s") < 0.1);
    if (az == "a") CHECK(value_of(fault(run), "rto_s") < 12);
  }
}

TEST_CASE("AZ+1: writes stop, reads go on, writes resume when the AZ is back",
          "[aurora][failures]") {
  AuroraText scenario = breaking();
  scenario.reads = R"([{"rate_per_s": 100, "target": "replicas", "azs": ["b"]}])";
  scenario.clients = R"([{"name": "web", "azs": ["a"], "open_loop": {"rate_per_s": 200}}])";
  scenario.faults = R"([{"id": "f", "at_s": 10, "kind": "az_outage", "target": {"az": "c"},
                         "duration_s": 6},
                        {"id": "one", "at_s": 12, "kind": "node_crash", "crash": "loss",
                         "target": {"role": "storage", "az": "b", "index": 0}}])";
  const RunSummary run = run_text(scenario.text(), "aurora");
  all_checks_hold(run);
  CHECK(value_of(fault(run), "rpo_transactions") == 0);
  CHECK(value_of(fault(run, "one"), "rpo_transactions") == 0);
  CHECK(value_of(fault(run, "one"), "rto_s") > 4);
  CHECK(value_of(fault(run, "one"), "rto_s") < 12);
  CHECK(value_of(run, "reads_failed") == 0);
}

TEST_CASE("A storage node whose disk is lost copies its segments and is whole again",
          "[aurora][failures]") {
  AuroraText scenario = breaking();
  scenario.data = R"({"size_gb": 4})";
  scenario.faults =
      "[" +
      crash(R"({"role": "storage", "index": 2})", R"(, "crash": "loss", "restart_after_s": 1)") +
      "]";
  const RunSummary run = run_text(scenario.text(), "aurora");
  all_checks_hold(run);
  CHECK(value_of(fault(run), "rpo_transactions") == 0);
  CHECK(value_of(fault(run), "rto_s") < 0.1);
  // 4 GB over 10 Gb/s take 3.2 s, written at 1 GB/s 4 s.
  const double whole = value_of(fault(run), "time_to_full_redundancy_s");
  CHECK(whole > 4.9);
  CHECK(whole < 7);
}

// 4 of 4: the acknowledgement of a storage node crosses a cut of a millisecond and is lost, the
// node gives its connection up, and the only client waits: nothing would ever be sent on the
// writer's end.
TEST_CASE("A lost acknowledgement does not stall a commit for ever", "[aurora][failures]") {
  AuroraText scenario;
  scenario.round_trip_ms = "100";
  scenario.warmup_s = "0";
  scenario.probe = R"({"enabled": false})";
  scenario.clients =
      R"([{"name": "web", "azs": ["a"], "stop_s": 1, "closed_loop": {"clients": 1}}])";
  scenario.options = R"({"copies": [{"az": "a", "n": 2}, {"az": "b", "n": 2}],
    "write": {"any": [{"n": 4}]}, "read": {"any": [{"n": 1}]},
    "page_reads": {"read_point_interval_ms": 10000},
    "storage": {"device": )" +
                     device("1") + "}}";
  scenario.faults = R"([{"id": "f", "at_s": 1.03, "kind": "partition", "duration_s": 0.001,
                         "target": {"role": "storage", "index": 0}}])";
  const RunSummary run = run_text(scenario.text(), "aurora", {"/network/tcp_user_timeout_s=0.1"});
  CHECK(value_of(run, "commits_acked") == 5);
  CHECK(value_of(run, "commits_unknown") == 0);
  // It did stall, until the writer knocked.
  CHECK(value_of(run, "commit_latency_ms_max") > 1000);
}

// The cut takes acknowledgements only, the storage node gives its connection up, and boxcars pass
// it by because its acknowledgements don't come. The next part of a statement leaves as soon as VDL
// moves, so no storage node is told by itself: the reader that follows this one would learn no VDL
// any more, while all redo reached it by gossip.
TEST_CASE("A storage node that boxcars pass by is told VDL, and its lost connection is found",
          "[aurora][failures]") {
  AuroraText scenario;
  scenario.round_trip_ms = "100";
  scenario.warmup_s = "0";
  scenario.probe = R"({"enabled": false})";
  scenario.clients = R"([{"name": "web", "azs": ["a"], "closed_loop": {"clients": 2}}])";
  scenario.transactions = R"([{"name": "large", "statements": 1, "redo_bytes": 1000000}])";
  scenario.nodes =
      R"([{"id": "w", "role": "primary", "az": "a"}, {"id": "r", "role": "replica", "az": "a"}])";
  scenario.options = R"({"log_source": "storage", "lal_bytes": 100000,
    "writer": {"unacknowledged_mb": 0.1}, "storage": {"device": )" +
                     device("1") + "}}";
  scenario.faults = R"([{"id": "f", "at_s": 3.05, "kind": "partition", "duration_s": 0.001,
                         "target": {"role": "storage", "index": 0}}])";
  const RunSummary run = run_text(scenario.text(), "aurora", {"/network/tcp_user_timeout_s=0.1"});
  CHECK(value_of(run, "commits_acked") > 10);
  CHECK(value_of(run, "replica_lag_ms_max") < 3000);  // it was 6,600, as long as the load lasted
}

TEST_CASE("A partitioned writer is locked out, and returns as a reader", "[aurora][failures]") {
  AuroraText scenario = breaking();
  scenario.faults = R"([{"id": "f", "at_s": 10, "kind": "partition",
                         "target": {"role": "primary"}, "duration_s": 5}])";
  const RunSummary run = run_text(scenario.text(), "aurora");
  all_checks_hold(run);
  CHECK(value_of(fault(run), "rpo_transactions") == 0);
  CHECK(subject(run.replicas, "w").id == "w");
}

// It received more redo, which no quorum had, from the writer that was cut off with it than the
// next writer has committed by then.
TEST_CASE("A reader that comes back from its old writer shows the new one's history in order",
          "[aurora][failures]") {
  AuroraText scenario = breaking();
  scenario.nodes = R"([{"id": "w", "role": "primary", "az": "c"},
    {"id": "r1", "role": "replica", "az": "b"}, {"id": "r2", "role": "replica", "az": "c"}])";
  scenario.options = "{}";  // three seconds until the failover
  scenario.clients = R"([
    {"name": "far", "azs": ["b"], "open_loop": {"rate_per_s": 5}},
    {"name": "near", "azs": ["c"], "closed_loop": {"clients": 16, "think_time_ms": 5}}])";
  scenario.faults = R"([{"id": "f", "at_s": 5, "kind": "partition", "target": {"az": "c"},
                         "duration_s": 15}])";
  // Clients that give up soon begin anew, on connections that still reach the old writer.
  const RunSummary run = run_text(scenario.text(), "aurora", {"/workload/session/timeout_s=0.05"});
  CHECK(check(run, "order").witness == "");
  CHECK(check(run, "convergence").witness == "");
}

// The other reader is far away: the new writer's log no longer holds the commits that it had
// received.
TEST_CASE("A far reader that follows the storage goes on in order after a failover",
          "[aurora][failures]") {
  const RunSummary run = run_text(R"({"scenario_version": 1, "name": "far", "duration_s": 20,
    "network": {"regions": [{"name": "r1", "azs": ["a", "b", "c"]}, {"name": "r2", "azs": ["e", "f"]}]},
    "workload": {"clients": [{"name": "web", "azs": ["f", "b", "e"],
      "open_loop": {"rate_per_s": 50, "arrivals": "constant"}}]},
    "architectures": [{"name": "aurora", "model": "aurora_quorum",
      "nodes": [{"id": "w", "role": "primary", "az": "e"}, {"id": "r1", "role": "replica", "az": "b"},
                {"id": "r2", "role": "replica", "az": "f"}],
      "options": {"log_source": "storage", "copies": [{"az": "a"}, {"az": "b"}, {"az": "c"}]}}],
    "faults": [{"id": "f", "at_s": 8.85, "kind": "node_crash", "target": {"role": "primary"}}]})",
                                  "aurora");
  CHECK(check(run, "order").witness == "");
}

TEST_CASE("A new reader serves soon, whatever the size of the data", "[aurora][failures]") {
  double first = 0;
  for (const std::string gb : {"1", "1000"}) {
    AuroraText scenario = breaking();
    scenario.data = R"({"size_gb": )" + gb + "}";
    scenario.reads = R"([{"rate_per_s": 200, "target": "replicas"}])";
    scenario.operations = R"([{"kind": "add_replica", "id": "new", "at_s": 10, "az": "c"}])";
    const RunSummary run = run_text(scenario.text(), "aurora");
    all_checks_hold(run);
    const Metrics& added = subject(run.operations, "new").metrics;
    CHECK(value_of(added, "bytes_copied") == 0);
    CHECK(value_of(added, "time_to_ready_s") > 2);
    CHECK(value_of(added, "time_to_ready_s") < 2.5);
    CHECK(value_of(added, "time_to_caught_up_s") < 2.5);
    if (first == 0) first = value_of(added, "time_to_ready_s");
    CHECK(value_of(added, "time_to_ready_s") == Approx(first).epsilon(0.02));
  }
}

namespace {

std::string random_faults(RandomStream& dice) {
  const char* const crashes[] = {"process", "host"};
  const char* const roles[] = {"primary", "replica", "storage", "monitor"};
  std::string list;
  const std::uint64_t count = 1 + dice.below(5);
  for (std::uint64_t i = 0; i < count; ++i) {
    if (!list.empty()) list += ", ";
    list += R"({"id": "f)" + std::to_string(i) + R"(", "at_s": )" +
            std::to_string(3 + dice.below(15'000) / 1000.0) + ", ";
    const std::uint64_t kind = dice.below(6);
    if (kind == 0) {
      list += R"("kind": "az_outage", "target": {"az": ")" + std::string(1, "abc"[dice.below(3)]) +
              R"("}, "duration_s": )" + std::to_string(0.5 + dice.below(5000) / 1000.0) + "}";
    } else if (kind == 1) {
      list += R"("kind": "partition", "target": {"role": ")" + std::string(roles[dice.below(3)]) +
              R"(", "pick": "random"}, "duration_s": )" +
              std::to_string(0.5 + dice.below(5000) / 1000.0) + "}";
    } else {
      list += R"("kind": "node_crash", "crash": ")" + std::string(crashes[dice.below(2)]) +
              R"(", "target": {"role": ")" + roles[dice.below(4)] +
              R"(", "pick": "random"}, "restart_after_s": )" +
              std::to_string(dice.below(4000) / 1000.0) + "}";
    }
  }
  return "[" + list + "]";
}

}  // namespace

TEST_CASE("Whatever crashes and comes back, no acknowledged commit is lost", "[aurora][failures]") {
  double acked = 0, failovers = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    RandomStream dice(seed, "aurora.faults");
    AuroraText scenario = breaking();
    scenario.duration_s = "25";
    scenario.settle_s = "30";
    scenario.data = dice.below(2) == 0 ? R"({"size_gb": 10})" : R"({"size_gb": 45})";
    scenario.nodes =
        dice.below(4) == 0
            ? R"([{"id": "w", "role": "primary", "az": "a"}, {"id": "r", "role": "replica", "az": "b"}, {"id": "s", "role": "replica", "az": "c"}])"
            : writer_and_reader;
    const std::string source = dice.below(2) == 0 ? "writer" : "storage";
    scenario.options = R"({"log_source": ")" + source + R"(", )" + quick_failover + "}";
    scenario.reads = R"([{"rate_per_s": 50, "target": "replicas"}])";
    scenario.faults = random_faults(dice);
    INFO("seed " << seed << ", log_source " << source << "\n" << scenario.faults);
    RunOptions options;
    options.seed = seed;
    const RunSummary run = run_text(scenario.text(), "aurora", {}, options);
    all_checks_hold(run);
    acked += value_of(run, "commits_acked");
    for (const SubjectMetrics& f : run.faults) {
      if (!f.applicable) continue;
      CHECK(maybe(f.metrics, "rpo_transactions").value_or(0) == 0);
      failovers += maybe(f.metrics, "recover_s").has_value();
    }
  }
  CHECK(acked > 60'000);
  CHECK(failovers > 10);
}
