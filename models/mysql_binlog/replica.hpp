#pragma once
// A server in the role of a replica: the receiver writes the relay log, the applier (applier.hpp)
// replays it into the replica's own storage. Volatile: it belongs to one incarnation, until
// promotion or rebuild.
#include <cstdint>
#include <optional>

#include "models/mysql_binlog/applier.hpp"
#include "models/mysql_binlog/buffer_pool.hpp"
#include "models/mysql_binlog/cluster.hpp"
#include "models/mysql_binlog/disk.hpp"
#include "models/mysql_binlog/questions.hpp"
#include "models/mysql_binlog/seconds_behind_source.hpp"
#include "models/mysql_binlog/semi_sync.hpp"
#include "sim/engine/event.hpp"
#include "sim/engine/inbox.hpp"
#include "sim/engine/watermark.hpp"

namespace writepath::mysql {

class Replica {
 public:
  Replica(Cluster& cluster, Node& node, Disk& disk, BufferPool& buffer_pool);

  void start();
  Task<ReadResult> read(ReadRequest request);

  /// Something has come from the source, which read `source_clock` when it sent it.
  void hear(std::uint32_t link, TimeNs source_clock);
  /// A packet of events has arrived; whole transactions now up to and including `last`.
  void receive(std::uint32_t link, LogPlace last, std::uint64_t bytes);
  /// The source's answer when it cannot serve: `errant` if the histories differ.
  void refused(std::uint32_t link, bool errant);
  /// The failover monitor names another source.
  void change_source(NodeId source);
  /// Its data directory is moved aside: whatever it is applying no longer concerns the disk.
  void abandon();
  /// Promotion: receives no more; ends when everything received is applied.
  Task<> drain();
  /// Promotion without draining: receives and applies no more.
  void stop();
  /// Answers when everything received so far is applied, and everything up to `position`.
  Task<> answer_when_applied(ReplyPath path, CommitSeq position);
  /// Connects anew unless the source greets it.
  Task<> look_at_source();
  bool is_connected() const { return connected_; }

  LogPlace applied() const { return applier_->applied(); }
  LogPlace received() const { return relay_log_.end; }
  bool is_stopped() const { return stopped_; }
  ReplicationStatus status() const {
    return {connected_, applied().seq == received().seq, applier_->oldest_timestamp(),
            clock_diff_s_};
  }

 private:
  /// Events from the dump thread, as the socket has them.
  struct Packet {
    std::uint32_t link = 0;
    LogPlace last;
    std::uint64_t bytes = 0;
  };
  Task<> receiver(std::uint32_t me);
  Task<> take_packets();
  void write_relay_log(const Packet& packet);
  Task<> until_connection_ends();
  Task<> report_applied();
  Task<> acknowledge_when_flushed(std::uint32_t link, ReplicaAck ack);
  void acknowledge(std::uint32_t link, const ReplicaAck& ack);
  void disconnect();
  bool is_current(std::uint32_t link) const { return connected_ && link == link_; }

  Cluster& cluster_;
  Node& node_;
  Disk& disk_;
  RelayLog relay_log_;
  std::unique_ptr<Applier> applier_;
  Inbox<Packet> packets_;  ///< waiting for the receiver, where a packet costs it processor time
  Signal source_changed_;  ///< connection lost, refused, or another source named
  std::uint32_t link_ = 0;
  std::uint32_t receiver_ = 0;  ///< the latest one; earlier ones end when their dial does
  bool dialling_ = false;
  bool connected_ = false;
  bool stopped_ = false;
  bool acknowledges_;          ///< rpl_semi_sync_replica_enabled
  bool heard_ = false;         ///< anything on this connection
  std::int64_t connects_ = 0;  ///< since anything was heard
  TimeNs last_heard_ = 0;
  std::int64_t clock_diff_s_ = 0;  ///< the own clock less the source's, on this connection
};

}  // namespace writepath::mysql
