#pragma once
// k equal servers behind one FIFO queue: the cores of a CPU, the channels of a device.
#include <cstddef>

#include "sim/core/slowness.hpp"
#include "sim/engine/event_queue.hpp"

namespace writepath {

class Servers {
 public:
  /// `count` >= 1; each does `speed` times the reference's work in a time.
  Servers(EventQueue& queue, std::uint32_t count, double speed = 1)
      : queue_(queue), count_(count), speed_(speed) {
    WRITEPATH_CHECK(count >= 1, "a station needs a server");
    WRITEPATH_CHECK(speed > 0, "a server without speed never ends");
  }
  Servers(const Servers&) = delete;
  Servers& operator=(const Servers&) = delete;

  std::uint32_t count() const { return count_; }
  std::uint32_t busy() const { return busy_; }
  std::size_t waiting() const { return queued_; }
  /// Server time spent up to now, cut-off services included: at most count() * now().
  DurationNs busy_ns() const { return busy_ns_ + busy_ * (queue_.now() - busy_since_); }

  /// Waits for a free server, holds it for its time, lets it go. Resumes once, at the end.
  /// Cancelled, it leaves the queue or frees its server at once.
  class [[nodiscard]] Awaiter : Waiter {
   public:
    Awaiter(Servers& servers, DurationNs duration) : servers_(servers), duration_(duration) {}
    Awaiter(Awaiter&& other) noexcept
        : Waiter(), servers_(other.servers_), duration_(other.duration_) {}
    ~Awaiter() { servers_.cancel(*this); }
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> awaiting) {
      coroutine = awaiting;
      servers_.enlist(*this);
    }
    void await_resume() {
      slot_ = EventQueue::no_slot;
      servers_.free_one();
    }

   private:
    friend class Servers;
    Servers& servers_;
    DurationNs duration_;
    std::uint32_t slot_ = EventQueue::no_slot;  // while being served
  };
  Awaiter serve(DurationNs work) { return Awaiter(*this, time_of(work)); }
  /// How long one of these servers takes for what takes the reference `work`.
  DurationNs time_of(DurationNs work) const {
    double speed = speed_;
    if (slowness_.factor() != 1) [[unlikely]]
      speed /= slowness_.factor();
    return speed == 1 ? work : round_to_ns(static_cast<double>(work) / speed);
  }
  /// Makes longer what is begun from now on; services under way end as they would have.
  Slowness& slowness() { return slowness_; }

  /// A thread that has been woken needs a server before it can go on: at once when one is free,
  /// else after whoever waits already.
  class [[nodiscard]] Turn : Awaiter {
   public:
    explicit Turn(Servers& servers) : Awaiter(servers, 0), free_(servers.busy_ < servers.count_) {}
    bool await_ready() const noexcept { return free_; }
    using Awaiter::await_suspend;
    void await_resume() {
      if (!free_) Awaiter::await_resume();
    }

   private:
    bool free_;
  };
  Turn turn() { return Turn(*this); }

 private:
  void enlist(Awaiter& awaiter) {
    if (busy_ < count_) {
      start(awaiter);
    } else {
      waiting_.push_back(awaiter);
      ++queued_;
    }
  }
  void start(Awaiter& awaiter) {
    account();
    ++busy_;
    awaiter.slot_ = queue_.arm_resume(queue_.now() + awaiter.duration_, awaiter.coroutine);
  }
  // The next in the queue starts without a segment of its own.
  void free_one() {
    account();
    --busy_;
    if (waiting_.empty()) return;
    auto& next = static_cast<Awaiter&>(waiting_.front());
    next.unlink();
    --queued_;
    start(next);
  }
  void cancel(Awaiter& awaiter) {
    if (awaiter.slot_ != EventQueue::no_slot) {
      queue_.disarm_resume(awaiter.slot_);
      free_one();
    } else if (awaiter.linked()) {
      awaiter.unlink();
      --queued_;
    }
  }
  void account() {
    busy_ns_ += busy_ * (queue_.now() - busy_since_);
    busy_since_ = queue_.now();
  }

  EventQueue& queue_;
  std::uint32_t count_;
  double speed_;
  Slowness slowness_;
  std::uint32_t busy_ = 0;
  std::size_t queued_ = 0;
  DurationNs busy_ns_ = 0;
  TimeNs busy_since_ = 0;
  WaiterList waiting_;
};

}  // namespace writepath
