// Random workloads under random faults: what must hold whatever happens.
#include "sim/core/random.hpp"
#include "sim/scenario/fault_kinds.hpp"
#include "sim/scenario/words.hpp"
#include "tests/catch.hpp"
#include "tests/support/outcomes.hpp"

using namespace writepath;
using namespace writepath::test;

namespace {

const char* const azs[] = {"a", "b", "c"};

ClientGroup random_group(RandomStream& dice, int number) {
  ClientGroup group = open_group(numbered("g", number), 20 + 200 * dice.uniform());
  group.azs.clear();
  for (const char* az : azs)
    if (group.azs.empty() || dice.below(2) == 0) group.azs.emplace_back(az);
  if (dice.below(3) == 0) {
    group.open_loop.reset();
    group.closed_loop = ClosedLoop{};
    group.closed_loop->clients = static_cast<std::int64_t>(1 + dice.below(8));
    group.closed_loop->think_time_ms = {Exponential{30}};
  }
  group.start_s = 2 * dice.uniform();
  return group;
}

FaultTarget random_target(RandomStream& dice, FaultTargets targets) {
  FaultTarget target;
  const bool az_alone =
      targets == FaultTargets::az || (targets == FaultTargets::everything && dice.below(2) == 0);
  if (az_alone) {
    target.az = azs[dice.below(3)];
    return target;
  }
  target.role = dice.below(2) == 0 ? NodeRole::primary : NodeRole::client;
  if (dice.below(2) == 0) target.pick = FaultTarget::Pick::random;
  return target;
}

/// Every key that its kind may have, whatever the kind is; a preset now and then.
FaultSpec random_fault(RandomStream& dice, int number) {
  FaultSpec fault;
  fault.id = numbered("f", number);
  fault.at_s = 8 * dice.uniform();
  fault.if_absent = FaultSpec::IfAbsent::skip;
  if (dice.below(4) == 0)
    fault.repeat = FaultRepeat{.every_s = 0.5 + 2 * dice.uniform(),
                               .rate_per_s = {},
                               .count = static_cast<std::int64_t>(1 + dice.below(4)),
                               .until_s = {}};
  if (dice.below(8) == 0) {
    fault.preset = static_cast<FaultPreset>(dice.below(4));
    fault.duration_s = 2 * dice.uniform();
    fault.restart_after_s = dice.uniform();
    fault.gap_s = dice.uniform();
    return fault;
  }
  const auto& kinds = fault_kind_words();
  fault.kind = kinds[dice.below(kinds.size())].second;
  fault.target = random_target(dice, targets_of(fault.kind));
  if (fault.kind == FaultKind::node_crash) fault.crash = static_cast<CrashKind>(dice.below(3));
  if (ends_of(fault.kind) != FaultEnds::by_restart || dice.below(4) != 0)
    (ends_of(fault.kind) == FaultEnds::by_restart ? fault.restart_after_s : fault.duration_s) =
        3 * dice.uniform();
  if (is_of_network(fault.kind)) {
    fault.direction = static_cast<FaultSpec::Direction>(dice.below(3));
    if (dice.below(3) == 0) fault.peer = random_target(dice, FaultTargets::everything);
  }
  if (fault.kind == FaultKind::packet_loss) fault.loss_probability = 0.01 + 0.5 * dice.uniform();
  if (fault.kind == FaultKind::packet_delay) fault.delay_ms = 100 * dice.uniform();
  if (fault.kind == FaultKind::slow_node) fault.delay_ms = 20 * dice.uniform();
  if (fault.kind == FaultKind::slow_node || fault.kind == FaultKind::slow_disk)
    fault.factor = 1.1 + 20 * dice.uniform();
  if (fault.kind == FaultKind::clock_jump) fault.jump_ms = 2000 * (dice.uniform() - 0.5);
  if (fault.kind == FaultKind::clock_drift) fault.drift_ppm = 20'000 * (dice.uniform() - 0.5);
  if (fault.kind == FaultKind::endpoint_delay) fault.delay_s = 3 * dice.uniform();
  return fault;
}

Scenario random_scenario(std::uint64_t seed, PlayOptions& options) {
  RandomStream dice(seed, "plan");
  Scenario scenario = quiet_scenario();
  scenario.settle_s = 40;
  for (NetworkLevel* level : {&scenario.network.intra_az, &scenario.network.inter_az})
    level->jitter = {Lognormal{1, 1.6}};
  scenario.architectures[0].nodes[0].device->flush_ms = {Exponential{1}};
  scenario.workload.transactions[0].statements = static_cast<std::int64_t>(1 + dice.below(3));
  TransactionType single;
  single.name = "single";
  single.autocommit = true;
  scenario.workload.transactions.push_back(single);
  scenario.workload.session.timeout_s = 0.2 + 2 * dice.uniform();
  scenario.workload.session.connect_timeout_s = 0.2 + 2 * dice.uniform();
  scenario.workload.session.retries = static_cast<std::int64_t>(dice.below(4));
  if (dice.below(3) == 0) scenario.workload.session.max_connections = 3;
  const auto groups = static_cast<int>(1 + dice.below(3));
  for (int i = 0; i < groups; ++i) scenario.workload.clients.push_back(random_group(dice, i));
  const auto faults = static_cast<int>(dice.below(7));
  for (int i = 0; i < faults; ++i) scenario.faults.push_back(random_fault(dice, i));
  ReadLoad reads;
  reads.target = ReadLoad::Target::any;
  reads.rate_per_s = 50 * dice.uniform();
  scenario.workload.reads = {reads};
  if (dice.below(3) == 0) options.model.abort_every = static_cast<std::int64_t>(2 + dice.below(9));
  scenario.workload.heartbeat.enabled = dice.below(2) == 0;
  scenario.workload.heartbeat.interval_s = 0.02 + 0.2 * dice.uniform();
  return scenario;
}

/// Positions in the commit order: without gaps within an epoch, each given once.
std::string order_broken(const Played& played) {
  std::int64_t epoch = 0, last = 0;
  for (const FactRecord& fact : played.facts) {
    if (fact.name == "lineage_forked") {
      epoch = fact["epoch"];
      last = fact["kept_seq_no"];
    }
    if (fact.name != "commit_ordered") continue;
    if (fact["epoch"] != epoch || fact["seq_no"] != last + 1)
      return numbered("position ", fact["seq_no"]) + numbered(" after ", last);
    ++last;
  }
  return {};
}

/// Every acknowledged position was ordered before, for that very transaction.
std::string acked_without_order(const Played& played) {
  std::map<std::pair<std::int64_t, std::int64_t>, std::int64_t> owner;
  for (const FactRecord& fact : played.facts) {
    if (fact.name == "commit_ordered") owner[{fact["epoch"], fact["seq_no"]}] = fact["txn"];
    if (fact.name != "commit_acked" && fact.name != "heartbeat_written") continue;
    const auto found = owner.find({fact["epoch"], fact["seq_no"]});
    if (found == owner.end() || found->second != fact["txn"])
      return numbered("transaction ", fact["txn"]);
  }
  return {};
}

std::string time_goes_back(const Played& played) {
  std::int64_t last = 0;
  for (const FactRecord& fact : played.facts) {
    if (fact["t_ns"] < last) return fact.name + " at " + std::to_string(fact["t_ns"]);
    last = fact["t_ns"];
  }
  return {};
}

/// Downs and ups of each node take turns.
std::string downs_and_ups_mixed(const Played& played) {
  std::map<std::int64_t, bool> down;
  for (const FactRecord& fact : played.facts) {
    const bool goes_down = fact.name == "node_down";
    if (!goes_down && fact.name != "node_up") continue;
    if (down[fact["node"]] == goes_down)
      return fact.name + " twice at " + std::to_string(fact["t_ns"]);
    down[fact["node"]] = goes_down;
  }
  return {};
}

}  // namespace

