// What a reader shows, looked at from inside, at any moment: a consistency point, durable, whole.
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

Scenario scenario_with(const std::string& log_source, const std::string& writer = "{}") {
  const std::string text = R"({"scenario_version": 1, "name": "t", "question": "?", "duration_s": 6,
      "warmup_s": 0, "settle_s": 1, "data": {"size_gb": 45},
      "network": {"regions": [{"name": "r", "azs": ["a", "b", "c"]}]},
      "workload": {"clients": [{"name": "c", "azs": ["a"], "open_loop": {"rate_per_s": 800}}],
                   "transactions": [{"name": "t", "statements": 3, "rows_written": 3,
                                     "pages_dirtied": 12}]},
      "architectures": [{"name": "x", "model": "aurora_quorum",
        "nodes": [{"id": "w", "role": "primary", "az": "a"}, {"id": "r", "role": "replica", "az": "b"}],
        "options": {"log_source": ")" +
                           log_source + R"(", "writer": )" + writer + R"(,
                    "reader": {"buffer_pool_gb": 20, "apply_us_per_record": 20}}}]})";
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

  explicit Bench(const std::string& log_source, const std::string& writer = "{}")
      : scenario(scenario_with(log_source, writer)),
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
};

/// What the samples found.
struct Views {
  double samples = 0, behind_received = 0, wrong = 0;
};

void look(Bench& bench, Views& views) {
  using namespace aurora;
  const Writer& writer = *bench.model.cluster().instances[0]->writer();
  const Reader& reader = *bench.model.cluster().instances[1]->reader();
  const Log& log = writer.log();
  ++views.samples;
  const std::uint64_t view = reader.read_point();
  views.behind_received += view < writer.read_point();
  if (view > writer.read_point()) ++views.wrong;               // not durable yet
  if (reader.visible() != log.commit_at(view)) ++views.wrong;  // not what the view holds
  // A consistency point: the record that ends there ends its mini-transaction.
  const std::uint64_t after = log.record_after(view);
  if (view == 0 || after == log.records().begin()) return;
  const Record& last = log.records()[after - 1];
  if (last.lsn != view || !last.ends_mtr) ++views.wrong;
}

/// Every page with changes beyond VDL is in the writer's buffer pool: none has left it.
void look_at_writer(Bench& bench, Views& views) {
  using namespace aurora;
  Instance& instance = *bench.model.cluster().instances[0];
  const Log& log = instance.writer()->log();
  ++views.samples;
  for (std::uint64_t n = log.record_after(instance.writer()->read_point()); n < log.records().end();
       ++n) {
    ++views.behind_received;
    views.wrong += !instance.pages().holds(log.records()[n].page);
  }
}

using Look = void (*)(Bench&, Views&);
void look_every(Bench& bench, Views& views, DurationNs interval, Look at) {
  at(bench, views);
  bench.queue.post_after(
      interval, [&bench, &views, interval, at] { look_every(bench, views, interval, at); });
}

}  // namespace

TEST_CASE("SIGMOD 2017, S4.2.4: a reader never shows half a mini-transaction, nor beyond VDL",
          "[aurora][reader]") {
  for (const std::string source : {"writer", "storage"}) {
    INFO("log_source " << source);
    const std::vector<double> found = testing::fork_numbers([&source] {
      Views views;
      Bench bench(source);
      bench.queue.post_at(from_ms(1), [&] { look_every(bench, views, from_us(37), look); });
      bench.world.run(from_s(7));
      return std::vector<double>{views.samples, views.behind_received, views.wrong};
    });
    CHECK(found.at(0) > 150'000);
    CHECK(found.at(1) > 10'000);  // the reader is really behind at times
    CHECK(found.at(2) == 0);
  }
}

namespace {
Task<> read_page(aurora::Instance& reader, aurora::Page page, std::uint64_t read_point,
                 double& outcome) {
  aurora::PageReads::Outcome got = aurora::PageReads::Outcome::nothing;
  got = co_await reader.pages().get(page, read_point);
  outcome = static_cast<double>(got);
}
}  // namespace

TEST_CASE("SIGMOD 2018, S3.4: reads are accepted for PGMRPL <= read point <= SCL",
          "[aurora][reader]") {
  using Outcome = aurora::PageReads::Outcome;
  const std::vector<double> found = testing::fork_numbers([] {
    Bench bench("writer");
    double now = -1, old = -1, future = -1;
    bench.queue.post_at(from_s(4), [&] {
      aurora::Instance& reader = *bench.model.cluster().instances[1];
      const std::uint64_t read_point = reader.reader()->read_point();
      const aurora::Page last = bench.model.cluster().layout.pages() - 1;  // in no warm pool
      Scope& scope = reader.node().scope();
      scope.spawn(read_page(reader, last, read_point, now));
      scope.spawn(read_page(reader, last - 1, read_point / 2, old));
      // No storage node has what will be written in three seconds; the read gives up before.
      scope.spawn(read_page(reader, last - 2, 2 * read_point, future));
    });
    bench.world.run(from_s(5));
    return std::vector<double>{now, old, future};
  });
  CHECK(found.at(0) == static_cast<double>(Outcome::page));
  CHECK(found.at(1) == static_cast<double>(Outcome::too_old));
  CHECK(found.at(2) == static_cast<double>(Outcome::nothing));
}

TEST_CASE("SIGMOD 2017, S4.2.3: no page leaves the writer's pool before its changes are durable",
          "[aurora][reader]") {
  // A pool of 600 frames under 9,600 changes a second to pages of 45 GB: each misses.
  const std::vector<double> found = testing::fork_numbers([] {
    Views views;
    Bench bench("writer", R"({"buffer_pool_gb": 0.01})");
    bench.queue.post_at(from_ms(1), [&] { look_every(bench, views, from_us(37), look_at_writer); });
    bench.world.run(from_s(7));
    return std::vector<double>{views.samples, views.behind_received, views.wrong};
  });
  CHECK(found.at(0) > 150'000);
  CHECK(found.at(1) > 1'000'000);  // there are changes beyond VDL at most times
  CHECK(found.at(2) == 0);
}
