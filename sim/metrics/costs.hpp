#pragma once
// I/Os and bytes for each commit, by place. An I/O is a request to a storage device: a write (made
// durable or not) or a read; a flush is part of its write.
#include "sim/metrics/config.hpp"
#include "sim/metrics/run_summary.hpp"

namespace writepath {

/// Adds the cost metrics and the rows themselves. `commits`: acknowledged in the measured window,
/// in which the rows were counted.
void put_costs(const FinalState& state, std::uint64_t commits, RunSummary& summary);

}  // namespace writepath
