#pragma once
// The questions that clients wait on. An answer is larger than a message's closure, so the server
// parks it here when it sends it, and the message that arrives names it. A client that stopped
// waiting has closed its call: what comes later finds nothing, and nothing is left behind.
#include <cstdint>
#include <deque>
#include <vector>

#include "sim/engine/reply.hpp"
#include "sim/workload/protocol.hpp"

namespace writepath {

/// How a call ended; running out of time is the caller's own timeout.
enum class CallEnd : std::uint8_t { answered, connection_lost };

class CallTable {
 public:
  explicit CallTable(EventQueue& queue) : queue_(queue) {}
  CallTable(const CallTable&) = delete;
  CallTable& operator=(const CallTable&) = delete;

  /// The server's side: parks the answer. It becomes known to the client by arrive().
  void park(CallId call, const Reply& reply) {
    if (Entry* entry = find(call)) entry->reply = reply;
  }
  /// The client's side of the network.
  void arrive(CallId call) { end(call, CallEnd::answered); }
  void lose_connection(CallId call) { end(call, CallEnd::connection_lost); }

  std::size_t open_calls() const { return entries_.size() - free_.size(); }

 private:
  friend class Call;
  struct Entry {
    std::uint32_t generation = 0;  // odd while open
    ReplyToken caller;
    Reply reply;
  };

  Entry* find(CallId call) {
    if (call.slot >= entries_.size()) return nullptr;
    Entry& entry = entries_[call.slot];
    return entry.generation == call.generation ? &entry : nullptr;
  }
  void end(CallId call, CallEnd how) {
    if (Entry* entry = find(call)) deliver(queue_, entry->caller, how);
  }
  CallId open(ReplyToken caller);
  void close(CallId call) {
    ++entries_[call.slot].generation;
    free_.push_back(call.slot);
  }

  EventQueue& queue_;
  std::deque<Entry> entries_;
  std::vector<std::uint32_t> free_;
};

/// One open call, in the frame of the coroutine that asks.
class Call {
 public:
  Call(EventQueue& queue, CallTable& table)
      : table_(table), end_(queue), id_(table.open(end_.token())) {}
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;
  ~Call() { table_.close(id_); }

  CallId id() const { return id_; }
  PendingReply<CallEnd>::Awaiter ends() { return end_.arrives(); }
  /// Once the call has ended with an answer.
  const Reply& reply() const { return table_.entries_[id_.slot].reply; }

 private:
  CallTable& table_;
  PendingReply<CallEnd> end_;
  CallId id_;
};

}  // namespace writepath
