#pragma once
// A stage that commits pass in groups: a queue and a mutex. The first transaction that comes to an
// empty queue leads: it takes the mutex, takes the whole queue, and does the work for all of it.
// Followers sleep until their commit is done. (MySQL: rpl_commit_stage_manager.h; MariaDB's group
// commit queue works alike.)
#include <cstdint>

#include "sim/engine/event.hpp"
#include "sim/engine/mutex.hpp"
#include "sim/engine/timeout.hpp"
#include "sim/model/model.hpp"

namespace writepath::mysql {

/// One committing transaction; it lives in its commit coroutine's frame.
struct Committer {
  explicit Committer(EventQueue& queue, ServerSession& owner) : session(owner), done(queue) {}
  ServerSession& session;
  Gate done;                  ///< opened by the leader that commits it
  Committer* next = nullptr;  ///< in the queue, in order of arrival
  TimeNs entered_at = 0;      ///< the commit's first queue
  std::uint64_t prepare_lsn = 0;
  std::uint64_t commit_parent = 0;  ///< at the source: the last position committed at its prepare
};

/// A list of committers in commit order.
struct CommitGroup {
  Committer* first = nullptr;
  Committer* last = nullptr;
  std::uint32_t size = 0;

  void append(Committer& one) { append(CommitGroup{&one, &one, 1}); }
  void append(const CommitGroup& more) {
    if (first == nullptr) {
      *this = more;
      return;
    }
    last->next = more.first;
    last = more.last;
    size += more.size;
  }
  template <class F>
  void for_each(F f) const {
    for (Committer* c = first; c != nullptr;) {
      Committer* const next = c == last ? nullptr : c->next;
      f(*c);
      c = next;
    }
  }
  void spent(CommitPart part, DurationNs time) const {
    for_each([&](Committer& c) { c.session.breakdown[part] += time; });
  }
};

class CommitStage {
 public:
  explicit CommitStage(EventQueue& queue) : mutex(queue), queue_(queue), came_(queue) {}

  /// True: the group came to an empty queue and its first member leads.
  bool enrol(const CommitGroup& group) {
    const bool leads = group_.first == nullptr;
    group_.append(group);
    came_.notify_all();
    return leads;
  }
  /// The leader's, under the mutex: waits for company, until `count` (0: any number) stand in the
  /// queue, or for `limit`.
  Task<> wait_for_company(std::int64_t count, DurationNs limit) {
    const TimeNs until = queue_.now() + limit;
    while (queue_.now() < until && (count == 0 || group_.size < count))
      co_await with_timeout(queue_, came_.wait(), until - queue_.now());
  }
  /// The leader's, under the mutex.
  CommitGroup take_queue() {
    const CommitGroup group = group_;
    group_ = {};
    return group;
  }

  FifoMutex mutex;

 private:
  EventQueue& queue_;
  Signal came_;
  CommitGroup group_;
};

}  // namespace writepath::mysql
