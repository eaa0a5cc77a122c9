#include "sim/engine/scope.hpp"

namespace writepath {

void detail::PromiseBase::fail_scope() noexcept {
  scope->queue().fail(std::exchange(failure, nullptr), file, line);
}

Scope::~Scope() {
  if (kill_pending_) queue_.forget(*this);
  destroy_now();
}

void Scope::spawn(Task<>&& task, const char* file, int line) {
  WRITEPATH_CHECK(!destroying_, "a destructor spawned a task");
  if (!open_) return;
  const Task<>::Handle handle = task.release();
  detail::Promise<void>& promise = handle.promise();
  promise.scope = this;
  promise.file = file;
  promise.line = line;
  promise.insert_before(roots_);
  if (!paused_) [[likely]]
    return queue_.run_now(handle);
  held_tasks_.push_back(handle);
  held_.push_back({Held::task, 0});
}

void Scope::pause() {
  if (paused_ || !open_) return;
  paused_ = true;
  queue_.scope_paused(+1);
}

// Each by an event of its own, so that one that ends a wait comes before the limit that was due
// after it.
void Scope::resume() {
  if (!paused_ || !open_) return;
  paused_ = false;
  queue_.scope_paused(-1);
  for (const Held& held : std::exchange(held_, {}))
    if (held.kind == Held::resumption)
      queue_.release_held(held.key);
    else
      queue_.post_at(queue_.now(), [this, kind = held.kind] { let_go(kind); });
}

// A kill may have emptied the lists since; another pause keeps what is left for its own end.
void Scope::let_go(Held::Kind kind) {
  if (paused_) {
    held_.push_back({kind, 0});
  } else if (kind == Held::waiter) {
    if (!held_waiters_.empty()) queue_.make_ready(held_waiters_.front());
  } else if (kind == Held::task && !held_tasks_.empty()) {
    const std::coroutine_handle<> task = held_tasks_.front();
    held_tasks_.pop_front();
    queue_.run_now(task);
  } else if (kind == Held::work && !deferred_.empty()) {
    const std::function<void()> work = std::move(deferred_.front());
    deferred_.pop_front();
    work();
  }
}

// Its coroutines are gone: the resumptions are void, and the queue takes their slots back.
void Scope::drop_held() {
  held_tasks_.clear();
  deferred_.clear();
  for (const Held& held : std::exchange(held_, {}))
    if (held.kind == Held::resumption) queue_.release_held(held.key);
  if (std::exchange(paused_, false)) queue_.scope_paused(-1);
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
