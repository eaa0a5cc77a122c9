// A volume's storage nodes under load, looked at from inside.
#include <functional>
#include <memory>

#include "models/aurora_quorum/factory.hpp"
#include "models/aurora_quorum/instance.hpp"
#include "models/aurora_quorum/model.hpp"
#include "sim/scenario/load.hpp"
#include "sim/workload/workload.hpp"
#include "tests/catch.hpp"
#include "tests/fork_run.hpp"

using namespace writepath;

namespace {

Scenario scenario_with(const std::string& storage) {
  const std::string text = R"({"scenario_version": 1, "name": "t", "question": "?", "duration_s": 6,
      "warmup_s": 0, "settle_s": 4, "data": {"size_gb": 45},
      "network": {"regions": [{"name": "r", "azs": ["a", "b", "c"]}]},
      "workload": {"clients": [{"name": "c", "azs": ["a"], "open_loop": {"rate_per_s": 800}}],
                   "transactions": [{"name": "t", "autocommit": true, "pages_dirtied": 6}]},
      "architectures": [{"name": "x", "model": "aurora_quorum",
        "nodes": [{"id": "w", "role": "primary", "az": "a"}],
        "options": {"storage": )" +
                           storage + "}}]}";
  LoadResult loaded =
      load_scenario_text(text, "test", {}, catalog_of({aurora_quorum_factory()}), {});
  if (!loaded.scenario) throw std::runtime_error(to_text(loaded.diagnostics.at(0)));
  return *loaded.scenario;
}

/// A world with the model and its clients.
struct Bench {
  Scenario scenario;
  FactLog facts;
  Endpoints endpoints;
  EventQueue queue;
  World world;
  KeyChooser keys;
  ModelContext context;
  aurora::Model model;
  std::unique_ptr<Workload> workload;

  explicit Bench(const std::string& storage)
      : scenario(scenario_with(storage)),
        world(queue, {.network = scenario.network}),
        keys(scenario.workload.keys),
        context(world, scenario, scenario.architectures[0], facts, endpoints, keys) {
    model.deploy(context);
    workload = std::make_unique<Workload>(world, scenario, facts, endpoints, model, keys, false);
    world.seal();
    workload->begin();
  }
  ~Bench() {
    for (std::uint32_t n = 0; n < world.node_count(); ++n) world.node(NodeId{n}).scope().kill();
  }
  const aurora::StorageNode& storage(std::size_t copy) const {
    return *model.cluster().storage[copy];
  }
  const aurora::Writer& writer() const { return *model.cluster().instances[0]->writer(); }
  std::uint64_t coalesced_pages(std::size_t copy) const {
    const IoCounters& counters = storage(copy).node().storage().counters();
    return counters.by_purpose[static_cast<std::size_t>(Purpose::coalesced_page)].writes;
  }
  /// Looks each millisecond while there is load.
  void look() {
    if (queue.now() > from_s(6)) return;
    at_a_look();
    queue.post_after(from_ms(1), [this] { look(); });
  }
  std::function<void()> at_a_look;
};

std::uint64_t groups_with_gap(const Bench& bench, std::size_t copy) {
  std::uint64_t gaps = 0;
  for (aurora::GroupId g = 0; g < bench.model.cluster().layout.groups(); ++g)
    gaps += bench.storage(copy).segment(g).has_gap();
  return gaps;
}

/// Groups whose segment here is not complete up to the log's end.
std::uint64_t groups_behind(const Bench& bench, std::size_t copy) {
  const aurora::Log& log = bench.writer().log();
  std::uint64_t behind = 0;
  for (aurora::GroupId g = 0; g < bench.model.cluster().layout.groups(); ++g) {
    const std::uint64_t last = log.last_boxcar_of(g);
    behind += log.boxcars().holds(last) &&
              bench.storage(copy).segment(g).scl() < log.boxcars()[last].last;
  }
  return behind;
}

}  // namespace

TEST_CASE(
    "SIGMOD 2017, S3.3, steps 3 and 4: batches are lost at single nodes, SCL stalls there, "
    "gossip fills the gaps, VDL goes on",
    "[aurora][storage]") {
  const std::vector<double> found = testing::fork_numbers([] {
    Bench bench(R"({"boxcar_loss_probability": 0.01})");
    double with_gap = 0, looks = 0, longest = 0;
    TimeNs moved = 0;
    std::uint64_t vdl = 0;
    bench.at_a_look = [&] {
      std::uint64_t nodes = 0;
      for (std::size_t copy = 0; copy < 6; ++copy) nodes += groups_with_gap(bench, copy) > 0;
      with_gap += nodes > 0;
      if (bench.writer().read_point() > vdl) {
        vdl = bench.writer().read_point();
        moved = bench.queue.now();
      }
      longest = std::max(longest, to_ms(bench.queue.now() - moved));
      ++looks;
    };
    bench.queue.post_at(from_ms(1), [&] { bench.look(); });
    bench.world.run(from_s(10));
    double dropped = 0, gaps = 0, behind = 0;
    for (std::size_t copy = 0; copy < 6; ++copy) {
      dropped += static_cast<double>(bench.storage(copy).boxcars_dropped());
      gaps += static_cast<double>(groups_with_gap(bench, copy));
      behind += static_cast<double>(groups_behind(bench, copy));
    }
    const bool durable = bench.writer().read_point() == bench.writer().log().end();
    return std::vector<double>{dropped, with_gap / looks, longest,
                               gaps,    behind,           durable ? 1.0 : 0.0};
  });
  INFO(found.at(0) << " dropped, with gaps " << found.at(1) << ", VDL stood for " << found.at(3));
  CHECK(found.at(0) > 500);
  CHECK(found.at(1) > 0.9);  // some node has a gap nearly always
  CHECK(found.at(2) < 400);  // VDL waits for gossip only where three nodes lack a group's redo
  CHECK(found.at(3) == 0);
  CHECK(found.at(4) == 0);
  CHECK(found.at(5) == 1);
}

TEST_CASE("What no node kept is sent again: VDL stands still for seconds, not for ever",
          "[aurora][storage]") {
  const std::vector<double> found = testing::fork_numbers([] {
    Bench bench(R"({"boxcar_loss_probability": 0.3})");
    double longest = 0;
    TimeNs moved = 0;
    std::uint64_t vdl = 0;
    bench.at_a_look = [&] {
      if (bench.writer().read_point() > vdl) {
        vdl = bench.writer().read_point();
        moved = bench.queue.now();
      }
      longest = std::max(longest, to_ms(bench.queue.now() - moved));
    };
    bench.queue.post_at(from_ms(1), [&] { bench.look(); });
    bench.world.run(from_s(40));
    const bool durable = bench.writer().read_point() == bench.writer().log().end();
    return std::vector<double>{longest, durable ? 1.0 : 0.0};
  });
  CHECK(found.at(0) < 6000);  // one boxcar in 1,372 is lost by all six
  CHECK(found.at(1) == 1);
}

TEST_CASE("A full receive queue drops boxcars at that node alone; it catches up when it can",
          "[aurora][storage]") {
  const std::vector<double> found = testing::fork_numbers([] {
    Bench bench(R"({"receive_queue_mb": 0.02,
                    "slow": [{"copy": "c1", "factor": 100, "from_s": 1, "until_s": 3}]})");
    bench.world.run(from_s(10));
    double elsewhere = 0;
    for (const std::size_t copy : {0, 1, 2, 3, 5})
      elsewhere += static_cast<double>(bench.storage(copy).boxcars_dropped());
    return std::vector<double>{static_cast<double>(bench.storage(4).boxcars_dropped()), elsewhere,
                               static_cast<double>(groups_behind(bench, 4))};
  });
  CHECK(found.at(0) > 300);
  CHECK(found.at(1) == 0);
  CHECK(found.at(2) == 0);
}

TEST_CASE("SIGMOD 2017, S3.3: background work is negatively correlated with the foreground",
          "[aurora][storage]") {
  // One flush at a time of about a millisecond: under 800 commits a second boxcars wait nearly
  // always.
  const auto run = [](const std::string& storage) {
    return testing::fork_numbers([&storage] {
      Bench bench(storage);
      double under_load = 0, backlog = 0;
      bench.queue.post_at(from_s(6) - 1, [&] {
        under_load = static_cast<double>(bench.coalesced_pages(0));
        backlog = static_cast<double>(bench.storage(0).backlog_bytes());
      });
      bench.world.run(from_s(10));
      return std::vector<double>{under_load, backlog, static_cast<double>(bench.coalesced_pages(0)),
                                 static_cast<double>(bench.storage(0).backlog_bytes())};
    });
  };
  const std::string one_at_a_time =
      R"({"flushes_at_once": 1, "background_ios_at_once": 1, "staging_interval_ms": 0)";
  const std::vector<double> busy = run(one_at_a_time + "}");
  const std::vector<double> roomy =
      run(R"({"background_ios_at_once": 32, "staging_interval_ms": 0})");
  CHECK(busy.at(0) < 0.5 * roomy.at(0));  // it gave way
  CHECK(busy.at(1) > 3 * roomy.at(1));
  CHECK(busy.at(2) > 1.5 * busy.at(0));  // and went on when the load was gone
  // Beyond the limit it does not give way any more: the foreground waits instead.
  const std::vector<double> hurried =
      run(one_at_a_time + R"(, "backlog_limit_mb": 0.1, "throttle_ms": 0})");
  CHECK(hurried.at(0) > 1.25 * busy.at(0));
}
