#pragma once
// Waiting for a time. As with every awaiter here: destroying it (its coroutine was killed, or a
// timeout came first) cancels the wait, and it may be moved only before it is awaited.
#include <algorithm>

#include "sim/engine/event_queue.hpp"

namespace writepath {

class [[nodiscard]] Sleep {
 public:
  Sleep(EventQueue& queue, TimeNs until, bool marked)
      : queue_(queue), until_(until), marked_(marked) {}
  Sleep(Sleep&& other) noexcept
      : queue_(other.queue_), until_(other.until_), marked_(other.marked_) {}
  ~Sleep() {
    if (slot_ != EventQueue::no_slot) queue_.disarm_resume(slot_);
  }

  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> coroutine) {
    slot_ = queue_.arm_resume(until_, coroutine, marked_);
  }
  void await_resume() noexcept { slot_ = EventQueue::no_slot; }

 private:
  EventQueue& queue_;
  TimeNs until_;
  std::uint32_t slot_ = EventQueue::no_slot;
  bool marked_;
};

/// Resumes at `until`, always through the queue; a moment that has passed is now: a process that
/// was stopped for a while finds its alarms overdue.
inline Sleep sleep_until(EventQueue& queue, TimeNs until) {
  return {queue, std::max(until, queue.now()), false};
}
/// Resumes `duration` (>= 0) from now.
inline Sleep sleep_for(EventQueue& queue, DurationNs duration) {
  return {queue, queue.now() + duration, false};
}
/// As sleep_until, by a marked event: the segment that follows may touch SimGrid.
inline Sleep marked_point(EventQueue& queue, TimeNs until) { return {queue, until, true}; }

}  // namespace writepath
