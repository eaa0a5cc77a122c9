// Legal scenarios at the edge of what makes sense: each once ended in an internal error.
#include "tests/catch.hpp"
#include "tests/support/whole_run.hpp"

using namespace writepath;
using namespace writepath::test;

namespace {

struct OddText {
  std::string settle_s = "30";
  std::string network = "{}", data = "{}";
  std::string clients = R"([{"name": "web", "azs": ["a", "c"], "open_loop": {"rate_per_s": 100}}])";
  std::string transaction = R"({"name": "insert", "autocommit": true})";
  std::string options = "{}";
  std::vector<std::string> sets;
  std::string faults = "[]";
  std::string nodes = R"([{"id": "db1", "role": "primary", "az": "a"},
    {"id": "db2", "role": "replica", "az": "b"}, {"id": "db3", "role": "replica", "az": "c"}])";

  RunSummary run() const {
    return run_text(
        R"({"scenario_version": 1, "name": "odd", "duration_s": 20, "warmup_s": 0,
      "settle_s": )" +
            settle_s + R"(, "network": )" + network + R"(, "data": )" + data +
            R"(, "workload": {"clients": )" + clients + R"(, "transactions": [)" + transaction +
            R"(]}, "architectures": [{"name": "mysql", "model": "mysql_binlog", "nodes": )" +
            nodes + R"(, "options": )" + options +
            R"(}], "battery": {"enabled": false}, "faults": )" + faults + "}",
        "mysql", sets);
  }
};

std::string broken_checks(const RunSummary& run) {
  std::string broken;
  for (const CheckResult& c : run.checks)
    if (c.verdict == CheckResult::Verdict::broken) broken += c.name + ": " + c.witness + "\n";
  return broken;
}

}  // namespace

TEST_CASE("a transaction may dirty pages and write no row") {
  OddText odd;
  odd.transaction = R"({"name": "t", "rows_written": 0, "pages_dirtied": 3})";
  const RunSummary run = odd.run();
  CHECK(value_of(run, "commits_acked") > 1500);
  CHECK(broken_checks(run) == "");
}

TEST_CASE("a transaction without redo of its own survives its server's crash") {
  OddText odd;
  odd.transaction = R"({"name": "t", "autocommit": true, "redo_bytes": 0})";
  odd.faults = R"([{"id": "gone", "at_s": 10, "kind": "node_crash", "crash": "host",
                    "target": {"role": "primary"}, "restart_after_s": 0}])";
  odd.options = R"({"server_start_s": 0, "source_connect_retry_s": 1})";
  const RunSummary run = odd.run();
  CHECK(broken_checks(run) == "");
  CHECK(value_of(run, "commits_lost") == 0);
}

TEST_CASE("a buffer pool smaller than a page holds one page, not all") {
  OddText odd;
  odd.options = R"({"innodb_buffer_pool_size_gb": 0.000001})";
  const RunSummary tiny = odd.run();
  odd.options = "{}";
  // Nearly every change waits for a page to be written and another to be read.
  CHECK(value_of(tiny, "commit_latency_ms_p50") > value_of(odd.run(), "commit_latency_ms_p50"));
}

TEST_CASE("the largest data set takes memory for the pages that are touched") {
  OddText odd;
  odd.data = R"({"size_gb": 131072, "page_kb": 1})";
  const RunSummary run = odd.run();
  CHECK(value_of(run, "commits_acked") > 1500);
  CHECK(broken_checks(run) == "");
}

// The source gives the connection up; the replica, which has nothing to send, must find out by
// itself.
TEST_CASE("a replica comes back after a cut that was longer than its source's patience") {
  OddText odd;
  odd.network = R"({"tcp_user_timeout_s": 1})";
  odd.options = R"({"source_connect_retry_s": 1, "replica_net_timeout_s": 10})";
  odd.faults = R"([{"id": "cut", "at_s": 5, "kind": "partition", "target": {"node": "db2"},
                    "architecture": "mysql", "duration_s": 5}])";
  const RunSummary run = odd.run();
  CHECK(broken_checks(run) == "");
  CHECK(value_of(run, "replica_lag_unapplied") == 0);
  // It was silent from 5 s on, so the replica hangs up at 15 s, and connects anew at once.
  CHECK(value_of(run, "replica_lag_ms_max") == Approx(10'000).margin(500));
}

TEST_CASE("a replica retries often and yet waits for an answer from afar") {
  OddText odd;
  odd.network = R"({"inter_az": {"rtt_ms": 300}})";
  odd.options = R"({"source_connect_retry_s": 0.1})";
  const RunSummary run = odd.run();
  CHECK(broken_checks(run) == "");
  CHECK(value_of(run, "replica_lag_unapplied") == 0);
}

TEST_CASE("an idle source's heartbeats keep its replicas connected") {
  OddText odd;
  odd.network = R"({"tcp_user_timeout_s": 1})";
  odd.clients = R"([{"name": "late", "azs": ["a"], "start_s": 19,
                     "open_loop": {"rate_per_s": 100}}])";
  odd.options = R"({"source_connect_retry_s": 10, "replica_net_timeout_s": 4})";
  // A replica that had hung up on silence would miss the first second of load.
  CHECK(value_of(odd.run(), "replica_lag_ms_max") < 100);
}

