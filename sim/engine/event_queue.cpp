#include "sim/engine/event_queue.hpp"

#include <stdexcept>

#include "sim/engine/scope.hpp"

namespace writepath {

bool EventQueue::disarm(TimerHandle& handle) {
  const std::uint64_t key = std::exchange(handle.key, 0);
  if (key == 0) return false;
  Callback& callback = callbacks_[slot_of(key)];
  if (callback.key_or_next != key) return false;
  callback.run = nullptr;
  callback.key_or_next = 0;
  ++dead_;
  return true;
}

void EventQueue::grow_callbacks() {
  const std::size_t old = callbacks_.size();
  WRITEPATH_CHECK(old < most_slots, "more than 8 million closures are pending");
  const std::size_t size = old == 0 ? 64 : 2 * old;
  callbacks_.resize(size);
  for (std::size_t slot = size; slot-- > old;) free_callback(static_cast<std::uint32_t>(slot));
}

void EventQueue::grow_resumes() {
  const std::size_t old = resumes_.size();
  WRITEPATH_CHECK(old < most_slots, "more than 8 million coroutines wait for a time");
  const std::size_t size = old == 0 ? 64 : 2 * old;
  resumes_.resize(size);
  for (std::size_t slot = size; slot-- > old;) free_resume(static_cast<std::uint32_t>(slot));
}

void EventQueue::free_dead(std::uint64_t key) noexcept {
  --dead_;
  if (key & coroutine_bit)
    free_resume(slot_of(key));
  else
    free_callback(slot_of(key));
}

// Disarmed entries stay in the heap until their time comes; a crash can leave many, far ahead.
void EventQueue::compact_if_mostly_dead() {
  if (dead_ <= 256 || dead_ <= heap_.size() / 2) return;
  heap_.remove_if([this](const HeapEntry& entry) {
    if (!is_dead(entry.key)) return false;
    free_dead(entry.key);
    return true;
  });
}

// Due, but its process is stopped: the slot stays armed, and its owner may still disarm it.
bool EventQueue::hold_resumption(std::uint64_t key) {
  const std::uintptr_t frame = resumes_[slot_of(key)];
  if (frame == 0) return false;
  Scope* const scope = detail::PromiseBase::scope_of(
      std::coroutine_handle<>::from_address(reinterpret_cast<void*>(frame)));
  if (scope == nullptr || !scope->paused_) return false;
  scope->held_.push_back({Scope::Held::resumption, key});
  return true;
}

bool EventQueue::hold(Waiter& waiter) {
  Scope* const scope = detail::PromiseBase::scope_of(waiter.coroutine);
  if (scope == nullptr || !scope->paused_) return false;
  scope->held_waiters_.push_back(waiter);
  scope->held_.push_back({Scope::Held::waiter, 0});
  return true;
}

inline void EventQueue::run_top() {
  const HeapEntry entry = heap_.top();
  heap_.pop();
  const std::uint32_t slot = slot_of(entry.key);
  if (entry.key & coroutine_bit) {
    if (paused_scopes_ != 0 && hold_resumption(entry.key)) [[unlikely]]
      return;
    const std::uintptr_t frame = std::exchange(resumes_[slot], 0);
    if (frame != 0) [[likely]] {
      now_ = entry.order;
      ++events_run_;
      std::coroutine_handle<>::from_address(reinterpret_cast<void*>(frame)).resume();
    } else {
      --dead_;
    }
    free_resume(slot);  // not before: zero means "fired" to whoever armed it
  } else if (auto* const run = callbacks_[slot].run; run != nullptr) [[likely]] {
    now_ = entry.order;
    ++events_run_;
    run(*this, slot);
  } else {
    free_dead(entry.key);
  }
}

// After each segment: kills first, so that no ready sibling of a dead incarnation runs.
inline void EventQueue::settle() {
  if (!kills_.empty()) [[unlikely]]
    do_kills();
  while (!ready_.empty() && !stopped_) {
    Waiter& waiter = ready_.front();
    waiter.unlink();
    if (paused_scopes_ != 0 && hold(waiter)) [[unlikely]]
      continue;
    waiter.coroutine.resume();
    if (!kills_.empty()) [[unlikely]]
      do_kills();
  }
}

void EventQueue::do_kills() {
  while (!kills_.empty()) {
    Scope* const scope = kills_.back();
    kills_.pop_back();
    scope->destroy_now();
  }
}

template <bool through>
void EventQueue::run_loop(TimeNs limit) noexcept {
  if (stopped_) return;
  WRITEPATH_CHECK(!dispatching_, "the event queue runs itself from within an event");
  WRITEPATH_CHECK(next_key_ < last_key, "the sequence numbers of events are used up");
  dispatching_ = true;
  try {
    settle();
    while (!stopped_ && !heap_.empty()) {
      const HeapEntry& top = heap_.top();
      if (through ? top.order > limit : top.order >= limit) break;
      if (!through && (top.key & marked_bit)) break;
      run_top();
      settle();
      if (dead_ > 256) [[unlikely]]
        compact_if_mostly_dead();
    }
  } catch (...) {
    fail(std::current_exception(), nullptr, 0);
    do_kills();
  }
  dispatching_ = false;
}

void EventQueue::run_before(TimeNs limit) noexcept { run_loop<false>(limit); }
void EventQueue::run_through(TimeNs limit) noexcept { run_loop<true>(limit); }

void EventQueue::run_until(TimeNs horizon) {
  run_through(horizon);
  if (!stopped_ && horizon != never) advance_clock(horizon);
  check();
}

void EventQueue::run_now(std::coroutine_handle<> coroutine) {
  if (dispatching_) {
    coroutine.resume();
    return;
  }
  // Called from outside, e.g. while a model is deployed: a segment of its own.
  dispatching_ = true;
  coroutine.resume();
  do_kills();
  dispatching_ = false;
}

void EventQueue::fail(std::exception_ptr failure, const char* file, int line) noexcept {
  stopped_ = true;
  if (failure_) return;
  failure_ = std::move(failure);
  failure_place_ = "at t=";
  failure_place_.append(std::to_string(now_)).append(" ns, in ");
  if (file == nullptr)
    failure_place_.append("a posted closure: ");
  else
    failure_place_.append("the task spawned at ")
        .append(file)
        .append(":")
        .append(std::to_string(line))
        .append(": ");
}

void EventQueue::check() {
  if (!failure_) return;
  try {
    std::rethrow_exception(std::exchange(failure_, nullptr));
  } catch (const std::exception& failure) {
    throw std::runtime_error(failure_place_ + failure.what());
  } catch (...) {
    throw std::runtime_error(failure_place_ + "an unknown exception");
  }
}

}  // namespace writepath
