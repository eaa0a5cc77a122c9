#pragma once
// The writer's path, as SIGMOD 2017, S3.2 and S4.2, and 2018, S2.2 and S2.3, tell it:
//   a statement changes pages in the buffer pool and makes redo, never pages     execute()
//   the redo is a mini-transaction of contiguous LSNs; its last record is a CPL  Log
//   records are put into a boxcar for their protection group, which leaves when
//   the send path gets to it, for all copies of the group                        submit(), depart()
//   acknowledgements bring SCLs; bookkeeping gives PGCL, VCL, VDL                acknowledged()
//   a statement first takes the locks of its rows, as InnoDB does                lock_rows()
//   COMMIT writes a commit record and is set aside by its LSN; it is acknowledged
//   when VDL has reached it                                                      commit()
//   what recovery found in flight is undone in the background                    undo()
// The writer writes nothing to a disk of its own.
#include <cstdint>
#include <memory>
#include <vector>

#include "models/aurora_quorum/bookkeeping.hpp"
#include "models/aurora_quorum/cluster.hpp"
#include "models/aurora_quorum/pages.hpp"
#include "models/aurora_quorum/redo_stream.hpp"
#include "models/common/row_locks.hpp"
#include "models/common/undo.hpp"
#include "sim/engine/event.hpp"
#include "sim/engine/mutex.hpp"
#include "sim/engine/quorum.hpp"
#include "sim/engine/watermark.hpp"
#include "sim/model/model.hpp"

namespace writepath::aurora {

/// Steps of the write path at the primary: indices of ModelFactory::steps.
enum class Step : std::uint32_t { buffer_pool, log_record, sent, quorum, acknowledged, count_ };
const char* name_of(Step);

class Writer final : UndoEngine {
 public:
  /// `number` tells this writer from those before it at the same instance.
  Writer(Instance& instance, Cluster& cluster, std::shared_ptr<Log> log, std::uint32_t number);

  Epoch epoch() const { return log_->epoch(); }
  std::uint32_t number() const { return number_; }
  bool is_open() const { return open_; }
  /// From now on it serves sessions: at once for a new volume, after recovered() otherwise.
  void open();
  /// It takes no more work. Returns when all that was ordered is durable, or after `limit`.
  Task<> drain(DurationNs limit);
  /// Returns when the truncation range is recorded at a write quorum, and everything up to VDL has
  /// a write quorum again.
  Task<> recovered();
  /// "The system builds the list of these in-flight transactions from the undo segments" (SIGMOD
  /// 2017, S4.3): the headers of the rollback segments, and of those transactions' undo logs, are
  /// read.
  Task<> read_undo_headers(std::vector<InFlightTransaction>& in_flight);
  /// They hold the rows that they changed until they are undone.
  void found(const std::vector<InFlightTransaction>& in_flight);
  /// Undoes them. Runs in the instance's scope, for as long as the writer serves.
  Task<> undo() { return undo_.run(); }

  /// Runs in the instance's scope for as long as the writer serves.
  Task<> heartbeat();

  Task<bool> execute(ServerSession& session);
  Task<Outcome> commit(ServerSession& session);
  /// Its client is gone, or gets an error: what it holds is free again.
  void roll_back(const ServerSession& session);

  /// A read at the writer sees what is durable.
  std::uint64_t read_point() const { return book_.vdl(); }
  LogPlace visible() const { return log_->place_of(book_.durable_commit()); }
  /// Whether this copy has acknowledged all that a read of the page needs: SCLs tell (SIGMOD 2017,
  /// S4.2.3).
  bool has_acknowledged(std::uint16_t copy, Page page, std::uint64_t read_point) const;

  // ---- the network's side
  /// A connection to a storage node is there: its first message is the epoch's truncation.
  void greet(std::uint16_t copy);
  void greeted(std::uint16_t copy);
  bool has_greeted(std::uint16_t copy) const { return (truncated_at_ >> copy & 1) != 0; }
  void lost(std::uint16_t copy) { on_way_[copy] = 0; }
  void acknowledged(const AckMessage& ack);
  /// A storage node has recorded a newer membership than this writer may know: a group's, or
  /// (every_group) anyone's.
  void learn_membership(GroupId group);
  void depart(std::uint64_t boxcar);
  void update_idle_nodes();
  RedoStream& stream() { return stream_; }
  const Log& log() const { return *log_; }

