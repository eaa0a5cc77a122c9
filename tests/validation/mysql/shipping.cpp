// Shipping: one dump thread for each replica, connections that hang and are given up, and replicas
// that resume by GTID from what they have.
#include <string>

#include "tests/catch.hpp"
#include "tests/support/whole_run.hpp"

using namespace writepath;
using namespace writepath::test;

namespace {

RunSummary played(const std::string& replicas, const std::string& options = "{}",
                  const std::string& faults = "", const std::vector<std::string>& sets = {}) {
  return run_text(
      R"({ "scenario_version": 1, "name": "shipping", "question": "?",
    "duration_s": 120, "warmup_s": 2, "settle_s": 150,
    "network": { "inter_az": { "rtt_ms": 1, "jitter": 1 }, "intra_az": { "rtt_ms": 0.2, "jitter": 1 } },
    "workload": { "clients": [ { "name": "c", "azs": ["a"],
        "open_loop": { "rate_per_s": 100, "arrivals": "constant" } } ],
      "transactions": [ { "name": "insert", "autocommit": true } ], "probe": { "enabled": false } },
    "architectures": [ { "name": "m", "model": "mysql_binlog",
      "nodes": [ { "id": "db1", "role": "primary", "az": "a" } )" +
          replicas + R"( ], "options": )" + options + R"( } ],
    "battery": { "enabled": false }, "faults": [ )" +
          faults + " ] }",
      "m", sets);
}

const char* const one_replica = R"(, { "id": "db2", "role": "replica", "az": "b" })";
const char* const three_replicas = R"(, { "id": "db2", "role": "replica", "az": "b" },
                                      { "id": "db3", "role": "replica", "az": "b" },
                                      { "id": "db4", "role": "replica", "az": "c" })";

std::string cut(double duration_s) {
  return R"({ "id": "f", "at_s": 20, "kind": "partition", "architecture": "m",
              "target": { "node": "db2" }, "duration_s": )" +
         std::to_string(duration_s) + " }";
}

double lag_s(const RunSummary& run, const std::string& replica) {
  return value_of(subject(run.replicas, replica).metrics, "replica_lag_ms_max") / 1000;
}

/// Nothing was copied, nothing left out, and both ends agree.
void resumed_by_gtid(const RunSummary& run) {
  for (const IoRow& row : run.io) CHECK(row.purpose != "clone");
  CHECK(value_of(run, "replica_lag_unapplied") == 0);
  CHECK(value_of(run, "replica_lag_ms_final") == 0);
  for (const char* name : {"order", "convergence", "durability"}) {
    INFO(name << ": " << check(run, name).witness);
    CHECK(check(run, name).verdict == CheckResult::Verdict::holds);
  }
}

std::uint64_t control_messages(const RunSummary& run, const std::string& place) {
  std::uint64_t sum = 0;
  for (const TrafficRow& row : run.traffic)
    if (row.place == place && row.traffic == "control") sum += row.messages;
  return sum;
}

}  // namespace

TEST_CASE("each replica has a dump thread of its own: bytes by replica, and nobody waits") {
  const RunSummary one = played(one_replica), three = played(three_replicas);
  CHECK(value_of(three, "primary_shipped_bytes_per_commit") ==
        Approx(3 * value_of(one, "primary_shipped_bytes_per_commit")).epsilon(0.01));
  const RunSummary one_cut = played(three_replicas, "{}", cut(30));
  CHECK(lag_s(one_cut, "db2") > 30);
  CHECK(lag_s(one_cut, "db3") < 0.1);
  CHECK(lag_s(one_cut, "db4") < 0.1);
}

TEST_CASE(
    "a cut shorter than every timeout: the connection resumes with TCP's next retransmission") {
  // RTO = round trip + 200 ms, doubling: the k-th retry comes RTO x (2^k - 1) after the cut.
  const double rto_s = 0.201;
  for (const auto& [outage_s, retries] : {std::pair{10.0, 6}, {5.0, 5}, {20.0, 7}}) {
    CAPTURE(outage_s);
    const RunSummary run = played(one_replica, "{}", cut(outage_s));
    CHECK(lag_s(run, "db2") == Approx(rto_s * ((1 << retries) - 1)).margin(0.05));
    resumed_by_gtid(run);
  }
}

