#pragma once
// The buffer pool: a statement's pages are read if they are not resident and changed in memory; the
// page cleaner writes them later.
#include <cstdint>

#include "models/mysql_binlog/page_cleaner.hpp"
#include "sim/model/context.hpp"
#include "sim/model/model.hpp"

namespace writepath::mysql {

class BufferPool {
 public:
  /// `warm`: as after long running; else empty, as after a crash.
  BufferPool(ModelContext& context, Node& node, PageFiles& files, bool warm);

  /// The page cleaner, for the life of the node's incarnation.
  void start_cleaner() { cleaner_.start(node_.scope()); }

  /// A transaction's rows change their pages: waits while the redo log is full and for pages that
  /// must be read first.
  Task<> change_pages(Transaction txn, std::uint64_t redo_bytes);
  /// Redo that crash recovery must replay: written since the oldest change that is only in memory.
  std::uint64_t checkpoint_age_bytes() const { return cleaner_.checkpoint_age_bytes(); }

 private:
  std::uint64_t page_of(const Transaction& txn, const TransactionType& type, std::int64_t i) const;
  Task<> make_resident(std::uint64_t page);

  ModelContext& context_;
  Node& node_;
  std::uint64_t page_bytes_;
  std::uint64_t pages_;
  FlushList flush_list_;
  ResidentPages resident_;
  PageCleaner cleaner_;
};

}  // namespace writepath::mysql
