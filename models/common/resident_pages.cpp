#include "models/common/resident_pages.hpp"

namespace writepath {

// ---- PageBits

PageBits::PageBits(std::uint64_t pages) : chunks_((pages + chunk_pages - 1) / chunk_pages) {
  constexpr std::size_t at_once = 1'024;  // 4 TB of 16 kB pages, 32 MB
  if (chunks_.size() <= at_once)
    for (std::vector<std::uint64_t>& chunk : chunks_) chunk.resize(chunk_pages / 64);
}

// ---- ResidentPages

ResidentPages::ResidentPages(std::uint64_t pages, std::uint64_t frames, bool warm)
    : pages_(pages), frames_(frames == 0 ? pages : std::min(frames, pages)) {
  if (frames_ == pages) {
    if (warm)
      resident_ = pages;
    else
      clear();
    return;
  }
  ways_ = std::min<std::uint64_t>(16, frames_);
  sets_ = frames_ / ways_;
  constexpr std::uint64_t most_in_a_set = UINT32_MAX - 1;
  if (pages / sets_ >= most_in_a_set) {  // a tiny pool on a vast volume: more and smaller sets
    sets_ = pages / most_in_a_set + 1;
    ways_ = std::max<std::uint64_t>(1, frames_ / sets_);
  }
  frame_.resize(sets_ * ways_);
  if (!warm) return;
  for (std::uint64_t set = 0; set < sets_; ++set)
    for (std::uint64_t way = 0; way < ways_ && set + way * sets_ < pages; ++way, ++resident_)
      frame_[set * ways_ + way] = static_cast<std::uint32_t>(way + 1);
}

bool ResidentPages::holds(std::uint64_t page) const {
  if (holds_all()) return true;
  if (ways_ == 0) return bits_[page];
  const std::uint32_t* const first = set_of(page);
  return std::find(first, first + ways_, tag_of(page)) != first + ways_;
}

bool ResidentPages::touch(std::uint64_t page) {
  if (holds_all()) return true;
  if (ways_ == 0) return bits_[page];
  std::uint32_t* const first = set_of(page);
  std::uint32_t* const last = first + ways_;
  std::uint32_t* const found = std::find(first, last, tag_of(page));
  if (found == last) return false;
  std::rotate(first, found, found + 1);
  return true;
}

std::optional<ResidentPages::Admitted> ResidentPages::admit_to_bits(std::uint64_t page) {
  bits_.set(page);
  if (++resident_ == pages_) bits_ = PageBits(0);
  return Admitted{};
}

void ResidentPages::drop(std::uint64_t page) {
  if (!holds(page)) return;
  if (ways_ == 0) {
    if (holds_all()) {
      bits_ = PageBits(pages_);
      for (std::uint64_t each = 0; each < pages_; ++each) bits_.set(each);
    }
    bits_.clear(page);
  } else {
    std::uint32_t* const first = set_of(page);
    std::uint32_t* const found = std::find(first, first + ways_, tag_of(page));
    std::rotate(found, found + 1, first + ways_);
    first[ways_ - 1] = 0;
  }
  --resident_;
}

void ResidentPages::clear() {
  resident_ = 0;
  if (ways_ == 0)
    bits_ = PageBits(pages_);
  else
    std::fill(frame_.begin(), frame_.end(), 0);
}

}  // namespace writepath
