#pragma once
// The buffer pool: a statement's pages are read if they are not resident and changed in memory; the
// page cleaner writes them later. A read's page is read if it is not resident.
#include <cstdint>
#include <utility>

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
  /// The same for one of its changes: undo takes them back one by one.
  Task<> change_page(Transaction txn, std::uint32_t change, std::uint64_t redo_bytes);
  /// A client reads this row.
  Task<> read_row(Key key);
  bool holds_all() const { return resident_.holds_all(); }
  /// How often pages were asked for since the last call while the pool did not hold all of them.
  struct Used {
    std::uint64_t hits = 0, misses = 0;
  };
  Used take_counts() { return std::exchange(used_, {}); }
  /// Redo that crash recovery must replay: written since the oldest change that is only in memory.
  std::uint64_t checkpoint_age_bytes() const { return cleaner_.checkpoint_age_bytes(); }

 private:
  std::uint64_t page_of(const Transaction& txn, const TransactionType& type, std::int64_t i) const;
  bool is_resident(std::uint64_t page);
  Task<> make_resident(std::uint64_t page);
  std::uint64_t page_of_row(Key key) const;

  ModelContext& context_;
  Node& node_;
  std::uint64_t page_bytes_;
  std::uint64_t pages_;
  FlushList flush_list_;
  ResidentPages resident_;
  PageCleaner cleaner_;
  Used used_;
};

}  // namespace writepath::mysql
