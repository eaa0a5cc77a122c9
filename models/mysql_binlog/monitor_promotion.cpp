// The chosen server takes over.
#include "models/mysql_binlog/monitor.hpp"
#include "models/mysql_binlog/multi_az.hpp"
#include "sim/engine/sleep.hpp"

namespace writepath::mysql {

Task<bool> Monitor::hand_over(NodeId candidate) {
  if (cluster_.multi_az != nullptr) {
    const bool serves = co_await hand_over_to_standby(candidate);
    co_return serves;
  }
  if (cluster_.options.failover_waits_for == FailoverWait::all_replicas)
    co_await until_all_applied();
  const bool promoted = co_await promote(candidate);
  co_return promoted;
}

// It says at once that it will; whether it does is asked again and again: it may die meanwhile.
Task<bool> Monitor::hand_over_to_standby(NodeId standby) {
  cluster_.multi_az->set_in_sync(false);  // the old primary's volume falls behind from now on
  const DetectorSpec& detector = cluster_.options.detector;
  const std::optional<bool> agreed =
      co_await ask<bool>(cluster_.context, node_.id(), standby,
                         from_s(cluster_.options.monitor_answer_timeout_s), TakeOver{&cluster_});
  if (!agreed.has_value()) co_return false;
  for (std::int64_t misses = 0; misses < detector.failures;) {
    const std::optional<ServerStatus> status = co_await ask<ServerStatus>(
        cluster_.context, node_.id(), standby, from_s(detector.timeout_s), AskStatus{&cluster_});
    if (status.has_value() && status->serves_as_source) co_return true;
    misses = status.has_value() ? 0 : misses + 1;
    co_await sleep_for(cluster_.queue(), from_s(detector.interval_s) / 10);
  }
  co_return false;
}

// Those that were heard of; they apply at the same time.
Task<> Monitor::until_all_applied() {
  std::uint32_t replicas = 0;
  for (const Heard& h : heard_) replicas += h.answered && h.status.can_be_promoted ? 1 : 0;
  if (replicas == 0) co_return;
  QuorumWait applied(cluster_.queue(), replicas);
  for (const Heard& h : heard_)
    if (h.answered && h.status.can_be_promoted)
      node_.scope().spawn(wait_until_applied(h.server, applied.token()));
  co_await applied.reached();
}

// A replica that dies meanwhile is not waited for.
Task<> Monitor::wait_until_applied(NodeId replica, QuorumToken counted) {
  for (;;) {
    const std::optional<bool> applied =
        co_await ask<bool>(cluster_.context, node_.id(), replica,
                           from_s(cluster_.options.detector.interval_s), AskApplied{&cluster_});
    if (applied.has_value()) break;
    const std::optional<ServerStatus> status = co_await ask<ServerStatus>(
        cluster_.context, node_.id(), replica, from_s(cluster_.options.detector.timeout_s),
        AskStatus{&cluster_});
    if (!status.has_value() || !status->can_be_promoted) break;
  }
  QuorumWait::deliver(cluster_.queue(), counted);
}

// Draining a long relay log can take hours, so that the answer may be long in coming; and it can be
// lost. Whether the candidate still works on it, its status tells.
Task<bool> Monitor::promote(NodeId candidate) {
  const DetectorSpec& detector = cluster_.options.detector;
  EventQueue& queue = cluster_.queue();
  Network& network = cluster_.context.network();
  const Dialled dialled = co_await network.dial(node_.id(), candidate,
                                                from_s(cluster_.options.monitor_answer_timeout_s));
  if (dialled.result != DialResult::connected) co_return false;
  PendingReply<bool> reply(queue);
  const ReplyPath path{&cluster_.context, dialled.connection, candidate, reply.token()};
  network.send(dialled.connection, node_.id(), question_bytes, Traffic::control,
               [question = Promote{&cluster_}, path] { question(path); });
  bool promoted = false;
  std::int64_t misses = 0;
  while (!promoted && misses < detector.failures) {
    const std::optional<bool> answer =
        co_await with_timeout(queue, reply.arrives(), from_s(detector.interval_s));
    promoted = answer.has_value();
    if (promoted) break;
    const std::optional<ServerStatus> status = co_await ask<ServerStatus>(
        cluster_.context, node_.id(), candidate, from_s(detector.timeout_s), AskStatus{&cluster_});
    promoted = status.has_value() && status->serves_as_source;
    const bool works = status.has_value() && status->is_being_promoted;
    misses = works ? 0 : misses + 1;
  }
  network.close(dialled.connection, node_.id());
  co_return promoted;
}

}  // namespace writepath::mysql
