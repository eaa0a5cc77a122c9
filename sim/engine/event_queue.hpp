#pragma once
// The event queue: integer time, strict order by (time, sequence of posting), no allocation and no
// virtual call for an event. It knows nothing of SimGrid; simgrid_driver.hpp couples the two.
//
// Words used below. An *event* is a heap entry: a closure to call or a coroutine to resume. A
// *segment* is what runs between two returns to the queue. Wake-ups made in a segment join a FIFO
// list of ready coroutines, which run after it, at the same time, before the next event.
#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <exception>
#include <new>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "sim/core/check.hpp"
#include "sim/core/time.hpp"
#include "sim/engine/heap.hpp"
#include "sim/engine/intrusive_list.hpp"
#include "sim/engine/token.hpp"

namespace writepath {

class Scope;

/// Names one armed timer for good: a handle whose timer fired or was disarmed names nothing.
struct TimerHandle {
  std::uint64_t key = 0;
};

class EventQueue {
 public:
  static constexpr std::size_t largest_closure = 48;  ///< bytes

  EventQueue() = default;
  EventQueue(const EventQueue&) = delete;
  EventQueue& operator=(const EventQueue&) = delete;

  TimeNs now() const { return now_; }
  std::uint64_t events_run() const { return events_run_; }

  // ---- posting. F is trivially copyable, at most 48 bytes: capture plain data, never owners.

  /// Calls f at `at` (>= now), after the current segment even if `at` is now.
  template <class F>
  void post_at(TimeNs at, F f) {
    put_closure(at, f, 0, &run_closure<F>);
  }
  template <class F>
  void post_after(DurationNs delay, F f) {
    post_at(now_ + delay, f);
  }
  /// As post_at, for closures that touch SimGrid: they run only where its clock shows their time.
  template <class F>
  void post_marked_at(TimeNs at, F f) {
    put_closure(at, f, marked_bit, &run_closure<F>);
  }
  template <class F>
  void post_marked_after(DurationNs delay, F f) {
    post_marked_at(now_ + delay, f);
  }

  /// As post_at, and can be taken back.
  template <class F>
  [[nodiscard]] TimerHandle arm_timer(TimeNs at, F f) {
    const std::uint64_t key = put_closure(at, f, 0, &run_closure<F>);
    callbacks_[slot_of(key)].key_or_next = key;
    return {key};
  }
  /// False if the timer has fired or was disarmed already (both harmless). Resets the handle.
  bool disarm(TimerHandle& handle);

  // ---- running without SimGrid

  /// Runs every event up to and including `horizon`, then sets the clock there (unless it is
  /// `never`). Marked events run too. Throws what check() throws.
  void run_until(TimeNs horizon);
  /// No further segment runs, until resume_running().
  void stop() { stopped_ = true; }
  bool stopped() const { return stopped_; }
  /// Throws the first failure of the run as std::runtime_error, with the place where the task was
  /// spawned and the simulated time; once.
  void check();
  bool failed() const { return static_cast<bool>(failure_); }

  /// Answers that came when nobody waited for them any more.
  std::uint64_t late_deliveries() const { return tokens_.late(); }
  /// Entries in the heap, disarmed ones included.
  std::size_t pending() const { return heap_.size(); }

  // ---- for awaiters

  static constexpr std::uint32_t no_slot = UINT32_MAX;
  /// Resumes the coroutine at `at`, as an event of its own. The slot belongs to the caller until
  /// the resumed segment ends or until it disarms it.
  std::uint32_t arm_resume(TimeNs at, std::coroutine_handle<> coroutine, bool marked = false);
  void disarm_resume(std::uint32_t slot) noexcept;
  /// Whether the slot's resumption is still to come. Asked by the owner, in the segment that it
  /// resumed at the latest.
  bool resume_is_armed(std::uint32_t slot) const { return resumes_[slot] != 0; }
  /// The waiter runs after the current segment, behind those made ready before it.
  void make_ready(Waiter& waiter) noexcept {
    waiter.unlink();
    ready_.push_back(waiter);
  }
  TokenTable& tokens() { return tokens_; }

  // ---- for scopes

  /// Runs `coroutine` at once, within the caller's segment if there is one.
  void run_now(std::coroutine_handle<> coroutine);
  bool dispatching() const { return dispatching_; }
  void kill_after_segment(Scope& scope) { kills_.push_back(&scope); }
  void forget(Scope& scope) { std::erase(kills_, &scope); }
  void scope_paused(int by) { paused_scopes_ += static_cast<std::uint32_t>(by); }
  /// Puts a resumption that was held back for a paused scope into the queue again, due now.
  void release_held(std::uint64_t key) {
    heap_.push({now_, next_key_ | (key & (sequence_step - 1))});
    next_key_ += sequence_step;
  }
  /// Records the first failure and stops the run. The place is where the task was spawned, or null.
  void fail(std::exception_ptr failure, const char* file, int line) noexcept;

  // ---- for drivers

  bool has_ready() const { return !ready_.empty() || !kills_.empty(); }
  /// The earliest live event's time, or `never`.
  TimeNs next_time() {
    drop_dead_top();
    return heap_.empty() ? never : heap_.top().order;
  }
  bool next_is_marked() const { return (heap_.top().key & marked_bit) != 0; }
  /// Runs what is ready and unmarked events before `limit`, up to the first marked one.
  void run_before(TimeNs limit) noexcept;
  /// Runs what is ready and all events at or before `limit`.
  void run_through(TimeNs limit) noexcept;
  void advance_clock(TimeNs to) {
    if (to > now_) now_ = to;
  }

