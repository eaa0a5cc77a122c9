#pragma once
// A whole run of the direct model without metrics, in a process of its own: what facts were stated.
#include <cstdint>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "sim/scenario/scenario.hpp"
#include "sim/world/world.hpp"
#include "tests/support/direct_model.hpp"

namespace writepath::test {

/// One fact: its name and its fields; texts are left out.
struct FactRecord {
  std::string name;
  std::vector<std::pair<const std::string*, std::int64_t>> fields;
  std::int64_t operator[](const std::string& key) const {
    for (const auto& [name_of_field, value] : fields)
      if (*name_of_field == key) return value;
    throw std::out_of_range(name + " has no field " + key);
  }
};

struct Played {
  std::vector<FactRecord> facts;
  std::map<std::string, std::int64_t> nodes;  ///< by name
  std::string fingerprint;
  std::string failure;                       ///< what ended the process, if it didn't end well
  std::map<std::string, std::int64_t> left;  ///< counters at the end: "open_calls", "sessions", ...

  std::vector<FactRecord> of(const std::string& name) const;
  std::size_t count(const std::string& name) const { return of(name).size(); }
  std::int64_t node(const std::string& name) const { return nodes.at(name); }
};

struct PlayOptions {
  EngineMode engine = EngineMode::drained;
  std::uint64_t seed = 1;
  DirectOptions model;
};

Played play(const Scenario& scenario, const PlayOptions& options = {});

/// AZs a, b and c, half a millisecond from client to server within an AZ and 1 ms between them, all
/// without jitter; one primary "db" in AZ a with one CPU and a device that flushes in 1 ms; no
/// load.
Scenario quiet_scenario();
/// An open loop in AZ a.
ClientGroup open_group(const std::string& name, double rate_per_s,
                       OpenLoop::Arrivals arrivals = OpenLoop::Arrivals::poisson);

}  // namespace writepath::test
