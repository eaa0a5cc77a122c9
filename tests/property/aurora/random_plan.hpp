#pragma once
// Random plans of faults within AZ+1: one AZ dark or cut off, one storage node lost beside it, and
// instances that die, stop or are cut off meanwhile.
#include <cstdint>
#include <string>

#include "sim/core/random.hpp"
#include "tests/validation/aurora/scenario_text.hpp"

namespace writepath::test {

class PlanWriter {
 public:
  explicit PlanWriter(std::uint64_t seed) : random_(seed, "test.plan") {}

  std::string plan() {
    if (one_in(4) == 0) add(az_fault());
    if (one_in(4) != 0) add(storage_fault());
    for (std::uint64_t n = random_.below(3); n > 0; --n) add(instance_fault());
    return "[" + faults_ + "]";
  }

  /// One loss of AZ+1 directly after another: when the first ends, the second begins.
  std::string consecutive_plan() {
    std::uint64_t begins = 3 + random_.below(3);
    for (int episode = 0; episode < 3; ++episode) {
      const std::uint64_t ends = begins + 2 + random_.below(3), dark = random_.below(3);
      const std::uint64_t other = (dark + 1 + random_.below(2)) % 3;
      const std::string at = std::to_string(begins), lasts = std::to_string(ends - begins);
      add_at(at, R"("kind": "az_outage", "target": {"az": ")" + name_of(dark) +
                     R"("}, "duration_s": )" + lasts);
      add_at(at, R"("kind": "node_crash", "crash": "host", "target": {"role": "storage", "az": ")" +
                     name_of(other) + R"(", "index": )" + std::to_string(random_.below(2)) +
                     R"(}, "restart_after_s": )" + lasts);
      begins = ends;
    }
    return "[" + faults_ + "]";
  }

 private:
  std::uint64_t one_in(std::uint64_t n) { return random_.below(n); }
  void add(const std::string& fault) { add_at(at(), fault); }
  void add_at(const std::string& at_s, const std::string& fault) {
    if (!faults_.empty()) faults_ += ",\n";
    faults_ += R"({"id": "f)" + std::to_string(++count_) + R"(", "if_absent": "skip", "at_s": )" +
               at_s + ", " + fault + "}";
  }
  /// Tenths of a second, within the first half: the rest is for coming back.
  std::string at() { return std::to_string(3 + random_.below(80) / 10.0); }
  std::string span() { return std::to_string(0.1 + random_.below(80) / 10.0); }
  static std::string name_of(std::uint64_t az) { return std::string(1, "abc"[az]); }
  std::string az() { return name_of(random_.below(3)); }
  std::string az_fault() {
    const std::string target = R"("target": {"az": ")" + az() + R"("}, "duration_s": )" + span();
    if (one_in(2) == 0) return R"("kind": "az_outage", )" + target;
    const char* const ways[] = {"both", "incoming", "outgoing"};
    return R"("kind": "partition", "direction": ")" + std::string(ways[random_.below(3)]) + "\", " +
           target;
  }
  std::string crash() {
    const char* const kinds[] = {"process", "host", "loss"};
    return R"("kind": "node_crash", "crash": ")" + std::string(kinds[random_.below(3)]) +
           R"(", "restart_after_s": )" + span();
  }
  std::string storage_fault() {
    return crash() + R"(, "target": {"role": "storage", "az": ")" + az() + R"(", "index": )" +
           std::to_string(random_.below(2)) + "}";
  }
  std::string instance_fault() {
    const std::string target = one_in(4) == 0 ? R"("target": {"role": "replica", "index": )" +
                                                    std::to_string(random_.below(2)) + "}"
                                              : R"("target": {"role": "primary"})";
    switch (random_.below(4)) {
      case 0:
        return crash() + ", " + target;
      case 1:
        return R"("kind": "pause", "duration_s": )" + span() + ", " + target;
      case 2:
        return R"("kind": "partition", "duration_s": )" + span() + ", " + target;
      default:
        return R"("kind": "planned_failover")";
    }
  }

  RandomStream random_;
  std::string faults_;
  int count_ = 0;
};

/// Small, so that hundreds of them take seconds.
inline AuroraText small_aurora() {
  AuroraText scenario;
  scenario.duration_s = "22";
  scenario.warmup_s = "1";
  scenario.settle_s = "20";
  scenario.round_trip_ms = "0.8";
  scenario.jitter = R"({"lognormal": {"median": 1, "p99": 2}})";
  scenario.data = R"({"size_gb": 0.2})";
  scenario.clients = R"([{"name": "web", "azs": ["a", "b"], "open_loop": {"rate_per_s": 60}}])";
  scenario.reads = R"([{"rate_per_s": 20, "target": "replicas", "azs": ["b"]}])";
  scenario.probe = R"({"enabled": false})";
  scenario.nodes = R"([{"id": "w", "role": "primary", "az": "a"},
    {"id": "r1", "role": "replica", "az": "b"}, {"id": "r2", "role": "replica", "az": "c"}])";
  scenario.options = R"({"segment_gb": 0.1, "failover": {"promotion_s": 0.3, "restart_s": 0.5,
    "detector": {"interval_s": 0.2, "timeout_s": 0.2, "failures": 3}}})";
  return scenario;
}

}  // namespace writepath::test
