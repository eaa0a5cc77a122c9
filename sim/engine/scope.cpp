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
  promise.file = file;
  promise.line = line;
  promise.insert_before(roots_);
  queue_.run_now(handle);
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
}

}  // namespace writepath
