// Once warm, nothing is allocated for a transaction: not where it is stamped, not on its way to the
// replicas, not where it is applied.
#include <sstream>

#include "sim/metrics/metric_names.hpp"
#include "sim/model/registry.hpp"
#include "sim/scenario/load.hpp"
#include "sim/workload/workload.hpp"
#include "tests/catch.hpp"
#include "tests/support/count_allocations.hpp"
#include "tests/unit/engine/child_process.hpp"

using namespace writepath;
using namespace writepath::test;

namespace {

std::string scenario_of(const std::string& options) {
  return R"({ "scenario_version": 1, "name": "warm", "question": "?",
    "duration_s": 60, "warmup_s": 0, "settle_s": 1,
    "workload": { "clients": [ { "name": "c", "azs": ["a"], "open_loop": { "rate_per_s": 800 } } ],
      "transactions": [ { "name": "t", "statements": 2, "rows_written": 3 } ],
      "keys": { "count": 2000 } },
    "architectures": [ { "name": "m", "model": "mysql_binlog",
      "nodes": [ { "id": "db1", "role": "primary", "az": "a", "device": { "flush_ms": 0.5 } },
                 { "id": "db2", "role": "replica", "az": "b", "device": { "flush_ms": 0.5 } } ],
      "options": )" +
         options + " } ] }";
}

struct Count {
  std::uint64_t allocations = 0, applied = 0;
};

Count allocations_when_warm(const Scenario& scenario, const ModelFactory& factory) {
  EventQueue queue;
  World world(queue, {scenario.network, 1, EngineMode::drained, NetworkMode::closed_form});
  FactLog facts;
  Endpoints endpoints;
  KeyChooser keys(scenario.workload.keys);
  ModelContext context(world, scenario, scenario.architectures[0], facts, endpoints, keys);
  const auto model = factory.make();
  model->deploy(context);
  struct Applied final : FactSink {
    std::uint64_t seq = 0;
    void on(const ReplicaProgress& fact) override {
      if (fact.stage == ReplicaStage::visible) seq = fact.place.seq.value;
    }
  } applied;
  facts.add_sink(applied);
  Workload workload(world, scenario, facts, endpoints, *model, keys, false);
  world.seal();
  workload.begin();
  Count before, after;
  queue.post_at(from_s(30), [&] { before = {allocations, applied.seq}; });
  queue.post_at(from_s(60), [&] { after = {allocations, applied.seq}; });
  world.run(from_s(61));
  workload.conclude();
  for (std::uint32_t n = 0; n < world.node_count(); ++n) world.node(NodeId{n}).scope().kill();
  return {after.allocations - before.allocations, after.applied - before.applied};
}

}  // namespace

TEST_CASE("Whatever applies in parallel allocates nothing when warm", "[allocation]") {
  const ModelRegistry registry = builtin_models();
  for (const char* options :
       {R"({ "replica_parallel_workers": 8 })",
        R"({ "replica_parallel_workers": 8, "binlog_transaction_dependency_tracking": "writeset",
             "binlog_transaction_dependency_history_size": 1000 })",
        R"({ "replica_parallel_workers": 8, "replica_preserve_commit_order": false })",
        R"({ "replica_parallel_workers": 8, "replica_parallel_type": "optimistic",
             "commit_pipeline": "mariadb_locks" })"}) {
    CAPTURE(options);
    const LoadResult loaded =
        load_scenario_text(scenario_of(options), "test", {}, catalog_of(registry), metric_names());
    REQUIRE(loaded.scenario.has_value());
    const ChildResult child = in_child_process([&] {
      const Count count =
          allocations_when_warm(*loaded.scenario, *find_model(registry, "mysql_binlog"));
      return std::to_string(count.allocations) + " " + std::to_string(count.applied);
    });
    INFO(child.text);
    REQUIRE(child.status == 0);
    std::istringstream text(child.text);
    Count count;
    text >> count.allocations >> count.applied;
    CHECK(count.applied > 20'000);
    // Some vectors still find a new greatest size; nothing for each transaction.
    CHECK(count.allocations < 100);
  }
}
