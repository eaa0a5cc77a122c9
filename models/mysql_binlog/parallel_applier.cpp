#include "models/mysql_binlog/parallel_applier.hpp"

#include <algorithm>
#include <utility>

namespace writepath::mysql {

namespace {
/// An optimistic worker takes its rows in so many steps, as it comes to them: the finer, the more
/// conflicts end in a rollback rather than a wait. Assumption, range 2 to the number of rows.
constexpr std::int64_t most_steps = 8;
}  // namespace

ParallelApplier::ParallelApplier(Cluster& cluster, Node& node, Disk& disk, BufferPool& buffer_pool,
                                 RelayLog& relay_log)
    : Applier(cluster, node, disk, buffer_pool, relay_log),
      in_order_(cluster.options.replica_preserve_commit_order),
      commit_(cluster, node.cpu(), disk, *this),
      rows_(workers_),
      worker_freed_(cluster.queue()),
      dispatched_(applied().seq.value),
      turn_(applied().seq.value + 1),
      last_ddl_(applied().seq.value),
      all_ready_(cluster.queue()) {
  const auto workers = static_cast<std::uint32_t>(options_.replica_parallel_workers);
  std::uint64_t places = 1;
  while (places < workers) places *= 2;
  by_seq_.resize(places);
  for (std::uint32_t i = 0; i < workers; ++i) workers_.emplace_back(cluster.queue(), i);
  for (std::uint32_t i = workers; i-- > 0;) free_.push_back(i);
}

void ParallelApplier::start() {
  for (Worker& worker : workers_) node_.scope().spawn(work(worker.index));
  node_.scope().spawn(coordinate());
}

void ParallelApplier::stop() {
  Applier::stop();
  commit_.stop();
}

// ---- coordinator

Task<> ParallelApplier::coordinate() {
  for (;;) {
    const std::uint64_t next = dispatched_ + 1;
    co_await relay_log_.readable.reaches(next);
    const LogPlace place = cluster_.lineages.cut(relay_log_.end, CommitSeq{next});
    // Committed beyond a gap, before a restart.
    if (disk_.executed.contains(next)) {
      dispatched_ = next;
      state_progress(ReplicaStage::apply_started, place);
      continue;
    }
    const BinlogEvent event = cluster_.content.at(place);
    if (is_delayed()) co_await until_due(event.written_at);
    co_await until_independent(event, next);
    while (free_.empty()) co_await worker_freed_.wait();
    if (stopped_) co_return;
    dispatch(place, event);
  }
}

Task<> ParallelApplier::until_independent(BinlogEvent event, std::uint64_t seq) {
  std::uint64_t committed = last_ddl_;
  if (cluster_.context.type_of(event.txn.type).ddl) {
    committed = seq - 1;
    last_ddl_ = seq;
  }
  co_await applied_mark().reaches(committed);
  switch (options_.replica_parallel_type) {
    case ParallelType::logical_clock: {
      const auto group = static_cast<std::uint64_t>(options_.replica_checkpoint_group);
      co_await applied_mark().reaches(std::max(event.last_committed, seq - std::min(seq, group)));
      break;
    }
    case ParallelType::conservative:
      if (event.commit_group == commit_group_) break;
      while (executing_ > 0) co_await all_ready_.wait();
      commit_group_ = event.commit_group;
      break;
    case ParallelType::optimistic:
      break;
  }
}

void ParallelApplier::dispatch(LogPlace place, const BinlogEvent& event) {
  Worker& worker = workers_[free_.back()];
  free_.pop_back();
  worker.busy = true;
  worker.event = event;
  worker.session.txn = event.txn;
  worker.session.place = place;
  dispatched_ = place.seq.value;
  by_seq_[dispatched_ & (by_seq_.size() - 1)] = worker.index;
  worker.executing = true;
  ++executing_;
  // Up to here everything has begun.
  state_progress(ReplicaStage::apply_started, place);
  worker.wake.notify_all();
}

// ---- workers

Task<> ParallelApplier::work(std::uint32_t index) {
  Worker& me = workers_[index];
  for (;;) {
    while (!me.busy) co_await me.wake.wait();
    co_await apply(me);
    if (stopped_) co_return;
    me.busy = false;
    free_.push_back(index);
    worker_freed_.notify_all();
  }
}

Task<> ParallelApplier::apply(Worker& me) {
  // It waited at the source for a row, most likely one of a transaction just before it.
  const bool optimistic = options_.replica_parallel_type == ParallelType::optimistic;
  if (optimistic && me.event.waited) co_await applied_mark().reaches(me.seq() - 1);

  Committer commit(cluster_.queue(), me.session);
  for (bool ready = false; !ready;) {
    ready = co_await execute(me);
    if (ready) ready = co_await until_turn(me, commit);
    if (stopped_) co_return;
    if (!ready) co_await roll_back(me);
  }
  const bool leads = commit_.enrol(commit);
  if (in_order_) pass_turn();
  if (leads) co_await commit_.lead();
  co_await commit.done.passes();
  co_await node_.cpu().turn();
  rows_.release(me);
}

// False: it must roll back.
Task<bool> ParallelApplier::execute(Worker& me) {
  const TransactionType& type = cluster_.context.type_of(me.event.txn.type);
  const bool by_steps = options_.replica_parallel_type == ParallelType::optimistic;
  const std::int64_t rows = type.rows_written;
  const std::int64_t steps = by_steps ? std::clamp<std::int64_t>(rows, 1, most_steps) : 1;
  const DurationNs work = work_of(type);
  for (std::int64_t step = 0; step < steps; ++step) {
    for (std::int64_t i = rows * step / steps; i < rows * (step + 1) / steps; ++i) {
      const Key row =
          cluster_.context.keys().key(me.event.txn.key_seed, static_cast<std::uint32_t>(i));
      if (rows_.take(me, row)) continue;
      const bool locked = co_await lock_row(me, row);
      if (!locked) co_return false;
    }
    co_await node_.cpu().serve(work * (step + 1) / steps - work * step / steps);
    if (me.must_roll_back || stopped_) co_return false;
  }
  co_await buffer_pool_.change_pages(me.event.txn, static_cast<std::uint64_t>(type.redo_bytes));
  co_return !me.must_roll_back && !stopped_;
}

Task<bool> ParallelApplier::lock_row(Worker& me, Key row) {
  met(ApplierAction::waited_for_row, me.session.place);
  do {
    co_await me.wake.wait();
    if (me.must_roll_back || stopped_) co_return false;
  } while (!rows_.take(me, row));
  co_return true;
}

// Its changes are undone, which costs what the rows cost; it begins anew when all before it have
// committed, so that nobody can stop it again (sql/rpl_parallel.cc, retry_event_group).
Task<> ParallelApplier::roll_back(Worker& me) {
  met(ApplierAction::rolled_back, me.session.place);
  const double rows = static_cast<double>(me.rows.size());
  co_await node_.cpu().serve(from_us(options_.applier.row_us * rows));
  rows_.release(me);
  me.must_roll_back = false;
  co_await applied_mark().reaches(me.seq() - 1);
}

// Ends when the transaction may enter the group commit. False: it must roll back.
Task<bool> ParallelApplier::until_turn(Worker& me, Committer& commit) {
  commit.prepare_lsn = 0;
  if (std::exchange(me.executing, false)) ready_to_commit();
  if (commit_.prepares_first()) co_await commit_.prepare(commit);
  while (in_order_ && turn_ != me.seq() && !me.must_roll_back && !stopped_) co_await me.wake.wait();
  co_return !me.must_roll_back && !stopped_;
}

void ParallelApplier::ready_to_commit() {
  if (--executing_ == 0) all_ready_.notify_all();
}

// ---- commit order

void ParallelApplier::pass_turn() {
  ++turn_;
  if (turn_ <= dispatched_) worker_of(turn_).wake.notify_all();
}

void ParallelApplier::committed(const CommitGroup& group) {
  if (!in_order_) return committed_in_any_order(group);
  const LogPlace last = group.last->session.place;
  disk_.executed.raise(last.seq.value);
  group.for_each([](Committer& c) { c.done.open(); });
  committed_up_to(last);
}

// What lies beyond a gap is durable and visible too: it is remembered, and never applied again.
void ParallelApplier::committed_in_any_order(const CommitGroup& group) {
  bool moved = false;
  group.for_each([&](Committer& c) {
    const bool in_turn = disk_.executed.add(c.session.place.seq.value);
    if (!in_turn) met(ApplierAction::committed_ahead, c.session.place);
    moved |= in_turn;
    c.done.open();
  });
  if (moved)
    committed_up_to(cluster_.lineages.cut(relay_log_.end, CommitSeq{disk_.executed.mark()}));
}

void ParallelApplier::met(ApplierAction action, LogPlace place) {
  cluster_.context.state(ApplierMet{cluster_.now(), node_.id(), action, place});
}

std::unique_ptr<Applier> make_parallel_applier(Cluster& cluster, Node& node, Disk& disk,
                                               BufferPool& buffer_pool, RelayLog& relay_log) {
  return std::make_unique<ParallelApplier>(cluster, node, disk, buffer_pool, relay_log);
}

}  // namespace writepath::mysql
