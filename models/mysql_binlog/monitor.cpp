#include "models/mysql_binlog/monitor.hpp"

#include "models/mysql_binlog/multi_az.hpp"
#include "sim/engine/sleep.hpp"

namespace writepath::mysql {

Monitor::Monitor(Cluster& cluster, Node& node, NodeId source)
    : cluster_(cluster), node_(node), source_(source) {
  node.on_boot([this](bool) { boot(); });
}

// Of the last incarnation only the source's name is left. Whom it had not yet re-pointed it does
// not know, and what leases it gave neither.
void Monitor::boot() {
  heard_.clear();
  surveyed_ = surveying_ = switching_ = failing_over_ = false;
  lease_granted_ = cluster_.now();
  node_.scope().spawn(watch());
  if (std::exchange(has_booted_, true) && cluster_.multi_az == nullptr) repoint_all();
}

Task<> Monitor::watch() {
  for (;;) {
    const bool answers = co_await until_source_failed();
    failing_over_ = true;
    milestone(Milestone::detected, source_);
    co_await fail_over(answers);
    failing_over_ = false;
  }
}

// A silent source is not asked again at first: that would only cost time.
Task<> Monitor::fail_over(bool ask_source) {
  const NodeId failed = source_;
  for (;; ask_source = true) {
    if (!std::exchange(surveyed_, false)) co_await survey(ask_source);
    const Heard* const alive = serving_source();
    if (alive != nullptr) {
      epoch_ = alive->status.received.epoch;
      if (source_ == failed) co_return;  // it restarted by itself
      break;
    }
    const Heard* const chosen =
        cluster_.multi_az != nullptr ? standby_in_sync() : candidate(no_node);
    if (chosen != nullptr) {
      const NodeId old_source = source_;
      source_ = chosen->server;
      epoch_ = chosen->status.received.epoch;
      milestone(Milestone::elected, source_);
      co_await fence(old_source, source_);
      const bool promoted = co_await hand_over(source_);
      if (promoted) break;
    }
    if (ask_source)
      co_await sleep_for(cluster_.queue(), from_s(cluster_.options.detector.interval_s));
  }
  repoint_all();
}

void Monitor::repoint_all() {
  for (const auto& server : cluster_.servers)
    if (server->id() != source_) node_.scope().spawn(repoint(server->id(), source_));
}

// Until the server has heard it, or another source was chosen: it may be down or cut off for long.
Task<> Monitor::repoint(NodeId server, NodeId source) {
  while (source_ == source) {
    const std::optional<LogPlace> had = co_await ask<LogPlace>(
        cluster_.context, node_.id(), server, from_s(cluster_.options.monitor_answer_timeout_s),
        ChangeSource{&cluster_, source});
    if (had.has_value()) {
      co_await set_aside_if_errant(server, *had, source);
      co_return;
    }
    co_await sleep_for(cluster_.queue(), from_s(cluster_.options.detector.interval_s));
  }
}

// Its GTID set is compared with the source's, as GTID_SUBTRACT does: nothing is merged.
Task<> Monitor::set_aside_if_errant(NodeId server, LogPlace place, NodeId source) {
  const DurationNs limit = from_s(cluster_.options.monitor_answer_timeout_s);
  const std::optional<ServerStatus> status =
      co_await ask<ServerStatus>(cluster_.context, node_.id(), source, limit, AskStatus{&cluster_});
  if (!status.has_value() || !status->serves_as_source) co_return;
  const LogPlace history = status->received;
  if (cluster_.lineages.contains(history, place)) co_return;
  const CommitSeq shared = cluster_.lineages.shared(history, place);
  const auto errant = static_cast<std::uint32_t>(place.seq.value - shared.value);
  cluster_.context.state(ModeChanged{cluster_.now(), server, "errant", errant});
  co_await ask<bool>(cluster_.context, node_.id(), server, limit, SetAside{&cluster_, place.seq});
}

void Monitor::milestone(Milestone milestone, NodeId node) {
  cluster_.context.state(FailoverMilestone{cluster_.now(), node, milestone});
}

}  // namespace writepath::mysql
