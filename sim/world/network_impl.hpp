#pragma once
// The network's inside. A *path* is one direction between two nodes; a *connection* has two ends
// and two *channels*, one for each direction; a channel is a FIFO of *messages* of which at most
// one at a time is transferred, as one flow on one shared link.
//
// channel.cpp: from send to delivery. retransmission.cpp: cuts, crashes, resets. connection.cpp:
// opening and closing. impairment.cpp: lossy and slow paths. bulk.cpp: large flows, and how they
// and messages share links.
#include <array>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "sim/core/distribution.hpp"
#include "sim/core/random.hpp"
#include "sim/world/link_sharing.hpp"
#include "sim/world/network.hpp"
#include "sim/world/platform.hpp"
#include "sim/world/world.hpp"

namespace writepath {

inline constexpr std::uint32_t none = UINT32_MAX;

/// One direction between two nodes.
struct Path {
  NodeId from, to;
  std::uint32_t from_host = 0, to_host = 0;
  std::uint32_t back = none;      ///< the other direction
  DurationNs one_way = 0;         ///< median
  DurationNs round_trip = 0;      ///< median
  DurationNs fixed_latency = -1;  ///< one way, if the jitter is a constant
  const Distribution* jitter = nullptr;
  double sigma = 0;  ///< > 0: a lognormal jitter's, worked out once
  double median = 0;
  double loss_probability = 0;  ///< impairments included
  double own_loss_probability = 0;
  DurationNs delay = 0;                   ///< of impairments, one way
  std::vector<Impairment> impairments{};  ///< in force, in the order in which they came
  RandomStream jitter_stream, loss_stream;
  std::array<std::uint32_t, 3> links{};  ///< shared ones: NIC up, between AZs, NIC down
  std::uint32_t link_count = 0;          ///< 0 within a host
  double cap_ns_per_byte =
      0;  ///< of one flow (fabric of an AZ, loopback); 0: a shared link is narrower
  std::uint32_t cuts = 0;
  bool host_dead = false;  ///< of `to`
  bool cross_az = false;
  bool blocked() const { return cuts != 0 || host_dead; }
};

/// A shared link, and what the coupling with bulk flows needs (bulk.cpp).
struct Link {
  SharedLink sharing;
  double nominal;  ///< bytes/ns
  Platform::LinkKind kind;
  std::size_t index;           ///< in the platform
  std::uint32_t channels = 0;  ///< open ones whose path crosses it
  std::uint32_t bulk_flows = 0;
  bool coupled = false;
  double served_before = 0;   ///< to messages, up to the last coupling; bytes
  double bulk_bandwidth = 0;  ///< as SimGrid has it
};

struct Message {
  SmallClosure deliver;
  std::uint64_t bytes = 0;
  TimeNs started = never;  ///< when its transfer began
  TimeNs done = never;     ///< when its transfer ended; never: not known yet
  DurationNs latency = 0;  ///< from then to its arrival
  std::uint32_t next = none;
  std::uint32_t trace = 0;  ///< its number at the trace tap; 0: nobody wants to know
  bool notice = false;      ///< "this end is closed" (FIN)
  bool lost_once = false;
};

struct Channel {
  enum class State : std::uint8_t {
    flowing,
    stalled,    ///< packets were lost: waits for the next retransmission
    resetting,  ///< a packet met a host that knows no such connection: the answer is under way
  };
  std::uint32_t path = none;
  std::uint32_t head = none, tail = none;
  std::uint32_t transferring =
      none;  ///< its flow is on `link` (closed form) or is `flow` (SimGrid)
  std::uint32_t link = none;
  std::uint32_t ticket = 0;  ///< of the armed event; others are void
  TimeNs armed_at = 0;
  std::uint32_t transfer_ticket = 0;  ///< of the SimGrid flow
  State state = State::flowing;
  bool held = false;  ///< due, but the process that it is for is stopped
  FlowId flow;
  double cap_free_at = 0;  ///< ns
  TimeNs first_lost = 0;   ///< stalled: when the first lost packet was sent
  DurationNs backoff = 0;  ///< stalled: length of the current wait
};

struct Connection {
  struct End {
    NodeId node = no_node;
    bool open = false;
    bool notice_sent = false;  ///< closed, and the other end will be told
    SmallClosure closed;
  };
  std::array<End, 2> ends;
  std::uint32_t generation = 0;
  bool in_use = false;
};

struct BulkTransfer;

struct Network::Impl {
  explicit Impl(World& world);

