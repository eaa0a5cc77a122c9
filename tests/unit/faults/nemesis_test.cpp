// The fault plan, played on a world with three replicas.
#include "tests/catch.hpp"
#include "tests/support/outcomes.hpp"

using namespace writepath;
using namespace writepath::test;

namespace {

/// db in a; r1, r2 in b (on one host), r3 in c.
Scenario scenario_with_replicas() {
  Scenario scenario = quiet_scenario();
  scenario.workload.probe.enabled = false;
  const char* const azs[] = {"b", "b", "c"};
  for (int i = 0; i < 3; ++i) {
    NodeSpec replica = scenario.architectures[0].nodes[0];
    replica.id = "r" + std::to_string(i + 1);
    replica.az = azs[i];
    replica.role = NodeRole::replica;
    if (i < 2) replica.host = "shared";
    scenario.architectures[0].nodes.push_back(replica);
  }
  return scenario;
}

FaultSpec fault(const char* id, double at_s, FaultKind kind) {
  FaultSpec spec;
  spec.id = id;
  spec.at_s = at_s;
  spec.kind = kind;
  return spec;
}

/// "down 3 r1, up 5 r1": what happened to nodes, in order.
std::string story(const Played& played) {
  std::map<std::int64_t, std::string> names;
  for (const auto& [name, id] : played.nodes) names[id] = name;
  std::string text;
  for (const FactRecord& fact : played.facts) {
    const char* word = fact.name == "node_down" ? "down" : fact.name == "node_up" ? "up" : nullptr;
    if (word == nullptr) continue;
    text += std::string(text.empty() ? "" : ", ") + word + " " +
            std::to_string(fact["t_ns"] / ns_per_s) + " " + names[fact["node"]];
  }
  return text;
}

}  // namespace

TEST_CASE("A process crash takes the process, a host crash its neighbours too", "[faults]") {
  Scenario scenario = scenario_with_replicas();
  FaultSpec crash = fault("f", 3, FaultKind::node_crash);
  crash.target.node = "r1";
  crash.target.role.reset();
  crash.restart_after_s = 2;
  crash.crash = CrashKind::process;
  scenario.faults = {crash};
  CHECK(story(play(scenario)) == "down 3 r1, up 5 r1");
  scenario.faults[0].crash = CrashKind::host;
  CHECK(story(play(scenario)) == "down 3 r1, down 3 r2, up 5 r1, up 5 r2");
}

TEST_CASE("Data are lost with a local disk only", "[faults]") {
  Scenario scenario = scenario_with_replicas();
  FaultSpec crash = fault("f", 3, FaultKind::node_crash);
  crash.target.node = "r3";
  crash.restart_after_s = 2;
  crash.crash = GENERATE(CrashKind::host, CrashKind::loss);
  const StorageKind storage = GENERATE(StorageKind::local, StorageKind::attached);
  scenario.architectures[0].nodes[3].storage = storage;
  scenario.faults = {crash};
  const Played played = play(scenario);
  REQUIRE(played.failure.empty());
  const auto up = played.of("node_up");
  REQUIRE(up.size() == 1);
  const bool lost = crash.crash == CrashKind::loss && storage == StorageKind::local;
  CHECK(up[0]["data_lost"] == lost);
  CHECK(up[0]["incarnation"] == 2);
}

TEST_CASE("Without a restart a node stays down, also after the heal at the end", "[faults]") {
  Scenario scenario = scenario_with_replicas();
  FaultSpec crash = fault("f", 3, FaultKind::node_crash);
  crash.target.role = NodeRole::replica;
  crash.target.az = "c";
  scenario.faults = {crash};
  const Played played = play(scenario);
  CHECK(story(played) == "down 3 r3");
  CHECK(played.count("fault_healed") == 0);
}

TEST_CASE("A planned restart comes at the duration's end at the latest", "[faults]") {
  Scenario scenario = scenario_with_replicas();
  FaultSpec crash = fault("f", 3, FaultKind::node_crash);
  crash.target.role = NodeRole::replica;
  crash.target.index = 2;
  crash.restart_after_s = 100;
  scenario.faults = {crash};
  CHECK(story(play(scenario)) == "down 3 r3, up 10 r3");
}

TEST_CASE("An AZ outage takes everything in the AZ, clients too, and brings it back", "[faults]") {
  Scenario scenario = scenario_with_replicas();
  scenario.workload.clients = {open_group("web", 1, OpenLoop::Arrivals::constant)};
  scenario.workload.clients[0].azs = {"a", "c"};
  FaultSpec dark = fault("dark", 3, FaultKind::az_outage);
  dark.target.az = "c";
  dark.duration_s = 4;
  scenario.faults = {dark};
  const Played played = play(scenario);
  CHECK(story(played) == "down 3 r3, down 3 client.web.c, up 7 r3, up 7 client.web.c");
  const auto struck = played.of("fault_struck");
  REQUIRE(struck.size() == 3);
  CHECK(struck[0]["node"] == no_node.value);
  CHECK(struck[1]["node"] == played.node("r3"));
  CHECK(struck[2]["node"] == played.node("client.web.c"));
  REQUIRE(played.count("fault_healed") == 1);
  scenario.faults[0].duration_s.reset();  // until the end of the run
  CHECK(story(play(scenario)) == "down 3 r3, down 3 client.web.c, up 10 r3, up 10 client.web.c");
}

