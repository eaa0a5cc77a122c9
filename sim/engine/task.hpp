#pragma once
// Task<T>: a lazy coroutine. Nothing of it runs until it is awaited (by one caller, once) or
// spawned in a Scope. Whoever owns the Task owns the frame: destroying it destroys what it awaits.
//
//   Task<Lsn> append(Log& log, std::uint32_t bytes);
//   const Lsn lsn = co_await append(log, 1200);   // a statement of its own, never a condition
#include <coroutine>
#include <exception>
#include <optional>
#include <type_traits>
#include <utility>

#include "sim/engine/event_queue.hpp"
#include "sim/engine/frame_pool.hpp"
#include "sim/engine/intrusive_list.hpp"
#include "sim/engine/task_parameters.hpp"

namespace writepath {

class Scope;
template <class T>
class Task;

namespace detail {

/// The hook links a spawned (root) coroutine into its scope; an awaited one leaves it unused.
struct PromiseBase : ListHook {
  std::coroutine_handle<> awaiting;  ///< who continues when this one ends; none for a root
  std::exception_ptr failure;        ///< thrown by an awaited coroutine, on its way to `awaiting`
  Scope* scope = nullptr;            ///< set for a root
  const char* file = nullptr;        ///< where a root was spawned
  int line = 0;

  static void* operator new(std::size_t bytes) { return FramePool::allocate(bytes); }
  static void operator delete(void* frame, std::size_t bytes) { FramePool::release(frame, bytes); }

  std::suspend_always initial_suspend() noexcept { return {}; }

  struct FinalAwaiter {
    bool is_root;
    bool await_ready() noexcept { return is_root; }  // a root falls off its end and frees itself
    template <class Promise>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> ended) noexcept {
      return ended.promise().awaiting;
    }
    void await_resume() noexcept {}
  };
  FinalAwaiter final_suspend() noexcept { return {scope != nullptr}; }

  void unhandled_exception() noexcept {
    failure = std::current_exception();
    if (scope != nullptr) fail_scope();
  }
  void fail_scope() noexcept;  ///< a root's failure is the run's
  void rethrow_failure() {
    if (failure) [[unlikely]]
      std::rethrow_exception(failure);
  }

  /// The promise of a Task's coroutine, whatever its type: each derives from this one, at offset 0
  /// and with this alignment (checked in Task).
  static PromiseBase& of(std::coroutine_handle<> coroutine) noexcept {
    return std::coroutine_handle<PromiseBase>::from_address(coroutine.address()).promise();
  }
  /// The scope in which a suspended coroutine's root was spawned; walks the callers.
  static Scope* scope_of(std::coroutine_handle<> coroutine) noexcept {
    const PromiseBase* promise = &of(coroutine);
    while (promise->scope == nullptr && promise->awaiting) promise = &of(promise->awaiting);
    return promise->scope;
  }
};

template <class T>
struct Promise : PromiseBase {
  std::optional<T> value;

  Task<T> get_return_object() noexcept;
  template <class U>
  void return_value(U&& result) {
    value.emplace(std::forward<U>(result));
  }
  T take() {
    rethrow_failure();
    return std::move(*value);
  }
};

template <>
struct Promise<void> : PromiseBase {
  Task<void> get_return_object() noexcept;
  void return_void() noexcept {}
  void take() { rethrow_failure(); }
};

}  // namespace detail

template <class T = void>
class [[nodiscard]] Task {
  static_assert(!std::is_reference_v<T>, "a Task returns a value: a reference may dangle");
  static_assert(alignof(std::conditional_t<std::is_void_v<T>, char, T>) <=
                    alignof(detail::PromiseBase),
                "PromiseBase::of() finds promises of its own alignment only");

 public:
  using Handle = std::coroutine_handle<detail::Promise<T>>;

  explicit Task(Handle handle) noexcept : handle_(handle) {}
  Task(Task&& other) noexcept : handle_(other.release()) {}
  Task& operator=(Task&&) = delete;
  ~Task() {
    if (handle_) handle_.destroy();
  }

  class Awaiter {
   public:
    explicit Awaiter(Handle handle) noexcept : handle_(handle) {}
    bool await_ready() const noexcept { return false; }
    std::coroutine_handle<> await_suspend(std::coroutine_handle<> awaiting) noexcept {
      handle_.promise().awaiting = awaiting;
      return handle_;
    }
    T await_resume() { return handle_.promise().take(); }

   private:
    Handle handle_;
  };

  Handle handle() const noexcept { return handle_; }
  Handle release() noexcept { return std::exchange(handle_, nullptr); }

 private:
  Handle handle_;
};

/// Only as `co_await f()` or `co_await std::move(task)`: a Task runs once. It keeps the frame.
template <class T>
typename Task<T>::Awaiter operator co_await(Task<T>&& task) noexcept {
  return typename Task<T>::Awaiter(task.handle());
}

namespace detail {
template <class T>
Task<T> Promise<T>::get_return_object() noexcept {
  return Task<T>(Task<T>::Handle::from_promise(*this));
}
inline Task<void> Promise<void>::get_return_object() noexcept {
  return Task<void>(Task<void>::Handle::from_promise(*this));
}
}  // namespace detail

}  // namespace writepath

// The parameters include the object of a member coroutine, as Object& or const Object&.
template <class T, class... Parameters>
struct std::coroutine_traits<writepath::Task<T>, Parameters...> {
  static_assert((writepath::detail::is_safe_parameter<Parameters>() && ...),
                "a coroutine's parameter: pass values, or T& to what outlives the scope; no const "
                "T&, no T&&, no const member function, no lambda, no aggregate with a destructor");
  using promise_type = writepath::detail::Promise<T>;
};
