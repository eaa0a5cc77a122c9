// The failure detector on a world of its own: a monitor in one AZ, its target in another.
#include <sstream>

#include "models/common/failure_detector.hpp"
#include "sim/engine/frame_pool.hpp"
#include "sim/model/operations.hpp"
#include "tests/catch.hpp"
#include "tests/support/played.hpp"
#include "tests/unit/engine/child_process.hpp"

using namespace writepath;
using namespace writepath::test;

namespace {

struct Watch {
  explicit Watch(Scenario s)
      : scenario(std::move(s)),
        world(queue, {scenario.network, 1, EngineMode::drained, NetworkMode::closed_form}),
        keys(scenario.workload.keys),
        context(world, scenario, scenario.architectures[0], facts, endpoints, keys) {
    for (const auto& [name, az] : {std::pair{"monitor", "a"}, std::pair{"target", "b"}}) {
      NodeConfig config;
      config.name = name;
      config.az = az;
      config.device = default_device(StorageKind::local);
      world.add_node(config);
    }
    world.seal();
  }
  Task<> until_down(DetectorSpec spec) {
    co_await until_failed(context, monitor, target, spec);
    failed_at = queue.now();
    co_await until_answers(context, monitor, target, spec);
    answers_at = queue.now();
  }
  std::string run(DetectorSpec spec) {
    world.node(monitor).scope().spawn(until_down(spec));
    world.run(from_s(60));
    std::ostringstream out;
    const auto live = world.node(monitor).scope().live();
    world.node(monitor).scope().kill();
    world.node(target).scope().kill();
    out << failed_at << " " << answers_at << " " << live << " " << FramePool::live();
    return out.str();
  }

  Scenario scenario;
  EventQueue queue;
  World world;
  FactLog facts;
  Endpoints endpoints;
  KeyChooser keys;
  ModelContext context;
  const NodeId monitor{0}, target{1};
  TimeNs failed_at = -1, answers_at = -1;
};

struct Seen {
  double failed_s = -1, answers_s = -1;
  long live = -1, frames = -1;
};

enum class Trouble { none, process, host, cut, hiccup };

Seen watch(Trouble trouble, DetectorSpec spec) {
  const ChildResult child = in_child_process([=] {
    Watch watch(quiet_scenario());
    World* const world = &watch.world;
    const NodeId monitor = watch.monitor, target = watch.target;
    world->queue().post_marked_at(from_s(10.3), [=] {
      if (trouble == Trouble::process) world->crash(target, CrashKind::process);
      if (trouble == Trouble::host) world->crash(target, CrashKind::host);
      if (trouble == Trouble::cut || trouble == Trouble::hiccup)
        world->network().cut(monitor, target);
    });
    world->queue().post_marked_at(from_s(trouble == Trouble::hiccup ? 11.8 : 30), [=] {
      if (trouble == Trouble::process || trouble == Trouble::host) world->restart(target);
      if (trouble == Trouble::cut || trouble == Trouble::hiccup)
        world->network().mend(monitor, target);
    });
    return watch.run(spec);
  });
  INFO(child.text);
  REQUIRE(child.status == 0);
  Seen seen;
  std::int64_t failed = 0, answers = 0;
  std::istringstream text(child.text);
  text >> failed >> answers >> seen.live >> seen.frames;
  seen.failed_s = failed < 0 ? -1 : to_s(failed);
  seen.answers_s = answers < 0 ? -1 : to_s(answers);
  return seen;
}

}  // namespace

TEST_CASE("A healthy target is never declared failed", "[detector]") {
  const Seen seen = watch(Trouble::none, {});
  CHECK(seen.failed_s == -1);
  CHECK(seen.live == 1);
  CHECK(seen.frames == 0);  // all coroutines are gone
}

TEST_CASE("A dead process refuses, so misses come at the interval", "[detector]") {
  const Seen seen = watch(Trouble::process, {});
  // Pings at 11, 12 and 13 s are refused after a round trip of a millisecond.
  CHECK(seen.failed_s == Approx(13.001).margin(0.0005));
  CHECK(seen.answers_s == Approx(30).margin(1.01));
  CHECK(seen.live == 0);
  CHECK(seen.frames == 0);
}

TEST_CASE("A dead host and a cut are silent alike: each miss takes the time-out", "[detector]") {
  const Trouble trouble = GENERATE(Trouble::host, Trouble::cut);
  const Seen seen = watch(trouble, {.interval_s = 1, .timeout_s = 0.4, .failures = 3});
  CHECK(seen.failed_s == Approx(13.4).margin(1e-6));
  CHECK(seen.answers_s >= 30);
  CHECK(seen.answers_s < 31.5);
  CHECK(seen.frames == 0);
}

TEST_CASE("A time-out longer than the interval spaces the pings", "[detector]") {
  const Seen seen = watch(Trouble::host, {.interval_s = 1, .timeout_s = 2, .failures = 2});
  CHECK(seen.failed_s == Approx(11 + 2 + 2).margin(1e-6));
}

TEST_CASE("A hiccup shorter than the misses in a row is forgiven", "[detector]") {
  const Seen seen = watch(Trouble::hiccup, {.interval_s = 1, .timeout_s = 0.5, .failures = 3});
  CHECK(seen.failed_s == -1);
}

TEST_CASE("Operations name their nodes", "[operations]") {
  OperationSpec operation;
  CHECK(operation_node_name(operation, 0) == "add_replica-1");
  CHECK(operation_node_name(operation, 2) == "add_replica-3");
  operation.id = "late";
  CHECK(operation_node_name(operation, 2) == "late");
  ArchitectureSpec architecture;
  architecture.name = "mine";
  CHECK(applies_to(operation, architecture));
  operation.architecture = "another";
  CHECK_FALSE(applies_to(operation, architecture));
}