TEST_CASE("a connection that is silent for replica_net_timeout is given up and opened anew") {
  // Cut from 20 s to 50 s: data would flow again at 71 s (0.201 s x 255); the receiver gives up at
  // 30 s, and its SYN, sent anew each 1, 3, 7 s, gets across soon after the path is back.
  const RunSummary patient = played(one_replica, "{}", cut(30));
  CHECK(lag_s(patient, "db2") == Approx(0.201 * 255).margin(0.1));
  const RunSummary quick = played(
      one_replica, R"({ "replica_net_timeout_s": 10, "source_connect_retry_s": 1 })", cut(30));
  CHECK(lag_s(quick, "db2") < 30 + 11);
  for (const RunSummary* run : {&patient, &quick}) resumed_by_gtid(*run);
  CHECK(value_of(subject(patient.replicas, "db2").metrics, "seconds_behind_source_null_s") == 0);
  CHECK(value_of(subject(quick.replicas, "db2").metrics, "seconds_behind_source_null_s") ==
        Approx(20).margin(10));
}

TEST_CASE("a dump thread with nothing to send says so, so that an idle connection is kept") {
  const std::vector<std::string> idle{"/workload/clients/0/stop_s=5"};
  // Every 30 s, from 5 s to 120 s.
  const RunSummary beats = played(one_replica, "{}", "", idle);
  CHECK(control_messages(beats, "replica") == control_messages(played(one_replica), "replica"));
  const std::uint64_t heartbeats =
      control_messages(beats, "primary") - control_messages(played(one_replica), "primary");
  CHECK(heartbeats == 3);
  // Without: given up at 65 s, and opened again at once.
  const RunSummary silent = played(one_replica, R"({ "source_heartbeat_period_s": 0 })", "", idle);
  CHECK(control_messages(silent, "replica") == control_messages(beats, "replica") + 1);
}

TEST_CASE("a replica resumes from its relay log, or fetches again what that has lost") {
  for (const char* crash : {"process", "host"}) {
    for (const char* options :
         {R"({ "sync_relay_log": false })", R"({ "sync_relay_log": true })"}) {
      CAPTURE(crash, options);
      resumed_by_gtid(played(one_replica, options,
                             std::string(R"({ "id": "f", "at_s": 20, "kind": "node_crash",
                               "restart_after_s": 5, "target": { "role": "replica" },
                               "crash": ")") +
                                 crash + "\" }"));
    }
  }
}

TEST_CASE("sync_relay_log flushes each packet, whether anybody waits for it or not") {
  const RunSummary left = played(one_replica);
  const RunSummary flushed = played(one_replica, R"({ "sync_relay_log": true })");
  const auto relay_log_flushes = [](const RunSummary& run) {
    double flushes = 0;
    for (const IoRow& row : run.io)
      if (row.purpose == "relay_log") flushes += static_cast<double>(row.flushes);
    return flushes / value_of(run, "commits_acked");
  };
  CHECK(relay_log_flushes(left) == 0);
  CHECK(relay_log_flushes(flushed) == Approx(1).margin(0.02));  // packets of one, 10 ms apart
}

TEST_CASE(
    "a replica that connects anew counts once, whatever the source knows of its last connection") {
  // It gives up during the cut and connects again when the path is back at 50 s, seconds before its
  // last connection's end gets across. Then it dies: no replica is connected.
  const RunSummary run =
      played(one_replica, R"({ "semi_sync": "after_sync", "rpl_semi_sync_source_timeout_ms": 60000,
                        "rpl_semi_sync_source_wait_no_replica": false,
                        "replica_net_timeout_s": 10, "source_connect_retry_s": 1 })",
             cut(30) + R"(, { "id": "g", "at_s": 53.5, "kind": "node_crash", "crash": "process",
                       "restart_after_s": 5, "target": { "role": "replica" } })");
  CHECK(value_of(subject(run.faults, "f").metrics, "rto_s") == Approx(31).margin(2));
  CHECK(value_of(subject(run.faults, "g").metrics, "rto_s") < 0.1);
  CHECK(value_of(run, "semi_sync_fallbacks") == 1);
  resumed_by_gtid(run);
}

TEST_CASE("a replica tries a source that is down again after source_connect_retry") {
  for (const double retry_s : {5.0, 40.0}) {
    const RunSummary run =
        played(one_replica,
               R"({ "detector": { "failures": 100 }, "source_connect_retry_s": )" +
                   std::to_string(retry_s) + " }",
               R"({ "id": "f", "at_s": 20, "kind": "node_crash", "crash": "process",
                    "restart_after_s": 1, "target": { "role": "primary" } })");
    // Refused at once; the source is back after 3 s and a little recovery, before the next attempt.
    CHECK(lag_s(run, "db2") < retry_s);
    CHECK(lag_s(run, "db2") > retry_s - 5);
    resumed_by_gtid(run);
  }
}