TEST_CASE("Overlapping faults: a node comes back when the last one lets go", "[faults]") {
  Scenario scenario = scenario_with_replicas();
  FaultSpec dark = fault("dark", 3, FaultKind::az_outage);
  dark.target.az = "c";
  dark.duration_s = 4;
  FaultSpec crash = fault("crash", 2, FaultKind::node_crash);
  crash.target.node = "r3";
  crash.restart_after_s = 2;  // in the middle of the outage
  scenario.faults = {dark, crash};
  CHECK(story(play(scenario)) == "down 2 r3, up 7 r3");
  scenario.faults[1].restart_after_s.reset();
  CHECK(story(play(scenario)) == "down 2 r3");
  // Back to back at the same instant: what strikes does so before what heals.
  scenario.faults[1].at_s = 1;
  scenario.faults[1].restart_after_s = 2;
  CHECK(story(play(scenario)) == "down 1 r3, up 7 r3");
}

TEST_CASE("Roles: current or initial, one by index, one by lot", "[faults]") {
  Scenario scenario = scenario_with_replicas();
  FaultSpec crash = fault("f", 3, FaultKind::node_crash);
  crash.crash = CrashKind::process;
  crash.target.role = NodeRole::replica;
  scenario.faults = {crash};
  CHECK(story(play(scenario)) == "down 3 r1, down 3 r2, down 3 r3");
  scenario.faults[0].target.index = 1;
  CHECK(story(play(scenario)) == "down 3 r2");
  scenario.faults[0].target.index.reset();
  scenario.faults[0].target.pick = FaultTarget::Pick::random;
  std::set<std::string> stories;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    PlayOptions options;
    options.seed = seed;
    stories.insert(story(play(scenario, options)));
  }
  CHECK(stories == std::set<std::string>{"down 3 r1", "down 3 r2", "down 3 r3"});
}

TEST_CASE("Without storage nodes, `storage` is the primary's volume", "[faults]") {
  Scenario scenario = scenario_with_replicas();
  FaultSpec crash = fault("f", 3, FaultKind::node_crash);
  crash.target.role = NodeRole::storage;
  scenario.faults = {crash};
  const std::string volume = story(play(scenario));
  scenario.faults[0].target.role = NodeRole::primary;
  CHECK(volume == story(play(scenario)));
  CHECK_FALSE(volume.empty());
}

TEST_CASE("A fault that strikes nobody is not played", "[faults]") {
  Scenario scenario = scenario_with_replicas();
  FaultSpec crash = fault("f", 3, FaultKind::node_crash);
  crash.restart_after_s = 1;
  SECTION("no such role") { crash.target.role = NodeRole::monitor; }
  SECTION("no such index") {
    crash.target.role = NodeRole::replica;
    crash.target.index = 3;
  }
  SECTION("another architecture") {
    crash.target.role = NodeRole::primary;
    crash.architecture = "other";
  }
  SECTION("after the end") {
    crash.target.role = NodeRole::primary;
    crash.at_s = 10;
  }
  scenario.faults = {crash};
  const Played played = play(scenario);
  REQUIRE(played.failure.empty());
  CHECK(story(played).empty());
  CHECK(played.count("fault_struck") == 0);
  CHECK(played.count("fault_healed") == 0);
}

TEST_CASE("A partition keeps clients away, and mends", "[faults]") {
  Scenario scenario = scenario_with_replicas();
  scenario.workload.clients = {open_group("near", 50), open_group("far", 50)};
  scenario.workload.clients[1].azs = {"b"};
  scenario.workload.session.timeout_s = 1;
  scenario.workload.session.connect_timeout_s = 1;
  scenario.workload.session.retries = 20;
  FaultSpec cut = fault("cut", 3, FaultKind::partition);
  SECTION("an AZ: those within still talk") {
    cut.target.az = "a";
    cut.duration_s = 3;
  }
  SECTION("a node") {
    cut.target.role = NodeRole::primary;
    cut.duration_s = 3;
  }
  scenario.faults = {cut};
  const Played played = play(scenario);
  REQUIRE(played.failure.empty());
  CHECK(ended_wrongly(played) == "");
  CHECK(story(played).empty());
  std::map<std::int64_t, int> during;
  for (const FactRecord& fact : played.of("commit_acked"))
    during[fact["group"]] += fact["t_ns"] > from_s(3.01) && fact["t_ns"] < from_s(6);
  CHECK(during[1] == 0);
  if (cut.target.az.empty())
    CHECK(during[0] == 0);
  else
    CHECK(during[0] > 100);
  // Everything comes through in the end.
  CHECK(played.count("commit_acked") + played.count("commit_unknown") > 900);
  CHECK(played.count("commit_unknown") < 20);
  CHECK(played.count("commit_failed") == 0);
}

TEST_CASE("An operation starts its node, or waits for its AZ", "[faults][operations]") {
  Scenario scenario = scenario_with_replicas();
  OperationSpec add;
  add.at_s = 4;
  add.az = "c";
  scenario.operations = {add};
  const Played alone = play(scenario);
  REQUIRE(alone.failure.empty());
  CHECK(story(alone) == "up 4 add_replica-1");
  const auto started = alone.of("operation_started");
  REQUIRE(started.size() == 1);
  CHECK(started[0]["node"] == alone.node("add_replica-1"));

  FaultSpec dark = fault("dark", 3, FaultKind::az_outage);
  dark.target.az = "c";
  dark.duration_s = 4;
  scenario.faults = {dark};
  CHECK(story(play(scenario)) == "down 3 r3, up 7 r3, up 7 add_replica-1");
  scenario.faults[0].at_s = 5;
  CHECK(story(play(scenario)) ==
        "up 4 add_replica-1, down 5 r3, down 5 add_replica-1, up 9 r3, up 9 add_replica-1");
  scenario.operations[0].architecture = "other";
  CHECK(story(play(scenario)) == "down 5 r3, up 9 r3");
}
