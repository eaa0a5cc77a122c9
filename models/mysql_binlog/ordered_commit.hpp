#pragma once
// MYSQL_BIN_LOG::ordered_commit: three stages (FLUSH, SYNC, COMMIT), each with a queue and a
// mutex (sql/binlog.h, rpl_commit_stage_manager.h). The first transaction that comes to an empty
// queue leads: it takes the stage's mutex, takes the whole queue, does the work for all of it, and
// passes the group on to the next stage's queue. If that queue is not empty the group follows
// another leader from there. Followers sleep until their commit is done.
#include <cstdint>

#include "sim/engine/event.hpp"
#include "sim/engine/mutex.hpp"
#include "sim/model/model.hpp"

namespace writepath::mysql {

/// One committing transaction; it lives in its commit coroutine's frame.
struct Committer {
  explicit Committer(EventQueue& queue, ServerSession& owner) : session(owner), done(queue) {}
  ServerSession& session;
  Gate done;                  ///< opened by the leader of the COMMIT stage
  Committer* next = nullptr;  ///< in the queue, in order of arrival
  TimeNs entered_at = 0;      ///< the FLUSH queue
  TimeNs flush_began_at = 0;  ///< its group's flush stage
  TimeNs synced_at = 0;       ///< binlog durable
  TimeNs sync_began_at = 0;
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
};

class CommitStage {
 public:
  explicit CommitStage(EventQueue& queue) : mutex(queue) {}

  /// True: the group came to an empty queue and its first member leads.
  bool enrol(const CommitGroup& group) {
    const bool leads = queue_.first == nullptr;
    queue_.append(group);
    return leads;
  }
  /// The leader's, under the mutex.
  CommitGroup take_queue() {
    const CommitGroup group = queue_;
    queue_ = {};
    return group;
  }

  FifoMutex mutex;

 private:
  CommitGroup queue_;
};

}  // namespace writepath::mysql
