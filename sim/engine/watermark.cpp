#include "sim/engine/watermark.hpp"

#include <limits>
#include <utility>

namespace writepath {

void Watermark::enlist(Awaiter& awaiter) {
  if (in_order_.empty() || static_cast<Awaiter&>(in_order_.back()).target_ <= awaiter.target_) {
    in_order_.push_back(awaiter);
    return;
  }
  WRITEPATH_CHECK(awaiter.target_ <= std::numeric_limits<std::int64_t>::max(),
                  "a watermark's target is out of range");
  std::uint32_t slot;
  if (free_slots_.empty()) {
    slot = static_cast<std::uint32_t>(slots_.size());
    WRITEPATH_CHECK(slot <= slot_mask, "16 million coroutines wait for one watermark");
    slots_.push_back(&awaiter);
  } else {
    slot = free_slots_.back();
    free_slots_.pop_back();
    slots_[slot] = &awaiter;
  }
  awaiter.slot_ = slot;
  heap_.push({static_cast<std::int64_t>(awaiter.target_), next_key_ | slot});
  next_key_ += slot_mask + 1;
}

// The slot stays taken until its heap entry goes.
void Watermark::forget(std::uint32_t slot) {
  slots_[slot] = nullptr;
  ++dead_;
  if (dead_ <= 64 || dead_ <= heap_.size() / 2) return;
  heap_.remove_if([this](const HeapEntry& entry) {
    const auto at = static_cast<std::uint32_t>(entry.key & slot_mask);
    if (slots_[at] != nullptr) return false;
    free_slots_.push_back(at);
    return true;
  });
  dead_ = 0;
}

void Watermark::drop_dead_top() {
  while (!heap_.empty()) {
    const auto slot = static_cast<std::uint32_t>(heap_.top().key & slot_mask);
    if (slots_[slot] != nullptr) return;
    heap_.pop();
    free_slots_.push_back(slot);
    --dead_;
  }
}

void Watermark::advance(std::uint64_t to) {
  if (to <= value_) return;
  value_ = to;
  for (;;) {
    drop_dead_top();
    Awaiter* const listed = in_order_.empty() ? nullptr : &static_cast<Awaiter&>(in_order_.front());
    const bool heap_is_next =
        !heap_.empty() &&
        (listed == nullptr || static_cast<std::uint64_t>(heap_.top().order) < listed->target_);
    if (heap_is_next) {
      if (static_cast<std::uint64_t>(heap_.top().order) > to) return;
      const auto slot = static_cast<std::uint32_t>(heap_.top().key & slot_mask);
      heap_.pop();
      free_slots_.push_back(slot);
      Awaiter& awaiter = *std::exchange(slots_[slot], nullptr);
      awaiter.slot_ = no_slot;
      queue_.make_ready(awaiter);
    } else {
      if (listed == nullptr || listed->target_ > to) return;
      queue_.make_ready(*listed);
    }
  }
}

}  // namespace writepath
