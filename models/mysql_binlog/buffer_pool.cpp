#include "models/mysql_binlog/buffer_pool.hpp"

#include <algorithm>

namespace writepath::mysql {

namespace {
// The cleaner wakes ten times a second, so that its writes do not arrive as one burst; MySQL 8.0's
// page cleaner aims at once a second and spreads its batches.
constexpr int rounds_per_s = 10;
}  // namespace

BufferPool::BufferPool(ModelContext& context, Node& node)
    : context_(context),
      node_(node),
      options_(context.options<Options>()),
      page_bytes_(static_cast<std::uint64_t>(context.scenario().data.page_kb * 1024)),
      pages_(std::max<std::uint64_t>(
          1, static_cast<std::uint64_t>(context.scenario().data.size_gb * 1e9) / page_bytes_)),
      is_dirty_(pages_) {}

void BufferPool::change_pages(const Transaction& txn, std::uint64_t redo_bytes) {
  const TransactionType& type = context_.type_of(txn.type);
  const KeyChooser& keys = context_.keys();
  redo_lsn_ += redo_bytes;
  for (std::int64_t i = 0; i < type.pages_dirtied; ++i) {
    const Key key = keys.key(txn.key_seed, static_cast<std::uint32_t>(i % type.rows_written));
    // A row's clustered page lies where its key does; its secondary index entries lie anywhere.
    const bool clustered = i < type.rows_written;
    mark(clustered ? (key % keys.count()) * pages_ / keys.count()
                   : mix64(key + static_cast<std::uint64_t>(i)) % pages_);
  }
}

void BufferPool::mark(std::uint64_t page) {
  page = std::min(page, pages_ - 1);
  if (is_dirty_[page]) return;
  is_dirty_[page] = true;
  dirty_.push_back({static_cast<std::uint32_t>(page), redo_lsn_});
}

Task<> BufferPool::clean() {
  const auto base = static_cast<std::size_t>(options_.innodb_io_capacity / rounds_per_s);
  const auto oldest_allowed =
      static_cast<std::uint64_t>(options_.innodb_redo_log_capacity_mb * 1e6 *
                                 options_.innodb_adaptive_flushing_lwm_percent / 100);
  for (;;) {
    co_await sleep_for(context_.queue(), ns_per_s / rounds_per_s);
    std::size_t due = base;
    while (due < dirty_.size() && redo_lsn_ - dirty_[due].redo_lsn > oldest_allowed) ++due;
    flush_batch(std::min(due, dirty_.size()));
  }
}

void BufferPool::flush_batch(std::size_t pages) {
  if (pages == 0) return;
  // smalldatum 2026-01: the batch goes to the doublewrite buffer first, then page by page in place.
  node_.storage().write_behind(pages * page_bytes_, Purpose::doublewrite);
  for (std::size_t i = 0; i < pages; ++i) {
    node_.storage().write_behind(page_bytes_, Purpose::page);
    is_dirty_[dirty_.front().page] = false;
    dirty_.pop_front();
  }
}

}  // namespace writepath::mysql
