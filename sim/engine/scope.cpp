#include "sim/engine/scope.hpp"

namespace writepath {

Scope::~Scope() {
  if (kill_pending_) queue_.forget(*this);
  destroy_now();
}

void Scope::spawn(Task<>&& task, const char* file, int line) {
  WRITEPATH_CHECK(!destroying_, "a destructor spawned a task");
  if (!open_) return;
  const Task<>::Handle handle = task.release();
  detail::Promise<void>& promise = handle.promise();
  promise.queue = &queue_;
  promise.scope = this;
  promise.file = file;
  promise.line = line;
  promise.insert_before(roots_);
  if (paused_) [[unlikely]]
    held_tasks_.push_back(handle);
  else
    queue_.run_now(handle);
}

void Scope::pause() {
  if (paused_ || !open_) return;
  paused_ = true;
  queue_.scope_paused(+1);
}

void Scope::resume() {
  if (!paused_ || !open_) return;
  paused_ = false;
  queue_.scope_paused(-1);
  for (const std::uint64_t key : std::exchange(held_resumptions_, {})) queue_.release_held(key);
  while (!held_waiters_.empty()) queue_.make_ready(held_waiters_.front());
  for (const std::coroutine_handle<> task : std::exchange(held_tasks_, {})) queue_.run_now(task);
  for (const std::function<void()>& work : std::exchange(deferred_, {})) work();
}

// Its coroutines are gone: the resumptions are void, and the queue takes their slots back.
void Scope::drop_held() {
  if (!std::exchange(paused_, false)) return;
  queue_.scope_paused(-1);
  for (const std::uint64_t key : std::exchange(held_resumptions_, {})) queue_.release_held(key);
  held_tasks_.clear();
  deferred_.clear();
}

void Scope::kill() {
  open_ = false;
  if (!queue_.dispatching()) {
    destroy_now();
  } else if (!kill_pending_) {
    kill_pending_ = true;
    queue_.kill_after_segment(*this);
  }
}

void Scope::reopen() {
  WRITEPATH_CHECK(!roots_.linked() && !kill_pending_, "the last incarnation still lives");
  open_ = true;
}

std::size_t Scope::live() const {
  std::size_t count = 0;
  for (ListHook* hook = &roots_.next(); hook != &roots_; hook = &hook->next()) ++count;
  return count;
}

void Scope::destroy_now() {
  open_ = false;
  kill_pending_ = false;
  destroying_ = true;
  while (roots_.linked()) {
    auto& base = static_cast<detail::PromiseBase&>(roots_.previous());
    Task<>::Handle::from_promise(static_cast<detail::Promise<void>&>(base)).destroy();
  }
  destroying_ = false;
  drop_held();
}

}  // namespace writepath