TEST_CASE("Whatever fails, every transaction ends once and the books balance", "[property]") {
  std::size_t acked = 0, failed = 0, unknown = 0, heartbeats = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    INFO("seed " << seed);
    PlayOptions options;
    options.seed = seed;
    const Scenario scenario = random_scenario(seed, options);
    const Played played = play(scenario, options);
    REQUIRE(played.failure == "");
    CHECK(ended_wrongly(played) == "");
    CHECK(order_broken(played) == "");
    CHECK(acked_without_order(played) == "");
    CHECK(time_goes_back(played) == "");
    CHECK(downs_and_ups_mixed(played) == "");
    CHECK(played.left.at("open_calls_at_end") == 0);
    acked += played.count("commit_acked");
    failed += played.count("commit_failed");
    unknown += played.count("commit_unknown");
    heartbeats += played.count("heartbeat_written");
  }
  // The plans reach every outcome.
  CHECK(acked > 10'000);
  CHECK(failed > 100);
  CHECK(unknown > 10);
  CHECK(heartbeats > 100);
}

TEST_CASE("The same run twice, and drained or stepped, states the same facts", "[property]") {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    INFO("seed " << seed);
    PlayOptions options;
    options.seed = seed;
    const Scenario scenario = random_scenario(seed, options);
    const Played once = play(scenario, options), again = play(scenario, options);
    options.engine = EngineMode::stepped;
    const Played stepped = play(scenario, options);
    REQUIRE(once.failure == "");
    REQUIRE(stepped.failure == "");
    CHECK(once.fingerprint == again.fingerprint);
    CHECK(once.fingerprint == stepped.fingerprint);
    options.seed = seed + 1000;
    CHECK(once.fingerprint != play(scenario, options).fingerprint);
  }
}
