#pragma once
// One mysqld: its storage, its role, and how it starts, is promoted, re-pointed and rebuilt.
#include <memory>
#include <optional>
#include <vector>

#include "models/mysql_binlog/cluster.hpp"
#include "models/mysql_binlog/disk.hpp"
#include "models/mysql_binlog/questions.hpp"
#include "models/mysql_binlog/replica.hpp"
#include "models/mysql_binlog/source.hpp"

namespace writepath::mysql {

/// A server's word on itself, for the monitor.
struct ServerStatus {
  bool serves_as_source = false;
  bool can_be_promoted = false;  ///< a replica with data
  bool is_being_promoted = false;
  bool stands_by = false;    ///< of a mirrored pair, and stores the other's writes
  bool read_only = false;    ///< a source that a planned failover has stopped
  NodeId follows = no_node;  ///< of a replica: to whom its receiver is connected
  LogPlace received;         ///< of a source: what it has written
};

class Server {
 public:
  Server(Cluster& cluster, Node& node);

  NodeId id() const { return node_.id(); }
  Node& node() const { return node_; }
  Disk& disk() { return disk_; }
  const Disk& disk() const { return disk_; }

  /// The source while the server is one and accepts writes, else null; likewise the replica.
  Source* source() const { return source_.get(); }
  Replica* replica() const { return source_ == nullptr ? replica_.get() : nullptr; }
  /// A source that must not acknowledge writes: fenced, stopped, or without a valid lease.
  bool is_read_only() const;
  Task<Outcome> commit(ServerSession& session);
  Task<ReadResult> read(ReadRequest request);
  /// A replica with data, not one that is being copied.
  bool serves_reads() const { return replica() != nullptr && !copying_ && !disk_.needs_copy; }
  /// Mirrored: it stores the primary's writes and does nothing else.
  bool stands_by() const { return stands_by_; }
  /// The storage was lost and nothing has replaced it.
  bool data_is_lost() const { return node_.storage().generation() != known_generation_; }
  LogPlace visible() const;
  /// Of the history that it has or has received; nothing while its data are being replaced.
  LogPlace end_of_history() const;
  ServerStatus status() const;

  // ---- life
  void configure_as_source() { disk_.source = no_node; }
  void configure_as_replica(NodeId source) { disk_.source = source; }
  void configure_as_joiner(NodeId source);
  void configure_as_standby(NodeId primary);
  void boot(bool data_lost);

  // ---- what arrives by message
  void on_dump_request(std::uint32_t link, LogPlace from);
  void promote(const ReplyPath& path);
  /// A standby becomes the primary.
  void take_over(const ReplyPath& path);
  /// Answers when everything received so far is applied, and `position` at least.
  void answer_when_applied(const ReplyPath& path, CommitSeq position = {});
  /// The receiver is to find out whether its source still answers.
  void look_at_source();
  /// Its history, which ends at `end`, is not the source's.
  void set_aside(CommitSeq end);
  void fence();
  /// A planned failover: no more writes; answers with the end when none is under way.
  void stop_writes(const ReplyPath& path);
  void allow_writes() { stopped_ = false; }
  /// The monitor says who the source is now; a server that thought it was one steps down.
  void change_source(NodeId source);
  /// Copies the whole data set from the source, then replicates from there.
  void rebuild();
  /// A copy shows the data as of `snapshot`: from there on it needs the binlog.
  void begin_copy_from(LogPlace snapshot) { copy_snapshot_ = snapshot; }
  /// The position after which this server will still need events; empty: none.
  std::optional<CommitSeq> needs_events_after() const;

 private:
  void start_engine();
  Task<> report_buffer_pool();
  Task<> start(bool data_lost);
  void boot_as_member();
  Task<> start_as_member();
  Task<> takeover();
  void stand_by(NodeId primary);
  void restart_as_standby();
  std::uint64_t checkpoint_age_bytes() const;
  Task<NodeId> ask_for_source();
  Task<> recover_from_crash();
  Task<> flush_redo_each_second();
  Task<> write_back_binlog();
  Task<> purge_binlog();
  Task<> promotion(ReplyPath path);
  Task<> stop(ReplyPath path);
  bool is_leased() const;
  Task<> keep_lease();
  void begin_lease(TimeNs valid_until);
  Task<Outcome> commit_under_lease(ServerSession& session);
  Task<> configured_wait(double seconds, const char* reason);
  Task<> copy_and_replicate();
  void open_as_source(LogPlace kept);
  void start_replica();

  Cluster& cluster_;
  Node& node_;
  Disk disk_;
  bool booted_before_ = false;
  bool copying_ = false;
  bool promoting_ = false;
  bool promotion_revoked_ = false;  ///< meanwhile another source was named
  bool stopped_ = false;            ///< read_only, by a planned failover
  bool trusts_itself_ = false;      ///< it started without the monitor's word
  TimeNs lease_until_ = 0;          ///< with fencing: it may acknowledge writes until then
  bool is_new_instance_ = false;
  bool stands_by_ = false;
  std::optional<LogPlace> copy_snapshot_;
  std::uint32_t known_generation_ = 0;  ///< of the storage whose contents `disk_` describes
  // Volatile. Objects of an earlier role stay until the next boot: their coroutines may still run.
  std::unique_ptr<BufferPool> buffer_pool_;
  std::unique_ptr<Source> source_;
  std::unique_ptr<Replica> replica_;
  std::vector<std::unique_ptr<Replica>> retired_;
  std::vector<std::unique_ptr<Source>> retired_sources_;
  std::uint64_t checkpoint_age_bytes_ = 0;      ///< at the last crash
  std::vector<InFlightTransaction> in_flight_;  ///< found by recovery, for a source to undo
};

/// Bytes of one transaction in a binlog.
std::uint64_t binlog_bytes_of(const Cluster& cluster, const Transaction& txn);

// ---- messages between servers: each runs at the node that it names
std::uint32_t open_link(Cluster& cluster, NodeId source, NodeId replica, ConnectionId connection);
void request_dump(Cluster& cluster, std::uint32_t link, LogPlace from);
void receive_events(Cluster& cluster, std::uint32_t link, std::uint32_t bytes, LogPlace last,
                    TimeNs source_clock);
/// A heartbeat event of the dump thread: nothing new, but the source is there.
void receive_heartbeat(Cluster& cluster, std::uint32_t link, TimeNs source_clock);
void receive_ack(Cluster& cluster, std::uint32_t link, const ReplicaAck& ack);
void report_applied(Cluster& cluster, std::uint32_t link, CommitSeq applied);
void rebuild(Cluster& cluster, NodeId server);

}  // namespace writepath::mysql
