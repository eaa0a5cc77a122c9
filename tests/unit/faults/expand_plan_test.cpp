// What repeated faults and presets come to.
#include "sim/faults/expand_plan.hpp"

#include <algorithm>

#include "tests/catch.hpp"

using namespace writepath;

namespace {

NodeSpec node(const char* id, NodeRole role, const char* az) {
  NodeSpec spec;
  spec.id = id;
  spec.role = role;
  spec.az = az;
  return spec;
}

/// p in a, r in b and s in c.
ArchitectureSpec three_nodes() {
  ArchitectureSpec architecture;
  architecture.nodes = {node("p", NodeRole::primary, "a"), node("r", NodeRole::replica, "b"),
                        node("s", NodeRole::replica, "c")};
  return architecture;
}

ModelEntry without_storage() {
  ModelEntry model;
  model.storage_is_primary = true;
  return model;
}
ModelEntry with_storage() {
  ModelEntry model;
  model.roles = [](const ArchitectureSpec&) { return std::vector<NodeRole>{NodeRole::storage}; };
  return model;
}

FaultSpec crash_at(double at_s) {
  FaultSpec fault;
  fault.id = "f";
  fault.at_s = at_s;
  fault.target.role = NodeRole::primary;
  return fault;
}
FaultSpec preset_at(double at_s, FaultPreset preset) {
  FaultSpec fault = crash_at(at_s);
  fault.target = {};
  fault.preset = preset;
  return fault;
}

std::vector<FaultSpec> expanded(const FaultSpec& fault, const ModelEntry& model = without_storage(),
                                std::uint64_t seed = 1) {
  Scenario scenario;
  scenario.duration_s = 100;
  scenario.faults = {fault};
  return expand_plan(scenario, three_nodes(), model, seed);
}
std::vector<double> times_of(const std::vector<FaultSpec>& plan) {
  std::vector<double> times;
  for (const FaultSpec& fault : plan) times.push_back(fault.at_s);
  return times;
}
std::vector<std::string> ids_of(const std::vector<FaultSpec>& plan) {
  std::vector<std::string> ids;
  for (const FaultSpec& fault : plan) ids.push_back(fault.id);
  return ids;
}

}  // namespace

TEST_CASE("a fault that repeats strikes every so often, under names of its own") {
  FaultSpec fault = crash_at(10);
  CHECK(expanded(fault).size() == 1);
  fault.repeat = FaultRepeat{.every_s = 0.1, .rate_per_s = {}, .count = 4, .until_s = {}};
  CHECK(ids_of(expanded(fault)) == std::vector<std::string>{"f", "f.2", "f.3", "f.4"});
  CHECK(times_of(expanded(fault)) == std::vector<double>{10, 10.1, 10.2, 10 + 3 * 0.1});
  for (const FaultSpec& one : expanded(fault)) CHECK(!one.repeat);
}

TEST_CASE("strikes end with until_s, and with the run") {
  FaultSpec fault = crash_at(10);
  fault.repeat = FaultRepeat{.every_s = 30, .rate_per_s = {}, .count = {}, .until_s = 70};
  CHECK(times_of(expanded(fault)) == std::vector<double>{10, 40});
  fault.repeat->until_s.reset();
  CHECK(times_of(expanded(fault)) == std::vector<double>{10, 40, 70});
  fault.repeat->count = 2;
  CHECK(times_of(expanded(fault)) == std::vector<double>{10, 40});
}

TEST_CASE("random strikes: by the seed and the fault's id alone, and as often as they should") {
  FaultSpec fault = crash_at(10);
  fault.repeat = FaultRepeat{.every_s = {}, .rate_per_s = 0.5, .count = {}, .until_s = {}};
  const auto times = times_of(expanded(fault));
  CHECK(times == times_of(expanded(fault, with_storage())));
  CHECK(times != times_of(expanded(fault, without_storage(), 2)));
  CHECK(std::is_sorted(times.begin(), times.end()));
  double strikes = 0;
  for (std::uint64_t seed = 1; seed <= 400; ++seed)
    strikes += static_cast<double>(expanded(fault, without_storage(), seed).size()) - 1;
  CHECK(strikes / 400 == Approx(45).margin(1.4));  // 4 standard deviations of the mean
  fault.id = "g";
  CHECK(times != times_of(expanded(fault)));
}

