#include "models/mysql_binlog/buffer_pool.hpp"

#include <algorithm>

namespace writepath::mysql {

namespace {

/// The pool's size in pages; 0 asks for one that holds all.
std::uint64_t frames_of(double pool_gb, std::uint64_t page_bytes) {
  if (pool_gb == 0) return 0;
  return std::max<std::uint64_t>(1, static_cast<std::uint64_t>(pool_gb * 1e9) / page_bytes);
}

}  // namespace

BufferPool::BufferPool(ModelContext& context, Node& node, PageFiles& files, bool warm)
    : context_(context),
      node_(node),
      page_bytes_(static_cast<std::uint64_t>(context.scenario().data.page_kb * 1024)),
      pages_(std::max<std::uint64_t>(
          1, static_cast<std::uint64_t>(context.scenario().data.size_gb * 1e9) / page_bytes_)),
      flush_list_(pages_),
      resident_(pages_,
                frames_of(context.options<Options>().innodb_buffer_pool_size_gb, page_bytes_),
                warm || context.options<Options>().innodb_buffer_pool_size_gb == 0),
      cleaner_(context.queue(), context.options<Options>(), files, flush_list_, page_bytes_,
               resident_.frames()) {}

Task<> BufferPool::change_pages(Transaction txn, std::uint64_t redo_bytes) {
  const TransactionType& type = context_.type_of(txn.type);
  if (cleaner_.redo_is_full()) co_await cleaner_.wait_for_redo();
  if (!resident_.holds_all())
    for (std::int64_t i = 0; i < type.pages_dirtied; ++i) {
      const std::uint64_t page = page_of(txn, type, i);
      if (!is_resident(page)) co_await make_resident(page);
    }
  flush_list_.advance(redo_bytes);
  for (std::int64_t i = 0; i < type.pages_dirtied; ++i) flush_list_.mark(page_of(txn, type, i));
}

Task<> BufferPool::change_page(Transaction txn, std::uint32_t change, std::uint64_t redo_bytes) {
  const TransactionType& type = context_.type_of(txn.type);
  const bool has_page = change < type.pages_dirtied;
  const std::uint64_t page = has_page ? page_of(txn, type, change) : 0;
  if (cleaner_.redo_is_full()) co_await cleaner_.wait_for_redo();
  if (has_page && !resident_.holds_all() && !is_resident(page)) co_await make_resident(page);
  flush_list_.advance(redo_bytes);
  if (has_page) flush_list_.mark(page);
}

Task<> BufferPool::read_row(Key key) {
  if (resident_.holds_all()) co_return;
  const std::uint64_t page = page_of_row(key);
  if (!is_resident(page)) co_await make_resident(page);
}

bool BufferPool::is_resident(std::uint64_t page) {
  const bool found = resident_.touch(page);
  ++(found ? used_.hits : used_.misses);
  return found;
}

std::uint64_t BufferPool::page_of_row(Key key) const {
  const std::uint64_t count = context_.keys().count();
  return std::min((key % count) * pages_ / count, pages_ - 1);
}

// A row's clustered page lies where its key does; its secondary index entries lie anywhere, and so
// do the pages of a transaction that changes no row.
std::uint64_t BufferPool::page_of(const Transaction& txn, const TransactionType& type,
                                  std::int64_t i) const {
  const KeyChooser& keys = context_.keys();
  const std::int64_t row = type.rows_written > 0 ? i % type.rows_written : 0;
  const Key key = keys.key(txn.key_seed, static_cast<std::uint32_t>(row));
  const std::uint64_t page = i < type.rows_written
                                 ? page_of_row(key)
                                 : mix64(key + static_cast<std::uint64_t>(i)) % pages_;
  return std::min(page, pages_ - 1);
}

// Who asks for the page while it is read finds it resident: its wait is not modelled.
Task<> BufferPool::make_resident(std::uint64_t page) {
  const Evicted evicted = admit(resident_, page, flush_list_);
  if (evicted.dirty) co_await cleaner_.write_page(evicted.page);
  co_await node_.storage().read(page_bytes_, Purpose::page);
}

}  // namespace writepath::mysql
