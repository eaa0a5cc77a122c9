#pragma once
// Waiting for something to happen (Signal) or for a state to hold (Gate).
#include "sim/engine/event_queue.hpp"

namespace writepath {

/// Has no memory: wakes those who wait now, in order of arrival.
class Signal {
 public:
  explicit Signal(EventQueue& queue) : queue_(queue) {}
  Signal(const Signal&) = delete;
  Signal& operator=(const Signal&) = delete;

  void notify_all() {
    while (!waiting_.empty()) queue_.make_ready(waiting_.front());
  }

  class [[nodiscard]] Awaiter : Waiter {
   public:
    explicit Awaiter(Signal& signal) : signal_(signal) {}
    Awaiter(Awaiter&& other) noexcept : Waiter(), signal_(other.signal_) {}
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> awaiting) noexcept {
      coroutine = awaiting;
      signal_.waiting_.push_back(*this);
    }
    void await_resume() noexcept {}

   private:
    Signal& signal_;
  };
  Awaiter wait() { return Awaiter(*this); }

 private:
  EventQueue& queue_;
  WaiterList waiting_;
};

/// Lets through while open. Who waited when it opened gets through even if it closes again before
/// the waiter's segment.
class Gate {
 public:
  explicit Gate(EventQueue& queue, bool open = false) : opened_(queue), open_(open) {}

  bool is_open() const { return open_; }
  void open() {
    open_ = true;
    opened_.notify_all();
  }
  void close() { open_ = false; }

  class [[nodiscard]] Awaiter : public Signal::Awaiter {
   public:
    explicit Awaiter(Gate& gate) : Signal::Awaiter(gate.opened_), gate_(gate) {}
    bool await_ready() const noexcept { return gate_.open_; }

   private:
    Gate& gate_;
  };
  Awaiter passes() { return Awaiter(*this); }

 private:
  Signal opened_;
  bool open_;
};

}  // namespace writepath
