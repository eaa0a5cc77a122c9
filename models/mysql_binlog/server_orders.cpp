// What the monitor has a server do: follow another source, take over, stop, be fenced.
#include "models/mysql_binlog/monitor_questions.hpp"
#include "models/mysql_binlog/multi_az.hpp"
#include "models/mysql_binlog/server.hpp"
#include "sim/engine/sleep.hpp"

namespace writepath::mysql {

void Server::change_source(NodeId source) {
  if (source == id()) return;
  promotion_revoked_ = promoting_;
  if (cluster_.multi_az != nullptr && cluster_.multi_az->is_member(id())) {
    if (!stands_by_) restart_as_standby();
    return;
  }
  if (source_ != nullptr) {
    // Cut off while another one took over: what it committed since is another history.
    source_->step_down();
    stopped_ = false;
    retired_sources_.push_back(std::move(source_));
    const LogPlace log = disk_.transactions(cluster_.lineages);
    disk_.cut_to(log);
    disk_.cut_relay_log_to(log);
    disk_.source = source;
    start_replica();
  } else if (replica_ != nullptr && !copying_) {
    replica_->change_source(source);
  } else {
    disk_.source = source;
  }
}

// ---- promotion

void Server::promote(const ReplyPath& path) {
  if (replica() != nullptr && !copying_ && !promoting_) node_.scope().spawn(promotion(path));
}

// Without draining it opens as it stands: the relay log is thrown away (RESET REPLICA ALL).
Task<> Server::promotion(ReplyPath path) {
  promoting_ = true;
  const bool drains =
      cluster_.options.drain_relay_log && cluster_.options.broken != Broken::forgets_relay_log;
  if (drains)
    co_await replica_->drain();
  else
    replica_->stop();
  co_await configured_wait(cluster_.options.promote_s, "promotion");
  promoting_ = false;
  if (std::exchange(promotion_revoked_, false)) {
    start_replica();
    co_return;
  }
  trusts_itself_ = false;
  open_as_source(replica_->applied());
  path.answer(true);
}

void Server::answer_when_applied(const ReplyPath& path, CommitSeq position) {
  if (replica() != nullptr && !copying_)
    node_.scope().spawn(replica_->answer_when_applied(path, position));
}

void Server::look_at_source() {
  if (replica() != nullptr && !copying_) node_.scope().spawn(replica_->look_at_source());
}

LogPlace Server::end_of_history() const {
  if (stands_by_ || copying_ || disk_.needs_copy || data_is_lost()) return {};
  if (source_ != nullptr) return source_->end();
  if (replica_ != nullptr) return replica_->received();
  return disk_.received(cluster_.lineages);
}

// It may have found out itself: the source refuses its dump.
void Server::set_aside(CommitSeq end) {
  if (copying_ || disk_.needs_copy || source_ != nullptr) return;
  if (end_of_history().seq != end) return;
  disk_.needs_copy = true;
  if (replica_ != nullptr) rebuild();
}

// ---- fencing

// A mirrored pair is fenced by its volume.
bool Server::is_leased() const { return cluster_.options.fenced() && cluster_.multi_az == nullptr; }

bool Server::is_read_only() const {
  return stopped_ || (is_leased() && cluster_.now() >= lease_until_);
}

// The lease goes with it, and the agent gets no other: another source is chosen.
void Server::fence() { lease_until_ = 0; }

// A source opens read-only: its agent asks at once.
void Server::begin_lease(TimeNs valid_until) {
  if (!is_leased()) return;
  lease_until_ = valid_until;
  node_.scope().spawn(keep_lease());
}

// The lease counts from when the agent asked, and at the monitor from when it answered: later. Both
// by clocks that nobody sets (CLOCK_MONOTONIC).
Task<> Server::keep_lease() {
  const DetectorSpec& detector = cluster_.options.detector;
  const Source* const mine = source_.get();
  while (source_.get() == mine) {
    const TimeNs asked = cluster_.now();
    const std::optional<bool> granted =
        co_await ask<bool>(cluster_.context, id(), cluster_.monitor_node,
                           from_s(detector.timeout_s), RenewLease{&cluster_, id()});
    if (source_.get() != mine) co_return;
    if (granted.has_value())
      lease_until_ = *granted ? asked + from_s(cluster_.options.self_fence_s) : 0;
    const TimeNs next = asked + from_s(detector.interval_s);
    if (next > cluster_.now()) co_await sleep_until(cluster_.queue(), next);
  }
}

Task<Outcome> Server::commit(ServerSession& session) {
  return is_leased() ? commit_under_lease(session) : source_->commit(session);
}

// What was under way when the lease ended is answered if it comes back, else never.
Task<Outcome> Server::commit_under_lease(ServerSession& session) {
  const Source* const mine = source_.get();
  const Outcome outcome = co_await source_->commit(session);
  while (source_.get() == mine && is_read_only())
    co_await sleep_for(cluster_.queue(), from_s(cluster_.options.detector.interval_s));
  if (source_.get() != mine) co_await sleep_for(cluster_.queue(), longest_run);
  co_return outcome;
}

// ---- a planned failover

void Server::stop_writes(const ReplyPath& path) {
  if (source_ == nullptr) return;
  stopped_ = true;
  node_.scope().spawn(stop(path));
}

// SET GLOBAL read_only waits for the commits under way.
Task<> Server::stop(ReplyPath path) {
  const Source* const mine = source_.get();
  while (source_.get() == mine && mine->commits_under_way() > 0)
    co_await sleep_for(cluster_.queue(), ns_per_ms);
  if (source_.get() == mine) path.answer(mine->end());
}

}  // namespace writepath::mysql
