#pragma once
// Scope: the coroutines of one incarnation of a node. Killing it destroys them all, and with them
// every wait, timer and child that they hold.
#include <deque>
#include <functional>
#include <vector>

#include "sim/engine/event_queue.hpp"
#include "sim/engine/intrusive_list.hpp"
#include "sim/engine/task.hpp"

namespace writepath {

class Scope {
 public:
  explicit Scope(EventQueue& queue) : queue_(queue) {}
  Scope(const Scope&) = delete;
  Scope& operator=(const Scope&) = delete;
  /// Not from within one of its own coroutines.
  ~Scope();

  /// Runs the task up to its first wait, within the caller's segment. A closed scope drops it.
  /// Never called by a destructor that runs because of kill() or ~Scope: that stops the program.
  void spawn(Task<>&& task, const char* file = __builtin_FILE(), int line = __builtin_LINE());

  /// Closes the scope and destroys its coroutines, newest first: at once, or, while events are
  /// dispatched, when the running segment ends and before any ready sibling runs.
  void kill();
  /// For the next incarnation. The coroutines of the last one must be gone.
  void reopen();

  /// Stops its coroutines where they are, as SIGSTOP does a process: whatever would resume one is
  /// held back. resume() lets it all happen, at once and in the order in which it came due. Killing
  /// a paused scope drops what was held. Both from within an event.
  void pause();
  void resume();
  bool paused() const { return paused_; }
  /// Does what is the scope's work but no coroutine: now, or at resume().
  template <class F>
  void when_running(F work) {
    if (!paused_) [[likely]]
      return work();
    deferred_.emplace_back(work);
    held_.push_back({Held::work, 0});
  }

  bool is_open() const { return open_; }
  /// Coroutines spawned here that have not ended. Takes time in proportion.
  std::size_t live() const;

  EventQueue& queue() const { return queue_; }

 private:
  friend class EventQueue;
  void destroy_now();
  void drop_held();
  /// What was held back while paused, in the order in which it came due.
  struct Held {
    enum Kind : std::uint8_t { resumption, waiter, task, work } kind;
    std::uint64_t key;  ///< of a resumption, in the queue
  };
  void let_go(Held::Kind kind);

  EventQueue& queue_;
  mutable ListHook roots_;
  bool open_ = true;
  bool kill_pending_ = false;
  bool destroying_ = false;
  bool paused_ = false;
  std::vector<Held> held_;
  WaiterList held_waiters_;                         ///< of Held::waiter
  std::deque<std::coroutine_handle<>> held_tasks_;  ///< not begun
  std::deque<std::function<void()>> deferred_;
};

}  // namespace writepath
