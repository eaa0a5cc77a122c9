// Replicas that apply in parallel, with small and large transactions, DDL, hot rows, crashes and
// promotions: whatever the mode, a replica's history is the source's.
#include <string>

#include "sim/core/random.hpp"
#include "tests/catch.hpp"
#include "tests/support/outcomes.hpp"
#include "tests/support/whole_run.hpp"

using namespace writepath;
using namespace writepath::test;

namespace {

struct Mode {
  const char* type;
  const char* tracking;
  bool in_order;
};
constexpr Mode modes[] = {
    {"logical_clock", "commit_order", true},  {"logical_clock", "writeset", true},
    {"logical_clock", "commit_order", false}, {"logical_clock", "writeset", false},
    {"conservative", "commit_order", true},   {"optimistic", "commit_order", true}};

std::string pick(RandomStream& dice, std::initializer_list<const char*> words) {
  return *(words.begin() + dice.below(words.size()));
}

std::string options_of(const Mode& mode, RandomStream& dice) {
  return R"({ "commit_pipeline": ")" + pick(dice, {"mysql_stages", "mariadb_locks"}) +
         R"(", "semi_sync": ")" + pick(dice, {"off", "after_sync"}) + R"(", "sync_binlog": )" +
         pick(dice, {"1", "1", "0", "7"}) + R"(, "innodb_flush_log_at_trx_commit": )" +
         pick(dice, {"1", "1", "0", "2"}) + R"(, "replica_parallel_workers": )" +
         pick(dice, {"2", "4", "16"}) + R"(, "replica_parallel_type": ")" + mode.type +
         R"(", "replica_checkpoint_group": )" + pick(dice, {"32", "512"}) +
         R"(, "replica_preserve_commit_order": )" + (mode.in_order ? "true" : "false") +
         R"(, "binlog_transaction_dependency_tracking": ")" + mode.tracking +
         R"(", "binlog_transaction_dependency_history_size": )" + pick(dice, {"5", "25000"}) +
         R"(, "source_connect_retry_s": 1, "server_start_s": 1 })";
}

std::string faults_of(RandomStream& dice) {
  std::string list;
  const std::uint64_t count = dice.below(3);
  for (std::uint64_t i = 0; i < count; ++i) {
    const bool source = dice.below(4) == 0;
    list += (i > 0 ? ", " : "") + numbered(R"({ "id": "f)", static_cast<std::int64_t>(i)) +
            numbered(R"(", "at_s": )", static_cast<std::int64_t>(3 + dice.below(8))) +
            R"(, "kind": "node_crash", "crash": ")" + pick(dice, {"process", "host", "loss"}) +
            R"(", "restart_after_s": )" + pick(dice, {"0.2", "1.3", "4"}) +
            R"(, "target": { "role": ")" + (source ? "primary" : "replica") + R"(" } })";
  }
  return list;
}

std::string scenario_of(const Mode& mode, std::uint64_t seed) {
  RandomStream dice(seed, "plan");
  const std::string device = R"("device": { "flush_ms": { "exponential": { "mean": )" +
                             pick(dice, {"0.5", "1", "3"}) + R"( } }, "iops": 10000 })";
  return R"({ "scenario_version": 1, "name": "applying", "question": "?",
    "duration_s": 12, "warmup_s": 0, "settle_s": 120, "data": { "size_gb": 0.1 },
    "workload": {
      "clients": [ { "name": "c", "azs": ["a", "b"], "open_loop": { "rate_per_s": )" +
         pick(dice, {"100", "300", "500"}) + R"( } } ],
      "transactions": [
        { "name": "small", "statements": 2, "rows_written": )" +
         pick(dice, {"1", "3", "6"}) + R"( },
        { "name": "large", "weight": 0.005, "rows_written": 3000, "binlog_bytes": 1200000,
          "redo_bytes": 1500000 },
        { "name": "alter", "weight": 0.005, "rows_written": 0, "ddl": true, "ddl_s": 0.2 } ],
      "keys": { "count": )" +
         pick(dice, {"300", "10000"}) + R"( },
      "reads": [ { "rate_per_s": 50 } ], "session": { "timeout_s": 4 } },
    "architectures": [ { "name": "m", "model": "mysql_binlog",
      "nodes": [ { "id": "db1", "role": "primary", "az": "a", )" +
         device + R"( },
                 { "id": "db2", "role": "replica", "az": "b", "cpu_speed": 0.5, )" +
         device + R"( },
                 { "id": "db3", "role": "replica", "az": "c", )" +
         device + R"( } ],
      "options": )" +
         options_of(mode, dice) + R"( } ],
    "faults": [ )" +
         faults_of(dice) + R"( ], "battery": { "enabled": false } })";
}

}  // namespace

TEST_CASE("any mode ends with the source's history; only without commit order are there gaps",
          "[property]") {
  for (const Mode& mode : modes) {
    double ahead = 0, waits = 0, rollbacks = 0, acked = 0;
    for (std::uint64_t seed = 1; seed <= 12; ++seed) {
      CAPTURE(mode.type, mode.tracking, mode.in_order, seed);
      RunOptions options;
      options.seed = seed;
      const RunSummary run = run_text(scenario_of(mode, seed), "m", {}, options);
      for (const CheckResult& result : run.checks) {
        INFO(result.name << ": " << result.witness);
        CHECK(result.verdict == CheckResult::Verdict::holds);
      }
      if (value_of(run, "applied_ahead") > 0)
        CHECK(check(run, "order").witness.find("before an earlier one") != std::string::npos);
      else
        CHECK(check(run, "order").witness == "");
      ahead += value_of(run, "applied_ahead");
      waits += value_of(run, "applier_row_waits");
      rollbacks += value_of(run, "applier_rollbacks");
      acked += value_of(run, "commits_acked");
    }
    CAPTURE(mode.type, mode.tracking, mode.in_order);
    CHECK(acked > 10'000);
    // The order of commits: kept, or visibly not.
    CHECK((ahead > 0) == !mode.in_order);
    // Stamps keep conflicting transactions apart; MariaDB's modes find out.
    const bool stamped = mode.type == std::string("logical_clock");
    CHECK((waits > 0) == !stamped);
    CHECK((rollbacks > 0) == (mode.type == std::string("optimistic")));
  }
}

TEST_CASE("parallel appliers give the same bytes, drained or stepped", "[property]") {
  for (const Mode& mode : modes) {
    CAPTURE(mode.type, mode.tracking, mode.in_order);
    RunOptions options;
    options.seed = 3;
    const std::string scenario = scenario_of(mode, 3);
    const RunSummary drained = run_text(scenario, "m", {"/duration_s=4", "/faults=[]"}, options);
    options.engine = EngineMode::stepped;
    const RunSummary stepped = run_text(scenario, "m", {"/duration_s=4", "/faults=[]"}, options);
    CHECK(drained.fingerprint == stepped.fingerprint);
  }
}