TEST_CASE("AZ+1 takes an AZ and a node of another: a storage node, or else a replica") {
  FaultSpec fault = preset_at(10, FaultPreset::az_plus_one);
  fault.duration_s = 20;
  fault.gap_s = 5;
  for (const bool storage : {false, true}) {
    const auto plan = expanded(fault, storage ? with_storage() : without_storage());
    REQUIRE(plan.size() == 2);
    CHECK(plan[0].kind == FaultKind::az_outage);
    CHECK(plan[0].target.az == "a");  // the primary's
    CHECK(plan[0].duration_s == 20);
    CHECK(plan[1].kind == FaultKind::node_crash);
    CHECK(plan[1].crash == CrashKind::loss);
    CHECK(plan[1].at_s == 15);
    CHECK(plan[1].restart_after_s == 20);
    CHECK(plan[1].target.role == (storage ? NodeRole::storage : NodeRole::replica));
    CHECK(plan[1].target.az == "b");
    CHECK(ids_of(plan) == std::vector<std::string>{"f", "f.2"});
  }
  fault.az = "b";
  CHECK(expanded(fault)[1].target.az == "c");
  CHECK(expanded(fault, with_storage())[1].target.az == "a");
}

TEST_CASE("a gray storage node is slow, and drops packets where that is asked for") {
  FaultSpec fault = preset_at(10, FaultPreset::gray_storage_node);
  const auto plain = expanded(fault, with_storage());
  REQUIRE(plain.size() == 1);
  CHECK(plain[0].kind == FaultKind::slow_disk);
  CHECK(plain[0].factor == 20);
  CHECK(plain[0].target.role == NodeRole::storage);
  CHECK(plain[0].target.az == "a");
  CHECK(expanded(fault)[0].target.az.empty());  // the primary's volume, wherever it is by then
  fault.factor = 7;
  fault.loss_probability = 0.1;
  fault.delay_ms = 3;
  const auto gray = expanded(fault, with_storage());
  REQUIRE(gray.size() == 3);
  CHECK(gray[0].factor == 7);
  CHECK(!gray[0].loss_probability);
  CHECK(gray[1].loss_probability == 0.1);
  CHECK(gray[2].delay_ms == 3);
}

TEST_CASE("a partitioned primary is whoever is primary then") {
  FaultSpec fault = preset_at(10, FaultPreset::partition_primary);
  fault.direction = FaultSpec::Direction::incoming;
  const auto plan = expanded(fault);
  REQUIRE(plan.size() == 1);
  CHECK(plan[0].kind == FaultKind::partition);
  CHECK(plan[0].target.role == NodeRole::primary);
  CHECK(plan[0].target.when == FaultTarget::When::current);
  CHECK(plan[0].direction == FaultSpec::Direction::incoming);
}

TEST_CASE("a rolling patch restarts one AZ after the other, never two at once") {
  FaultSpec fault = preset_at(10, FaultPreset::rolling_patch);
  fault.restart_after_s = 4;
  fault.gap_s = 6;
  const auto plan = expanded(fault);
  REQUIRE(plan.size() == 3);
  double back_at = 0;
  for (const FaultSpec& restart : plan) {
    CHECK(restart.kind == FaultKind::node_crash);
    CHECK(restart.crash == CrashKind::process);
    CHECK(!restart.target.role);
    CHECK(restart.at_s > back_at);
    back_at = restart.at_s + *restart.restart_after_s;
  }
  CHECK(times_of(plan) == std::vector<double>{10, 20, 30});
  CHECK(plan[2].target.az == "c");
}

TEST_CASE("a preset can repeat, too") {
  FaultSpec fault = preset_at(10, FaultPreset::az_plus_one);
  fault.repeat = FaultRepeat{.every_s = 50, .rate_per_s = {}, .count = {}, .until_s = {}};
  CHECK(times_of(expanded(fault)) == std::vector<double>{10, 10, 60, 60});
  CHECK(ids_of(expanded(fault)) == std::vector<std::string>{"f", "f.2", "f.3", "f.4"});
}
