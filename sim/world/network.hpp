#pragma once
// Connections between nodes, as TCP gives them: reliable, in order, until closed.
//
// One-way time = transfer (the narrowest link's bandwidth shared by the channels that cross it, as
// processor sharing) + half the round trip x jitter, never before the message ahead. A cut path
// or a lost packet shows as a retransmission delay (RTO = RTT + tcp_min_rto, doubling); data
// unacknowledged for tcp_user_timeout closes the connection. A killed process resets its
// connections at once (its kernel answers); a dead host answers nothing, until it is back and
// refuses.
#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <type_traits>
#include <vector>

#include "sim/core/ids.hpp"
#include "sim/core/time.hpp"
#include "sim/engine/task.hpp"
#include "sim/world/message_tag.hpp"
#include "sim/world/traffic.hpp"

namespace writepath {

class World;

/// A connection between two incarnations. Generation-checked: using one that was closed is safe.
struct ConnectionId {
  std::uint32_t slot = UINT32_MAX;
  std::uint32_t generation = 0;
  bool valid() const { return slot != UINT32_MAX; }
  friend bool operator==(const ConnectionId&, const ConnectionId&) = default;
};

/// A trivially copyable closure of at most 48 bytes.
struct SmallClosure {
  void (*call)(const void*) = nullptr;
  alignas(8) std::array<unsigned char, 48> bytes;
  SmallClosure() = default;
  template <class F>
  explicit SmallClosure(F f)
      : call([](const void* p) {
          F g = *static_cast<const F*>(p);
          g();
        }) {
    static_assert(sizeof(F) <= 48 && std::is_trivially_copyable_v<F>,
                  "capture ids and pointers to what outlives the run, at most 48 bytes");
    ::new (static_cast<void*>(bytes.data())) F(f);
  }
  void operator()() const {
    if (call) call(bytes.data());
  }
};

enum class DialResult : std::uint8_t { connected, refused, timed_out };
struct Dialled {
  DialResult result = DialResult::timed_out;
  ConnectionId connection;
};

struct TrafficCounters {
  struct Line {
    std::uint64_t messages = 0, bytes = 0, cross_az_messages = 0, cross_az_bytes = 0;
  };
  std::array<Line, static_cast<std::size_t>(Traffic::count_)> by_traffic{};
  Line total() const;
};

/// What a bad link or a slow machine does to the messages of one direction, beyond what the network
/// does by itself. Several add up: their delays, and their losses as independent ones.
struct Impairment {
  double loss_probability =
      0;                 ///< of one message, 0 <= p < 1; a loss costs a retransmission timeout
  DurationNs delay = 0;  ///< added to the way of each message, >= 0
  friend bool operator==(const Impairment&, const Impairment&) = default;
};

class Network {
 public:
  explicit Network(World& world);
  ~Network();

  /// Opens a connection: one round trip; `refused` if the host is up and the process is not;
  /// `timed_out` if nothing answers (SYNs are resent after 1, 3, 7, ... s). Await it in `from`'s
  /// scope.
  Task<Dialled> dial(NodeId from, NodeId to, DurationNs timeout);
  /// A connection that is simply there (set up before the run, or where its cost does not matter).
  ConnectionId connect_now(NodeId from, NodeId to);

  /// Sends `bytes` from one end; `deliver` runs at the other end when they have arrived, unless
  /// that end's incarnation is gone. On a closed connection nothing happens. `tag`: for who
  /// traces; a message of a commit's path has one.
  template <class F>
  void send(ConnectionId connection, NodeId from, std::uint64_t bytes, Traffic traffic, F deliver,
            const MessageTag& tag = {}) {
    send_closure(connection, from, bytes, traffic, SmallClosure(deliver), tag);
  }

  /// Runs at `side` when it learns that the connection is gone (reset, refused after a restart, or
  /// user timeout); not after its own close().
  template <class F>
  void on_closed(ConnectionId connection, NodeId side, F closed) {
    set_on_closed(connection, side, SmallClosure(closed));
  }
  void close(ConnectionId connection,
             NodeId side);  ///< the other end learns it after a one-way trip
  bool is_open(ConnectionId connection, NodeId side) const;

  /// Median unloaded round trip between two nodes, both directions, without impairments.
  DurationNs round_trip(NodeId a, NodeId b) const;

  /// Copies a large object as a real SimGrid flow, which competes with messages and other flows.
  /// True when complete; false if either host died or the path was cut on the way.
  Task<bool> bulk_transfer(NodeId from, NodeId to, std::uint64_t bytes);

  const TrafficCounters& sent_by(NodeId node) const;
  TrafficCounters total() const;

  void send_closure(ConnectionId, NodeId from, std::uint64_t bytes, Traffic, const SmallClosure&,
                    const MessageTag&);
  void set_on_closed(ConnectionId, NodeId side, const SmallClosure&);

  // ---- the nemesis's and the world's side
  void node_process_died(NodeId node);
  void node_host_died(NodeId node);
  void node_host_back(NodeId node);
  /// A stopped process: its kernel buffers what arrives, in order, and keeps its connections.
  void node_paused(NodeId node);
  void node_resumed(NodeId node);
  /// Cuts add up: as many mend() as cut() open a path again. Nodes of one host are never cut off
  /// from each other. Call it from a marked event, as all of these.
  void cut(NodeId a, NodeId b, bool one_way = false);
  void mend(NodeId a, NodeId b, bool one_way = false);
  bool reachable(NodeId from, NodeId to) const;
  /// Messages sent from now on are struck by it, SYNs too, until as many equal repair()s as
  /// impair()s. Within a host there is nothing to impair; of a bulk copy, only the start is late.
  void impair(NodeId from, NodeId to, const Impairment& impairment);
  void repair(NodeId from, NodeId to, const Impairment& impairment);
  void seal();

  struct Impl;

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace writepath
