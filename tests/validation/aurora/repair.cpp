// Repair: a lost storage node is replaced by a spare, without a stall (SIGMOD 2018, S4.1).
#include "sim/core/random.hpp"
#include "tests/catch.hpp"
#include "tests/support/whole_run.hpp"
#include "tests/validation/aurora/scenario_text.hpp"

using namespace writepath;
using namespace writepath::test;

namespace {

/// Found after three misses, 1 s apart.
std::string repair(const std::string& more = "") {
  return R"("repair": {"spares_per_az": 1)" + more + "}";
}

AuroraText lost_node(const std::string& faults) {
  AuroraText scenario;
  scenario.duration_s = "40";
  scenario.settle_s = "10";
  scenario.clients =
      R"([{"name": "web", "azs": ["a", "b", "c"], "open_loop": {"rate_per_s": 200}}])";
  scenario.options = "{" + repair() + "}";
  scenario.faults = "[" + faults + "]";
  return scenario;
}

std::string loss(const std::string& id, const std::string& at_s, const std::string& az,
                 const std::string& more = "") {
  return R"({"id": ")" + id + R"(", "at_s": )" + at_s +
         R"(, "kind": "node_crash", "crash": "loss", "target": {"role": "storage", "az": ")" + az +
         R"(", "index": 0})" + more + "}";
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

TEST_CASE("SIGMOD 2017, S2.2: 10 GB over 10 Gb/s take about 10 s, and no commit waits",
          "[aurora][repair]") {
  const RunSummary run = run_text(lost_node(loss("f", "10", "b")).text(), "aurora");
  all_checks_hold(run);
  CHECK(value_of(run, "segments_repaired") == 1);
  CHECK(value_of(run, "repair_bytes_copied") == Approx(10e9));
  CHECK(value_of(fault(run), "rpo_transactions") == 0);
  CHECK(value_of(fault(run), "rto_s") < 0.1);
  CHECK(value_of(fault(run), "write_unavailable_s") == 0);
  // Detection 2 to 4 s, up to 1 s until a majority knows; 10 GB at 1 GB/s of disk 10 s.
  const double whole = value_of(fault(run), "time_to_full_redundancy_s");
  CHECK(whole > 12);
  CHECK(whole < 16);
}

TEST_CASE("Commits hardly feel a repair", "[aurora][repair]") {
  const RunSummary calm = run_text(lost_node("").text(), "aurora");
  const RunSummary run = run_text(lost_node(loss("f", "10", "b")).text(), "aurora");
  CHECK(value_of(run, "commits_failed") == 0);
  CHECK(value_of(run, "commit_latency_ms_p50") < 1.2 * value_of(calm, "commit_latency_ms_p50"));
  CHECK(value_of(run, "commit_latency_ms_max") < 50);
}

TEST_CASE("SIGMOD 2018, S4.1: two failures at once are repaired at once", "[aurora][repair]") {
  const RunSummary run =
      run_text(lost_node(loss("f", "10", "b") + "," + loss("e", "13", "c")).text(), "aurora");
  all_checks_hold(run);
  CHECK(value_of(run, "segments_repaired") == 2);
  for (const std::string id : {"f", "e"}) {
    INFO(id);
    CHECK(value_of(fault(run, id), "rpo_transactions") == 0);
    CHECK(value_of(fault(run, id), "rto_s") < 0.1);
    CHECK(value_of(fault(run, id), "write_unavailable_s") == 0);
  }
  // Both copies run at the same time.
  CHECK(value_of(fault(run, "e"), "time_to_full_redundancy_s") < 16);
}

