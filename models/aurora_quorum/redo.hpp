#pragma once
// How a transaction's redo is cut into records: one for each changed page, and the commit record.
#include <algorithm>
#include <cstdint>

#include "models/aurora_quorum/layout.hpp"
#include "models/aurora_quorum/options.hpp"
#include "models/common/changes.hpp"
#include "sim/model/keys.hpp"
#include "sim/model/model.hpp"

namespace writepath::aurora {

class Redo {
 public:
  Redo(const TransactionType& type, const Options& options, const Transaction& txn,
       const KeyChooser& keys, const Layout& layout)
      : type_(type),
        txn_(txn),
        keys_(keys),
        layout_(layout),
        header_(static_cast<std::uint64_t>(options.record_header_bytes)),
        changes_(changes_of(type)) {}

  /// Changes of a statement: first and one past the last.
  std::uint32_t begin(std::int64_t statement) const { return changes_after(type_, statement); }
  std::uint32_t end(std::int64_t statement) const { return changes_after(type_, statement + 1); }
  /// The i-th change is to the i-th row's page; those beyond the rows are to other pages of theirs.
  Page page(std::uint32_t i) const {
    const auto rows = static_cast<std::uint32_t>(std::max<std::int64_t>(1, type_.rows_written));
    const Key key = keys_.key(txn_.key_seed, i % rows);
    return i < rows ? layout_.page_of(key) : layout_.other_page_of(key, i / rows);
  }
  Page commit_page() const { return layout_.commit_page_of(txn_.id); }
  std::uint64_t bytes(std::uint32_t i) const {
    const auto redo = static_cast<std::uint64_t>(type_.redo_bytes);
    const std::uint64_t records = std::uint64_t{changes_} + 1;
    return std::max<std::uint64_t>(1, redo / records + (i < redo % records ? 1 : 0) + header_);
  }
  std::uint64_t commit_bytes() const { return bytes(changes_); }
  std::uint64_t statement_bytes(std::int64_t statement) const {
    std::uint64_t sum = 0;
    for (std::uint32_t i = begin(statement); i < end(statement); ++i) sum += bytes(i);
    return sum;
  }
  bool is_last_statement(std::int64_t statement) const { return statement + 1 >= type_.statements; }

 private:
  const TransactionType& type_;
  Transaction txn_;
  const KeyChooser& keys_;
  const Layout& layout_;
  std::uint64_t header_;
  std::uint32_t changes_;
};

}  // namespace writepath::aurora
