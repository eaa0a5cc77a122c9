// What clients learn when servers or their own machines die.
#include <algorithm>
#include <set>

#include "tests/catch.hpp"
#include "tests/support/outcomes.hpp"

using namespace writepath;
using namespace writepath::test;

namespace {

FaultSpec crash_of_primary(CrashKind kind, double at_s, std::optional<double> restart_after_s) {
  FaultSpec fault;
  fault.id = "crash";
  fault.at_s = at_s;
  fault.kind = FaultKind::node_crash;
  fault.crash = kind;
  fault.target.role = NodeRole::primary;
  fault.restart_after_s = restart_after_s;
  return fault;
}

Scenario steady_scenario() {
  Scenario scenario = quiet_scenario();
  scenario.workload.probe.enabled = false;
  scenario.workload.clients = {open_group("web", 3000)};
  scenario.workload.clients[0].azs = {"a", "b"};
  scenario.workload.transactions[0].statements = 2;
  return scenario;
}

}  // namespace

TEST_CASE("A process crash resets connections: clients know at once", "[crash]") {
  Scenario scenario = steady_scenario();
  scenario.faults = {crash_of_primary(CrashKind::process, 3, 2)};
  const Played played = play(scenario);
  REQUIRE(played.failure.empty());
  CHECK(ended_wrongly(played) == "");
  // In doubt: what had its COMMIT under way, 1.75 ms at 3000 a second.
  CHECK(played.count("commit_unknown") >= 1);
  CHECK(played.count("commit_unknown") < 20);
  for (const FactRecord& fact : played.of("commit_unknown"))
    CHECK(to_ms(fact["t_ns"] - from_s(3)) < 1.5);
  // Everything else waits for the restart and then succeeds.
  CHECK(played.count("commit_failed") == 0);
  CHECK(played.count("commit_acked") > 29'000);
  const auto acked = played.of("commit_acked");
  CHECK(std::none_of(acked.begin(), acked.end(), [](const FactRecord& fact) {
    return fact["t_ns"] > from_s(3.002) && fact["t_ns"] < from_s(5);
  }));
}

TEST_CASE("Clients that try again what may have happened are never left in doubt", "[crash]") {
  Scenario scenario = steady_scenario();
  scenario.faults = {crash_of_primary(CrashKind::process, 3, 2)};
  scenario.workload.session.retry_unknown = true;
  const Played played = play(scenario);
  REQUIRE(played.failure.empty());
  const std::size_t doubts = played.count("commit_unknown");
  CHECK(doubts >= 1);
  // Each doubt was tried again, the attempt until it was acknowledged: the retry names the doubt.
  std::set<std::int64_t> in_doubt, retried;
  for (const FactRecord& fact : played.of("commit_unknown")) in_doubt.insert(fact["txn"]);
  for (const FactRecord& fact : played.of("commit_retried")) retried.insert(fact["of"]);
  CHECK(in_doubt.size() == doubts);
  CHECK(retried == in_doubt);
  CHECK(played.count("commit_failed") == 0);
  for (const auto& [ticket, ends] : ends_of(played)) {
    REQUIRE(ends.acked == 1);
    REQUIRE(ends.unknown <= 1);
  }
}

TEST_CASE("A host crash is silent: clients wait out their time-outs", "[crash]") {
  Scenario scenario = steady_scenario();
  scenario.faults = {crash_of_primary(CrashKind::host, 3, std::nullopt)};
  scenario.workload.session.timeout_s = 2;
  scenario.workload.session.connect_timeout_s = 1;
  scenario.workload.session.retries = 2;
  scenario.workload.session.max_connections = 100'000;  // nobody waits for a connection
  const Played played = play(scenario);
  REQUIRE(played.failure.empty());
  CHECK(ended_wrongly(played) == "");
  CHECK(played.count("commit_unknown") >= 1);
  for (const FactRecord& fact : played.of("commit_unknown")) {
    CHECK(to_s(fact["t_ns"] - fact["commit_sent_ns"]) == Approx(2).margin(1e-6));
    CHECK(to_ms(fact["commit_sent_ns"] - from_s(3)) < 1.5);
  }
  // The rest fails: one request in vain or a connection, then two more connections.
  CHECK(played.count("commit_failed") > 18'000);
  const auto failed = played.of("commit_failed");
  CHECK(std::all_of(failed.begin(), failed.end(), [](const FactRecord& fact) {
    return to_s(fact["t_ns"] - fact["intended_start_ns"]) < 2 + 0.1 + 2 + 0.2 + 2 + 0.01;
  }));
}

TEST_CASE("What the server committed is not always what the client knows", "[crash]") {
  // The client's own AZ goes dark: nobody answers for its transactions, some of which are
  // committed.
  Scenario scenario = steady_scenario();
  scenario.workload.clients[0].azs = {"b"};
  FaultSpec dark;
  dark.id = "dark";
  dark.at_s = 4;
  dark.kind = FaultKind::az_outage;
  dark.target.az = "b";
  dark.duration_s = 3;
  scenario.faults = {dark};
  const Played played = play(scenario);
  REQUIRE(played.failure.empty());
  CHECK(ended_wrongly(played) == "");
  const std::size_t open = played.count("commit_unknown") + played.count("commit_failed");
  CHECK(open >= 1);
  CHECK(open < 40);
  for (const FactRecord& fact : played.of("commit_unknown")) CHECK(fact["t_ns"] == from_s(4));
  for (const FactRecord& fact : played.of("commit_failed")) CHECK(fact["t_ns"] == from_s(4));
  // No client, no arrivals; then they come again.
  std::size_t during = 0, after = 0;
  for (const FactRecord& fact : played.of("transaction_started")) {
    during += fact["t_ns"] >= from_s(4) && fact["t_ns"] < from_s(7);
    after += fact["t_ns"] >= from_s(7);
  }
  CHECK(during == 0);
  CHECK(after == Approx(9000).epsilon(0.1));
}

TEST_CASE("Closed-loop clients live again when their AZ comes back", "[crash]") {
  Scenario scenario = quiet_scenario();
  ClientGroup group;
  group.name = "closed";
  group.azs = {"a", "b"};
  group.closed_loop = ClosedLoop{};
  group.closed_loop->clients = 4;
  group.closed_loop->think_time_ms = {Exponential{20}};
  scenario.workload.clients = {group};
  FaultSpec dark;
  dark.id = "dark";
  dark.at_s = 4;
  dark.kind = FaultKind::az_outage;
  dark.target.az = "b";
  dark.duration_s = 3;
  scenario.faults = {dark};
  const Played played = play(scenario);
  REQUIRE(played.failure.empty());
  CHECK(ended_wrongly(played) == "");
  const std::int64_t in_b = played.node("client.closed.b");
  std::array<std::size_t, 3> in_phase{};
  for (const FactRecord& fact : played.of("commit_acked"))
    if (fact["node"] == in_b)
      ++in_phase[fact["t_ns"] < from_s(4) ? 0 : fact["t_ns"] < from_s(7) ? 1 : 2];
  CHECK(in_phase[0] > 300);
  CHECK(in_phase[1] == 0);
  CHECK(in_phase[2] > 200);
}

TEST_CASE("What is still in flight at the run's end is stated", "[crash]") {
  Scenario scenario = steady_scenario();
  scenario.settle_s = 1;
  scenario.faults = {crash_of_primary(CrashKind::host, 9, std::nullopt)};
  const Played played = play(scenario);
  REQUIRE(played.failure.empty());
  CHECK(ended_wrongly(played) == "");
  CHECK(played.count("commit_unknown") >= 1);
  CHECK(played.count("commit_failed") > 2000);
  CHECK(played.left.at("open_calls_at_end") == 0);
}

TEST_CASE("The probe sees when the database serves", "[crash][probe]") {
  Scenario scenario = quiet_scenario();
  scenario.faults = {crash_of_primary(CrashKind::host, 3, 4)};
  scenario.workload.probe.enabled = true;
  const Played played = play(scenario);
  REQUIRE(played.failure.empty());
  const auto probes = played.of("probe_done");
  CHECK(probes.size() == 2 * 99);
  CHECK(played.count("transaction_started") == 0);  // it is no commit of the workload
  std::size_t good = 0, bad = 0;
  for (const FactRecord& fact : probes) {
    (fact["ok"] ? good : bad) += 1;
    CHECK(to_s(fact["t_ns"] - fact["started_ns"]) <= 1.0001);
    const double started = to_s(fact["started_ns"]);
    if (started < 2.99) CHECK(fact["ok"] == 1);
    // SYNs sent while the host was down are repeated after a second, when the time is up.
    if (started > 3 && started < 6) CHECK(fact["ok"] == 0);
    if (started > 7.1) CHECK(fact["ok"] == 1);
  }
  CHECK(bad >= 2 * 30);
  CHECK(good >= 2 * 55);
}

TEST_CASE("Reads go to the reader in their own AZ, else to each in turn", "[reads]") {
  Scenario scenario = quiet_scenario();
  for (const auto& [id, az] : {std::pair{"r1", "b"}, std::pair{"r2", "b"}}) {
    NodeSpec replica = scenario.architectures[0].nodes[0];
    replica.id = id;
    replica.az = az;
    replica.role = NodeRole::replica;
    scenario.architectures[0].nodes.push_back(replica);
  }
  ReadLoad reads;
  reads.rate_per_s = 300;
  reads.target =
      GENERATE(ReadLoad::Target::replicas, ReadLoad::Target::any, ReadLoad::Target::primary);
  scenario.workload.reads = {reads};
  const Played played = play(scenario);
  REQUIRE(played.failure.empty());
  const auto done = played.of("read_done");
  CHECK(done.size() == Approx(3000).epsilon(0.1));
  std::map<std::pair<std::int64_t, std::int64_t>, int> routes;
  for (const FactRecord& fact : done) {
    CHECK(fact["ok"] == 1);
    ++routes[{fact["node"], fact["server"]}];
  }
  const auto share = [&](const char* az, const char* server) {
    return routes[{played.node(std::string("client.reads.") + az), played.node(server)}] / 1000.0;
  };
  if (reads.target == ReadLoad::Target::primary) {
    for (const char* az : {"a", "b", "c"}) CHECK(share(az, "db") == Approx(1).epsilon(0.15));
    return;
  }
  const bool any = reads.target == ReadLoad::Target::any;
  CHECK(share("b", "r1") == Approx(0.5).epsilon(0.15));
  CHECK(share("b", "r2") == Approx(0.5).epsilon(0.15));
  CHECK(share("a", "db") == Approx(any ? 1 : 0).epsilon(0.15));
  CHECK(share("c", "r1") == Approx(any ? 1. / 3 : 0.5).epsilon(0.15));
  CHECK(share("c", "db") == Approx(any ? 1. / 3 : 0).epsilon(0.15));
}

TEST_CASE("Reads without a node to go to fail, and say so", "[reads]") {
  Scenario scenario = quiet_scenario();
  ReadLoad reads;
  reads.rate_per_s = 10;
  scenario.workload.reads = {reads};
  const Played played = play(scenario);
  REQUIRE(played.failure.empty());
  CHECK(played.count("read_done") > 50);
  for (const FactRecord& fact : played.of("read_done")) CHECK(fact["ok"] == 0);
}
