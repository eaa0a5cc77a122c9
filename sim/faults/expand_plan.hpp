#pragma once
// From the faults that a scenario words to those that one run plays: presets become ordinary
// faults, and repeated ones a fault for each strike.
#include <cstdint>
#include <vector>

#include "sim/scenario/model_catalog.hpp"
#include "sim/scenario/scenario.hpp"

namespace writepath {

/// The plan of one architecture. Of what a fault comes to, the first keeps the fault's id, the
/// others are called id.2, id.3 and so on (is_strike_of, fault_kinds.hpp). Times are the same for
/// every architecture, and whom a preset strikes, as far as the architectures have the same nodes.
std::vector<FaultSpec> expand_plan(const Scenario& scenario, const ArchitectureSpec& architecture,
                                   const ModelEntry& model, std::uint64_t seed);

}  // namespace writepath
