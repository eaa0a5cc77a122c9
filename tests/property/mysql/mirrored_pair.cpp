// A mirrored pair (RDS's Multi-AZ instance) under random faults: whatever crashes, is cut off or
// goes dark, what was acknowledged is still there.
#include <string>

#include "sim/core/random.hpp"
#include "tests/catch.hpp"
#include "tests/support/whole_run.hpp"

using namespace writepath;
using namespace writepath::test;

namespace {

std::string text(double x) { return std::to_string(x); }

std::string scenario(const std::string& faults, double rate_per_s, bool replica) {
  const std::string device =
      R"("storage": "attached", "device": { "flush_ms": { "exponential": { "mean": 1 } } })";
  return R"({ "scenario_version": 1, "name": "pair", "question": "?",
    "duration_s": 80, "warmup_s": 1, "settle_s": 200,
    "workload": { "clients": [ { "name": "c", "azs": ["a", "b", "c"], "open_loop": { "rate_per_s": )" +
         text(rate_per_s) + R"( } } ],
      "transactions": [ { "name": "insert", "autocommit": true } ],
      "session": { "timeout_s": 2, "endpoint_ttl_s": 1 } },
    "architectures": [ { "name": "m", "model": "mysql_binlog",
      "nodes": [ { "id": "db1", "role": "primary", "az": "a", )" +
         device + " }" + (replica ? R"(, { "id": "r", "role": "replica", "az": "c" })" : "") +
         R"( ], "options": { "mirror": { "az": "b", "timeout_s": 2, "takeover_s": 3 } } } ],
    "faults": [ )" +
         faults + " ] }";
}

std::string random_crash(RandomStream& dice, int number) {
  static const char* const kinds[] = {"process", "host", "loss"};
  static const char* const roles[] = {"primary", "primary", "standby", "monitor"};
  std::string fault =
      R"({ "id": "f)" + std::to_string(number) + R"(", "at_s": )" + text(2 + 30 * dice.uniform());
  const std::uint64_t shape = dice.below(5);
  if (shape < 3) {
    fault += R"(, "kind": "node_crash", "crash": ")" + std::string(kinds[dice.below(3)]) +
             R"(", "target": { "role": ")" + roles[dice.below(4)] + R"(" })";
    if (dice.below(3) > 0) fault += R"(, "restart_after_s": )" + text(12 * dice.uniform());
  } else {
    const bool outage = shape == 3;
    fault += outage ? R"(, "kind": "az_outage", "target": { "az": ")" +
                          std::string(1, static_cast<char>('a' + dice.below(3))) + R"(" })"
                    : R"(, "kind": "partition", "target": { "role": ")" +
                          std::string(roles[dice.below(4)]) + R"(" })";
    fault += R"(, "duration_s": )" + text(1 + 12 * dice.uniform());
  }
  return fault + " }";
}

/// `all_come_back`: then commits go on, and all replicas end where the primary does.
void check_nothing_is_lost(const RunSummary& run, bool all_come_back = true) {
  CHECK(value_of(run, "commits_lost") == 0);
  for (const CheckResult& result : run.checks) {
    if (result.name == "convergence" && !all_come_back) continue;
    INFO(result.name << ": " << result.witness);
    CHECK(result.verdict == CheckResult::Verdict::holds);
  }
  if (!all_come_back) return;
  for (const SubjectMetrics& fault : run.faults)
    for (const Metric& metric : fault.metrics)
      if (metric.name == "rto_s") CHECK(metric.value.has_value());
}

}  // namespace

TEST_CASE("No single crash of any kind loses an acknowledged transaction", "[property]") {
  int number = 0;
  for (const char* role : {"primary", "standby"})
    for (const char* kind : {"process", "host", "loss"})
      for (const char* restart :
           {"", R"(, "restart_after_s": 0.5)", R"(, "restart_after_s": 15)"}) {
        RandomStream dice(static_cast<std::uint64_t>(++number), "single");
        INFO(role << ", " << kind << restart);
        RunOptions options;
        options.seed = static_cast<std::uint64_t>(number);
        const std::string fault = R"({ "id": "f", "at_s": )" + text(5 + 20 * dice.uniform()) +
                                  R"(, "kind": "node_crash", "crash": ")" + kind +
                                  R"(", "target": { "role": ")" + role + R"(" })" + restart + " }";
        const RunSummary run = run_text(scenario(fault, 300, number % 2 == 0), "m", {}, options);
        check_nothing_is_lost(run);
        CHECK(value_of(run, "commits_acked") > 1000);
      }
}

TEST_CASE("Nor does any sequence of crashes, outages and cuts", "[property]") {
  double acked = 0, failovers = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    RandomStream dice(seed, "plan");
    std::string faults;
    const auto count = static_cast<int>(1 + dice.below(4));
    for (int i = 0; i < count; ++i) faults += (i > 0 ? ", " : "") + random_crash(dice, i);
    INFO("seed " << seed << ": " << faults);
    RunOptions options;
    options.seed = seed;
    const RunSummary run =
        run_text(scenario(faults, 50 + 400 * dice.uniform(), dice.below(2) == 0), "m", {}, options);
    std::size_t come_back = 0;
    for (std::size_t at = 0; (at = faults.find("_s\": ", at)) != std::string::npos; ++at)
      ++come_back;  // at_s, and when it ends
    check_nothing_is_lost(run, come_back == 2 * static_cast<std::size_t>(count));
    acked += value_of(run, "commits_acked");
    for (const SubjectMetrics& fault : run.faults)
      for (const Metric& metric : fault.metrics)
        failovers += metric.name == "elect_s" && metric.value.value_or(0) > 0 ? 1 : 0;
  }
  // The plans let commits through, and make the pair change places.
  CHECK(acked > 100'000);
  CHECK(failovers > 10);
}
