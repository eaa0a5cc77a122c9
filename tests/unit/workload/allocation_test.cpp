// Once warm, a transaction's path allocates nothing: frames, calls, sessions, connections and
// events come from what earlier transactions have left.
#include <sstream>

#include "sim/workload/workload.hpp"
#include "tests/catch.hpp"
#include "tests/support/count_allocations.hpp"
#include "tests/support/played.hpp"
#include "tests/unit/engine/child_process.hpp"

using namespace writepath;
using namespace writepath::test;

namespace {

struct Count {
  std::uint64_t allocations = 0, transactions = 0;
};

Count allocations_when_warm(Scenario scenario) {
  EventQueue queue;
  World world(queue, {scenario.network, 1, EngineMode::drained, NetworkMode::closed_form});
  FactLog facts;
  Endpoints endpoints;
  KeyChooser keys(scenario.workload.keys);
  ModelContext context(world, scenario, scenario.architectures[0], facts, endpoints, keys);
  const auto model = direct_factory().make();
  model->deploy(context);
  struct Acked final : FactSink {
    std::uint64_t count = 0;
    void on(const CommitAcked&) override { ++count; }
  } acked;
  facts.add_sink(acked);
  Workload workload(world, scenario, facts, endpoints, *model, keys, false);
  world.seal();
  workload.begin();
  Count before, after;
  queue.post_at(from_s(20), [&] { before = {allocations, acked.count}; });
  queue.post_at(from_s(40), [&] { after = {allocations, acked.count}; });
  world.run(from_s(60));
  workload.conclude();
  for (std::uint32_t n = 0; n < world.node_count(); ++n) world.node(NodeId{n}).scope().kill();
  return {after.allocations - before.allocations, after.transactions - before.transactions};
}

}  // namespace

TEST_CASE("A warm transaction path allocates nothing", "[allocation]") {
  Scenario scenario = quiet_scenario();
  scenario.duration_s = 40;
  scenario.settle_s = 20;
  scenario.workload.transactions[0].statements = 3;
  scenario.workload.clients = {open_group("open", 1000), open_group("closed", 1)};
  scenario.workload.clients[0].azs = {"a", "b"};
  scenario.workload.clients[1].open_loop.reset();
  scenario.workload.clients[1].closed_loop = ClosedLoop{8, {Exponential{10}}};
  ReadLoad reads;
  reads.rate_per_s = 500;
  reads.target = ReadLoad::Target::primary;
  scenario.workload.reads = {reads};
  const ChildResult child = in_child_process([&] {
    const Count count = allocations_when_warm(scenario);
    return std::to_string(count.allocations) + " " + std::to_string(count.transactions);
  });
  INFO(child.text);
  REQUIRE(child.status == 0);
  std::istringstream text(child.text);
  Count count;
  text >> count.allocations >> count.transactions;
  CHECK(count.transactions > 20'000);
  // A handful of vectors and deques still find a new greatest size in 20 s; nothing for each
  // transaction.
  CHECK(count.allocations < 100);
}
