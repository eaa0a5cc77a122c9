#pragma once
// One answer to one question. The token travels with the question; the answer is dropped and
// counted if it is a second one or if the asker is gone.
//
//   PendingReply<PageReply> page(queue);
//   send(storage, ReadPage{key, page.token()});
//   const PageReply reply = co_await page.arrives();
#include <optional>
#include <type_traits>

#include "sim/engine/event_queue.hpp"

namespace writepath {

namespace detail {
/// What a reply token leads to: knows its answer's type, to catch an answer of another one.
struct ReplyTarget {
  const void* type;
};
template <class T>
inline constexpr char reply_type = 0;
}  // namespace detail

template <class T>
class PendingReply : detail::ReplyTarget {
  static_assert(std::is_trivially_copyable_v<T>, "answers are plain data");

 public:
  explicit PendingReply(EventQueue& queue)
      : ReplyTarget{&detail::reply_type<T>},
        queue_(queue),
        token_(queue.tokens().acquire(static_cast<ReplyTarget*>(this))) {}
  PendingReply(const PendingReply&) = delete;
  PendingReply& operator=(const PendingReply&) = delete;
  ~PendingReply() {
    if (!answer_) queue_.tokens().release(token_);
  }

  ReplyToken token() const { return {token_}; }
  bool has_arrived() const { return answer_.has_value(); }

  class [[nodiscard]] Awaiter : Waiter {
   public:
    explicit Awaiter(PendingReply& reply) : reply_(reply) {}
    Awaiter(Awaiter&& other) noexcept : Waiter(), reply_(other.reply_) {}
    ~Awaiter() {
      if (reply_.waiter_ == this) reply_.waiter_ = nullptr;
    }
    bool await_ready() const noexcept { return reply_.answer_.has_value(); }
    void await_suspend(std::coroutine_handle<> awaiting) noexcept {
      coroutine = awaiting;
      reply_.waiter_ = this;
    }
    T await_resume() noexcept { return *reply_.answer_; }

   private:
    friend class PendingReply;
    PendingReply& reply_;
  };
  /// Resumes with the answer. One coroutine waits at a time.
  Awaiter arrives() { return Awaiter(*this); }

  /// True if somebody still waited for this answer.
  static bool deliver(EventQueue& queue, ReplyToken token, const T& answer) {
    void* const target = queue.tokens().find(token);
    if (target == nullptr) return false;
    auto* const base = static_cast<ReplyTarget*>(target);
    WRITEPATH_CHECK(base->type == &detail::reply_type<T>, "an answer of the wrong type");
    auto* const reply = static_cast<PendingReply*>(base);
    queue.tokens().release(reply->token_);  // a second answer is late
    reply->answer_ = answer;
    if (reply->waiter_ != nullptr) queue.make_ready(*std::exchange(reply->waiter_, nullptr));
    return true;
  }

 private:
  EventQueue& queue_;
  Token token_;
  std::optional<T> answer_;
  Awaiter* waiter_ = nullptr;
};

/// Hands the answer to the PendingReply<T> that the token names, if it still waits.
template <class T>
bool deliver(EventQueue& queue, ReplyToken token, const T& answer) {
  return PendingReply<T>::deliver(queue, token, answer);
}

}  // namespace writepath