  World& world;
  EventQueue& queue;
  const bool real_flows;  ///< --network simgrid: each message is a SimGrid flow
  const DurationNs min_rto, user_timeout;

  std::vector<Path> paths;
  std::unordered_map<std::uint64_t, std::uint32_t>
      path_of;  // looked up when connecting, never walked
  std::vector<Link> links;
  std::vector<Message> messages;
  std::uint32_t free_message = none;
  std::vector<Connection> connections;
  std::vector<Channel> channels;  // 2 * slot + i carries from end i to the other
  std::vector<std::uint32_t> free_connections;
  std::vector<TrafficCounters> sent;  // by node
  std::vector<BulkTransfer*> bulks;   // in order of their start
  std::vector<std::uint32_t> coupled_links;
  std::uint32_t paused_nodes = 0;
  std::uint64_t next_bulk = 0;
  std::uint32_t coupling_ticket = 0;
  TimeNs last_coupling = 0;

  // ---- paths and links (connection.cpp)
  std::uint32_t path_between(NodeId from, NodeId to);
  void describe(Path& path);
  void check_route(const Path& path);
  std::uint32_t nic_link(std::uint32_t host, bool up);
  DurationNs draw_latency(Path& path, bool* lost = nullptr);
  /// As the sender measures it now.
  DurationNs round_trip_now(const Path& path) const {
    return path.round_trip + path.delay + paths[path.back].delay;
  }
  void count(NodeId from, std::uint64_t bytes, Traffic traffic, bool cross_az);

  // ---- connections (connection.cpp)
  ConnectionId open(NodeId a, NodeId b);
  /// 0 or 1: the node's end if it is open; 2 otherwise.
  std::uint32_t open_side(ConnectionId id, NodeId node) const;
  void close_end(std::uint32_t slot, std::uint32_t side);
  void close_with_notice(std::uint32_t slot, std::uint32_t side);
  void release(std::uint32_t slot);

  // ---- channels (channel.cpp)
  std::uint32_t take_message();
  void free_message_at(std::uint32_t message);
  void enter(std::uint32_t channel, std::uint32_t message);
  void begin_transfer(std::uint32_t channel);
  std::uint32_t narrowest_link(const Path& path);
  void advance(Link& link);
  double transfer_ended(std::uint32_t channel, double when);
  void transfer_without_link(std::uint32_t channel);
  void start_real_flow(std::uint32_t channel, std::uint32_t ticket);
  void real_flow_ended(std::uint32_t channel, std::uint32_t ticket);
  void arm(std::uint32_t channel, TimeNs at);
  void arm_head(std::uint32_t channel);
  TimeNs head_due_at(std::uint32_t channel, double end) const;
  void on_event(std::uint32_t channel, std::uint32_t ticket);
  /// Whose process the channel's next event is for; no_node: only the kernel's.
  NodeId event_is_for(std::uint32_t channel) const;
  void head_is_due(std::uint32_t channel);
  void arrive(std::uint32_t channel);
  void pop_head(std::uint32_t channel);
  void drop_transfer(std::uint32_t channel);
  void clear(std::uint32_t channel);

  // ---- losses (retransmission.cpp)
  void stall(std::uint32_t channel);
  void retry(std::uint32_t channel);
  void reset(std::uint32_t channel);
  void reset_arrived(std::uint32_t channel);
  void keep_what_is_on_the_wire(std::uint32_t channel);
  void drop_beyond_send_buffer(std::uint32_t channel);
  void cut(std::uint32_t path);

  // ---- bulk flows (bulk.cpp)
  void start_bulk(BulkTransfer& bulk, std::uint64_t bytes);
  void end_bulk(BulkTransfer& bulk);
  void fail_bulks(NodeId node);
  void fail_bulks_on(std::uint32_t path);
  void flow_done(std::uint64_t owner, TimeNs at);
  void cancel_later(FlowId flow);
  void schedule_coupling(TimeNs at);
  void couple();
  void couple(Link& link, DurationNs elapsed);
};

}  // namespace writepath