TEST_CASE("SIGMOD 2018, S4.1: the change is reversed when the lost node returns in time",
          "[aurora][repair]") {
  AuroraText scenario = lost_node(
      R"({"id": "f", "at_s": 10, "kind": "node_crash", "crash": "host", "restart_after_s": 6,
          "target": {"role": "storage", "az": "b", "index": 0}})");
  const RunSummary run = run_text(scenario.text(), "aurora");
  all_checks_hold(run);
  CHECK(value_of(run, "segments_repaired") == 0);
  CHECK(value_of(run, "repairs_reversed") == 1);
  CHECK(value_of(fault(run), "rto_s") < 0.1);
  CHECK(value_of(fault(run), "time_to_full_redundancy_s") < 8);
}

TEST_CASE("The writer is lost in the midst of a change of membership", "[aurora][repair]") {
  // Just after the change began, in the midst of the copy, and around its end.
  for (const std::string at_s : {"12.5", "13.5", "18", "23.0", "23.4"}) {
    INFO(at_s);
    AuroraText scenario =
        lost_node(loss("f", "10", "b") + R"(,{"id": "w", "at_s": )" + at_s +
                  R"(, "kind": "node_crash", "crash": "host", "target": {"role": "primary"}})");
    scenario.nodes =
        R"([{"id": "w", "role": "primary", "az": "a"}, {"id": "r", "role": "replica", "az": "b"}])";
    scenario.duration_s = "45";
    const RunSummary run = run_text(scenario.text(), "aurora");
    all_checks_hold(run);
    CHECK(value_of(run, "segments_repaired") == 1);
    CHECK(value_of(fault(run, "w"), "rpo_transactions") == 0);
    CHECK(value_of(fault(run, "w"), "rto_s") < 12);
  }
}

TEST_CASE("Nobody is replaced where no spare lives in the lost node's AZ", "[aurora][repair]") {
  AuroraText scenario = lost_node(
      R"({"id": "f", "at_s": 10, "kind": "az_outage", "target": {"az": "c"}, "duration_s": 8})");
  const RunSummary run = run_text(scenario.text(), "aurora");
  all_checks_hold(run);
  CHECK(maybe(run.metrics, "segments_repaired").value_or(0) == 0);
  CHECK(value_of(fault(run), "time_to_full_redundancy_s") < 11);
}

TEST_CASE("AZ+1: reads go on, writes come back when a spare has taken the one more's place",
          "[aurora][repair]") {
  AuroraText scenario = lost_node(
      R"({"id": "az", "at_s": 10, "kind": "az_outage", "target": {"az": "c"}, "duration_s": 30},)" +
      loss("one", "11", "b"));
  scenario.duration_s = "50";
  scenario.clients = R"([{"name": "web", "azs": ["a"], "open_loop": {"rate_per_s": 200}}])";
  scenario.nodes =
      R"([{"id": "w", "role": "primary", "az": "a"}, {"id": "r", "role": "replica", "az": "b"}])";
  scenario.reads = R"([{"rate_per_s": 100, "target": "replicas", "azs": ["b"]}])";
  const RunSummary run = run_text(scenario.text(), "aurora");
  all_checks_hold(run);
  CHECK(value_of(run, "segments_repaired") == 1);
  CHECK(value_of(fault(run, "one"), "rpo_transactions") == 0);
  CHECK(value_of(run, "reads_failed") == 0);
  // Not before the copy is there (12 s), long before the AZ is back (29 s).
  CHECK(value_of(fault(run, "one"), "rto_s") > 12);
  CHECK(value_of(fault(run, "one"), "rto_s") < 16);
}

TEST_CASE("SIGMOD 2017, S2.3: a hot storage node is replaced, without a failure",
          "[aurora][repair]") {
  AuroraText scenario = lost_node("");
  scenario.options = R"({"repair": {"spares_per_az": 1, "heat": {"factor": 5, "after_s": 3}},
    "storage": {"slow": [{"copy": "b1", "factor": 50}]}})";
  const RunSummary run = run_text(scenario.text(), "aurora");
  all_checks_hold(run);
  CHECK(value_of(run, "segments_repaired") == 1);
  CHECK(value_of(run, "commits_failed") == 0);
}

