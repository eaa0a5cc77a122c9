#include "sim/metrics/backlog.hpp"

#include <algorithm>

namespace writepath {
namespace {

constexpr auto visible = static_cast<std::size_t>(ReplicaStage::visible);

}  // namespace

Backlog::EpochLog* Backlog::find(Epoch epoch) {
  for (std::size_t i = logs_.size(); i-- > 0;)
    if (logs_[i].epoch == epoch) return &logs_[i];
  return nullptr;
}
const Backlog::EpochLog* Backlog::find(Epoch epoch) const {
  return const_cast<Backlog*>(this)->find(epoch);
}

Backlog::EpochLog& Backlog::epoch_log(Epoch epoch) {
  if (EpochLog* log = find(epoch)) return *log;
  EpochLog log{.epoch = epoch, .entries = {}, .cursors = std::vector<Cursor>(nodes_)};
  logs_.push_back(std::move(log));
  return logs_.back();
}

Backlog::Entry* Backlog::entry(EpochLog& log, std::uint64_t seq) {
  if (log.entries.end() == 0) log.entries.restart(seq);
  while (log.entries.end() <= seq) log.entries.push({});
  return log.entries.holds(seq) ? &log.entries.at(seq) : nullptr;
}

void Backlog::order(LogPlace place, bool awaited) {
  Entry* found = entry(epoch_log(place.epoch), place.seq.value);
  if (found && awaited && !found->acked()) found->ack = not_yet;
}

void Backlog::abandon(LogPlace place) {
  EpochLog* log = find(place.epoch);
  if (!log || !log->entries.holds(place.seq.value)) return;
  Entry& found = log->entries.at(place.seq.value);
  if (!found.acked()) found.ack = not_awaited;
  release(*log);
}

void Backlog::acknowledge(LogPlace place, TimeNs at, bool counts) {
  EpochLog& log = epoch_log(place.epoch);
  const std::uint64_t seq = place.seq.value;
  Entry* found = entry(log, seq);
  if (!found || found->acked()) return;
  *found = {at, counts};
  for (std::uint32_t node = 0; node < nodes_; ++node) {
    const Cursor& cursor = log.cursors[node];
    if (cursor.upto[visible] >= seq)
      arrive(log, node, seq, *found, passed(cursor, visible, seq, at));
  }
  release(log);
}

void Backlog::progress(NodeId node, ReplicaStage stage, LogPlace place, TimeNs at) {
  if (!is_place(place)) return;
  epoch_log(place.epoch);
  advance(place.epoch, node.value, static_cast<std::size_t>(stage), place.seq.value, at);
}

void Backlog::advance(Epoch epoch, std::uint32_t node, std::size_t stage, std::uint64_t seq,
                      TimeNs at) {
  // Whoever has reached a position has reached what its epoch was built on.
  while (EpochLog* log = find(epoch)) {
    Cursor& cursor = log->cursors[node];
    const std::uint64_t before = cursor.upto[stage];
    if (seq <= before) return;
    cursor.upto[stage] = seq;
    if (seq >= log->entries.begin()) cursor.marks[stage].push({seq, at});
    if (stage == visible) {
      const std::uint64_t last = std::min(seq + 1, log->entries.end());
      for (std::uint64_t n = std::max(before + 1, log->entries.begin()); n < last; ++n) {
        const TimeNs shown = cursor.ahead.size() == 0 ? at : take_ahead(cursor, n, at);
        if (log->entries.at(n).acked())
          arrive(*log, node, n, log->entries.at(n), shown, shown < at);
      }
      release(*log);
    }
    const Lineage::Fork* fork = lineage_.fork_of(epoch);
    if (!fork) return;
    seq = std::min(seq, fork->kept.seq.value);
    epoch = fork->kept.epoch;
  }
}

void Backlog::show_ahead(NodeId node, LogPlace place, TimeNs at) {
  Cursor& cursor = epoch_log(place.epoch).cursors[node.value];
  if (place.seq.value > cursor.upto[visible]) cursor.ahead[place.seq.value] = at;
}

TimeNs Backlog::take_ahead(Cursor& cursor, std::uint64_t seq, TimeNs otherwise) {
  const TimeNs* const at = cursor.ahead.find(seq);
  if (at == nullptr) return otherwise;
  const TimeNs shown = *at;
  cursor.ahead.erase(seq);
  return shown;
}

TimeNs Backlog::passed(const Cursor& cursor, std::size_t stage, std::uint64_t seq,
                       TimeNs otherwise) {
  const Ring<Mark>& marks = cursor.marks[stage];
  std::uint64_t low = marks.begin(), high = marks.end();
  while (low < high) {
    const std::uint64_t middle = low + (high - low) / 2;
    if (marks.at(middle).seq >= seq)
      high = middle;
    else
      low = middle + 1;
  }
  return low == marks.end() ? otherwise : marks.at(low).at;
}

void Backlog::arrive(EpochLog& log, std::uint32_t node, std::uint64_t seq, const Entry& entry,
                     TimeNs visible_at, bool ahead) {
  if (!followers_.at(node).counts(entry.ack)) return;
  Arrival arrival{node, entry.ack, entry.counts, {}};
  arrival.passed[visible] = visible_at;
  for (std::size_t stage = visible; stage-- > 0;) {
    const TimeNs next = arrival.passed[stage + 1];
    arrival.passed[stage] = passed(log.cursors[node], stage, seq, next);
    // A mark says when all before had passed too: for what came ahead of them that is too late.
    if (ahead) arrival.passed[stage] = std::min(arrival.passed[stage], next);
  }
  listener_.arrived(arrival);
}

void Backlog::fork(const LineageForked& fact) {
  epoch_log(fact.epoch);
  const LogPlace tip{fact.epoch, CommitSeq{UINT64_MAX}};
  for (EpochLog& log : logs_) {
    log.cut_after = lineage_.shared(tip, log.epoch);
    const std::uint64_t first = std::max(log.cut_after + 1, log.entries.begin());
    for (std::uint64_t n = first; log.cut_after < UINT64_MAX && n < log.entries.end(); ++n) {
      Entry& lost = log.entries.at(n);
      for (std::uint32_t node = 0; lost.acked() && node < nodes_; ++node)
        if (followers_.at(node).counts(lost.ack) && log.cursors[node].upto[visible] < n)
          listener_.gave_up(node, lost.ack, lost.counts, fact.at);
      if (lost.acked()) lost.ack = not_awaited;
    }
    release(log);
  }
}

void Backlog::settle(std::uint32_t node, TimeNs until) {
  for (EpochLog& log : logs_) {
    const std::uint64_t first = std::max(log.cursors[node].upto[visible] + 1, log.entries.begin());
    for (std::uint64_t n = first; n < log.entries.end(); ++n) {
      const Entry& waiting = log.entries.at(n);
      if (waiting.acked() && followers_.at(node).counts(waiting.ack))
        listener_.gave_up(node, waiting.ack, waiting.counts, until);
    }
  }
}

bool Backlog::waited_for(const EpochLog& log, std::uint64_t seq, const Entry& entry) const {
  if (entry.ack == not_yet) return true;
  if (!entry.acked()) return false;
  for (std::uint32_t node = 0; node < nodes_; ++node)
    if (followers_.at(node).tracks(entry.ack) && log.cursors[node].upto[visible] < seq) return true;
  return false;
}

void Backlog::release(EpochLog& log) {
  const std::uint64_t before = log.entries.begin();
  while (!log.entries.empty() && !waited_for(log, log.entries.begin(), log.entries.front()))
    log.entries.pop();
  if (log.entries.begin() == before) return;
  for (Cursor& cursor : log.cursors)
    for (Ring<Mark>& marks : cursor.marks)
      while (!marks.empty() && marks.front().seq < log.entries.begin()) marks.pop();
}

void Backlog::release() {
  for (EpochLog& log : logs_) release(log);
}

bool Backlog::everywhere(LogPlace place, TimeNs ack) const {
  const EpochLog* log = find(place.epoch);
  if (!log || place.seq.value > log->cut_after) return true;
  return !waited_for(*log, place.seq.value, {ack, false});
}

DurationNs Backlog::lag(std::uint32_t node, TimeNs now) const {
  DurationNs oldest = 0;
  for (const EpochLog& log : logs_) {
    std::uint64_t n = std::max(log.cursors[node].upto[visible] + 1, log.entries.begin());
    for (; n < log.entries.end() && n <= log.cut_after; ++n) {
      const Entry& waiting = log.entries.at(n);
      if (!waiting.acked() || !followers_.at(node).tracks(waiting.ack)) continue;
      oldest = std::max(oldest, now - waiting.ack);
      break;
    }
  }
  return oldest;
}

std::uint64_t Backlog::size() const {
  std::uint64_t sum = 0;
  for (const EpochLog& log : logs_) sum += log.entries.size();
  return sum;
}

}  // namespace writepath
