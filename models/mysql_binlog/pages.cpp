#include "models/mysql_binlog/pages.hpp"

#include <algorithm>

namespace writepath::mysql {

// ---- PageBits

PageBits::PageBits(std::uint64_t pages) : chunks_((pages + chunk_pages - 1) / chunk_pages) {
  constexpr std::size_t at_once = 1'024;  // 4 TB of 16 kB pages, 32 MB
  if (chunks_.size() <= at_once)
    for (std::vector<std::uint64_t>& chunk : chunks_) chunk.resize(chunk_pages / 64);
}

// ---- FlushList

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

// ---- ResidentPages

ResidentPages::ResidentPages(std::uint64_t pages, std::uint64_t frames, bool warm)
    : frames_(frames == 0 ? pages : std::min(frames, pages)) {
  if (frames_ == pages) return;
  ways_ = std::min<std::uint64_t>(16, frames_);
  sets_ = frames_ / ways_;
  frame_.resize(sets_ * ways_);
  if (!warm) return;
  for (std::uint64_t set = 0; set < sets_; ++set)
    for (std::uint64_t way = 0; way < ways_; ++way)
      frame_[set * ways_ + way] = set + way * sets_ + 1;
}

bool ResidentPages::touch(std::uint64_t page) {
  if (holds_all()) return true;
  std::uint64_t* const first = set_of(page);
  std::uint64_t* const last = first + ways_;
  std::uint64_t* const found = std::find(first, last, page + 1);
  if (found == last) return false;
  std::rotate(first, found, found + 1);
  return true;
}

ResidentPages::Evicted ResidentPages::admit(std::uint64_t page, const FlushList& flush_list) {
  std::uint64_t* const first = set_of(page);
  std::uint64_t* victim = first + ways_ - 1;
  for (std::uint64_t* frame = victim; frame >= first + ways_ / 2; --frame) {
    if (*frame != 0 && flush_list.is_dirty(*frame - 1)) continue;
    victim = frame;
    break;
  }
  Evicted evicted;
  if (*victim != 0) {
    evicted.any = true;
    evicted.page = *victim - 1;
    evicted.dirty = flush_list.is_dirty(evicted.page);
  }
  *victim = page + 1;
  std::rotate(first, victim, victim + 1);
  return evicted;
}

}  // namespace writepath::mysql
