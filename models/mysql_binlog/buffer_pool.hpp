#pragma once
// Pages changed in memory and not yet written in place, oldest change first (InnoDB's flush list),
// and the page cleaner that writes them: first to the doublewrite buffer, then in place.
#include <cstdint>
#include <deque>
#include <vector>

#include "models/mysql_binlog/options.hpp"
#include "sim/model/context.hpp"
#include "sim/model/model.hpp"

namespace writepath::mysql {

class BufferPool {
 public:
  BufferPool(ModelContext& context, Node& node);

  /// A transaction's rows change their pages, and its redo reaches `redo_lsn` (bytes written).
  void change_pages(const Transaction& txn, std::uint64_t redo_bytes);
  /// The page cleaner, for the life of the incarnation.
  Task<> clean();
  /// Redo that crash recovery must replay: written since the oldest change that is only in memory.
  std::uint64_t checkpoint_age_bytes() const {
    return dirty_.empty() ? 0 : redo_lsn_ - dirty_.front().redo_lsn;
  }

 private:
  struct Dirty {
    std::uint32_t page;
    std::uint64_t redo_lsn;
  };
  void mark(std::uint64_t page);
  void flush_batch(std::size_t pages);

  ModelContext& context_;
  Node& node_;
  const Options& options_;
  std::uint64_t page_bytes_;
  std::uint64_t pages_;
  std::uint64_t redo_lsn_ = 0;
  std::vector<bool> is_dirty_;
  std::deque<Dirty> dirty_;
};

}  // namespace writepath::mysql
