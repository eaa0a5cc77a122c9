#include "sim/metrics/failures.hpp"

#include <algorithm>

#include "sim/metrics/put.hpp"
#include "sim/scenario/fault_kinds.hpp"
#include "sim/scenario/words.hpp"

namespace writepath {

Failures::Failures(const MetricsConfig& config, const Lineage& lineage,
                   const Redundancy& redundancy, const Undos& undos)
    : config_(config),
      lineage_(lineage),
      redundancy_(redundancy),
      undos_(undos),
      faults_(config.scenario->faults.size()),
      split_brain_(lineage) {}

// ---- facts --------------------------------------------------------------------------------------

bool Failures::episode_is_open() const {
  return std::any_of(faults_.begin(), faults_.end(), [this](const Fault& fault) {
    return fault.struck && fault.episode == episodes_ &&
           ((fault.heals && !fault.healed) || !fault.resumption.any());
  });
}

void Failures::strike(Fault& fault, const FaultSpec& spec, TimeNs at) {
  if (!episode_is_open()) ++episodes_;
  fault.struck = true;
  fault.at = at;
  fault.episode = episodes_;
  fault.heals = heals(spec);
  fault.usual = usual_;
  fault.resumption = Resumption(at);
  ++awaiting_repair_;
}

void Failures::on(const FaultStruck& fact) {
  Fault& fault = faults_[fact.fault];
  if (!fault.struck) strike(fault, config_.scenario->faults[fact.fault], fact.at);
  if (fact.node == no_node) return;
  // Also where the process was down already: what only the kernel held goes with its host.
  if (takes_unflushed(config_.scenario->faults[fact.fault])) destructive_ = fault.episode;
  const NodeRole role = config_.nodes[fact.node.value].role;
  if (role == NodeRole::client)
    fault.clients.push_back(fact.node);
  else if (role != NodeRole::monitor)
    fault.servers.push_back(fact.node);
}

void Failures::on(const FaultHealed& fact) {
  faults_[fact.fault].healed = true;
  faults_[fact.fault].healed_at = fact.at;
}

void Failures::on(const NodeDown& fact) {
  if (fact.crash != CrashKind::process || config_.loses_with_process) destructive_ = episodes_;
}

void Failures::on(const ProbeDone& fact) {
  const auto count = [&](Probes& probes) {
    ++probes.done;
    probes.failed += !fact.ok;
    probes.last = std::max(probes.last, fact.started);
  };
  const bool struck = std::any_of(faults_.begin(), faults_.end(), [&](const Fault& fault) {
    return fault.struck && fact.at >= fault.at && fact.started < fault.healed_at &&
           std::find(fault.clients.begin(), fault.clients.end(), fact.client) !=
               fault.clients.end();
  });
  if (struck) return;
  if (fact.started >= config_.window_begin && fact.started < config_.window_end)
    count(fact.write ? write_ : read_);
  for (Fault& fault : faults_)
    if (fault.struck && fault.episode == episodes_ && fact.started >= fault.at)
      count(fact.write ? fault.write : fault.read);
  // A probe's write is a transaction like any other: commits are back when it is acknowledged.
  if (!fact.write || !fact.ok) return;
  for (Fault& fault : faults_)
    if (fault.struck) fault.resumption.acked(fact.place, fact.started, fact.started, fact.at);
}

void Failures::on(const HeartbeatWritten& fact) {
  ++heartbeats_written_;
  heartbeats_.add(lineage_.first_name(fact.place), fact.at);
}

void Failures::on(const CommitAcked& fact, LogPlace place) {
  if (is_place(place)) acked_.add(place, fact.at);
  split_brain_.acked(place, fact.at);
  if (episodes_ == 0) {
    // What is usual is learnt before the first fault.
    if (last_ack_ != never) usual_ = std::max(usual_, fact.at - last_ack_);
    usual_ = std::max(usual_, fact.at - fact.intended_start);
    last_ack_ = fact.at;
  }
  ended(fact.commit_sent, fact.at);
  for (Fault& fault : faults_)
    if (fault.struck) fault.resumption.acked(place, fact.intended_start, fact.commit_sent, fact.at);
}

void Failures::on(const CommitFailed& fact, const TransactionState* state) {
  if (state && state->commit_sent != never) ended(state->commit_sent, fact.at);
}

void Failures::on(const CommitUnknown& fact) { ended(fact.commit_sent, fact.at); }

void Failures::ended(TimeNs commit_sent, TimeNs at) {
  for (Fault& fault : faults_)
    if (fault.struck) fault.resumption.ended(commit_sent, at);
}

void Failures::repaired(TimeNs now) {
  for (Fault& fault : faults_) {
    if (!fault.struck || fault.whole_at != never || now == fault.at) continue;
    if ((fault.heals && !fault.healed) || !fault.resumption.any()) continue;
    const bool whole = std::all_of(fault.servers.begin(), fault.servers.end(),
                                   [&](NodeId node) { return redundancy_.whole(node, now); });
    if (!whole) continue;
    fault.whole_at = now;
    --awaiting_repair_;
  }
}

// ---- what was lost, and by which episode
// ------------------------------------------------------------

std::uint32_t Failures::episode_before(TimeNs at) const {
  std::uint32_t episode = no_episode;
  for (const Fault& fault : faults_)
    if (fault.struck && fault.at <= at) episode = std::max(episode, fault.episode);
  return episode;
}

void Failures::Loss::add(const AckedLog::EpochLog& log, std::uint64_t after, std::uint64_t upto,
                         std::uint64_t on_some_disk) {
  const std::uint64_t count = log.places.count(after, upto);
  if (count == 0) return;
  lost += count;
  recoverable += log.places.count(after, std::min(upto, on_some_disk));
  const AckTimes::Span span = log.times.between(after, upto);
  first = std::min(first, span.first);
  last = std::max(last, span.last);
}

std::vector<Failures::Loss> Failures::losses(const AckedLog& acked, const FinalState& state) const {
  std::vector<Loss> by_episode(episodes_ + 1);
  for (const AckedLog::EpochLog& log : acked.epochs()) {
    const std::uint64_t kept = kept_of(state.surviving_log, log.epoch);
    std::uint64_t on_some_disk = 0;
    for (const FinalState::NodeLog& disk : state.logs_on_disk)
      on_some_disk = std::max(on_some_disk, kept_of(disk.log, log.epoch));
    // Each fork after the epoch began may have cut some of it off; what no fork explains was lost
    // with the last hosts that went down.
    std::uint64_t upto = log.places.max();
    bool begun = lineage_.fork_of(log.epoch) == nullptr;
    for (const Lineage::Fork& fork : lineage_.forks()) {
      if (fork.epoch == log.epoch) begun = true;
      if (!begun || fork.epoch == log.epoch) continue;
      const LogPlace tip{fork.epoch, CommitSeq{UINT64_MAX}};
      const std::uint64_t after = std::max(kept, lineage_.shared(tip, log.epoch));
      if (after >= upto) continue;
      by_episode[episode_before(fork.at)].add(log, after, upto, on_some_disk);
      upto = after;
    }
    if (kept < upto) by_episode[destructive_].add(log, kept, upto, on_some_disk);
  }
  return by_episode;
}

std::uint64_t Failures::errant(const FinalState& state) const {
  // By epoch, the furthest that any server's data go: copies of one tail count once.
  LogEnds furthest;
  for (const FinalState::NodeLog& disk : state.logs_on_disk)
    for (const LogPlace& end : disk.log) {
      const auto known = std::find_if(furthest.begin(), furthest.end(),
                                      [&](LogPlace at) { return at.epoch == end.epoch; });
      if (known == furthest.end())
        furthest.push_back(end);
      else
        known->seq = std::max(known->seq, end.seq);
    }
  std::uint64_t count = 0;
  for (const LogPlace& end : furthest) {
    const Lineage::Fork* const fork = lineage_.fork_of(end.epoch);
    const std::uint64_t kept = std::max(kept_of(state.surviving_log, end.epoch),
                                        fork != nullptr ? fork->kept.seq.value : 0);
    if (end.seq.value > kept) count += end.seq.value - kept;
  }
  return count;
}

std::vector<Failures::Split> Failures::splits() const {
  std::vector<Split> by_episode(episodes_ + 1);
  for (const SplitBrain::Result& result : split_brain_.results()) {
    Split& split = by_episode[episode_before(result.forked)];
    split.transactions += result.transactions;
    split.both += result.both;
  }
  return by_episode;
}

// ---- results
// ------------------------------------------------------------------------------------------

void Failures::put_recovery(SubjectMetrics& to, const Fault& fault, const FinalState& state) const {
  const Resumption::Result resumed = fault.resumption.result(lineage_, state.surviving_log);
  const TimeNs until = resumed.at.value_or(state.end);
  const Failovers::Parts parts = failovers_.parts(fault.at, until);
  const bool interrupted = !resumed.at || parts.failover || *resumed.at - fault.at > fault.usual;
  const auto put_part = [&](const char* name, DurationNs length) {
    std::optional<double> value;
    if (resumed.at) value = interrupted ? to_s(length) : 0.0;
    put(to.metrics, name, value);
  };
  put_part("rto_s", until - fault.at);
  put_part("detect_s", parts.detect);
  put_part("detect_configured_s", parts.detect_configured);
  put_part("detect_rest_s", parts.detect - parts.detect_configured);
  put_part("elect_s", parts.elect);
  put_part("start_s", parts.start);
  put_part("survey_s", parts.survey);
  put_part("recover_s", parts.recover);
  // The first commit may have to wait itself: for a quorum, a replica's acknowledgement, a path.
  const TimeNs sent = std::clamp(resumed.sent, parts.opened, std::max(parts.opened, until));
  put_part("reconnect_s", sent - parts.opened);
  put_part("first_commit_s", until - sent);
  put(to.metrics, "commits_stalled", interrupted ? static_cast<double>(resumed.stalled) : 0.0);
  put_undo(to.metrics, fault);
  to.censored = !resumed.at;
}

/// After the opening, so no part of the RTO. An opening is the last fault's before it.
void Failures::put_undo(Metrics& to, const Fault& fault) const {
  TimeNs next = never;
  for (const Fault& other : faults_)
    if (other.struck && other.at > fault.at) next = std::min(next, other.at);
  const Undos::Opening* const opening = undos_.first_within(fault.at, next);
  put(to, "in_flight_transactions", opening ? static_cast<double>(opening->found) : 0.0);
  std::optional<double> undo_s = 0;
  if (opening != nullptr) {
    undo_s.reset();
    if (opening->complete()) undo_s = to_s(opening->ended - opening->opened);
  }
  put(to, "undo_s", undo_s);
}

std::optional<double> Failures::unavailable_s(const Fault& fault, const Probes& probes) const {
  if (probes.done == 0) return std::nullopt;
  const double span =
      to_s(probes.last - fault.at) + 1 / config_.scenario->workload.probe.rate_per_s;
  return span * static_cast<double>(probes.failed) / static_cast<double>(probes.done);
}

void Failures::put_fault(SubjectMetrics& to, const Fault& fault, const Loss& loss,
                         std::optional<double> lost_heartbeats, const FinalState& state) const {
  put(to.metrics, "episode", fault.episode);
  put(to.metrics, "rpo_transactions", static_cast<double>(loss.lost));
  put(to.metrics, "recoverable_transactions", static_cast<double>(loss.recoverable));
  put(to.metrics, "rpo_s", loss.lost == 0 ? 0.0 : to_s(loss.last - loss.first));
  put(to.metrics, "rpo_heartbeats", lost_heartbeats);
  put_recovery(to, fault, state);
  put(to.metrics, "write_unavailable_s", unavailable_s(fault, fault.write));
  put(to.metrics, "read_unavailable_s", unavailable_s(fault, fault.read));
  std::optional<double> whole;
  if (fault.whole_at != never) whole = to_s(fault.whole_at - fault.at);
  put(to.metrics, "time_to_full_redundancy_s", whole);
}

void Failures::put_split(Metrics& to, const Split& split) {
  put(to, "split_brain_transactions", static_cast<double>(split.transactions));
  put(to, "split_brain_s", to_s(split.both));
}

void Failures::put_run(Metrics& to, const std::vector<Loss>& losses,
                       const std::vector<Loss>& heartbeats, const std::vector<Split>& splits,
                       const FinalState& state) const {
  const auto sum = [](const std::vector<Loss>& of) {
    std::uint64_t lost = 0;
    for (const Loss& loss : of) lost += loss.lost;
    return static_cast<double>(lost);
  };
  const auto of_heartbeats = [this](double count) -> std::optional<double> {
    if (!config_.scenario->workload.heartbeat.enabled) return std::nullopt;
    return count;
  };
  put(to, "commits_lost", sum(losses));
  put(to, "commits_lost_without_fault", static_cast<double>(losses[no_episode].lost));
  Split all;
  for (const Split& split : splits) {
    all.transactions += split.transactions;
    all.both += split.both;
  }
  put_split(to, all);
  put(to, "errant_transactions", static_cast<double>(errant(state)));
  put(to, "heartbeats_written", of_heartbeats(static_cast<double>(heartbeats_written_)));
  put(to, "heartbeats_lost", of_heartbeats(sum(heartbeats)));
  const auto share = [](const Probes& probes) {
    return ratio(static_cast<double>(probes.done - probes.failed),
                 static_cast<double>(probes.done));
  };
  put(to, "write_availability", share(write_));
  put(to, "read_availability", share(read_));
}

void Failures::finish(const FinalState& state, RunSummary& summary) {
  const std::vector<Loss> by_episode = losses(acked_, state);
  const std::vector<Loss> heartbeats = losses(heartbeats_, state);
  const std::vector<Split> split = splits();
  put_run(summary.metrics, by_episode, heartbeats, split, state);
  for (std::size_t i = 0; i < faults_.size(); ++i) {
    const FaultSpec& spec = config_.scenario->faults[i];
    if (!spec.architecture.empty() && spec.architecture != config_.architecture->name) continue;
    SubjectMetrics subject{.id = spec.id, .kind = to_text(spec.kind), .metrics = {}};
    subject.applicable = faults_[i].struck;
    if (subject.applicable) {
      const std::uint32_t episode = faults_[i].episode;
      std::optional<double> lost;
      if (config_.scenario->workload.heartbeat.enabled)
        lost = static_cast<double>(heartbeats[episode].lost);
      put_fault(subject, faults_[i], by_episode[episode], lost, state);
      put_split(subject.metrics, split[episode]);
    }
    summary.faults.push_back(std::move(subject));
  }
}

}  // namespace writepath
