// Detection by monitor and replicas together, and the time of an orchestrated failover.
#include "tests/catch.hpp"
#include "tests/support/whole_run.hpp"

using namespace writepath;
using namespace writepath::test;

namespace {

std::string cluster(const std::string& faults, const std::string& options,
                    const std::string& more = "") {
  return R"({ "scenario_version": 1, "name": "orchestrated", "question": "?",
    "duration_s": 80, "warmup_s": 2, "settle_s": 80,
    "data": { "size_gb": 0.2 },
    "workload": { "clients": [ { "name": "web", "azs": ["a", "b"], "open_loop": { "rate_per_s": 100 } } ],
      "transactions": [ { "name": "insert", "autocommit": true } ] )" +
         more + R"( },
    "architectures": [ { "name": "m", "model": "mysql_binlog",
      "nodes": [ { "id": "db1", "role": "primary", "az": "a" },
                 { "id": "db2", "role": "replica", "az": "b" },
                 { "id": "db3", "role": "replica", "az": "c" } ],
      "options": { )" +
         options + R"( } } ],
    "faults": [ )" +
         faults + " ] }";
}

std::string crash_at(const std::string& at_s) {
  return R"({ "id": "f", "at_s": )" + at_s +
         R"(, "kind": "node_crash", "crash": "host", "target": { "role": "primary" } })";
}
std::string cut_between(const std::string& role, const std::string& peer) {
  return R"({ "id": "f", "at_s": 20, "kind": "partition", "duration_s": 20,
              "target": { "role": ")" +
         role + R"(" }, "peer": { "role": ")" + peer + R"(" } })";
}
const Metrics& fault(const RunSummary& run) { return subject(run.faults, "f").metrics; }

}  // namespace

TEST_CASE("a source that the monitor alone cannot see is not dead") {
  const std::string cut = cut_between("primary", "monitor");
  const RunSummary holistic = run_text(cluster(cut, ""), "m");
  CHECK(value_of(fault(holistic), "rpo_transactions") == 0);
  CHECK(value_of(holistic, "errant_transactions") == 0);
  CHECK(value_of(fault(holistic), "rto_s") == 0);
  // Its own word alone makes it a false failover.
  const RunSummary naive = run_text(cluster(cut, R"("detection": "monitor_only")"), "m");
  // Nobody is without writes: the old source goes on beside the new one.
  CHECK(value_of(naive, "errant_transactions") > 0);
}

TEST_CASE("a monitor that is cut off from everything does nothing") {
  for (const char* detection : {"holistic", "monitor_only"}) {
    const std::string cut = R"({ "id": "f", "at_s": 20, "kind": "partition", "duration_s": 30,
                                 "target": { "role": "monitor" } })";
    const RunSummary run =
        run_text(cluster(cut, std::string(R"("detection": ")") + detection + "\""), "m");
    CHECK(value_of(run, "errant_transactions") == 0);
    CHECK(value_of(fault(run), "rto_s") == 0);
  }
}

TEST_CASE("a replica that lost its source alone is no reason for a failover") {
  const RunSummary run =
      run_text(cluster(cut_between("primary", "replica"), R"("replica_net_timeout_s": 4)"), "m");
  CHECK(value_of(fault(run), "rto_s") == 0);
  CHECK(value_of(run, "errant_transactions") == 0);
}

TEST_CASE("replicas find out in time: holistic detection of a dead host costs a round trip") {
  const auto rto = [](const char* detection) {
    const std::string option = std::string(R"("detection": ")") + detection + "\"";
    return value_of(fault(run_text(cluster(crash_at("20.5"), option), "m")), "rto_s");
  };
  CHECK(rto("holistic") == Approx(rto("monitor_only")).margin(0.2));
}

// GitHub, MySQL High Availability (2018-06-20): "total outage time 10-13 seconds" in most cases.
// Inputs: orchestrator's poll each 5 s, two misses of 1 s; read-only lifted 0.5 s after draining;
// semi-sync with 500 ms; clients look the endpoint up each 2 s. What comes out: when within the
// poll the host dies, the replicas' verdict, draining, and the clients' way back.
// Not in: what consul-template and GLB take to publish the new source, of which no figure is
// published. So the mean falls short of the published range by that: 9.2 s here.
TEST_CASE("an orchestrated failover takes about the published 10 to 13 s") {
  const std::string options = R"("detector": { "interval_s": 5, "timeout_s": 1, "failures": 2 },
    "semi_sync": "after_sync", "rpl_semi_sync_source_timeout_ms": 500)";
  const std::string session = R"(, "session": { "timeout_s": 3, "endpoint_ttl_s": 2 })";
  double sum = 0;
  int runs = 0;
  for (const char* at_s : {"20.3", "21.3", "22.3", "23.3", "24.3"}) {
    const RunSummary run = run_text(cluster(crash_at(at_s), options, session), "m");
    const Metrics& f = fault(run);
    INFO(at_s << ": rto " << value_of(f, "rto_s") << " detect " << value_of(f, "detect_s")
              << " elect " << value_of(f, "elect_s") << " start " << value_of(f, "start_s")
              << " reconnect " << value_of(f, "reconnect_s"));
    CHECK(value_of(f, "rpo_transactions") == 0);
    CHECK(value_of(f, "start_s") == Approx(0.5));
    CHECK(value_of(f, "detect_s") >= 5);
    CHECK(value_of(f, "detect_s") <= 11.1);
    CHECK(value_of(f, "rto_s") <= 16);
    sum += value_of(f, "rto_s");
    ++runs;
  }
  CHECK(sum / runs >= 9);
  CHECK(sum / runs <= 13);
}
