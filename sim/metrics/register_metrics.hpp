#pragma once
// Names of what the registers' checks (sim/check/register_checks.hpp) find; null in runs without
// workload.registers.
#include <array>

#include "sim/metrics/put.hpp"

namespace writepath {

inline constexpr std::array<const char*, 8> register_metrics{
    "register_operations",         "register_operations_failed",    "register_operations_in_doubt",
    "registers_not_linearizable",  "read_your_writes_violations",   "monotonic_reads_violations",
    "monotonic_writes_violations", "writes_follow_reads_violations"};

/// Until somebody judges them.
inline void put_register_metrics(Metrics& to) {
  for (const char* name : register_metrics) put(to, name, std::nullopt);
}

/// Gives a metric its value, in its place if it has one.
inline void set(Metrics& of, const std::string& name, double value) {
  for (Metric& metric : of)
    if (metric.name == name) {
      metric.value = value;
      return;
    }
  put(of, name, value);
}

}  // namespace writepath
