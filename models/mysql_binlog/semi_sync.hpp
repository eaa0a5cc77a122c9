#pragma once
// Semi-synchronous replication at the source: which replicas acknowledged how far, the wait for
// them, the silent fall-back to asynchronous after the timeout, and the way back.
#include <cstdint>
#include <vector>

#include "models/mysql_binlog/cluster.hpp"
#include "sim/engine/watermark.hpp"

namespace writepath::mysql {

/// The acknowledgement that decided a wait, stamped at each milestone.
struct ReplicaAck {
  std::uint64_t seq = 0;
  TimeNs received_at = 0;  ///< at the replica
  TimeNs replied_at = 0;   ///< at the replica, relay log written (and flushed if asked)
  TimeNs arrived_at = 0;   ///< back at the source
};

class SemiSync {
 public:
  SemiSync(Cluster& cluster, NodeId source);

  /// Ends when enough replicas have `seq`, when the source falls back, or at once while it is off.
  Task<> wait(std::uint64_t seq);
  void acknowledged(NodeId replica, const ReplicaAck& ack, std::uint64_t binlog_end);
  /// A receiver has connected, or its connection is gone.
  void connected() { ++connected_; }
  void disconnected();
  const ReplicaAck& deciding() const { return deciding_; }

 private:
  /// rpl_semi_sync_source_wait_no_replica = OFF, and fewer are connected than a commit waits for.
  bool gives_up_for_lack_of_replicas() const;
  void fall_back();
  void come_back();
  /// The position that wait_for_replica_count replicas have.
  std::uint64_t enough_have() const;

  struct Acked {
    NodeId replica;
    std::uint64_t seq;
  };
  Cluster& cluster_;
  NodeId source_;
  bool on_;  ///< configured, and not fallen back
  std::int64_t connected_ = 0;
  std::vector<Acked> acked_;  ///< most advanced first
  std::uint64_t highest_waited_ = 0;
  Watermark released_;  ///< acknowledged by enough replicas, or let go by a fall-back
  ReplicaAck deciding_;
};

}  // namespace writepath::mysql
