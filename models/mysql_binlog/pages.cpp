#include "models/mysql_binlog/pages.hpp"

namespace writepath::mysql {

FlushList::FlushList(std::uint64_t pages) : dirty_bit_(pages) {}

void FlushList::mark(std::uint64_t page) {
  if (dirty_bit_[page]) return;
  dirty_bit_.set(page);
  list_.push({redo_lsn_, page});
}

void FlushList::written(std::uint64_t page) {
  dirty_bit_.clear(page);
  drop_written();
}

void FlushList::take_oldest() {
  dirty_bit_.clear(list_.front().page);
  list_.pop();
  drop_written();
}

void FlushList::drop_written() {
  while (!list_.empty() && !dirty_bit_[list_.front().page]) list_.pop();
}

std::uint64_t FlushList::pages_up_to(std::uint64_t lsn) const {
  std::uint64_t low = list_.begin(), high = list_.end();
  while (low < high) {
    const std::uint64_t middle = low + (high - low) / 2;
    if (list_.at(middle).lsn <= lsn)
      low = middle + 1;
    else
      high = middle;
  }
  return low - list_.begin();
}

// ---- eviction

Evicted admit(ResidentPages& pool, std::uint64_t page, const FlushList& flush_list) {
  const auto clean = [&](std::uint64_t resident) { return !flush_list.is_dirty(resident); };
  const auto any = [](std::uint64_t) { return true; };
  std::optional<ResidentPages::Admitted> admitted =
      pool.admit(page, clean, ResidentPages::Among::older_half);
  if (!admitted) admitted = pool.admit(page, any);
  return {admitted->evicted, admitted->any,
          admitted->any && flush_list.is_dirty(admitted->evicted)};
}

}  // namespace writepath::mysql
