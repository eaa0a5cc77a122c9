// Clients against the direct model: latencies by pencil, outcomes, retries, time-outs.
#include <algorithm>
#include <cmath>
#include <set>

#include "tests/catch.hpp"
#include "tests/support/played.hpp"

using namespace writepath;
using namespace writepath::test;

namespace {

TransactionType autocommit() {
  TransactionType type;
  type.name = "insert";
  type.autocommit = true;
  return type;
}

double mean_ms(const Played& played, const std::string& from, const std::string& to) {
  double sum = 0;
  const auto acked = played.of("commit_acked");
  for (const FactRecord& fact : acked) sum += to_ms(fact[to] - fact[from]);
  return sum / static_cast<double>(acked.size());
}

}  // namespace

TEST_CASE("An unloaded commit takes the round trip, the flush and the CPU", "[session]") {
  Scenario scenario = quiet_scenario();
  scenario.workload.transactions = {autocommit()};
  scenario.workload.clients = {open_group("web", 10, OpenLoop::Arrivals::constant)};
  const Played played = play(scenario);
  REQUIRE(played.failure.empty());
  const auto acked = played.of("commit_acked");
  REQUIRE(acked.size() == 99);
  // 0.5 ms there and back, 0.05 ms of CPU, 1 ms of flush; the bytes themselves take microseconds.
  for (const FactRecord& fact : acked)
    CHECK(to_ms(fact["t_ns"] - fact["commit_sent_ns"]) == Approx(1.55).margin(0.003));
  for (const FactRecord& fact : acked) {
    CHECK(to_ms(fact["execute"]) == Approx(0.05).margin(1e-6));
    CHECK(to_ms(fact["local_flush"]) == Approx(1).margin(0.002));
    CHECK(to_ms(fact["client_network"]) == Approx(0.5).margin(0.002));
  }
}

TEST_CASE("Without autocommit each statement and the COMMIT are round trips", "[session]") {
  Scenario scenario = quiet_scenario();
  scenario.workload.transactions[0].statements = 3;
  scenario.workload.clients = {open_group("web", 10, OpenLoop::Arrivals::constant)};
  const Played played = play(scenario);
  REQUIRE(played.failure.empty());
  CHECK(mean_ms(played, "commit_sent_ns", "t_ns") == Approx(1.5).margin(0.003));
  // Three statements, the COMMIT, and for the first transaction the connection.
  const auto first = played.of("commit_acked").front();
  CHECK(to_ms(first["t_ns"] - first["intended_start_ns"]) ==
        Approx(0.5 + 3 * 0.55 + 1.5).margin(0.01));
  const auto last = played.of("commit_acked").back();
  CHECK(to_ms(last["t_ns"] - last["intended_start_ns"]) == Approx(3 * 0.55 + 1.5).margin(0.01));
}

