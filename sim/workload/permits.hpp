#pragma once
// A limited number of permits, handed out in order of asking: the places in a connection pool.
#include <cstdint>

#include "sim/engine/event_queue.hpp"

namespace writepath {

class Permits {
 public:
  Permits(EventQueue& queue, std::int64_t count) : queue_(queue), count_(count), free_(count) {}
  Permits(const Permits&) = delete;
  Permits& operator=(const Permits&) = delete;

  std::int64_t taken() const { return count_ - free_; }
  bool try_take() {
    if (free_ == 0) return false;
    --free_;
    return true;
  }
  void give_back() {
    if (waiting_.empty()) {
      ++free_;
      return;
    }
    auto& next = static_cast<Awaiter&>(waiting_.front());
    next.granted_ = true;
    queue_.make_ready(next);
  }
  /// When every holder is gone (its process died).
  void reset() { free_ = count_; }

  /// Waits for a permit. Cancelled between the hand-over and its own segment, it passes it on.
  class [[nodiscard]] Awaiter : Waiter {
   public:
    explicit Awaiter(Permits& permits) : permits_(permits) {}
    Awaiter(Awaiter&& other) noexcept : Waiter(), permits_(other.permits_) {}
    ~Awaiter() {
      if (granted_) permits_.give_back();
    }
    bool await_ready() { return permits_.try_take(); }
    void await_suspend(std::coroutine_handle<> awaiting) noexcept {
      coroutine = awaiting;
      permits_.waiting_.push_back(*this);
    }
    void await_resume() noexcept { granted_ = false; }

   private:
    friend class Permits;
    Permits& permits_;
    bool granted_ = false;  // handed over, not yet running
  };
  Awaiter take() { return Awaiter(*this); }

 private:
  EventQueue& queue_;
  std::int64_t count_;
  std::int64_t free_;
  WaiterList waiting_;
};

}  // namespace writepath
