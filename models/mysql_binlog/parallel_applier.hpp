#pragma once
// A coordinator that reads the relay log in order and hands each transaction to a free worker once
// the dependencies allow it (MySQL: sql/rpl_mta_submode.cc; MariaDB: sql/rpl_parallel.cc); workers
// that execute at the same time; and the order in which they commit.
#include <deque>
#include <vector>

#include "models/mysql_binlog/applier.hpp"
#include "models/mysql_binlog/applier_commit.hpp"
#include "models/mysql_binlog/worker_rows.hpp"

namespace writepath::mysql {

class ParallelApplier final : public Applier, ApplierCommit::Listener {
 public:
  ParallelApplier(Cluster&, Node&, Disk&, BufferPool&, RelayLog&);
  void start() override;
  void stop() override;

 private:
  // ---- coordinator
  Task<> coordinate();
  Task<> until_independent(BinlogEvent event, std::uint64_t seq);
  void dispatch(LogPlace place, const BinlogEvent& event);

  // ---- workers
  Task<> work(std::uint32_t index);
  Task<> apply(Worker& me);
  Task<bool> execute(Worker& me);
  Task<bool> lock_row(Worker& me, Key key);
  Task<> roll_back(Worker& me);
  Task<bool> until_turn(Worker& me, Committer& commit);
  void ready_to_commit();

  // ---- commit order
  Worker& worker_of(std::uint64_t seq) { return workers_[by_seq_[seq & (by_seq_.size() - 1)]]; }
  void pass_turn();
  void committed(const CommitGroup& group) override;
  void committed_in_any_order(const CommitGroup& group);
  void met(ApplierAction action, LogPlace place);

  bool in_order_;
  ApplierCommit commit_;
  std::deque<Worker> workers_;
  WorkerRows rows_;
  std::vector<std::uint32_t> free_;    ///< workers
  std::vector<std::uint32_t> by_seq_;  ///< of a power of two; the worker of a position under way
  Signal worker_freed_;
  std::uint64_t dispatched_;  ///< the last position that a worker got
  std::uint64_t turn_;        ///< in order: the position that may enter the group commit next
  std::uint64_t last_ddl_;
  std::uint64_t commit_group_ = 0;  ///< conservative: the one that is running
  std::uint64_t executing_ = 0;     ///< workers that are not yet ready to commit
  Signal all_ready_;
};

}  // namespace writepath::mysql
