// Whom to promote, of those that were heard.
#include "models/mysql_binlog/monitor.hpp"
#include "models/mysql_binlog/multi_az.hpp"

namespace writepath::mysql {

const Monitor::Heard* Monitor::serving_source() const {
  for (const Heard& h : heard_)
    if (h.answered && h.status.serves_as_source && h.server == source_) return &h;
  return nullptr;
}

// By GTID: a server with transactions that the source's history never had (errant) does not
// qualify. What the source that it last chose has begun belongs to the history, also when the
// source died before it was asked: the GTIDs name it.
bool Monitor::qualifies(const Heard& heard) const {
  if (!heard.answered || !heard.status.can_be_promoted) return false;
  const LogPlace history{epoch_, CommitSeq{UINT64_MAX}}, received = heard.status.received;
  const bool is_new =
      received.epoch > epoch_ && cluster_.lineages.opened_by(received.epoch) == source_;
  return is_new || cluster_.lineages.contains(history, received);
}

// `heard_` is in the order in which the scenario lists the servers.
const Monitor::Heard* Monitor::candidate(NodeId preferred) const {
  const Heard* best = nullptr;
  for (const Heard& h : heard_) {
    if (!qualifies(h)) continue;
    if (h.server == preferred) return &h;
    if (best == nullptr) {
      best = &h;
      continue;
    }
    if (cluster_.options.candidate == CandidateChoice::first_listed) continue;
    const bool least = cluster_.options.broken == Broken::promotes_least_advanced;
    const bool better = least ? h.status.received < best->status.received
                              : h.status.received > best->status.received;
    if (better) best = &h;
  }
  return best;
}

// RDS does not fail over to read replicas. One that was chosen before may not have heard of it.
const Monitor::Heard* Monitor::standby_in_sync() const {
  for (const Heard& h : heard_)
    if (h.answered && h.status.stands_by && (cluster_.multi_az->in_sync() || h.server == source_))
      return &h;
  return nullptr;
}

}  // namespace writepath::mysql
