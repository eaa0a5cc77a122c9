#include "models/mysql_binlog/server.hpp"

#include <algorithm>
#include <array>

#include "models/mysql_binlog/monitor.hpp"
#include "models/mysql_binlog/multi_az.hpp"
#include "sim/engine/sleep.hpp"

namespace writepath::mysql {

namespace {
constexpr std::size_t rounds_of_purging = 10;
}

Cluster::Cluster(ModelContext& c) : context(c), options(c.options<Options>()) {}
Cluster::~Cluster() = default;

Server& Cluster::server(NodeId id) const {
  for (const auto& server : servers)
    if (server->id() == id) return *server;
  WRITEPATH_CHECK(false, "not a MySQL server");
}

Server::Server(Cluster& cluster, Node& node)
    : cluster_(cluster),
      node_(node),
      disk_(cluster.queue(), node.storage(),
            static_cast<std::uint64_t>(cluster.options.replica_checkpoint_group)) {
  node.on_boot([this](bool data_lost) { boot(data_lost); });
  node.on_crash([this](CrashKind) {
    if (buffer_pool_ != nullptr) checkpoint_age_bytes_ = buffer_pool_->checkpoint_age_bytes();
    if (std::exchange(stands_by_, false)) cluster_.multi_az->refuse_writes(id());
  });
}

void Server::configure_as_joiner(NodeId source) {
  disk_.source = source;
  disk_.needs_copy = true;
  booted_before_ = true;  // it does not belong to the run's beginning
  is_new_instance_ = true;
}

void Server::configure_as_standby(NodeId primary) {
  disk_.source = primary;
  stands_by_ = true;
}

LogPlace Server::visible() const {
  if (source_ != nullptr) return source_->committed();
  if (replica_ != nullptr) return replica_->applied();
  return {};
}

std::optional<CommitSeq> Server::needs_events_after() const {
  if (stands_by_) return std::nullopt;  // its volume has them
  if (copy_snapshot_) return copy_snapshot_->seq;
  if (disk_.needs_copy) return std::nullopt;  // its copy will bring it
  // It may lose what is not durable, and ask for it again.
  CommitSeq seq = disk_.durable_transactions();
  // A snapshot shows what the engine has committed, which AFTER_SYNC keeps behind the binlog.
  if (source_ != nullptr) seq = std::min(seq, source_->committed().seq);
  // What is prepared and written is not yet committed: its time stamp is looked at until it is.
  if (replica() != nullptr) seq = std::min(seq, replica()->applied().seq);
  return seq;
}

ServerStatus Server::status() const {
  ServerStatus status;
  status.serves_as_source = source_ != nullptr;
  status.can_be_promoted = serves_reads();
  status.stands_by = stands_by_;
  status.is_being_promoted = promoting_;
  status.read_only = status.serves_as_source && stopped_;
  if (status.can_be_promoted) status.received = replica_->received();
  if (replica() != nullptr && replica_->is_connected()) status.follows = disk_.source;
  if (status.serves_as_source) status.received = source_->end();
  return status;
}

// ---- start

void Server::boot(bool data_lost) {
  // A new incarnation: nothing volatile is left of the last one.
  retired_.clear();
  retired_sources_.clear();
  source_.reset();
  replica_.reset();
  copying_ = promoting_ = promotion_revoked_ = stopped_ = false;
  copy_snapshot_.reset();
  in_flight_.clear();
  disk_.redo.lose_buffer();
  buffer_pool_.reset();
  if (cluster_.multi_az != nullptr && cluster_.multi_az->is_member(id())) {
    boot_as_member();
    return;
  }
  start_engine();
  if (booted_before_) {
    node_.scope().spawn(start(data_lost));
    return;
  }
  booted_before_ = true;  // the run begins with everything up
  if (disk_.source != no_node) return start_replica();
  source_ = std::make_unique<Source>(cluster_, node_, disk_, *buffer_pool_, LogPlace{});
  begin_lease(from_s(cluster_.options.self_fence_s));
}

Task<> Server::report_buffer_pool() {
  constexpr DurationNs interval = from_s(1);
  while (true) {
    co_await sleep_for(cluster_.queue(), interval);
    const BufferPool::Used used = buffer_pool_->take_counts();
    if (used.hits + used.misses > 0)
      cluster_.context.state(
          BufferPoolUsed{cluster_.now(), id(), source_ != nullptr, used.hits, used.misses});
  }
}

Task<ReadResult> Server::read(ReadRequest request) {
  if (!buffer_pool_->holds_all()) co_await buffer_pool_->read_row(request.key);
  ReadResult result;
  if (source_ != nullptr)
    result = co_await source_->read(request);
  else if (replica_ != nullptr)
    result = co_await replica_->read(request);
  co_return result;
}

void Server::start_engine() {
  const bool warm = !booted_before_;
  buffer_pool_ = std::make_unique<BufferPool>(cluster_.context, node_, disk_.pages, warm);
  buffer_pool_->start_cleaner();
  if (!buffer_pool_->holds_all()) node_.scope().spawn(report_buffer_pool());
  if (cluster_.options.redo_flush() != RedoFlush::at_commit)
    node_.scope().spawn(flush_redo_each_second());
  if (cluster_.options.sync_binlog != 1) node_.scope().spawn(write_back_binlog());
  node_.scope().spawn(purge_binlog());
}

Task<> Server::start(bool data_lost) {
  if (data_lost) {
    // At once: the next crash may come before the process has started.
    disk_.set_empty();
    known_generation_ = node_.storage().generation();
    disk_.needs_copy = true;
  }
  const bool is_new = std::exchange(is_new_instance_, false);
  const double start_s =
      is_new ? cluster_.options.instance_start_s : cluster_.options.server_start_s;
  co_await configured_wait(start_s, "start");
  if (!disk_.needs_copy) co_await recover_from_crash();
  NodeId source = co_await ask_for_source();
  // An empty source must not open while somebody may have a copy: it waits for another source to be
  // chosen. If there is none, only a backup can help, and backups are not modelled.
  while (source == id() && disk_.needs_copy && cluster_.servers.size() > 1) {
    co_await sleep_for(cluster_.queue(), from_s(cluster_.options.detector.interval_s));
    source = co_await ask_for_source();
  }
  if (source == id()) {
    disk_.needs_copy = false;
    open_as_source(disk_.transactions(cluster_.lineages));
    co_return;
  }
  disk_.source = source;
  if (disk_.needs_copy)
    rebuild();
  else
    start_replica();
}

Task<> Server::configured_wait(double seconds, const char* reason) {
  const TimeNs began = cluster_.now();
  co_await sleep_for(cluster_.queue(), from_s(seconds));
  cluster_.context.state(ConfiguredWait{cluster_.now(), id(), began, reason});
}

// innodb_flush_log_at_timeout, 1 s: with innodb_flush_log_at_trx_commit 0 or 2 the log writer's own
// round is all that makes redo durable.
Task<> Server::flush_redo_each_second() {
  for (TimeNs round = cluster_.now() + ns_per_s;; round += ns_per_s) {
    co_await sleep_until(cluster_.queue(), std::max(round, cluster_.now()));
    disk_.redo.write();
    if (disk_.redo.has_unflushed()) co_await disk_.redo.flush();
  }
}

// What nobody flushes, the operating system writes back when it is old enough (Linux,
// vm.dirty_expire_centisecs = 3000).
Task<> Server::write_back_binlog() {
  for (;;) {
    co_await sleep_for(cluster_.queue(), 30 * ns_per_s);
    if (disk_.binlog.durable() < disk_.binlog.written()) co_await disk_.binlog.flush();
  }
}

// Looks ten times within the time that binlog is kept. (A server purges whole files, as they are
// rotated; those that a dump thread is reading stay, as a connection that is open stays here.)
Task<> Server::purge_binlog() {
  const DurationNs kept = from_s(cluster_.options.binlog_expire_logs_s);
  std::array<CommitSeq, rounds_of_purging> ends{};  // of the binlog, at the last rounds
  for (std::size_t round = 0;; round = (round + 1) % ends.size()) {
    co_await sleep_for(cluster_.queue(), kept / static_cast<DurationNs>(ends.size()));
    // Another history may have replaced this one's end since.
    const CommitSeq old = std::min(ends[round], CommitSeq{disk_.binlog.written()});
    disk_.binlog_purged = std::max(disk_.binlog_purged, old);
    ends[round] = CommitSeq{disk_.binlog.written()};
  }
}

// InnoDB replays the redo since its checkpoint; prepared transactions that the binlog has are
// committed, the others rolled back. Those that had not come so far are undone when it has opened
// (MySQL 8.0 manual, 17.18.2). What the engine committed durably stays even if the binlog
// lost it (sync_binlog other than 1): replicas that lack it can never get it from this binlog.
Task<> Server::recover_from_crash() {
  const double mb = static_cast<double>(checkpoint_age_bytes_) / 1e6;
  co_await sleep_for(cluster_.queue(), from_s(mb / cluster_.options.crash_recovery_mb_per_s));
  in_flight_ = disk_.undo.in_flight_at(disk_.redo.end());
  disk_.undo.truncate(disk_.redo.end());
  const LogPlace received = disk_.received(cluster_.lineages);
  const LogPlace kept = disk_.transactions(cluster_.lineages);
  if (disk_.binlog.written() < kept.seq.value) disk_.binlog_purged = kept.seq;
  disk_.recover_to(kept, cluster_.options.flushes_everything());
  disk_.cut_relay_log_to(received);
}

// A server that comes back asks the monitor what it is now; if nobody answers, it trusts its own
// configuration, unless there is fencing.
Task<NodeId> Server::ask_for_source() {
  for (;;) {
    const std::optional<NodeId> answer = co_await ask<NodeId>(
        cluster_.context, id(), cluster_.monitor_node,
        from_s(cluster_.options.monitor_answer_timeout_s), WhoIsSource{&cluster_});
    trusts_itself_ = !answer.has_value();
    if (answer.has_value()) co_return *answer;
    if (!cluster_.options.fenced()) break;
    co_await sleep_for(cluster_.queue(), from_s(cluster_.options.detector.interval_s));
  }
  co_return disk_.source == no_node ? id() : disk_.source;
}

void Server::open_as_source(LogPlace kept) {
  ModelContext& context = cluster_.context;
  // What lay beyond `kept` may exist elsewhere: what follows here is another history.
  const LogPlace log{cluster_.lineages.fork(kept, id()), kept.seq};
  disk_.cut_to(log);
  disk_.cut_relay_log_to(log);
  disk_.source = no_node;
  source_ = std::make_unique<Source>(cluster_, node_, disk_, *buffer_pool_, log);
  source_->found(in_flight_);
  in_flight_.clear();
  node_.scope().spawn(source_->undo());
  context.endpoints().set_role(id(), NodeRole::primary);
  context.endpoints().remove_reader(id());
  // The endpoint is moved by whoever chose this source; nobody chose one that trusts itself.
  if (!trusts_itself_) context.endpoints().set_writer(id());
  begin_lease(0);
  context.state(LineageForked{context.now(), id(), log.epoch, kept});
  context.state(RoleChanged{context.now(), id(), NodeRole::primary});
  context.state(FailoverMilestone{context.now(), id(), Milestone::recovered});
}

void Server::start_replica() {
  in_flight_.clear();  // the applier does not wait for their undo here
  disk_.undo.clear();
  if (replica_ != nullptr) retired_.push_back(std::move(replica_));
  replica_ = std::make_unique<Replica>(cluster_, node_, disk_, *buffer_pool_);
  replica_->start();
  cluster_.context.endpoints().set_role(id(), NodeRole::replica);
  if (cluster_.options.source_delay(node_.name()) == 0)
    cluster_.context.endpoints().add_reader(id());
  if (cluster_.now() > 0)
    cluster_.context.state(RoleChanged{cluster_.now(), id(), NodeRole::replica});
}

// ---- a new copy

void Server::rebuild() {
  if (copying_) return;
  copying_ = true;
  if (replica_ != nullptr) replica_->abandon();
  cluster_.context.endpoints().remove_reader(id());
  node_.scope().spawn(copy_and_replicate());
}

// As a snapshot restore or CLONE does it: the data as of the copy's start travel over the network
// and onto the new disk, both at once; then the server starts and catches up by binlog.
Task<> Server::copy_and_replicate() {
  const auto bytes = static_cast<std::uint64_t>(cluster_.context.scenario().data.size_gb * 1e9);
  for (;;) {
    const std::optional<LogPlace> snapshot = co_await ask<LogPlace>(
        cluster_.context, id(), disk_.source, from_s(cluster_.options.monitor_answer_timeout_s),
        BeginCopy{&cluster_, id()});
    if (snapshot.has_value()) {
      const LogPlace old = disk_.transactions(cluster_.lineages);
      if (old.seq.value > 0) disk_.set_aside = old;
      disk_.cut_to(*snapshot);
      disk_.binlog_purged = snapshot->seq;  // a copy brings no binlog
      disk_.cut_relay_log_to(*snapshot);
      const TimeNs written = node_.storage().write_behind(bytes, Purpose::clone);
      const bool complete =
          co_await cluster_.context.network().bulk_transfer(disk_.source, id(), bytes);
      if (complete) {
        co_await sleep_until(cluster_.queue(), std::max(written, cluster_.now()));
        break;
      }
    }
    co_await sleep_for(cluster_.queue(), from_s(cluster_.options.detector.interval_s));
    disk_.source = co_await ask_for_source();
  }
  copying_ = false;
  copy_snapshot_.reset();
  disk_.needs_copy = false;
  start_replica();
  cluster_.context.state(ReplicaReady{cluster_.now(), id(), bytes});
}

}  // namespace writepath::mysql