TEST_CASE("SIGMOD 2018, S4.1: an AZ lost for long: 3/4 bear one more loss, 4/6 do not",
          "[aurora][repair]") {
  for (const bool leaves_out : {false, true}) {
    INFO(leaves_out);
    AuroraText scenario = lost_node(
        R"({"id": "az", "at_s": 6, "kind": "az_outage", "target": {"az": "c"}, "duration_s": 24},
           {"id": "f", "at_s": 20, "kind": "node_crash", "crash": "process", "restart_after_s": 6,
            "target": {"role": "storage", "az": "b", "index": 0}})");
    scenario.clients = R"([{"name": "web", "azs": ["a"], "open_loop": {"rate_per_s": 200}}])";
    scenario.options = leaves_out ? R"({"repair": {"az_loss_to_3_of_4_after_s": 3}})" : "{}";
    const RunSummary run = run_text(scenario.text(), "aurora");
    all_checks_hold(run);
    if (leaves_out)
      CHECK(value_of(fault(run), "rto_s") < 0.1);
    else
      CHECK(value_of(fault(run), "rto_s") > 5);
  }
}

TEST_CASE("Whatever storage nodes are lost, return or are replaced, the checks hold",
          "[aurora][repair]") {
  double acked = 0, repaired = 0, reversed = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    RandomStream dice(seed, "aurora.repairs");
    AuroraText scenario = lost_node("");
    scenario.duration_s = "30";
    scenario.settle_s = "40";
    scenario.data = dice.below(2) == 0 ? R"({"size_gb": 1})" : R"({"size_gb": 12})";
    scenario.jitter = R"({"lognormal": {"median": 1, "p99": 1.6}})";
    scenario.nodes =
        R"([{"id": "w", "role": "primary", "az": "a"}, {"id": "r", "role": "replica", "az": "b"}])";
    const std::string together = std::to_string(1 + dice.below(3));
    scenario.options =
        "{" +
        repair(R"(, "detector": {"interval_s": 0.3, "timeout_s": 0.3, "failures": 2},
                  "segments_at_once": )" +
               together) +
        R"(, "failover": {"promotion_s": 0.5, "restart_s": 0.5, "instance_start_s": 2,
                          "detector": {"interval_s": 0.2, "timeout_s": 0.2, "failures": 3}}})";
    std::string faults;
    for (std::uint64_t i = 0; i < 4; ++i) {
      const std::string az(1, static_cast<char>('a' + dice.below(3)));
      const std::string index = std::to_string(dice.below(2));
      const char* const kinds[] = {"process", "host", "loss"};
      const std::string kind = kinds[dice.below(3)];
      const bool writer = i == 3 && dice.below(2) == 0;
      if (i > 0) faults += ",\n";
      faults += R"({"id": "f)" + std::to_string(i) + R"(", "at_s": )" +
                std::to_string(4 + 5 * i + dice.below(4)) +
                R"(, "kind": "node_crash", "crash": ")" + (writer ? "host" : kind) +
                R"(", "target": )" +
                (writer ? std::string(R"({"role": "primary"})")
                        : R"({"role": "storage", "az": ")" + az + R"(", "index": )" + index + "}") +
                R"(, "restart_after_s": )" + std::to_string(1 + dice.below(8)) + "}";
    }
    scenario.faults = "[" + faults + "]";
    INFO("seed " << seed << "\n" << scenario.faults);
    RunOptions options;
    options.seed = seed;
    const RunSummary run = run_text(scenario.text(), "aurora", {}, options);
    all_checks_hold(run);
    acked += value_of(run, "commits_acked");
    repaired += maybe(run.metrics, "segments_repaired").value_or(0);
    reversed += maybe(run.metrics, "repairs_reversed").value_or(0);
    for (const SubjectMetrics& f : run.faults)
      if (f.applicable) CHECK(maybe(f.metrics, "rpo_transactions").value_or(0) == 0);
  }
  CHECK(acked > 200'000);
  CHECK(repaired > 30);
  CHECK(reversed > 30);
}
