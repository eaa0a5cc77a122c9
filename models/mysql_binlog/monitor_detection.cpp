// Is the source dead? Holistic, as orchestrator has it (docs/failure-detection.md): the monitor
// cannot reach it, and every replica that the monitor reaches has lost it as well. A monitor that
// is cut off from all of them concludes nothing.
#include <algorithm>

#include "models/mysql_binlog/monitor.hpp"
#include "sim/engine/sleep.hpp"

namespace writepath::mysql {

// A server that answers and does not serve as a source (it recovers, or came back empty) is as bad
// as a silent one. Ends with whether it answered at last.
Task<bool> Monitor::until_source_failed() {
  const DetectorSpec& detector = cluster_.options.detector;
  std::int64_t misses = 0;
  TimeNs missed_since = 0;
  for (;;) {
    const TimeNs began = cluster_.now();
    const std::optional<ServerStatus> status = co_await ask<ServerStatus>(
        cluster_.context, node_.id(), source_, from_s(detector.timeout_s), AskStatus{&cluster_});
    const bool answers = status.has_value();
    const bool serves = answers && status->serves_as_source;
    if (serves) epoch_ = status->received.epoch;
    // Of a planned failover that died with this monitor.
    if (serves && status->read_only && !switching_) node_.scope().spawn(reopen(source_));
    misses = serves ? 0 : misses + 1;
    if (misses == 1) missed_since = began;
    if (misses == detector.failures)
      cluster_.context.state(ConfiguredWait{cluster_.now(), source_, missed_since, "detection"});
    if (misses > 0 && asks_replicas()) have_replicas_look();
    if (misses >= detector.failures && !switching_) {
      const bool dead = co_await replicas_agree(answers);
      if (dead && !switching_) co_return answers;
    }
    const TimeNs next = began + from_s(detector.interval_s);
    if (next > cluster_.now()) co_await sleep_until(cluster_.queue(), next);
  }
}

bool Monitor::asks_replicas() const {
  return cluster_.options.detection == Detection::holistic && cluster_.multi_az == nullptr &&
         cluster_.servers.size() > 1;
}

// A receiver notices a silent source after replica_net_timeout only. orchestrator has replicas
// connect anew when it alone misses the source (UnreachableMasterWithLaggingReplicas); here they
// keep their connection if the source greets them.
void Monitor::have_replicas_look() {
  for (const auto& server : cluster_.servers)
    if (server->id() != source_) node_.scope().spawn(have_look(server->id()));
}

Task<> Monitor::have_look(NodeId replica) {
  co_await ask<bool>(cluster_.context, node_.id(), replica,
                     from_s(cluster_.options.detector.timeout_s), LookAtSource{&cluster_});
}

// What a server that is being copied thinks of the source does not count.
Task<bool> Monitor::replicas_agree(bool ask_source) {
  surveyed_ = false;
  if (!asks_replicas()) co_return true;
  const NodeId suspect = source_;
  surveying_ = true;
  co_await survey(ask_source);
  surveying_ = false;
  const auto has_a_say = [&](const Heard& h) {
    return h.server != suspect && h.answered && h.status.can_be_promoted;
  };
  const bool hears_any = std::any_of(heard_.begin(), heard_.end(), has_a_say);
  const bool all_lost_it = std::all_of(heard_.begin(), heard_.end(), [&](const Heard& h) {
    return !has_a_say(h) || h.status.follows != suspect;
  });
  surveyed_ = hears_any && all_lost_it;
  co_return surveyed_;
}

// Asks the servers for their status, all at once; waits for the silent ones no longer than the
// limit.
Task<> Monitor::survey(bool ask_source) {
  heard_.clear();
  for (const auto& server : cluster_.servers)
    if (ask_source || server->id() != source_) heard_.push_back({server->id(), false, {}});
  const auto servers = static_cast<std::uint32_t>(heard_.size());
  QuorumWait answers(cluster_.queue(), servers);
  for (std::uint32_t i = 0; i < servers; ++i) node_.scope().spawn(ask_status(i, answers.token()));
  co_await answers.reached();
}

Task<> Monitor::ask_status(std::uint32_t index, QuorumToken counted) {
  const std::optional<ServerStatus> status = co_await ask<ServerStatus>(
      cluster_.context, node_.id(), heard_[index].server,
      from_s(cluster_.options.monitor_answer_timeout_s), AskStatus{&cluster_});
  heard_[index].answered = status.has_value();
  if (status.has_value()) heard_[index].status = *status;
  QuorumWait::deliver(cluster_.queue(), counted);
}

}  // namespace writepath::mysql
