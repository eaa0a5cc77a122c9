#pragma once
// What a mysqld finds on its storage when it starts: redo log, binlog, relay log, and whom it
// replicates from. Positions in binlog and relay log are commit numbers; the epoch names the
// history.
#include <algorithm>

#include "models/common/undo_segments.hpp"
#include "models/mysql_binlog/lineages.hpp"
#include "models/mysql_binlog/low_water_mark.hpp"
#include "models/mysql_binlog/page_cleaner.hpp"
#include "models/mysql_binlog/redo_log.hpp"
#include "sim/world/node.hpp"

namespace writepath::mysql {

struct Disk {
  /// `window`: how far beyond a gap a replica may commit.
  Disk(EventQueue& queue, StorageDevice& device, std::uint64_t window)
      : redo(queue, device.create_file("redo", Purpose::redo)),
        binlog(device.create_file("binlog", Purpose::binlog)),
        relay_log(device.create_file("relay_log", Purpose::relay_log)),
        pages(device),
        executed(0, window) {}

  RedoLog redo;
  DurableFile& binlog;
  DurableFile& relay_log;
  PageFiles pages;
  UndoSegments undo;  ///< by the redo log's LSNs
  /// A replica's gtid_executed: what its engine has committed, beyond gaps too. The files know its
  /// contiguous part only; a replica commits nothing that is not flushed, so all of this is
  /// durable.
  LowWaterMark executed;
  Epoch binlog_epoch, relay_epoch;
  /// Binlog files up to here are gone: purged, or never durable although the engine committed.
  CommitSeq binlog_purged;
  NodeId source = no_node;  ///< replication's configuration; no_node: it is the source itself
  bool needs_copy = false;  ///< empty, or history that the source does not share
  /// The data directory of an errant server, moved aside before it was rebuilt.
  LogPlace set_aside;

  /// What crash recovery keeps: prepared in the redo log and present in the binlog, or committed in
  /// the redo log, whatever the binlog lacks (sync_binlog other than 1).
  LogPlace transactions(const Lineages& lineages) const {
    const std::uint64_t in_both = std::min(redo.prepared_through(), binlog.written());
    const std::uint64_t seq = std::max(in_both, redo.committed_through());
    return lineages.cut({binlog_epoch, CommitSeq{std::max(seq, binlog.written())}}, CommitSeq{seq});
  }
  /// What it would keep if the host died now: at least so much.
  CommitSeq durable_transactions() const {
    const std::uint64_t in_both = std::min(redo.durably_prepared_through(), binlog.durable());
    return CommitSeq{std::max(in_both, redo.durably_committed_through())};
  }
  /// What the receiver has stored: at least what was applied.
  LogPlace received(const Lineages& lineages) const {
    const LogPlace applied = transactions(lineages);
    if (relay_log.written() <= applied.seq.value) return applied;
    return lineages.cut({relay_epoch, CommitSeq{relay_log.written()}},
                        CommitSeq{relay_log.written()});
  }
  /// This volume is a mirror of `other`'s: its files end where the mirroring has come to.
  void adopt(const Disk& other) {
    redo.adopt(other.redo);
    undo = other.undo;
    binlog_epoch = other.binlog_epoch, relay_epoch = other.relay_epoch;
    binlog_purged = other.binlog_purged;
    source = no_node;
    needs_copy = false;
  }
  void cut_to(LogPlace log) {
    binlog_purged = std::min(binlog_purged, log.seq);
    redo.restart_at(log.seq.value);
    binlog.truncate(log.seq.value);
    binlog_epoch = log.epoch;
    executed.restart(log.seq.value);
  }
  /// Crash recovery. What was committed beyond a gap stays, if it was flushed.
  void recover_to(LogPlace log, bool flushed) {
    if (!flushed) return cut_to(log);
    LowWaterMark kept = executed;
    cut_to(log);
    kept.raise(log.seq.value);
    executed = kept;
  }
  void cut_relay_log_to(LogPlace log) {
    relay_log.truncate(log.seq.value);
    relay_epoch = log.epoch;
  }
  void set_empty() {
    cut_to({});
    undo.clear();
    cut_relay_log_to({});
    set_aside = {};
  }
};

}  // namespace writepath::mysql
