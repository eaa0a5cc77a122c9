#include "models/common/changes.hpp"

namespace writepath {

std::uint32_t rows_changed(const TransactionType& type, std::uint32_t changes) {
  const std::int64_t all = changes_of(type);
  if (changes >= all) return static_cast<std::uint32_t>(type.rows_written);
  // The last statement that begins at or before so many changes, and its part of them.
  const std::int64_t statement = ((changes + std::int64_t{1}) * type.statements - 1) / all;
  const std::uint64_t first = changes_after(type, statement);
  const std::uint64_t of = changes_after(type, statement + 1) - first;
  const RowRange rows = rows_of(type, statement);
  const std::uint64_t part = (rows.end - rows.begin) * (changes - first);
  return rows.begin + static_cast<std::uint32_t>((part + of - 1) / of);
}

}  // namespace writepath
