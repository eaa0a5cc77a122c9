#pragma once
// A replica's applier: replays the relay log into the replica's own storage. Two kinds: one thread
// (single_applier.cpp), or a coordinator with workers (parallel_applier.cpp). Volatile: it belongs
// to its Replica.
#include <memory>
#include <optional>

#include "models/mysql_binlog/buffer_pool.hpp"
#include "models/mysql_binlog/cluster.hpp"
#include "models/mysql_binlog/disk.hpp"
#include "sim/engine/event.hpp"
#include "sim/engine/watermark.hpp"

namespace writepath::mysql {

/// The relay log as the receiver leaves it to the applier.
struct RelayLog {
  RelayLog(EventQueue& queue, LogPlace log) : end(log), readable(queue, log.seq.value) {}
  LogPlace end;
  Watermark readable;  ///< position up to which whole transactions can be read
};

class Applier {
 public:
  Applier(Cluster& cluster, Node& node, Disk& disk, BufferPool& buffer_pool, RelayLog& relay_log);
  virtual ~Applier() = default;

  virtual void start() = 0;
  /// The data are about to be replaced: nothing is touched any more.
  virtual void stop() { stopped_ = true; }
  /// Promotion: whatever delay is configured ends.
  void end_delay();

  /// Everything up to here is committed: what reads see for certain.
  LogPlace applied() const { return applied_; }
  Watermark& applied_mark() { return applied_mark_; }
  /// By the source's clock, of the oldest transaction that is not committed here; empty: the relay
  /// log is drained. (MySQL's coordinator takes it from the head of its queue:
  /// mta_checkpoint_routine.)
  std::optional<TimeNs> oldest_timestamp() const;

 protected:
  /// SOURCE_DELAY: until the replica's clock is so far past the source's when it wrote the event.
  Task<> until_due(TimeNs written_at);
  bool is_delayed() const { return delay_ > 0; }
  /// CPU time of applying a transaction.
  DurationNs work_of(const TransactionType& type) const;
  void state_progress(ReplicaStage stage, LogPlace place);
  /// Everything up to `place` is committed now.
  void committed_up_to(LogPlace place);

  Cluster& cluster_;
  const Options& options_;
  Node& node_;
  Disk& disk_;
  BufferPool& buffer_pool_;
  RelayLog& relay_log_;
  bool stopped_ = false;

 private:
  LogPlace applied_;
  Watermark applied_mark_;
  DurationNs delay_;
  Signal delay_ended_;
};

/// Of the kind that the options ask for.
std::unique_ptr<Applier> make_applier(Cluster&, Node&, Disk&, BufferPool&, RelayLog&);
std::unique_ptr<Applier> make_single_applier(Cluster&, Node&, Disk&, BufferPool&, RelayLog&);
std::unique_ptr<Applier> make_parallel_applier(Cluster&, Node&, Disk&, BufferPool&, RelayLog&);

}  // namespace writepath::mysql
