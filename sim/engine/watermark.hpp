#pragma once
// A value that only grows (VDL, SCL, an executed position) and the coroutines that wait for it to
// reach theirs. Waiters that come in ascending order, as commits do, stand in a list; the others
// in a heap; both are served together in ascending order.
#include <cstdint>
#include <vector>

#include "sim/engine/event_queue.hpp"
#include "sim/engine/heap.hpp"

namespace writepath {

class Watermark {
 public:
  explicit Watermark(EventQueue& queue, std::uint64_t initial = 0)
      : queue_(queue), value_(initial) {}
  Watermark(const Watermark&) = delete;
  Watermark& operator=(const Watermark&) = delete;

  std::uint64_t value() const { return value_; }

  /// Raises the value and wakes all whom it serves, lowest target first, equal targets in order of
  /// arrival. A value not above the present one does nothing.
  void advance(std::uint64_t to);

  class [[nodiscard]] Awaiter : Waiter {
   public:
    Awaiter(Watermark& watermark, std::uint64_t target) : watermark_(watermark), target_(target) {}
    Awaiter(Awaiter&& other) noexcept
        : Waiter(), watermark_(other.watermark_), target_(other.target_) {}
    ~Awaiter() {
      if (slot_ != no_slot) watermark_.forget(slot_);
    }
    bool await_ready() const noexcept { return watermark_.value_ >= target_; }
    void await_suspend(std::coroutine_handle<> awaiting) {
      coroutine = awaiting;
      watermark_.enlist(*this);
    }
    void await_resume() noexcept {}

   private:
    friend class Watermark;
    Watermark& watermark_;
    std::uint64_t target_;
    std::uint32_t slot_ = no_slot;  // while in the heap
  };
  /// Resumes once value() >= target; at once if it is. The watermark must outlive the wait.
  Awaiter reaches(std::uint64_t target) { return Awaiter(*this, target); }

 private:
  static constexpr std::uint32_t no_slot = UINT32_MAX;
  static constexpr std::uint64_t slot_mask = (std::uint64_t{1} << 24) - 1;

  void enlist(Awaiter& awaiter);
  void forget(std::uint32_t slot);
  void drop_dead_top();

  EventQueue& queue_;
  std::uint64_t value_;
  WaiterList in_order_;  // ascending targets
  // The rest: order = target; key = sequence number and slot, so that equal targets stay in order.
  Heap heap_;
  std::uint64_t next_key_ = 0;
  std::vector<Awaiter*> slots_;  // null: cancelled, still in the heap
  std::vector<std::uint32_t> free_slots_;
  std::size_t dead_ = 0;
};

}  // namespace writepath
