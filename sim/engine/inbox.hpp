#pragma once
// A queue with one receiver, for protocols that are a loop (batching, group commit, an applier).
#include <cstddef>
#include <utility>
#include <vector>

#include "sim/engine/event_queue.hpp"

namespace writepath {

/// T is movable and default-constructible. The ring grows to what was ever queued at once.
template <class T>
class Inbox {
 public:
  explicit Inbox(EventQueue& queue) : queue_(queue) {}
  Inbox(const Inbox&) = delete;
  Inbox& operator=(const Inbox&) = delete;

  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

  void push(T item) {
    if (size_ == ring_.size()) grow();
    ring_[(head_ + size_) & (ring_.size() - 1)] = std::move(item);
    ++size_;
    if (receiver_ != nullptr) queue_.make_ready(*std::exchange(receiver_, nullptr));
  }
  /// The oldest item, without waiting; the inbox is not empty.
  T pop() {
    WRITEPATH_CHECK(size_ != 0, "nothing to take from the inbox");
    T item = std::move(ring_[head_]);
    ring_[head_] = T();  // let go of what the item owned
    head_ = (head_ + 1) & (ring_.size() - 1);
    --size_;
    return item;
  }
  void clear() {
    while (size_ != 0) (void)pop();
  }

  class [[nodiscard]] Awaiter : Waiter {
   public:
    explicit Awaiter(Inbox& inbox) : inbox_(inbox) {}
    Awaiter(Awaiter&& other) noexcept : Waiter(), inbox_(other.inbox_) {}
    ~Awaiter() {
      if (inbox_.receiver_ == this) inbox_.receiver_ = nullptr;
    }
    bool await_ready() const noexcept { return inbox_.size_ != 0; }
    void await_suspend(std::coroutine_handle<> awaiting) {
      WRITEPATH_CHECK(inbox_.receiver_ == nullptr, "an inbox has one receiver");
      coroutine = awaiting;
      inbox_.receiver_ = this;
    }
    T await_resume() { return inbox_.pop(); }

   private:
    friend class Inbox;
    Inbox& inbox_;
  };
  /// Waits for an item and gives the oldest.
  Awaiter receive() { return Awaiter(*this); }

 private:
  void grow() {
    std::vector<T> larger(ring_.empty() ? 8 : 2 * ring_.size());
    for (std::size_t i = 0; i < size_; ++i)
      larger[i] = std::move(ring_[(head_ + i) & (ring_.size() - 1)]);
    ring_.swap(larger);
    head_ = 0;
  }

  EventQueue& queue_;
  std::vector<T> ring_;  // its size is a power of two, or 0
  std::size_t head_ = 0;
  std::size_t size_ = 0;
  Awaiter* receiver_ = nullptr;
};

}  // namespace writepath
