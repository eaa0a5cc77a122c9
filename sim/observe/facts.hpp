#pragma once
// Facts: what happened, when and where. Models, clients and the nemesis state them; metrics and
// checks fold them; the fingerprint hashes them. A fact never holds a statistic.
//
// Each fact lists its fields once, by `fields(visitor)`: fingerprint, events.ndjson and tests use
// that.
#include <array>
#include <cstdint>
#include <span>

#include "sim/core/ids.hpp"
#include "sim/core/time.hpp"
#include "sim/scenario/scenario.hpp"

namespace writepath {

// ---- commit latency in parts -------------------------------------------------------------------

/// The milestones on the path of the acknowledgement that decided the commit; they add up to
/// acknowledged - sent. client_network is what the server's parts leave.
enum class CommitPart : std::uint8_t {
  client_network,
  cpu_queue,
  execute,
  lock_wait,
  group_wait,
  local_flush,
  out,
  remote_flush,
  back,
  order_wait,
  count_
};
const char* name_of(CommitPart);

struct CommitBreakdown {
  std::array<DurationNs, static_cast<std::size_t>(CommitPart::count_)> parts{};
  DurationNs& operator[](CommitPart p) { return parts[static_cast<std::size_t>(p)]; }
  DurationNs operator[](CommitPart p) const { return parts[static_cast<std::size_t>(p)]; }
};

// ---- facts of clients
// ------------------------------------------------------------------------------

struct TransactionStarted {
  static constexpr const char* name = "transaction_started";
  TimeNs at;
  TxnId txn;
  std::uint32_t group, type;
  TimeNs intended_start;
  NodeId client;
  template <class V>
  void fields(V&& v) const {
    v("t_ns", at);
    v("txn", txn);
    v("group", group);
    v("type", type);
    v("intended_start_ns", intended_start);
    v("node", client);
  }
};
struct CommitSent {
  static constexpr const char* name = "commit_sent";
  TimeNs at;
  TxnId txn;
  NodeId client, server;
  template <class V>
  void fields(V&& v) const {
    v("t_ns", at);
    v("txn", txn);
    v("node", client);
    v("server", server);
  }
};
struct CommitAcked {
  static constexpr const char* name = "commit_acked";
  TimeNs at;
  TxnId txn;
  std::uint32_t group, type;
  TimeNs intended_start, commit_sent;
  LogPlace place;
  CommitBreakdown breakdown;
  std::uint64_t key_seed;
  std::uint32_t keys;
  NodeId client;
  template <class V>
  void fields(V&& v) const {
    v("t_ns", at);
    v("txn", txn);
    v("group", group);
    v("type", type);
    v("intended_start_ns", intended_start);
    v("commit_sent_ns", commit_sent);
    v("epoch", place.epoch);
    v("seq_no", place.seq);
    v("node", client);
    for (std::size_t i = 0; i < breakdown.parts.size(); ++i)
      v(name_of(static_cast<CommitPart>(i)), breakdown.parts[i]);
  }
};
/// Known not to have happened: aborted, refused, or never sent.
struct CommitFailed {
  static constexpr const char* name = "commit_failed";
  TimeNs at;
  TxnId txn;
  std::uint32_t group, type;
  TimeNs intended_start;
  NodeId client;
  template <class V>
  void fields(V&& v) const {
    v("t_ns", at);
    v("txn", txn);
    v("group", group);
    v("type", type);
    v("intended_start_ns", intended_start);
    v("node", client);
  }
};
/// COMMIT was sent and no answer came.
struct CommitUnknown {
  static constexpr const char* name = "commit_unknown";
  TimeNs at;
  TxnId txn;
  std::uint32_t group, type;
  TimeNs intended_start, commit_sent;
  NodeId client;
  template <class V>
  void fields(V&& v) const {
    v("t_ns", at);
    v("txn", txn);
    v("group", group);
    v("type", type);
    v("intended_start_ns", intended_start);
    v("commit_sent_ns", commit_sent);
    v("node", client);
  }
};
struct ReadDone {
  static constexpr const char* name = "read_done";
  TimeNs at, started;
  NodeId client, server;
  Key key;
  LogPlace seen;
  bool ok;
  template <class V>
  void fields(V&& v) const {
    v("t_ns", at);
    v("started_ns", started);
    v("node", client);
    v("server", server);
    v("key", key);
    v("epoch", seen.epoch);
    v("seq_no", seen.seq);
    v("ok", ok);
  }
};
struct ProbeDone {
  static constexpr const char* name = "probe_done";
  TimeNs at, started;
  NodeId client;
  bool write, ok;
  LogPlace place{};  ///< of an acknowledged write
  template <class V>
  void fields(V&& v) const {
    v("t_ns", at);
    v("started_ns", started);
    v("node", client);
    v("write", write);
    v("ok", ok);
    v("epoch", place.epoch);
    v("seq_no", place.seq);
  }
};

// ---- facts of models
// ---------------------------------------------------------------------------------

/// The transaction has its place in the commit order (not yet durable, not yet acknowledged).
struct CommitOrdered {
  static constexpr const char* name = "commit_ordered";
  TimeNs at;
  NodeId node;
  TxnId txn;
  LogPlace place;
  Lsn lsn;
  template <class V>
  void fields(V&& v) const {
    v("t_ns", at);
    v("node", node);
    v("txn", txn);
    v("epoch", place.epoch);
    v("seq_no", place.seq);
    v("lsn", lsn);
  }
};
/// A boxcar of redo records left the writer for the copies of its protection group.
struct BoxcarSent {
  static constexpr const char* name = "boxcar_sent";
  TimeNs at;
  NodeId node;
  std::uint32_t group;  ///< protection group
  std::uint32_t records, bytes;
  std::uint32_t copies;  ///< it was sent to: fewer than there are if a node is down or far behind
  TimeNs opened_at;      ///< its first record was put in
  template <class V>
  void fields(V&& v) const {
    v("t_ns", at);
    v("node", node);
    v("group", group);
    v("records", records);
    v("bytes", bytes);
    v("copies", copies);
    v("opened_ns", opened_at);
  }
};
/// A step of the model's write path at the primary, by its index in ModelEntry's step list.
struct StepDone {
  static constexpr const char* name = "step_done";
  TimeNs at;
  NodeId node;
  TxnId txn;
  std::uint32_t step;
  template <class V>
  void fields(V&& v) const {
    v("t_ns", at);
    v("node", node);
    v("txn", txn);
    v("step", step);
  }
};
/// Everything up to `place` has passed this stage at a replica.
enum class ReplicaStage : std::uint8_t { received, apply_started, applied, visible, count_ };
const char* name_of(ReplicaStage);
struct ReplicaProgress {
  static constexpr const char* name = "replica_progress";
  TimeNs at;
  NodeId node;
  ReplicaStage stage;
  LogPlace place;
  template <class V>
  void fields(V&& v) const {
    v("t_ns", at);
    v("node", node);
    v("stage", static_cast<std::uint32_t>(stage));
    v("epoch", place.epoch);
    v("seq_no", place.seq);
  }
};
/// A watermark of the model's own: "scl", "pgcl", "vcl", "vdl", "binlog_synced", ... `of` tells
/// several of a kind at one node apart (the protection group; 0 otherwise).
struct LogAdvanced {
  static constexpr const char* name = "log_advanced";
  TimeNs at;
  NodeId node;
  const char* mark;
  std::uint32_t of;
  std::uint64_t value;
  template <class V>
  void fields(V&& v) const {
    v("t_ns", at);
    v("node", node);
    v("mark", mark);
    v("of", of);
    v("value", value);
  }
};
/// A heartbeat row was written and its commit acknowledged: no commit of the workload.
struct HeartbeatWritten {
  static constexpr const char* name = "heartbeat_written";
  TimeNs at;
  NodeId node;
  TxnId txn;
  LogPlace place;
  TimeNs stamp;  ///< what the row says: the node's own clock when it was sent
  template <class V>
  void fields(V&& v) const {
    v("t_ns", at);
    v("node", node);
    v("txn", txn);
    v("epoch", place.epoch);
    v("seq_no", place.seq);
    v("stamp_ns", stamp);
  }
};
/// What operators see: the lag that a replica would report now.
struct LagReported {
  static constexpr const char* name = "lag_reported";
  TimeNs at;
  NodeId node;
  const char* meter;  ///< "heartbeat", "seconds_behind_source", "aurora_replica_lag" or "backup"
  DurationNs lag;
  bool is_null = false;  ///< the meter has no answer (SQL's NULL)
  template <class V>
  void fields(V&& v) const {
    v("t_ns", at);
    v("node", node);
    v("meter", meter);
    v("lag_ns", lag);
    v("is_null", is_null);
  }
};
/// Redo records met at a reader: applied to a cached page, or discarded.
struct RecordsMet {
  static constexpr const char* name = "records_met";
  TimeNs at;
  NodeId node;
  std::uint32_t applied, discarded;
  template <class V>
  void fields(V&& v) const {
    v("t_ns", at);
    v("node", node);
    v("applied", applied);
    v("discarded", discarded);
  }
};

/// How often pages were asked for since the last such fact, and were in the buffer pool or not.
struct BufferPoolUsed {
  static constexpr const char* name = "buffer_pool_used";
  TimeNs at;
  NodeId node;
  bool primary;
  std::uint64_t hits, misses;
  template <class V>
  void fields(V&& v) const {
    v("t_ns", at);
    v("node", node);
    v("primary", primary);
    v("hits", hits);
    v("misses", misses);
  }
};
/// A page was read from shared storage, or could not be.
struct PageRead {
  static constexpr const char* name = "page_read";
  TimeNs at, started;
  NodeId node;                              ///< the reading server
  std::uint32_t requests, hedges, refused;  ///< sent; of these, because one was late; turned down
  bool ok;
  template <class V>
  void fields(V&& v) const {
    v("t_ns", at);
    v("started_ns", started);
    v("node", node);
    v("requests", requests);
    v("hedges", hedges);
    v("refused", refused);
    v("ok", ok);
  }
};
/// Redo that a storage node keeps, not yet collected as garbage.
struct LogKept {
  static constexpr const char* name = "log_kept";
  TimeNs at;
  NodeId node;
  std::uint64_t bytes;
  template <class V>
  void fields(V&& v) const {
    v("t_ns", at);
    v("node", node);
    v("bytes", bytes);
  }
};

struct NodeDown {
  static constexpr const char* name = "node_down";
  TimeNs at;
  NodeId node;
  CrashKind crash;
  template <class V>
  void fields(V&& v) const {
    v("t_ns", at);
    v("node", node);
    v("crash", static_cast<std::uint32_t>(crash));
  }
};
struct NodeUp {
  static constexpr const char* name = "node_up";
  TimeNs at;
  NodeId node;
  std::uint32_t incarnation;
  bool data_lost;
  template <class V>
  void fields(V&& v) const {
    v("t_ns", at);
    v("node", node);
    v("incarnation", incarnation);
    v("data_lost", data_lost);
  }
};
struct RoleChanged {
  static constexpr const char* name = "role_changed";
  TimeNs at;
  NodeId node;
  NodeRole role;
  template <class V>
  void fields(V&& v) const {
    v("t_ns", at);
    v("node", node);
    v("role", static_cast<std::uint32_t>(role));
  }
};
/// A new epoch begins after `kept`: later positions of the old epoch are not part of it.
struct LineageForked {
  static constexpr const char* name = "lineage_forked";
  TimeNs at;
  NodeId node;
  Epoch epoch;
  LogPlace kept;
  template <class V>
  void fields(V&& v) const {
    v("t_ns", at);
    v("node", node);
    v("epoch", epoch);
    v("kept_epoch", kept.epoch);
    v("kept_seq_no", kept.seq);
  }
};
/// Milestones of a failover; the parts of an RTO lie between them.
enum class Milestone : std::uint8_t {
  detected,   ///< the failure detector has decided
  elected,    ///< the new (or restarted) primary is chosen
  surveyed,   ///< it knows where history ends, if it has to ask others
  recovered,  ///< it accepts writes
  count_
};
const char* name_of(Milestone);
struct FailoverMilestone {
  static constexpr const char* name = "failover_milestone";
  TimeNs at;
  NodeId node;
  Milestone milestone;
  template <class V>
  void fields(V&& v) const {
    v("t_ns", at);
    v("node", node);
    v("milestone", static_cast<std::uint32_t>(milestone));
  }
};
/// The node has waited as long as an option says: what the report marks as input.
struct ConfiguredWait {
  static constexpr const char* name = "configured_wait";
  TimeNs at;  ///< its end
  NodeId node;
  TimeNs began;
  const char* reason;  ///< "start", "promotion", "new_host", "takeover"
  template <class V>
  void fields(V&& v) const {
    v("t_ns", at);
    v("node", node);
    v("began_ns", began);
    v("reason", reason);
  }
};
/// A node that joined (or was rebuilt) begins to serve reads.
struct ReplicaReady {
  static constexpr const char* name = "replica_ready";
  TimeNs at;
  NodeId node;
  std::uint64_t bytes_copied;
  template <class V>
  void fields(V&& v) const {
    v("t_ns", at);
    v("node", node);
    v("bytes_copied", bytes_copied);
  }
};
/// A segment's place in its protection group: somebody else is to take it, has taken it, or the
/// first occupant keeps it after all.
enum class MembershipStep : std::uint8_t { begun, completed, reversed, count_ };
const char* name_of(MembershipStep);
struct MembershipChanged {
  static constexpr const char* name = "membership_changed";
  TimeNs at;
  NodeId node, by;  ///< whose place it was, and who comes
  std::uint32_t group, epoch;
  MembershipStep step;
  std::uint64_t bytes_copied;
  template <class V>
  void fields(V&& v) const {
    v("t_ns", at);
    v("node", node);
    v("by", by);
    v("group", group);
    v("epoch", epoch);
    v("step", name_of(step));
    v("bytes_copied", bytes_copied);
  }
};
/// A storage node's last segment is another's now: it need not come back.
struct StorageReplaced {
  static constexpr const char* name = "storage_replaced";
  TimeNs at;
  NodeId node, by;
  template <class V>
  void fields(V&& v) const {
    v("t_ns", at);
    v("node", node);
    v("by", by);
  }
};
/// A mode of the model switched: "semi_sync" fell back (0) or came back (1), ...
struct ModeChanged {
  static constexpr const char* name = "mode_changed";
  TimeNs at;
  NodeId node;
  const char* mode;
  std::uint32_t value;
  template <class V>
  void fields(V&& v) const {
    v("t_ns", at);
    v("node", node);
    v("mode", mode);
    v("value", value);
  }
};

enum class RollbackReason : std::uint8_t { deadlock, lock_wait_timeout };
const char* name_of(RollbackReason);

/// The server rolled a transaction back; its client may begin it anew.
struct RolledBack {
  static constexpr const char* name = "rolled_back";
  TimeNs at;
  NodeId node;
  TxnId txn;
  RollbackReason reason;
  template <class V>
  void fields(V&& v) const {
    v("t_ns", at);
    v("node", node);
    v("txn", txn);
    v("reason", name_of(reason));
  }
};

/// What a replica's parallel applier did with a transaction beside applying it in its turn.
enum class ApplierAction : std::uint8_t { waited_for_row, rolled_back, committed_ahead };
const char* name_of(ApplierAction);
/// waited_for_row: an earlier one held it. rolled_back: it held a row that an earlier one needed,
/// and begins anew. committed_ahead: it is visible, and one before it is not: history has a gap.
struct ApplierMet {
  static constexpr const char* name = "applier_met";
  TimeNs at;
  NodeId node;
  ApplierAction action;
  LogPlace place;
  template <class V>
  void fields(V&& v) const {
    v("t_ns", at);
    v("node", node);
    v("action", name_of(action));
    v("epoch", place.epoch);
    v("seq_no", place.seq);
  }
};

// ---- facts of the nemesis and the runner -------------------------------------------------------

struct FaultStruck {
  static constexpr const char* name = "fault_struck";
  TimeNs at;
  std::uint32_t fault;
  NodeId node;  ///< once for each node hit; no_node: for the fault itself
  template <class V>
  void fields(V&& v) const {
    v("t_ns", at);
    v("fault", fault);
    v("node", node);
  }
};
struct FaultHealed {
  static constexpr const char* name = "fault_healed";
  TimeNs at;
  std::uint32_t fault;
  template <class V>
  void fields(V&& v) const {
    v("t_ns", at);
    v("fault", fault);
  }
};
struct OperationStarted {
  static constexpr const char* name = "operation_started";
  TimeNs at;
  std::uint32_t operation;
  NodeId node;
  template <class V>
  void fields(V&& v) const {
    v("t_ns", at);
    v("operation", operation);
    v("node", node);
  }
};

/// Visits every fact type; keeps lists (sink, fingerprint, ndjson) in step.
// clang-format off
#define WRITEPATH_FOR_EACH_FACT(X)                                                           \
  X(TransactionStarted) X(CommitSent) X(CommitAcked) X(CommitFailed) X(CommitUnknown)        \
  X(ReadDone) X(ProbeDone) X(CommitOrdered) X(StepDone) X(ReplicaProgress) X(LogAdvanced)    \
  X(LagReported) X(RecordsMet) X(NodeDown) X(NodeUp) X(RoleChanged) X(LineageForked)         \
  X(FailoverMilestone) X(ReplicaReady) X(ModeChanged) X(FaultStruck) X(FaultHealed)          \
  X(OperationStarted) X(RolledBack) X(HeartbeatWritten) X(ApplierMet) X(BoxcarSent)          \
  X(BufferPoolUsed) X(PageRead) X(LogKept) X(ConfiguredWait) X(MembershipChanged)             \
  X(StorageReplaced)
// clang-format on

/// Who folds facts. Called in the order in which they were stated, at the simulated instant.
class FactSink {
 public:
  virtual ~FactSink() = default;
#define WRITEPATH_SINK(F) \
  virtual void on(const F&) {}
  WRITEPATH_FOR_EACH_FACT(WRITEPATH_SINK)
#undef WRITEPATH_SINK
};

}  // namespace writepath