 private:
  TimeNs now() const { return cluster_.now(); }
  const WriterOptions& options() const { return cluster_.options.writer; }
  Node& node() const { return cluster_.context.node(id_); }
  void done(Step step, TxnId txn);

  /// A new LSN would lie beyond VDL + LAL (SIGMOD 2017, S4.2.1).
  bool beyond_limit(std::uint64_t bytes) const { return log_->end() + bytes > book_.vdl() + lal_; }
  std::uint64_t limit_for(std::uint64_t bytes) const { return log_->end() + bytes - lal_; }
  bool must_wait(std::uint64_t bytes) const { return allocation_.locked() || beyond_limit(bytes); }
  Task<> room_in_log(std::uint64_t bytes);
  std::uint64_t append(Page page, std::uint64_t bytes);
  Task<std::uint64_t> append_within_limit(Page page, std::uint64_t bytes);
  Task<bool> lock_rows(ServerSession& session);
  void end_mtr(const ServerSession& session, std::uint32_t changes);
  Task<bool> undo_change(Transaction txn, std::uint32_t change) override;
  Task<bool> end_undo(Transaction txn) override;
  Task<> read_some_undo_headers(QuorumToken done);
  Task<> must_make_resident(Page page);
  Task<std::uint64_t> room_for_record(Page page, std::uint64_t bytes);
  Task<bool> make_resident(Page page);
  Task<> room_for(Page page, std::uint64_t bytes);
  void submit(std::uint64_t boxcar);
  bool send(std::uint16_t copy, const Boxcar& boxcar, std::uint64_t number);
  void adopt_membership(GroupId group);
  const QuorumRule& acknowledges_at(GroupId group) const;
  void send_again(std::uint16_t copy, GroupId group);
  void durable_moved();
  void recorded_truncation();
  void covered(std::uint64_t boxcar, const AckMessage& ack);
  void vdl_advanced();
  void tell_vdl(std::uint16_t copy);
  void send_lost_again();
  DurationNs patience() const;
  void account(ServerSession& session, TimeNs appended_at, std::uint64_t boxcar) const;
  void trim();
  void settle_undo_segments();
  std::uint64_t first_boxcar_needed(bool by_nodes_that_are_down) const;

  Cluster& cluster_;
  Instance& instance_;
  NodeId id_;
  std::shared_ptr<Log> log_;
  std::uint32_t number_;
  std::uint64_t lal_;
  Pages& pages_;
  QuorumRule too_few_;  ///< of a writer that is broken for tests
  Bookkeeping book_;
  RowLocks locks_;
  Undo undo_;
  std::vector<Page> undo_headers_;  ///< still to be read by recovery
  bool open_ = false;

  Watermark vdl_, vcl_;
  FifoMutex allocation_;  ///< whose turn it is to get the next LSNs
  Gate truncation_recorded_;
  CopySet truncated_at_ = 0;

  TimeNs send_path_free_at_ = 0;
  std::vector<std::uint32_t> membership_;      ///< by group: the epoch that this writer knows
  std::vector<const MembershipRules*> rules_;  ///< by group, of that epoch
  CopySet members_ = 0;                        ///< of any group
  std::vector<std::uint64_t> on_way_;          ///< by copy: bytes sent and not acknowledged
  std::vector<std::uint64_t> vdl_sent_;        ///< by copy: the VDL that it was told
  CopySet spoken_to_ = 0;  ///< copies for which something left since the last heartbeat
  bool update_armed_ = false;
  TimeNs sent_again_at_ = -1;
  std::vector<TimeNs> heard_at_;  ///< by copy: its latest acknowledgement
  std::uint32_t departures_ = 0;
  RedoStream stream_;
};

}  // namespace writepath::aurora
