// Once warm, nothing is allocated for a transaction: not for its locks and waits, its redo, its
// boxcars, not at the storage nodes nor at the reader.
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
      "keys": { "count": 50 } },
    "architectures": [ { "name": "m", "model": "aurora_quorum",
      "nodes": [ { "id": "w", "role": "primary", "az": "a" },
                 { "id": "r", "role": "replica", "az": "b" } ],
      "options": )" +
         options + " } ] }";
}

struct Seen final : FactSink {
  std::uint64_t acked = 0, shown = 0, deadlocks = 0;
  void on(const CommitAcked&) override { ++acked; }
  void on(const RolledBack&) override { ++deadlocks; }
  void on(const ReplicaProgress& fact) override {
    if (fact.stage == ReplicaStage::visible) shown = fact.place.seq.value;
  }
};

struct Count {
  std::uint64_t allocations = 0, acked = 0, shown = 0, deadlocks = 0;
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
  Seen seen;
  facts.add_sink(seen);
  Workload workload(world, scenario, facts, endpoints, *model, keys, false);
  world.seal();
  workload.begin();
  Count before, after;
  const auto now = [&] { return Count{allocations, seen.acked, seen.shown, seen.deadlocks}; };
  queue.post_at(from_s(30), [&] { before = now(); });
  queue.post_at(from_s(60), [&] { after = now(); });
  world.run(from_s(61));
  workload.conclude();
  for (std::uint32_t n = 0; n < world.node_count(); ++n) world.node(NodeId{n}).scope().kill();
  return {after.allocations - before.allocations, after.acked - before.acked,
          after.shown - before.shown, after.deadlocks - before.deadlocks};
}

}  // namespace

TEST_CASE("An Aurora writer allocates nothing when warm", "[allocation]") {
  const ModelRegistry registry = builtin_models();
  for (const char* options : {R"({})", R"({ "writer": { "locks_released": "when_durable" } })"}) {
    CAPTURE(options);
    const LoadResult loaded =
        load_scenario_text(scenario_of(options), "test", {}, catalog_of(registry), metric_names());
    REQUIRE(loaded.scenario.has_value());
    const ChildResult child = in_child_process([&] {
      const Count count =
          allocations_when_warm(*loaded.scenario, *find_model(registry, "aurora_quorum"));
      return std::to_string(count.allocations) + " " + std::to_string(count.acked) + " " +
             std::to_string(count.shown) + " " + std::to_string(count.deadlocks);
    });
    INFO(child.text);
    REQUIRE(child.status == 0);
    std::istringstream text(child.text);
    Count count;
    text >> count.allocations >> count.acked >> count.shown >> count.deadlocks;
    CHECK(count.acked > 20'000);
    CHECK(count.shown > 20'000);
    CHECK(count.deadlocks > 10);
    // Some vectors still find a new greatest size; nothing for each transaction.
    CHECK(count.allocations < 100);
  }
}