TEST_CASE("an applier without cost does not forget what it applied when its host dies") {
  OddText odd;
  odd.options = R"({"applier": {"cost": "none"}, "source_connect_retry_s": 1})";
  odd.faults = R"([{"id": "dark", "at_s": 10, "kind": "az_outage", "target": {"az": "b"},
                    "duration_s": 1}])";
  const RunSummary run = odd.run();
  CHECK(broken_checks(run) == "");
  CHECK(value_of(run, "replica_lag_unapplied") == 0);
}

// db3 has received more than db2, which is elected while db3 is cut off: its history has an end
// that the new one lacks. It is still applying that when it is told so.
TEST_CASE("a replica that is rebuilt stops applying what it had") {
  OddText odd;
  odd.data = R"({"size_gb": 0.1})";
  odd.network = R"({"links": [{"from": "a", "to": "b", "one_way": true, "rtt_ms": 300}]})";
  odd.nodes = R"([{"id": "db1", "role": "primary", "az": "a"},
    {"id": "db2", "role": "replica", "az": "b"},
    {"id": "db3", "role": "replica", "az": "c", "device": {"flush_ms": 50}}])";
  odd.options = R"({"source_connect_retry_s": 1, "monitor_az": "b"})";
  odd.faults = R"([
    {"id": "gone", "at_s": 8, "kind": "az_outage", "target": {"az": "a"}},
    {"id": "cut", "at_s": 8, "kind": "partition", "target": {"node": "db3"},
     "architecture": "mysql", "duration_s": 6}])";
  odd.settle_s = "100";
  const RunSummary run = odd.run();
  CHECK(broken_checks(run) == "");
  CHECK(value_of(subject(run.faults, "gone").metrics, "rpo_transactions") > 10);
}

// The source's AZ is cut off with its clients, who keep its only processor busy until it hears that
// another one has taken over.
TEST_CASE("a statement that outlives its source's role is aborted") {
  OddText odd;
  odd.nodes = R"([{"id": "db1", "role": "primary", "az": "a", "cpus": 1},
    {"id": "db2", "role": "replica", "az": "b"}, {"id": "db3", "role": "replica", "az": "c"}])";
  odd.clients = R"([{"name": "near", "azs": ["a"], "closed_loop": {"clients": 50}}])";
  odd.transaction = R"({"name": "t", "autocommit": true, "statement_cpu_us": 5000})";
  odd.sets = {"/workload/session/endpoint_ttl_s=60"};
  odd.options = R"({"source_connect_retry_s": 1})";
  odd.faults = R"([{"id": "cut", "at_s": 5, "kind": "partition", "target": {"az": "a"},
                    "duration_s": 8}])";
  odd.settle_s = "150";
  const RunSummary run = odd.run();
  CHECK(broken_checks(run) == "");
  CHECK(value_of(run, "commits_acked") > 1000);
}

TEST_CASE("a server that crashes while it starts remembers that its disk was lost") {
  OddText odd;
  odd.data = R"({"size_gb": 0.1})";
  odd.options = R"({"source_connect_retry_s": 1})";
  odd.settle_s = "100";
  odd.faults = R"([
    {"id": "lost", "at_s": 5, "kind": "node_crash", "crash": "loss", "restart_after_s": 0.5,
     "target": {"role": "primary", "when": "initial"}},
    {"id": "again", "at_s": 6, "kind": "node_crash", "crash": "host", "restart_after_s": 0.5,
     "target": {"role": "primary", "when": "initial"}}])";
  const RunSummary run = odd.run();
  CHECK(broken_checks(run) == "");
}

// The binlog's tail outlives the process in the kernel's buffers, and goes with the host.
TEST_CASE(
    "a host that dies after its process takes what nobody had flushed, and the fault is blamed") {
  OddText odd;
  odd.settle_s = "1";
  odd.options = R"({"sync_binlog": 0, "innodb_flush_log_at_trx_commit": 2,
                    "detector": {"interval_s": 100}})";
  odd.faults = R"([
    {"id": "process", "at_s": 10, "kind": "node_crash", "crash": "process",
     "target": {"role": "primary"}},
    {"id": "host", "at_s": 10.5, "kind": "node_crash", "crash": "host",
     "target": {"role": "primary"}}])";
  const RunSummary run = odd.run();
  CHECK(broken_checks(run) == "");
  CHECK(value_of(subject(run.faults, "host").metrics, "rpo_transactions") > 10);
}

TEST_CASE("what a living source has in its log buffer only is not lost") {
  OddText odd;
  odd.options = R"({"innodb_flush_log_at_trx_commit": 0})";
  odd.settle_s = "0.001";
  CHECK(broken_checks(odd.run()) == "");
}

TEST_CASE("a source that lost what it had not flushed is sent it again by the next source") {
  OddText odd;
  odd.options = R"({"sync_binlog": 0, "innodb_flush_log_at_trx_commit": 2,
                    "source_connect_retry_s": 1})";
  odd.faults = R"([{"id": "gone", "at_s": 10, "kind": "node_crash", "crash": "host",
                    "target": {"role": "primary"}, "restart_after_s": 5}])";
  const RunSummary run = odd.run();
  CHECK(broken_checks(run) == "");
}