 private:
  // A key, from its high bits: sequence number (39 bits), marked, coroutine or closure, slot (23).
  static constexpr std::uint64_t slot_mask = (std::uint64_t{1} << 23) - 1;
  static constexpr std::uint64_t coroutine_bit = std::uint64_t{1} << 23;
  static constexpr std::uint64_t marked_bit = std::uint64_t{1} << 24;
  static constexpr std::uint64_t sequence_step = std::uint64_t{1} << 25;
  static constexpr std::size_t most_slots = std::size_t{1} << 23;
  static constexpr std::uint64_t last_key = UINT64_MAX - (std::uint64_t{1} << 62);
  static std::uint32_t slot_of(std::uint64_t key) {
    return static_cast<std::uint32_t>(key & slot_mask);
  }

  struct alignas(64) Callback {
    void (*run)(EventQueue&, std::uint32_t slot) = nullptr;  // null: disarmed
    // The key while a timer is armed. Else the next free slot, or what is left of it, which is
    // never a key: so that a stale handle finds nothing.
    std::uint64_t key_or_next = 0;
    alignas(8) unsigned char closure[largest_closure];
  };

  template <class F>
  std::uint64_t put_closure(TimeNs at, const F& f, std::uint64_t bits,
                            void (*run)(EventQueue&, std::uint32_t)) {
    static_assert(sizeof(F) <= largest_closure && alignof(F) <= 8, "the closure is too large");
    static_assert(std::is_trivially_copyable_v<F>, "capture plain data or a token, never an owner");
    WRITEPATH_CHECK(at >= now_, "an event is posted into the past");
    const std::uint32_t slot = take_callback();
    callbacks_[slot].run = run;
    ::new (static_cast<void*>(callbacks_[slot].closure)) F(f);
    const std::uint64_t key = next_key_ | bits | slot;
    next_key_ += sequence_step;
    heap_.push({at, key});
    return key;
  }
  // The closure moves out of its slot before it runs: it may post, which may move the slots.
  template <class F>
  static void run_closure(EventQueue& queue, std::uint32_t slot) {
    F f = *std::launder(reinterpret_cast<F*>(queue.callbacks_[slot].closure));
    queue.free_callback(slot);
    f();
  }

  std::uint32_t take_callback() {
    if (free_callback_ == no_slot) [[unlikely]]
      grow_callbacks();
    const std::uint32_t slot = free_callback_;
    free_callback_ = static_cast<std::uint32_t>(callbacks_[slot].key_or_next);
    return slot;
  }
  void free_callback(std::uint32_t slot) noexcept {
    callbacks_[slot].key_or_next = free_callback_;
    free_callback_ = slot;
  }
  void free_resume(std::uint32_t slot) noexcept {
    resumes_[slot] = std::uintptr_t{free_resume_} << 1 | 1;
    free_resume_ = slot;
  }
  void grow_callbacks();
  void grow_resumes();

  bool is_dead(std::uint64_t key) const {
    return key & coroutine_bit ? resumes_[slot_of(key)] == 0
                               : callbacks_[slot_of(key)].run == nullptr;
  }
  void free_dead(std::uint64_t key) noexcept;
  void drop_dead_top() {
    while (!heap_.empty() && is_dead(heap_.top().key)) {
      free_dead(heap_.top().key);
      heap_.pop();
    }
  }
  void compact_if_mostly_dead();
  bool hold_resumption(std::uint64_t key);
  bool hold(Waiter& waiter);
  void run_top();
  void settle();
  void do_kills();
  template <bool through>
  void run_loop(TimeNs limit) noexcept;

  TimeNs now_ = 0;
  std::uint64_t next_key_ = sequence_step;  // never 0, so that no key is
  std::uint64_t events_run_ = 0;
  Heap heap_;
  std::vector<Callback> callbacks_;
  // A coroutine's address while armed, 0 when fired or disarmed; 2n+1 for a free slot before n.
  std::vector<std::uintptr_t> resumes_;
  std::uint32_t free_callback_ = no_slot;
  std::uint32_t free_resume_ = no_slot;
  std::size_t dead_ = 0;  // disarmed entries that are still in the heap
  std::uint32_t paused_scopes_ = 0;
  bool dispatching_ = false;
  bool stopped_ = false;
  WaiterList ready_;
  std::vector<Scope*> kills_;
  TokenTable tokens_;
  std::exception_ptr failure_;
  std::string failure_place_;
};

inline std::uint32_t EventQueue::arm_resume(TimeNs at, std::coroutine_handle<> coroutine,
                                            bool marked) {
  WRITEPATH_CHECK(at >= now_, "a coroutine waits for the past");
  if (free_resume_ == no_slot) [[unlikely]]
    grow_resumes();
  const std::uint32_t slot = free_resume_;
  free_resume_ = static_cast<std::uint32_t>(resumes_[slot] >> 1);
  resumes_[slot] = reinterpret_cast<std::uintptr_t>(coroutine.address());
  heap_.push({at, next_key_ | (marked ? marked_bit : 0) | coroutine_bit | slot});
  next_key_ += sequence_step;
  return slot;
}

inline void EventQueue::disarm_resume(std::uint32_t slot) noexcept {
  if (resumes_[slot] == 0) return;  // fired: the queue frees the slot when the segment ends
  resumes_[slot] = 0;
  ++dead_;
}

}  // namespace writepath
