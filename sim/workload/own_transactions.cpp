#include "sim/workload/own_transactions.hpp"

#include <algorithm>

#include "sim/core/check.hpp"

namespace writepath {

TransactionType own_transaction(std::string_view name, std::int64_t redo_bytes,
                                std::int64_t binlog_bytes) {
  TransactionType type;
  type.name = name;
  type.weight = 0;
  type.autocommit = true;
  type.redo_bytes = redo_bytes;
  type.binlog_bytes = binlog_bytes;
  type.pages_dirtied = 1;
  return type;
}

std::uint32_t index_of_own(const Scenario& scenario, std::string_view name) {
  const std::vector<TransactionType>& types = scenario.workload.transactions;
  const auto found = std::find_if(types.begin(), types.end(), [name](const TransactionType& type) {
    return type.name == name;
  });
  WRITEPATH_CHECK(found != types.end(), "a transaction of the program's own is missing");
  return static_cast<std::uint32_t>(found - types.begin());
}

}  // namespace writepath
