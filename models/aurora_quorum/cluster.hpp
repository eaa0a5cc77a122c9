#pragma once
// What the parts of one Aurora architecture share, and the messages that they exchange. No part
// reads another's state through it; whatever one learns of another comes in a message.
#include <cstdint>
#include <memory>
#include <vector>

#include "models/aurora_quorum/memberships.hpp"
#include "models/aurora_quorum/options.hpp"
#include "models/aurora_quorum/volume.hpp"
#include "models/common/quorum.hpp"
#include "sim/model/context.hpp"

namespace writepath::aurora {

class Instance;
class StorageNode;
class Monitor;

struct Cluster {
  explicit Cluster(ModelContext& context);
  ~Cluster();

  ModelContext& context;
  const Options& options;
  Layout layout;
  Placement placement;
  Memberships memberships;
  Volume volume;
  std::vector<std::unique_ptr<Instance>> instances;   ///< writer and readers, in deployment order
  std::vector<std::unique_ptr<StorageNode>> storage;  ///< by copy; the spares come last
  std::vector<std::unique_ptr<Monitor>> monitors;

  World& world() const { return context.world(); }
  EventQueue& queue() const { return context.queue(); }
  Network& network() const { return context.network(); }
  TimeNs now() const { return context.now(); }
  Instance* instance_at(NodeId node) const;  ///< null: no instance
  /// Pages are read from storage only to fill pools that will then hold all of them.
  bool pools_hold_all() const {
    const double size_gb = context.scenario().data.size_gb;
    return options.writer.buffer_pool_gb >= size_gb && options.reader.buffer_pool_gb >= size_gb;
  }
  /// Whether the copy holds pages, too, and not the log alone (SIGMOD 2018, S4.2).
  bool is_full(std::size_t copy) const {
    return copy >= placement.copies() || placement.is_full(copy);  // a spare has room for pages
  }
};

// ---- sizes on the wire, TCP/IP headers included

/// Around a boxcar, or a chunk of the stream to readers. Assumption, range 60 to 200 bytes.
inline constexpr std::uint64_t envelope_bytes = 100;
/// An acknowledgement with its SCL. Assumption, range 60 to 150 bytes.
inline constexpr std::uint64_t ack_bytes = 80;
/// A control message without payload. Assumption, range 60 to 200 bytes.
inline constexpr std::uint64_t control_bytes = 100;
/// Of a group's SCL in a list of them.
inline constexpr std::uint64_t scl_bytes = 16;
/// Of a metadata write on a storage node: one sector's worth. Assumption, range 512 to 4096 bytes.
inline constexpr std::uint64_t metadata_bytes = 512;

/// Whoever streams redo to readers says something this often; a reader that hears nothing for three
/// times as long looks for another source. Assumption, range 0.1 to 5 s.
inline constexpr DurationNs stream_heartbeat = from_s(1);

/// Of a notice about memberships: it may be any.
inline constexpr GroupId every_group = UINT32_MAX;

// ---- messages: plain data of at most 40 bytes, that a pointer to the receiver completes

/// A boxcar, writer to storage node. Its records are looked up in the epoch's log.
struct BoxcarMessage {
  std::uint64_t boxcar = 0;
  std::uint64_t vdl = 0;
  ConnectionId connection;
  Epoch epoch;
  std::uint32_t instance = 0;    ///< of the writer
  std::uint32_t membership = 1;  ///< the epoch of its group's membership, as the writer knows it
};

/// A storage node's acknowledgement: "the SCL is sent back with every write" (SIGMOD 2018, S2.3).
struct AckMessage {
  std::uint64_t scl = 0;
  TimeNs arrived_at = 0, stored_at = 0;  ///< of what it acknowledges, at the storage node
  Epoch epoch;
  GroupId group = 0;
  std::uint32_t bytes = 0;  ///< of the boxcar; 0 if it came by gossip
  std::uint16_t instance = 0, copy = 0;
};

/// A piece of the stream to a reader: all records after `after` up to `to`, and VDL. A commit
/// notice for everything up to VDL.
struct StreamMessage {
  std::uint64_t after = 0, to = 0, vdl = 0;
  TimeNs stamp = 0;  ///< the writer's clock
  Epoch epoch;
  std::uint32_t subscription = 0;
};

/// Redo that a peer lacked, between storage nodes: a stretch of one group's chain.
struct GossipMessage {
  std::uint64_t before = 0, last = 0;
  std::uint64_t bytes = 0;
  Epoch epoch;
  GroupId group = 0;
  std::uint32_t records = 0;
};
static_assert(sizeof(BoxcarMessage) <= 40 && sizeof(AckMessage) <= 40 &&
              sizeof(StreamMessage) <= 40 && sizeof(GossipMessage) <= 40);

}  // namespace writepath::aurora
