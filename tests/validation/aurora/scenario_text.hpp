#pragma once
// Scenarios for whole runs, without any chance but what a test puts in.
#include <cmath>
#include <string>

namespace writepath::test {

struct AuroraText {
  std::string duration_s = "12", warmup_s = "2", settle_s = "10";
  std::string round_trip_ms = "1";  ///< everywhere, without jitter
  std::string jitter = "1";
  std::string data = R"({"size_gb": 10})";
  std::string clients = R"([{"name": "web", "azs": ["a"], "open_loop": {"rate_per_s": 100}}])";
  std::string transactions = R"([{"name": "insert", "autocommit": true}])";
  std::string reads = "[]";
  std::string probe = R"({"enabled": true})";
  std::string nodes = R"([{"id": "w", "role": "primary", "az": "a"}])";
  std::string options = "{}";
  std::string faults = "[]", operations = "[]";

  std::string text() const {
    const std::string level =
        R"({"bandwidth_gbps": 1000, "rtt_ms": )" + round_trip_ms + R"(, "jitter": )" + jitter + "}";
    return R"({"scenario_version": 1, "name": "test", "question": "?", "seed": 1,
      "duration_s": )" +
           duration_s + R"(, "warmup_s": )" + warmup_s + R"(, "settle_s": )" + settle_s +
           R"(, "network": {"regions": [{"name": "r", "azs": ["a", "b", "c"]}],
          "intra_az": )" +
           level + R"(, "inter_az": )" + level + R"(}, "data": )" + data +
           R"(, "workload": {"clients": )" + clients + R"(, "transactions": )" + transactions +
           R"(, "reads": )" + reads + R"(, "probe": )" + probe +
           R"(}, "architectures": [{"name": "aurora", "model": "aurora_quorum", "nodes": )" +
           nodes + R"(, "options": )" + options +
           R"(}], "battery": {"enabled": false}, "faults": )" + faults + R"(, "operations": )" +
           operations + "}";
  }
};

/// A device that flushes as said, without limits of its own.
inline std::string device(const std::string& flush_ms) {
  return R"({"flush_ms": )" + flush_ms +
         R"(, "read_ms": 0.1, "iops": 10000000, "bandwidth_mb_per_s": 100000})";
}

}  // namespace writepath::test
