#pragma once
// Transactions that the program brings along itself (probe, heartbeat, registers): one row, one
// statement with its COMMIT. Their weight is 0, so that no client of the scenario draws them.
#include <cstdint>
#include <string_view>

#include "sim/scenario/scenario.hpp"

namespace writepath {

/// `name` begins with '~', which no name in a scenario does.
TransactionType own_transaction(std::string_view name, std::int64_t redo_bytes,
                                std::int64_t binlog_bytes);
/// Its index among the scenario's transactions, where it must stand.
std::uint32_t index_of_own(const Scenario& scenario, std::string_view name);

}  // namespace writepath
