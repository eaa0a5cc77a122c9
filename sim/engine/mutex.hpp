#pragma once
// Mutual exclusion between coroutines, handed over in order of arrival (a row lock, the lock of a
// commit stage). Unlocking gives the lock to the first waiter at once: nobody can overtake it.
#include <utility>

#include "sim/engine/event_queue.hpp"

namespace writepath {

class FifoMutex {
 public:
  explicit FifoMutex(EventQueue& queue) : queue_(queue) {}
  FifoMutex(const FifoMutex&) = delete;
  FifoMutex& operator=(const FifoMutex&) = delete;

  bool locked() const { return locked_; }
  bool contended() { return !waiting_.empty(); }

  /// Only by the holder. A holder that is killed does not unlock by itself: use hold() for that.
  void unlock() {
    WRITEPATH_CHECK(locked_, "unlocking a mutex that nobody holds");
    if (waiting_.empty()) {
      locked_ = false;
      return;
    }
    auto& next = static_cast<Awaiter&>(waiting_.front());
    next.granted_ = true;
    queue_.make_ready(next);
  }

  /// Unlocks when it dies, so also when its coroutine is killed.
  class [[nodiscard]] Hold {
   public:
    explicit Hold(FifoMutex& mutex) : mutex_(&mutex) {}
    Hold(Hold&& other) noexcept : mutex_(std::exchange(other.mutex_, nullptr)) {}
    Hold& operator=(Hold&&) = delete;
    ~Hold() { release(); }
    void release() {
      if (mutex_ != nullptr) std::exchange(mutex_, nullptr)->unlock();
    }

   private:
    FifoMutex* mutex_;
  };

  /// Waits for the lock. Cancelled while waiting, it leaves the queue; cancelled between the
  /// hand-over and its own segment, it passes the lock on.
  class [[nodiscard]] Awaiter : Waiter {
   public:
    explicit Awaiter(FifoMutex& mutex) : mutex_(mutex) {}
    Awaiter(Awaiter&& other) noexcept : Waiter(), mutex_(other.mutex_) {}
    ~Awaiter() {
      if (granted_) mutex_.unlock();
    }
    bool await_ready() noexcept {
      if (mutex_.locked_) return false;
      mutex_.locked_ = true;
      return true;
    }
    void await_suspend(std::coroutine_handle<> awaiting) noexcept {
      coroutine = awaiting;
      mutex_.waiting_.push_back(*this);
    }
    void await_resume() noexcept { granted_ = false; }

   protected:
    FifoMutex& mutex() { return mutex_; }

   private:
    friend class FifoMutex;
    FifoMutex& mutex_;
    bool granted_ = false;  // handed over, not yet running
  };
  class [[nodiscard]] HoldAwaiter : public Awaiter {
   public:
    using Awaiter::Awaiter;
    Hold await_resume() noexcept {
      Awaiter::await_resume();
      return Hold(mutex());
    }
  };

  Awaiter lock() { return Awaiter(*this); }
  /// `FifoMutex::Hold hold = co_await mutex.hold();`
  HoldAwaiter hold() { return HoldAwaiter(*this); }

 private:
  EventQueue& queue_;
  WaiterList waiting_;
  bool locked_ = false;
};

}  // namespace writepath
