#pragma once
// A database in AZ a and clients in two AZs, and what they saw of a fault.
#include <algorithm>

#include "tests/catch.hpp"
#include "tests/support/outcomes.hpp"

namespace writepath::test {

/// db in a; clients in a (group 0) and b (group 1), 50 transactions/s each, one every 20 ms.
inline Scenario scenario_with_clients() {
  Scenario scenario = quiet_scenario();
  scenario.workload.probe.enabled = false;
  scenario.workload.clients = {open_group("near", 50, OpenLoop::Arrivals::constant),
                               open_group("far", 50, OpenLoop::Arrivals::constant)};
  scenario.workload.clients[1].azs = {"b"};
  scenario.workload.session.timeout_s = 20;
  scenario.workload.session.connect_timeout_s = 20;
  return scenario;
}

inline FaultSpec of_primary(const char* id, double at_s, FaultKind kind, double duration_s) {
  FaultSpec fault;
  fault.id = id;
  fault.at_s = at_s;
  fault.kind = kind;
  fault.target.role = NodeRole::primary;
  fault.duration_s = duration_s;
  return fault;
}

/// What happened to a group's transactions between two moments: how many were ordered at the
/// primary or acknowledged, and the longest from start to acknowledgement, of those that began
/// then.
struct Seen {
  int acked = 0;
  double longest_ms = 0;
};
inline Seen seen(const Played& played, std::int64_t group, double from, double to) {
  Seen result;
  for (const FactRecord& fact : played.of("commit_acked")) {
    const std::int64_t began = fact["intended_start_ns"];
    if (fact["group"] != group || began < from_s(from) || began >= from_s(to)) continue;
    result.acked += fact["t_ns"] < from_s(to);
    result.longest_ms = std::max(result.longest_ms, to_ms(fact["t_ns"] - began));
  }
  return result;
}
inline std::ptrdiff_t ordered(const Played& played, double from, double to) {
  const auto facts = played.of("commit_ordered");
  return std::count_if(facts.begin(), facts.end(), [&](const FactRecord& fact) {
    return fact["t_ns"] >= from_s(from) && fact["t_ns"] < from_s(to);
  });
}

inline Played played(Scenario scenario, std::vector<FaultSpec> faults) {
  scenario.faults = std::move(faults);
  Played result = play(scenario);
  REQUIRE(result.failure == "");
  CHECK(ended_wrongly(result) == "");
  return result;
}

}  // namespace writepath::test
