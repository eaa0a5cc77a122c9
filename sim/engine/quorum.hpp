#pragma once
// Waiting for the k-th of n acknowledgements. The token travels in the messages; an
// acknowledgement that comes when the wait is over (or its frame gone) is dropped and counted.
//
//   QuorumWait acks(queue, 4);
//   for (NodeId node : copies) send(node, Write{..., acks.token()});
//   co_await acks.reached();
#include "sim/engine/event_queue.hpp"

namespace writepath {

class QuorumWait {
 public:
  QuorumWait(EventQueue& queue, std::uint32_t needed)
      : queue_(queue), token_(queue.tokens().acquire(this)), needed_(needed) {}
  QuorumWait(const QuorumWait&) = delete;
  QuorumWait& operator=(const QuorumWait&) = delete;
  ~QuorumWait() { queue_.tokens().release(token_); }

  QuorumToken token() const { return {token_}; }
  std::uint32_t needed() const { return needed_; }
  std::uint32_t received() const { return received_; }

  /// Counts one acknowledgement for the wait that the token names, if it still exists.
  static void deliver(EventQueue& queue, QuorumToken token) {
    if (void* const wait = queue.tokens().find(token)) static_cast<QuorumWait*>(wait)->count_one();
  }

  class [[nodiscard]] Awaiter : Waiter {
   public:
    explicit Awaiter(QuorumWait& quorum) : quorum_(quorum) {}
    Awaiter(Awaiter&& other) noexcept : Waiter(), quorum_(other.quorum_) {}
    ~Awaiter() {
      if (quorum_.waiter_ == this) quorum_.waiter_ = nullptr;
    }
    bool await_ready() const noexcept { return quorum_.received_ >= quorum_.needed_; }
    void await_suspend(std::coroutine_handle<> awaiting) noexcept {
      coroutine = awaiting;
      quorum_.waiter_ = this;
    }
    void await_resume() noexcept {}

   private:
    friend class QuorumWait;
    QuorumWait& quorum_;
  };
  /// Resumes once `needed` acknowledgements are in. One coroutine waits at a time.
  Awaiter reached() { return Awaiter(*this); }

 private:
  void count_one() {
    if (++received_ == needed_ && waiter_ != nullptr)
      queue_.make_ready(*std::exchange(waiter_, nullptr));
  }

  EventQueue& queue_;
  Token token_;
  std::uint32_t needed_;
  std::uint32_t received_ = 0;
  Awaiter* waiter_ = nullptr;
};

}  // namespace writepath