TEST_CASE("A busy CPU makes commits wait as M/D/1 says", "[session]") {
  Scenario scenario = quiet_scenario();
  scenario.duration_s = 60;
  scenario.workload.transactions = {autocommit()};
  scenario.workload.transactions[0].statement_cpu_us = 700;
  scenario.workload.clients = {open_group("web", 1000)};  // load 0.7
  const Played played = play(scenario);
  REQUIRE(played.failure.empty());
  CHECK(played.count("commit_acked") == Approx(60'000).epsilon(0.02));
  const double wait = 0.7 * 0.7 / (2 * (1 - 0.7));  // rho S / (2 (1 - rho)), in ms
  CHECK(mean_ms(played, "commit_sent_ns", "t_ns") == Approx(0.5 + 0.7 + wait + 1).epsilon(0.05));
}

TEST_CASE("Arrivals, types and keys do not depend on the architecture", "[session]") {
  Scenario slow = quiet_scenario();
  slow.workload.transactions = {autocommit(), TransactionType{}};
  slow.workload.transactions[1].name = "other";
  slow.workload.clients = {open_group("web", 200), open_group("batch", 50)};
  slow.workload.clients[1].azs = {"b", "c"};
  Scenario fast = slow;
  fast.architectures[0].nodes[0].device->flush_ms = {Constant{0.1}};
  fast.architectures[0].nodes[0].az = std::string("b");
  fast.architectures[0].nodes[0].cpus = 8;
  const Played one = play(slow), two = play(fast);
  REQUIRE(one.failure.empty());
  REQUIRE(two.failure.empty());
  using Ticket = std::tuple<std::int64_t, std::int64_t, std::int64_t>;
  const auto tickets = [](const Played& played) {
    std::multiset<Ticket> found;
    for (const FactRecord& fact : played.of("transaction_started"))
      found.insert({fact["intended_start_ns"], fact["group"], fact["type"]});
    return found;
  };
  CHECK(tickets(one).size() > 2000);
  CHECK(tickets(one) == tickets(two));
  CHECK(one.fingerprint != two.fingerprint);
}

TEST_CASE("An aborted COMMIT is tried again as a new transaction", "[session]") {
  Scenario scenario = quiet_scenario();
  scenario.workload.clients = {open_group("web", 10, OpenLoop::Arrivals::constant)};
  scenario.workload.session.retry_backoff_ms = 100;
  PlayOptions options;
  options.model.abort_every = 3;
  const Played played = play(scenario, options);
  REQUIRE(played.failure.empty());
  CHECK(played.count("commit_acked") == 99);
  CHECK(played.count("commit_failed") == 0);
  const std::size_t attempts = played.count("transaction_started");
  CHECK(attempts == 99 + 49);  // two of three attempts succeed
  // A new attempt keeps the intended start.
  std::set<std::int64_t> intended, ids;
  for (const FactRecord& fact : played.of("transaction_started")) {
    intended.insert(fact["intended_start_ns"]);
    ids.insert(fact["txn"]);
  }
  CHECK(intended.size() == 99);
  CHECK(ids.size() == attempts);
  CHECK(*ids.rbegin() == static_cast<std::int64_t>(attempts));  // dense from 1
}

TEST_CASE("Retries run out: the commit failed", "[session]") {
  Scenario scenario = quiet_scenario();
  scenario.workload.clients = {open_group("web", 10, OpenLoop::Arrivals::constant)};
  scenario.workload.session.retries = 3;
  PlayOptions options;
  options.model.abort_every = 1;
  const Played played = play(scenario, options);
  REQUIRE(played.failure.empty());
  CHECK(played.count("commit_acked") == 0);
  CHECK(played.count("commit_failed") == 99);
  CHECK(played.count("transaction_started") == 4 * 99);
  // 100, 200 and 400 ms of back-off, four attempts.
  const auto first = played.of("commit_failed").front();
  CHECK(to_ms(first["t_ns"] - first["intended_start_ns"]) == Approx(700).margin(8));
}

TEST_CASE("A node that refuses, or no writer at all, costs attempts and then serves", "[session]") {
  Scenario scenario = quiet_scenario();
  scenario.workload.clients = {open_group("web", 20, OpenLoop::Arrivals::constant)};
  PlayOptions options;
  options.model.refuse_until_s = 2;
  options.model.initially_no_writer = GENERATE(false, true);
  const Played played = play(scenario, options);
  REQUIRE(played.failure.empty());
  CHECK(played.count("commit_acked") == 199);
  CHECK(played.count("commit_unknown") == 0);
  for (const FactRecord& fact : played.of("commit_acked")) CHECK(fact["t_ns"] > from_s(2));
}

TEST_CASE("Arrivals beyond max_in_flight fail at once", "[session]") {
  Scenario scenario = quiet_scenario();
  scenario.duration_s = 1;
  scenario.workload.transactions = {autocommit()};
  scenario.workload.clients = {open_group("web", 100'000, OpenLoop::Arrivals::bursts)};
  scenario.workload.clients[0].open_loop->burst_size = 1000;
  scenario.workload.clients[0].open_loop->max_in_flight = 300;
  const Played played = play(scenario);
  REQUIRE(played.failure.empty());
  std::int64_t open = 0, most = 0;
  for (const FactRecord& fact : played.facts) {
    open += fact.name == "transaction_started";
    open -= fact.name == "commit_acked" || fact.name == "commit_failed";
    most = std::max(most, open);
  }
  CHECK(open == 0);
  CHECK(most == 301);  // one that is turned down begins and ends at once
  CHECK(played.count("commit_failed") > 1000);
  const auto failed = played.of("commit_failed");
  CHECK(std::all_of(failed.begin(), failed.end(), [](const FactRecord& fact) {
    return fact["t_ns"] == fact["intended_start_ns"];
  }));
}

TEST_CASE("A small pool queues transactions in order", "[session]") {
  Scenario scenario = quiet_scenario();
  scenario.workload.transactions = {autocommit()};
  scenario.workload.session.max_connections = 1;
  ClientGroup group = open_group("web", 10, OpenLoop::Arrivals::bursts);
  group.open_loop->burst_size = 5;
  scenario.workload.clients = {group};
  const Played played = play(scenario);
  REQUIRE(played.failure.empty());
  const auto acked = played.of("commit_acked");
  REQUIRE(acked.size() > 30);
  // One connection: one commit at a time, in the order of their arrival.
  for (std::size_t i = 1; i < acked.size(); ++i) {
    CHECK(acked[i]["txn"] > acked[i - 1]["txn"]);
    CHECK(to_ms(acked[i]["t_ns"] - acked[i - 1]["t_ns"]) > 1.5);
  }
}

TEST_CASE("Closed loop: clients / (response + think time)", "[session]") {
  Scenario scenario = quiet_scenario();
  scenario.workload.transactions = {autocommit()};
  ClientGroup group;
  group.name = "closed";
  group.azs = {"a", "b"};
  group.closed_loop = ClosedLoop{};
  group.closed_loop->clients = 4;
  group.closed_loop->think_time_ms = {Constant{10}};
  group.start_s = 1;
  group.stop_s = 9;
  scenario.workload.clients = {group};
  scenario.architectures[0].nodes[0].cpus = 8;
  const Played played = play(scenario);
  REQUIRE(played.failure.empty());
  // Two clients in the primary's AZ and two a millisecond away.
  const double expected = 2 * 8000 / (10 + 1.55) + 2 * 8000 / (10 + 2.05);
  CHECK(played.count("commit_acked") == Approx(expected).margin(5));
  for (const FactRecord& fact : played.of("transaction_started")) {
    CHECK(fact["t_ns"] >= from_s(1));
    CHECK(fact["t_ns"] < from_s(9));
  }
}

TEST_CASE("Clients leave nothing behind", "[session]") {
  Scenario scenario = quiet_scenario();
  scenario.workload.clients = {open_group("web", 500)};
  scenario.workload.clients[0].azs = {"a", "b", "c"};
  const Played played = play(scenario);
  REQUIRE(played.failure.empty());
  CHECK(played.left.at("open_calls") == 0);
  CHECK(played.left.at("sessions") < 100);  // idle pooled connections
}
