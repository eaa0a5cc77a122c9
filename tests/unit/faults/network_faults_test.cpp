// Partitions of two targets or of one way, lossy and slow paths, overlapping ones: as clients in
// two AZs see them.
#include "tests/unit/faults/seen.hpp"

using namespace writepath;
using namespace writepath::test;

TEST_CASE("A partition between two targets leaves all others alone", "[faults]") {
  FaultSpec cut = of_primary("cut", 3, FaultKind::partition, 3);
  cut.peer = FaultTarget{};
  cut.peer->az = "b";
  const Played run = played(scenario_with_clients(), {cut});
  CHECK(seen(run, 0, 3.1, 6).acked > 140);
  CHECK(seen(run, 1, 3.1, 6).acked == 0);
  CHECK(seen(run, 1, 8, 10).acked > 80);
  cut.peer->az = "c";  // nobody is there
  CHECK(played(scenario_with_clients(), {cut}).count("fault_struck") == 0);
}

TEST_CASE("A partition of one way: requests arrive and answers don't, or neither", "[faults]") {
  FaultSpec cut = of_primary("cut", 3, FaultKind::partition, 3);
  cut.direction = FaultSpec::Direction::outgoing;
  Scenario scenario = scenario_with_clients();
  scenario.workload.transactions[0].autocommit = true;
  const Played mute = played(scenario, {cut});
  CHECK(seen(mute, 0, 3.1, 6).acked == 0);
  // Over the connections that are open; to open one takes an answer.
  CHECK(ordered(mute, 3, 5) >= 2);
  cut.direction = FaultSpec::Direction::incoming;
  const Played deaf = played(scenario, {cut});
  CHECK(seen(deaf, 0, 3.1, 6).acked == 0);
  CHECK(ordered(deaf, 3, 5) == 0);
}

TEST_CASE("Overlapping partitions heal when the last one does", "[faults]") {
  FaultSpec both = of_primary("both", 3, FaultKind::partition, 2);
  FaultSpec out = of_primary("out", 4, FaultKind::partition, 3);
  out.direction = FaultSpec::Direction::outgoing;
  const Played run = played(scenario_with_clients(), {both, out});
  CHECK(seen(run, 0, 3.1, 7).acked == 0);
  CHECK(seen(run, 0, 8.5, 10).acked > 50);
}

TEST_CASE("Packets are delayed while it lasts, and delays add up", "[faults]") {
  FaultSpec one = of_primary("one", 3, FaultKind::packet_delay, 4);
  one.delay_ms = 30;
  one.direction = FaultSpec::Direction::incoming;
  FaultSpec two = of_primary("two", 5, FaultKind::slow_node, 4);
  two.delay_ms = 50;
  Scenario scenario = scenario_with_clients();
  scenario.workload.transactions[0].autocommit = true;
  const Played run = played(scenario, {one, two});
  const double usual = seen(run, 0, 1, 2.9).longest_ms;
  // A connection that has to be opened takes a round trip more.
  CHECK(seen(run, 0, 4, 4.9).longest_ms == Approx(usual + 30).margin(1));
  CHECK(seen(run, 0, 6, 6.8).longest_ms == Approx(usual + 30 + 2 * 50).margin(1));
  CHECK(seen(run, 0, 8, 8.8).longest_ms == Approx(usual + 2 * 50).margin(1));
  CHECK(seen(run, 0, 9.5, 10).longest_ms == Approx(usual).margin(1));
}

TEST_CASE("Lost packets cost a retransmission timeout, towards the peer only", "[faults]") {
  FaultSpec lossy = of_primary("lossy", 3, FaultKind::packet_loss, 4);
  lossy.loss_probability = 0.3;
  lossy.peer = FaultTarget{};
  lossy.peer->az = "b";
  const Played run = played(scenario_with_clients(), {lossy});
  CHECK(seen(run, 0, 3, 7).longest_ms < 20);
  CHECK(seen(run, 1, 3, 6).longest_ms > 200);
  CHECK(seen(run, 1, 9, 10).longest_ms < 20);
}

TEST_CASE("An AZ alone names its database nodes, and clients where the network is struck",
          "[faults]") {
  FaultSpec crash = of_primary("crash", 3, FaultKind::node_crash, 0);
  crash.duration_s.reset();
  crash.crash = CrashKind::process;
  crash.restart_after_s = 1;
  crash.target = {};
  crash.target.az = "a";
  const Played run = played(scenario_with_clients(), {crash});
  REQUIRE(run.count("node_down") == 1);
  CHECK(run.of("node_down")[0]["node"] == run.node("db"));
  crash.target.az = "b";  // only clients are there
  CHECK(played(scenario_with_clients(), {crash}).count("fault_struck") == 0);
  FaultSpec cut = of_primary("cut", 3, FaultKind::partition, 1);
  cut.target = crash.target;
  CHECK(played(scenario_with_clients(), {cut}).count("fault_struck") > 1);
}

TEST_CASE("Repeated faults strike and heal under their own numbers", "[faults]") {
  FaultSpec cut = of_primary("cut", 2, FaultKind::partition, 0.5);
  cut.repeat = FaultRepeat{.every_s = 2, .rate_per_s = {}, .count = 3, .until_s = {}};
  const Played run = played(scenario_with_clients(), {cut});
  std::vector<std::int64_t> healed;
  for (const FactRecord& fact : run.of("fault_healed")) {
    healed.push_back(fact["fault"]);
    healed.push_back(fact["t_ns"] / ns_per_ms);
  }
  CHECK(healed == std::vector<std::int64_t>{0, 2500, 1, 4500, 2, 6500});
}
