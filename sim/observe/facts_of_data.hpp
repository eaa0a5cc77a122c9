#pragma once
// What models state of data on its way: order, log, replicas, pages, rollbacks.
#include <cstdint>

#include "sim/core/ids.hpp"
#include "sim/core/time.hpp"

namespace writepath {

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

/// Recovery found a transaction that had changed rows and not committed: the first so many of its
/// keys stay locked until it is undone. Stated by who is about to open as primary.
struct FoundInFlight {
  static constexpr const char* name = "found_in_flight";
  TimeNs at;
  NodeId node;
  Epoch epoch;  ///< that begins with this recovery
  TxnId txn;
  std::uint64_t key_seed;
  std::uint32_t rows, changes;  ///< changes: what undo has to take back
  template <class V>
  void fields(V&& v) const {
    v("t_ns", at);
    v("node", node);
    v("epoch", epoch);
    v("txn", txn);
    v("key_seed", key_seed);
    v("rows", rows);
    v("changes", changes);
  }
};
/// Nothing is left of it, and its rows are free from now on.
struct Undone {
  static constexpr const char* name = "undone";
  TimeNs at;
  NodeId node;
  Epoch epoch;
  TxnId txn;
  template <class V>
  void fields(V&& v) const {
    v("t_ns", at);
    v("node", node);
    v("epoch", epoch);
    v("txn", txn);
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

}  // namespace writepath
