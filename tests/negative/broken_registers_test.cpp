// Aurora with one rule broken, seen from outside: what clients wrote and read of a few rows is no
// history that Aurora may show, and the checks on it say so. The sound model bears the same plan.
#include "tests/catch.hpp"
#include "tests/support/broken_models.hpp"
#include "tests/support/whole_run.hpp"

using namespace writepath;
using namespace writepath::test;

namespace {

using Verdict = CheckResult::Verdict;
constexpr int few = 3, many = 300;

RunSummary run_as(const std::string& model, const std::string& faults, std::uint64_t seed,
                  int registers = few) {
  const std::string text = R"({ "scenario_version": 1, "name": "registers", "question": "Caught?",
  "duration_s": 30, "warmup_s": 1, "settle_s": 10, "battery": { "enabled": false },
  "workload": {
    "clients": [ { "name": "web", "azs": ["a"], "open_loop": { "rate_per_s": 20 } } ],
    "probe": { "enabled": false }, "session": { "endpoint_ttl_s": 5 },
    "registers": { "enabled": true, "timeout_s": 10, "count": )" +
                           std::to_string(registers) +
                           R"(, "think_time_ms": { "exponential": { "mean": 10 } } } },
  "architectures": [ { "name": "aurora", "model": "aurora_quorum",
    "nodes": [ { "id": "w", "role": "primary", "az": "a" }, { "id": "r", "role": "replica", "az": "b" } ],
    "options": { "failover": { "promotion_s": 0.5, "restart_s": 1,
      "detector": { "interval_s": 0.2, "timeout_s": 0.2, "failures": 3 } } } } ],
  "faults": )" + faults + "}";
  RunOptions options;
  options.seed = seed;
  return run_text_with(all_models(), text, "aurora",
                       {"/architectures/aurora/model=\"" + model + "\""}, options);
}

void require_sound(const std::string& faults, std::uint64_t seed, int registers = few) {
  const RunSummary sound = run_as("aurora_quorum", faults, seed, registers);
  for (const char* name : {"linearizability", "session_guarantees"}) {
    INFO(check(sound, name).witness);
    CHECK(check(sound, name).verdict == Verdict::holds);
    CHECK(check(sound, name).witness.empty());
  }
}

}  // namespace

// Clients beside the old writer still wait for their answers when the cut heals, and get them. Each
// such write overlaps all that the new writer did meanwhile, so only one that nothing there
// replaced is missed: hence many registers.
TEST_CASE("No epoch check: the old writer goes on beside the new one", "[negative][aurora]") {
  const std::string cut_off =
      R"([{"id": "cut", "at_s": 8, "kind": "partition", "target": {"az": "a"}, "duration_s": 6}])";
  int not_linearizable = 0;
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    require_sound(cut_off, seed, many);
    const RunSummary broken = run_as("aurora_no_epoch_check", cut_off, seed, many);
    INFO(check(broken, "session_guarantees").witness);
    CHECK(check(broken, "session_guarantees").verdict == Verdict::broken);
    not_linearizable += check(broken, "linearizability").verdict == Verdict::broken;
  }
  CHECK(not_linearizable >= 2);
}

TEST_CASE("Acknowledged at 3 of 6: clients miss what they had seen", "[negative][aurora]") {
  const std::string other_three = R"([
    {"id": "b-dark", "at_s": 4, "kind": "az_outage", "target": {"az": "b"}, "duration_s": 6},
    {"id": "c1", "at_s": 5, "kind": "node_crash", "crash": "host", "restart_after_s": 5,
     "target": {"role": "storage", "az": "c", "index": 0}},
    {"id": "c2", "at_s": 9.8, "kind": "node_crash", "crash": "host", "restart_after_s": 6,
     "target": {"role": "storage", "az": "c", "index": 1}},
    {"id": "a-dark", "at_s": 9.9, "kind": "az_outage", "target": {"az": "a"}, "duration_s": 12}])";
  int caught = 0;
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    require_sound(other_three, seed);
    const RunSummary broken = run_as("aurora_acks_at_3_of_6", other_three, seed);
    caught += check(broken, "linearizability").verdict == Verdict::broken;
  }
  // Of the last 100 ms, which only three copies had, somebody must have been told.
  CHECK(caught >= 2);
}
