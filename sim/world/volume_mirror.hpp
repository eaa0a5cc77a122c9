#pragma once
// Synchronous block-level mirroring of an attached volume to a standby instance in another AZ
// (Verbitski et al., SIGMOD 2017, Figure 2): a write is first done on the volume and its AZ-local
// mirror (steps 1 and 2), then sent to the standby (3), written to the standby's volume and its
// mirror (4 and 5), and only then acknowledged. "Steps 1, 3, and 5 are sequential and synchronous."
//
// One object is one direction: `from` is the primary. What belongs to either end dies with that
// end's incarnation; the other end learns of it through the network.
#include <cstdint>
#include <vector>

#include "sim/core/ring.hpp"
#include "sim/engine/event.hpp"
#include "sim/world/network.hpp"
#include "sim/world/storage.hpp"

namespace writepath {

class World;

class VolumeMirror {
 public:
  static constexpr std::uint32_t no_file = UINT32_MAX;

  /// The devices of both nodes have the same files in the same order.
  VolumeMirror(World& world, NodeId from, NodeId to);
  VolumeMirror(const VolumeMirror&) = delete;
  VolumeMirror& operator=(const VolumeMirror&) = delete;

  // ---- the primary's end; await in `from`'s scope
  /// As set up long before the run: in sync, and connected as soon as both ends are up.
  void begin_in_sync();
  /// Copies what the standby lacks over a connection that was dialled; true when both are the same
  /// and stay so: writes are mirrored from some moment before that on. After false, the owner must
  /// go on alone or try again.
  Task<bool> resync(ConnectionId connection, DurationNs timeout);
  /// Ends when the connection is gone, or a write was not acknowledged for `timeout`.
  Task<> until_lost(DurationNs timeout);
  /// The owner has made sure that the standby will not take over: whoever waits is released.
  void go_on_alone();
  /// A new incarnation of `from`: nothing is under way.
  void restart();
  /// Whether writes are mirrored before they are acknowledged.
  bool carries() const { return carries_; }
  bool is_connected() const;

  // ---- the standby's end
  /// While it does not accept, what arrives is neither stored nor acknowledged.
  void accept(bool accepts) { accepts_ = accepts; }

  // ---- for the device
  std::uint64_t submit(const MirroredWrite& write, TimeNs done_here);
  void missed(const MirroredWrite& write) { missed_bytes_ += write.bytes(); }
  void enlist(std::uint64_t ticket, Waiter& waiter) { pending_.at(ticket).waiter = &waiter; }
  void forget(std::uint64_t ticket);

 private:
  static constexpr TimeNs never_forwarded = INT64_MAX;
  struct Pending {
    MirroredWrite write;
    TimeNs forwarded_at = never_forwarded;
    Waiter* waiter = nullptr;
    bool done = false;
  };

  void connect(ConnectionId connection);
  void forward(std::uint64_t ticket);
  void arrive(std::uint64_t ticket, ConnectionId connection);
  void acknowledge(std::uint64_t ticket, ConnectionId connection);
  void acknowledged(std::uint64_t ticket);
  void complete(std::uint64_t ticket);
  void send_snapshot(std::uint64_t bytes);
  void take_snapshot(std::uint64_t bytes, ConnectionId connection);
  void snapshot_taken(ConnectionId connection);
  TimeNs overdue_at(DurationNs timeout) const;
  /// Runs `then` at the standby at `at`, unless it has crashed meanwhile.
  template <class F>
  void at_standby(TimeNs at, F then);
  StorageDevice& device(NodeId node) const;

  World& world_;
  EventQueue& queue_;
  NodeId from_, to_;
  ConnectionId connection_;
  bool carries_ = false, accepts_ = false;
  Ring<Pending> pending_;  ///< by ticket
  std::uint64_t missed_bytes_ = 0;
  std::vector<std::uint64_t> snapshot_;  ///< files' positions when a resync's last piece was sent
  bool snapshot_taken_ = false;
  Signal closed_, resync_ended_;
};

}  // namespace writepath
