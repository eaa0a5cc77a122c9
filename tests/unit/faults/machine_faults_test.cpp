// Slow, stalled, stopped and emptied machines, as the nemesis plays them: overlapping, and healed.
#include "tests/unit/faults/seen.hpp"

using namespace writepath;
using namespace writepath::test;

namespace {

/// One flush of 1 ms and 50 us of CPU time to a transaction.
Scenario quick() {
  Scenario scenario = scenario_with_clients();
  scenario.workload.transactions[0].autocommit = true;
  return scenario;
}

/// "down 2 up 3": in s.
std::string story(const Played& run) {
  std::string text;
  for (const FactRecord& fact : run.facts) {
    if (fact.name != "node_down" && fact.name != "node_up") continue;
    text += (text.empty() ? "" : " ") + fact.name.substr(5) + " " +
            std::to_string(fact["t_ns"] / ns_per_s);
  }
  return text;
}

}  // namespace

TEST_CASE("A stalled disk stalls commits, and overlapping stalls end with the later", "[faults]") {
  const Played run = played(quick(), {of_primary("one", 3, FaultKind::disk_stall, 2),
                                      of_primary("two", 4, FaultKind::disk_stall, 2)});
  CHECK(seen(run, 0, 3.01, 4.99).acked == 0);
  // What was queued before the second stall ends with the first: a request's end is fixed when it
  // is given to the device.
  CHECK(seen(run, 0, 4.01, 5.99).acked == 0);
  CHECK(seen(run, 0, 4.01, 6.2).acked > 100);
  CHECK(seen(run, 0, 9, 10).longest_ms < 10);
  CHECK(story(run).empty());
}

TEST_CASE("Slow disks and slow processors: factors multiply, and nothing is left of them",
          "[faults]") {
  FaultSpec one = of_primary("one", 3, FaultKind::slow_disk, 4);
  FaultSpec two = of_primary("two", 5, FaultKind::slow_disk, 4);
  double part_ms = 1;  // the flush
  SECTION("disks") {}
  SECTION("processors") {
    one.kind = two.kind = FaultKind::slow_node;
    part_ms = 0.05;
  }
  one.factor = 5;
  two.factor = 4;
  const Played run = played(quick(), {one, two});
  const double usual = seen(run, 0, 1, 2.9).longest_ms;
  CHECK(seen(run, 0, 4, 4.9).longest_ms == Approx(usual + 4 * part_ms).margin(0.2 * part_ms));
  CHECK(seen(run, 0, 6, 6.9).longest_ms == Approx(usual + 19 * part_ms).margin(0.2 * part_ms));
  CHECK(seen(run, 0, 8, 8.9).longest_ms == Approx(usual + 3 * part_ms).margin(0.2 * part_ms));
  CHECK(seen(run, 0, 9.5, 10).longest_ms == Approx(usual).margin(0.02 * part_ms));
}

TEST_CASE("A paused primary answers nothing and goes on when the last pause ends", "[faults]") {
  const Played run = played(quick(), {of_primary("one", 3, FaultKind::pause, 2),
                                      of_primary("two", 4, FaultKind::pause, 2)});
  CHECK(seen(run, 0, 3.01, 5.9).acked == 0);
  CHECK(ordered(run, 3.01, 5.99) == 0);
  CHECK(seen(run, 0, 9, 10).acked > 45);
  CHECK(run.count("commit_failed") == 0);
  CHECK(story(run).empty());
}

TEST_CASE("A lost volume: the process is back, and what was committed is not", "[faults]") {
  FaultSpec lost = of_primary("lost", 3, FaultKind::volume_loss, 1);
  lost.duration_s.reset();
  lost.restart_after_s = 2;
  const Played run = played(quick(), {lost});
  CHECK(story(run) == "down 3 up 5");
  const auto ups = run.of("node_up");
  REQUIRE(ups.size() == 1);
  CHECK(ups[0]["data_lost"] == 1);
  const auto forks = run.of("lineage_forked");
  REQUIRE(!forks.empty());
  CHECK(forks.back()["kept_seq_no"] == 0);
}

TEST_CASE("A write is torn when there is one; the node is back so long after that", "[faults]") {
  FaultSpec torn = of_primary("torn", 3.005, FaultKind::torn_write, 1);
  torn.duration_s.reset();
  torn.restart_after_s = 0.001;
  const Played run = played(quick(), {torn});
  const auto downs = run.of("node_down"), ups = run.of("node_up");
  REQUIRE(downs.size() == 1);
  REQUIRE(ups.size() == 1);
  // The clients' next transactions come at 3.02 s.
  CHECK(downs[0]["t_ns"] > from_s(3.01));
  CHECK(downs[0]["t_ns"] < from_s(3.03));
  CHECK(ups[0]["t_ns"] == downs[0]["t_ns"] + ns_per_ms);
  CHECK(ups[0]["data_lost"] == 0);
  SECTION("an idle disk's patience ends, and nothing hangs") {
    Scenario idle = quick();
    idle.workload.clients.clear();
    const Played alone = played(idle, {torn});
    REQUIRE(alone.count("node_up") == 1);
    CHECK(alone.of("node_up")[0]["t_ns"] == alone.of("node_down")[0]["t_ns"] + ns_per_ms);
  }
}

TEST_CASE("Crashes and pauses of one node overlap: it is back when the last crash lets go",
          "[faults]") {
  FaultSpec crash = of_primary("crash", 3.5, FaultKind::node_crash, 1);
  crash.duration_s.reset();
  crash.restart_after_s = 2;
  FaultSpec lost = crash;
  lost.id = "lost";
  lost.at_s = 4;
  lost.kind = FaultKind::volume_loss;
  lost.restart_after_s = 3;
  const Played run = played(quick(), {of_primary("pause", 3, FaultKind::pause, 6), crash, lost,
                                      of_primary("slow", 3, FaultKind::disk_stall, 1)});
  CHECK(story(run) == "down 3 up 7");
  CHECK(run.of("node_up")[0]["data_lost"] == 1);
  CHECK(seen(run, 0, 9.5, 10).acked > 20);
}
