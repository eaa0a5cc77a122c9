#include "models/mysql_binlog/monitor.hpp"

#include "models/mysql_binlog/multi_az.hpp"
#include "sim/engine/sleep.hpp"

namespace writepath::mysql {

Monitor::Monitor(Cluster& cluster, Node& node, NodeId source)
    : cluster_(cluster), node_(node), source_(source) {
  node.on_boot([this](bool) { node_.scope().spawn(watch()); });
}

Task<> Monitor::watch() {
  for (;;) {
    const bool answers = co_await until_source_failed();
    milestone(Milestone::detected, source_);
    co_await fail_over(answers);
  }
}

// A server that answers and does not serve as a source (it recovers, or came back empty) is as bad
// as a silent one. Ends with whether it answered at last.
Task<bool> Monitor::until_source_failed() {
  const DetectorSpec& detector = cluster_.options.detector;
  std::int64_t misses = 0;
  bool answers = false;
  while (misses < detector.failures) {
    const TimeNs began = cluster_.now();
    const std::optional<ServerStatus> status = co_await ask<ServerStatus>(
        cluster_.context, node_.id(), source_, from_s(detector.timeout_s), AskStatus{&cluster_});
    answers = status.has_value();
    const bool serves = answers && status->serves_as_source;
    if (serves) epoch_ = status->received.epoch;
    misses = serves ? 0 : misses + 1;
    const TimeNs next = began + from_s(detector.interval_s);
    if (misses < detector.failures && next > cluster_.now())
      co_await sleep_until(cluster_.queue(), next);
  }
  co_return answers;
}

// A silent source is not asked again at first: that would only cost time.
Task<> Monitor::fail_over(bool ask_source) {
  const NodeId failed = source_;
  for (;; ask_source = true) {
    co_await survey(ask_source);
    const Heard* const alive = serving_source();
    if (alive != nullptr) {
      epoch_ = alive->status.received.epoch;
      if (source_ == failed) co_return;  // it restarted by itself
      break;
    }
    const Heard* const candidate =
        cluster_.multi_az != nullptr ? standby_in_sync() : most_advanced();
    if (candidate != nullptr) {
      source_ = candidate->server;
      epoch_ = candidate->status.received.epoch;
      milestone(Milestone::elected, source_);
      const bool promoted = co_await hand_over(source_);
      if (promoted) break;
    }
    if (ask_source)
      co_await sleep_for(cluster_.queue(), from_s(cluster_.options.detector.interval_s));
  }
  for (const auto& server : cluster_.servers)
    if (server->id() != source_) node_.scope().spawn(repoint(server->id(), source_));
}

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

// Until the server has heard it, or another source was chosen: it may be down or cut off for long.
Task<> Monitor::repoint(NodeId server, NodeId source) {
  while (source_ == source) {
    const std::optional<bool> heard = co_await ask<bool>(
        cluster_.context, node_.id(), server, from_s(cluster_.options.monitor_answer_timeout_s),
        ChangeSource{&cluster_, source});
    if (heard.has_value()) co_return;
    co_await sleep_for(cluster_.queue(), from_s(cluster_.options.detector.interval_s));
  }
}

const Monitor::Heard* Monitor::serving_source() const {
  for (const Heard& h : heard_)
    if (h.answered && h.status.serves_as_source && h.server == source_) return &h;
  return nullptr;
}

// By GTID: a server with transactions that the source's history never had (errant) does not
// qualify.
const Monitor::Heard* Monitor::most_advanced() const {
  const LogPlace history{epoch_, CommitSeq{UINT64_MAX}};
  const Heard* best = nullptr;
  for (const Heard& h : heard_)
    if (h.answered && h.status.can_be_promoted &&
        cluster_.lineages.contains(history, h.status.received) &&
        (best == nullptr || h.status.received > best->status.received))
      best = &h;
  return best;
}

// RDS does not fail over to read replicas. One that was chosen before may not have heard of it.
const Monitor::Heard* Monitor::standby_in_sync() const {
  for (const Heard& h : heard_)
    if (h.answered && h.status.stands_by && (cluster_.multi_az->in_sync() || h.server == source_))
      return &h;
  return nullptr;
}

void Monitor::milestone(Milestone milestone, NodeId node) {
  cluster_.context.state(FailoverMilestone{cluster_.now(), node, milestone});
}

}  // namespace writepath::mysql
