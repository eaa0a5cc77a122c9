#pragma once
// I/Os, messages and bytes for each commit, by place. An I/O is a request to a storage device: a
// write (made durable or not) or a read; a flush is part of its write.
#include "sim/metrics/config.hpp"
#include "sim/metrics/run_summary.hpp"

namespace writepath {

/// What bytes on the network are for: sim/world/traffic.hpp's names (a test holds them together).
inline constexpr const char* traffic_kinds[] = {"client", "binlog", "redo",    "redo_stream",
                                                "ack",    "page",   "control", "gossip",
                                                "bulk",   "mirror", "backup"};

/// What is usually paid for by the piece, in the measured window: I/Os of all nodes, bytes sent to
/// another AZ (backups not).
struct BilledCounts {
  double ios = 0, cross_az_bytes = 0;
};
BilledCounts billed_counts(const FinalState& state);

/// Adds the cost metrics and the rows themselves. `commits`: acknowledged in the measured window,
/// in which the rows were counted.
void put_costs(const FinalState& state, std::uint64_t commits, RunSummary& summary);

}  // namespace writepath
