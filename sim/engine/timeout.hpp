#pragma once
// A bound on any wait:
//   const bool in_time = co_await with_timeout(queue, acks.reached(), from_ms(50));
//   const std::optional<Reply> reply = co_await with_timeout(queue, pending.arrives(), from_s(1));
#include <optional>
#include <type_traits>
#include <utility>

#include "sim/engine/event_queue.hpp"
#include "sim/engine/task.hpp"

namespace writepath {

namespace detail {

/// Holds the awaited thing, and gives the awaiter in it.
template <class Awaitable>
class Awaited {
 public:
  explicit Awaited(Awaitable&& awaitable) : awaiter_(std::move(awaitable)) {}
  Awaitable& awaiter() { return awaiter_; }

 private:
  Awaitable awaiter_;
};
template <class T>
class Awaited<Task<T>> {
 public:
  explicit Awaited(Task<T>&& task) : task_(std::move(task)), awaiter_(task_.handle()) {}
  auto& awaiter() { return awaiter_; }

 private:
  Task<T> task_;
  typename Task<T>::Awaiter awaiter_;
};

template <class Awaitable>
class [[nodiscard]] WithTimeout {
  using Result = decltype(std::declval<Awaited<Awaitable>&>().awaiter().await_resume());

 public:
  WithTimeout(EventQueue& queue, Awaitable&& awaitable, DurationNs limit)
      : awaited_(std::move(awaitable)), queue_(queue), limit_(limit) {}
  WithTimeout(WithTimeout&&) = delete;
  ~WithTimeout() {
    if (slot_ != EventQueue::no_slot) queue_.disarm_resume(slot_);
  }

  bool await_ready() { return awaited_.awaiter().await_ready(); }
  auto await_suspend(std::coroutine_handle<> coroutine) {
    slot_ = queue_.arm_resume(queue_.now() + limit_, coroutine);
    return awaited_.awaiter().await_suspend(coroutine);
  }
  auto await_resume() {
    const bool in_time = !timer_fired();
    if constexpr (std::is_void_v<Result>) {
      if (in_time) awaited_.awaiter().await_resume();
      return in_time;
    } else {
      std::optional<Result> result;
      if (in_time) result.emplace(awaited_.awaiter().await_resume());
      return result;
    }
  }

 private:
  bool timer_fired() {
    if (slot_ == EventQueue::no_slot) return false;  // it was ready at once
    const bool fired = !queue_.resume_is_armed(slot_);
    if (!fired) queue_.disarm_resume(slot_);
    slot_ = EventQueue::no_slot;
    return fired;
  }

  Awaited<Awaitable> awaited_;
  EventQueue& queue_;
  DurationNs limit_;
  std::uint32_t slot_ = EventQueue::no_slot;
};

}  // namespace detail

/// Awaits `awaitable` (an awaiter or a Task, handed over) for at most `limit`. Gives a bool where
/// the awaitable gives nothing, else an optional: false or empty if the limit came first, and then
/// the awaitable is destroyed with the statement. At a tie the timer that was armed first wins: the
/// limit before what the awaitable arms itself.
template <class Awaitable>
detail::WithTimeout<Awaitable> with_timeout(EventQueue& queue, Awaitable&& awaitable,
                                            DurationNs limit) {
  static_assert(!std::is_lvalue_reference_v<Awaitable>, "hand the awaitable over");
  return {queue, std::move(awaitable), limit};
}

}  // namespace writepath
