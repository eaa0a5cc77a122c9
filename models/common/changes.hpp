#pragma once
// How a transaction's rows and changes to pages are spread over its statements: evenly. A change is
// what its redo has a record of, and its undo, too.
#include <algorithm>
#include <cstdint>

#include "sim/scenario/scenario.hpp"

namespace writepath {

/// Rows of one statement of a transaction: first and one past the last.
struct RowRange {
  std::uint32_t begin = 0, end = 0;
};
inline RowRange rows_of(const TransactionType& type, std::int64_t statement) {
  const auto share = [&](std::int64_t s) {
    return static_cast<std::uint32_t>(type.rows_written * s / type.statements);
  };
  return {share(statement), share(statement + 1)};
}

/// One for each page that it changes, at least one for each statement.
inline std::uint32_t changes_of(const TransactionType& type) {
  return static_cast<std::uint32_t>(std::max(type.pages_dirtied, type.statements));
}
/// Of these, what the first so many statements make.
inline std::uint32_t changes_after(const TransactionType& type, std::int64_t statements) {
  const std::int64_t of = std::max<std::int64_t>(1, type.statements);
  return static_cast<std::uint32_t>(changes_of(type) * std::min(statements, of) / of);
}
/// How many rows, in their order, the first so many changes are to.
std::uint32_t rows_changed(const TransactionType& type, std::uint32_t changes);

}  // namespace writepath
