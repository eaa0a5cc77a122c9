// Which of all messages and flushes belong to one transaction. Client messages name it; log
// messages carry a stretch of positions, sequence numbers in MySQL and LSNs in Aurora, and its
// position is a fact. What an acknowledgement is for is known by the same.
#include "sim/run/transaction_trace.hpp"

#include <algorithm>
#include <optional>
#include <set>

namespace writepath {

using namespace trace;

namespace {

constexpr DurationNs shown_after_ack_at_least = 4 * ns_per_ms;

class Selection {
 public:
  Selection(const TraceRecorder& seen, TxnId txn) : seen_(seen), txn_(txn), t_(with_nodes(seen)) {}

  Trace make() {
    if (!find_facts()) return t_;
    client_messages();
    log_messages();
    acknowledgements();
    streams();
    mirror();
    flushes();
    steps();
    progress();
    bound();
    sort(t_);
    return std::move(t_);
  }

 private:
  using Seen = TraceRecorder::SeenMessage;

  bool find_facts() {
    for (const CommitSent& c : seen_.commits_sent)
      if (c.txn == txn_) sent_ = c;
    for (const CommitAcked& c : seen_.commits_acked)
      if (c.txn == txn_) acked_ = c;
    for (const CommitOrdered& c : seen_.commits_ordered)
      if (c.txn == txn_) ordered_ = c;
    if (!sent_ || !acked_) return false;
    t_.begin = sent_->at;
    t_.latency = acked_->at - sent_->at;
    seq_ = acked_->place.seq.value;
    lsn_ = ordered_ ? ordered_->lsn.value : 0;
    return true;
  }

  bool in_lsns(const Seen& m) const {
    return m.traffic == Traffic::redo || m.traffic == Traffic::redo_stream ||
           role(m.from) == NodeRole::storage;
  }
  NodeRole role(NodeId node) const { return seen_.nodes[node.value].role; }
  bool is_server(NodeId node) const { return node == sent_->server; }

  void show(const Seen& m) { t_.messages.push_back(to_traced(m)); }

  void client_messages() {
    work_begins_ = sent_->at;
    answered_ = acked_->at;
    for (const Seen& m : seen_.messages) {
      if (m.traffic != Traffic::client || m.tag.txn != txn_) continue;
      show(m);
      const bool request = is_server(m.to);
      t_.messages.back().kind = request ? "COMMIT" : "OK";
      if (request) work_begins_ = m.arrived;
      if (!request) answered_ = m.sent;
    }
    t_.spans.push_back({sent_->server.value, work_begins_, answered_, SpanKind::statement,
                        "at work on the transaction", 0});
    t_.marks.push_back({acked_->client.value, acked_->at, MarkKind::acknowledged, "acknowledged"});
  }

  /// Binlog events with it, once to each; boxcars of redo up to its commit record.
  void log_messages() {
    std::set<std::uint32_t> told;  // of the binlog
    for (const Seen& m : seen_.messages) {
      if (m.traffic == Traffic::binlog && m.tag.first < seq_ && seq_ <= m.tag.last &&
          told.insert(m.to.value).second)
        show(m);
      if (m.traffic == Traffic::redo && m.tag.first < lsn_ && m.sent >= first_redo() &&
          m.sent <= answered_) {
        show(m);
        passes_on_.insert(m.to.value);
        boxcars_.insert(m.tag.last);
        commit_boxcar_ = std::max(commit_boxcar_, m.tag.last);
      }
    }
  }

  /// When its redo can have left at the earliest: the first step is that the pages are changed.
  TimeNs first_redo() const {
    for (const auto& step : seen_.steps)
      if (step.txn == txn_ && step.step == 0) return step.at;
    return work_begins_;
  }

  void acknowledgements() {
    std::set<std::uint32_t> heard;
    std::vector<std::pair<TimeNs, std::size_t>> deciding;  // of what holds the commit: arrived, who
    for (const Seen& m : seen_.messages) {
      if (m.traffic != Traffic::ack || m.tag.last == 0) continue;
      // Not to its server: on its way back along a chain.
      if (!is_server(m.to) && (passes_on_.count(m.to.value) == 0 || m.arrived > answered_))
        continue;
      const bool lsns = in_lsns(m);
      if (lsns ? boxcars_.count(m.tag.last) == 0
               : m.tag.last < seq_ || !heard.insert(m.from.value).second)
        continue;
      show(m);
      if (m.arrived == never || !is_server(m.to) || (lsns && m.tag.last != commit_boxcar_))
        continue;
      deciding.emplace_back(m.arrived, t_.messages.size() - 1);
    }
    std::stable_sort(deciding.begin(), deciding.end());
    t_.acks = static_cast<std::uint32_t>(deciding.size());
    // The model says how long the deciding one was on its way back.
    const DurationNs back = acked_->breakdown[CommitPart::back];
    if (back <= 0) return;
    for (std::uint32_t i = 0; i < deciding.size(); ++i) {
      TracedMessage& m = t_.messages[deciding[i].second];
      if (m.arrived - m.sent != back || m.arrived > answered_) continue;
      m.decides = true;
      t_.decided = i + 1;
      return;
    }
  }

  /// To Aurora's readers: the first piece with its commit record, and the first notice that this is
  /// durable.
  void streams() {
    std::set<std::uint32_t> with_it, notified;
    for (const Seen& m : seen_.messages) {
      if (m.traffic != Traffic::redo_stream || lsn_ == 0) continue;
      const bool carries_it = m.tag.first < lsn_ && lsn_ <= m.tag.last;
      const bool first = carries_it && with_it.insert(m.to.value).second;
      const bool notice = m.tag.durable_to >= lsn_ && notified.insert(m.to.value).second;
      if (!first && !notice) continue;
      show(m);
      if (!first) t_.messages.back().kind = "durable up to";
    }
  }

  /// A mirrored volume's messages name no transaction: those that its server's flushes wait for
  /// meanwhile.
  void mirror() {
    std::set<std::uint32_t> standby;
    for (const Seen& m : seen_.messages) {
      if (m.sent < work_begins_ || m.sent > answered_) continue;
      if (m.traffic == Traffic::mirror && is_server(m.from)) {
        standby.insert(m.to.value);
        show(m);
      }
      if (m.traffic == Traffic::ack && m.tag.last == 0 && is_server(m.to) &&
          standby.count(m.from.value) != 0)
        show(m);
    }
  }

  std::optional<TimeNs> stage(NodeId node, ReplicaStage stage) const {
    for (const ReplicaProgress& p : seen_.progress)
      if (p.node == node && p.stage == stage && p.place.seq.value >= seq_) return p.at;
    return std::nullopt;
  }

  /// The last of these flushes at a node within [from, to].
  void last_flush(NodeId node, Purpose purpose, TimeNs from, TimeNs to) {
    const TraceRecorder::SeenRequest* last = nullptr;
    for (const auto& r : seen_.requests)
      if (r.node == node && r.request.flush && r.request.purpose == purpose &&
          r.request.asked >= from && r.request.done <= to)
        if (last == nullptr || r.request.done > last->request.done) last = &r;
    if (last != nullptr && shown_.insert(last).second) t_.spans.push_back(to_traced(*last));
  }

  void flushes() {
    for (const auto& r : seen_.requests) {
      const bool numbered =
          r.request.purpose == Purpose::binlog || r.request.purpose == Purpose::relay_log;
      if (r.request.flush && numbered && r.request.first < seq_ && seq_ <= r.request.last &&
          r.request.asked <= seen_.end() && r.node != no_node && shown_.insert(&r).second)
        t_.spans.push_back(to_traced(r));
    }
    for (const auto& step : seen_.steps)
      if (step.txn == txn_ && std::string(seen_.step_names[step.step]) == "redo_flushed")
        last_flush(step.node, Purpose::redo, work_begins_, step.at);
    // A storage node answers as soon as a flush of its hot log ends.
    for (const Seen& m : seen_.messages)
      if (m.traffic == Traffic::ack && in_lsns(m) && boxcars_.count(m.tag.last) != 0)
        last_flush(m.from, Purpose::log_record, work_begins_, m.sent);
    for (std::uint32_t n = 0; n < seen_.nodes.size(); ++n) {
      const auto began = stage(NodeId{n}, ReplicaStage::apply_started);
      const auto ended = stage(NodeId{n}, ReplicaStage::visible);
      if (role(NodeId{n}) == NodeRole::replica && began && ended)
        last_flush(NodeId{n}, Purpose::redo, *began, *ended);
    }
  }

  void steps() {
    TimeNs before = work_begins_;
    for (const auto& step : seen_.steps) {
      if (step.txn != txn_) continue;
      std::string name = seen_.step_names[step.step];
      std::replace(name.begin(), name.end(), '_', ' ');
      t_.spans.push_back(
          {step.node.value, before, std::max(before, step.at), SpanKind::step, "until " + name, 0});
      before = std::max(before, step.at);
    }
  }

  void progress() {
    for (std::uint32_t n = 0; n < seen_.nodes.size(); ++n) {
      const NodeId node{n};
      if (role(node) != NodeRole::replica || is_server(node)) continue;
      const auto began = stage(node, ReplicaStage::apply_started);
      const auto ended = stage(node, ReplicaStage::visible);
      if (began && ended && *began < *ended)
        t_.spans.push_back({n, *began, *ended, SpanKind::apply, "apply", 0});
      if (ended)
        t_.marks.push_back({n, *ended, MarkKind::visible, "visible to readers"});
      else
        t_.notes.push_back("not visible at " + seen_.nodes[n].name + " within the picture");
    }
  }

  /// The picture ends soon after the acknowledgement, whatever comes later.
  void bound() {
    const TimeNs limit = acked_->at + std::max(t_.latency, shown_after_ack_at_least);
    for (const TracedMark& m : t_.marks)
      if (m.kind == MarkKind::visible && m.at > limit)
        t_.notes.push_back("visible at " + t_.nodes[m.node].name + " only " +
                           decimal((m.at - t_.begin) / 1000, 1000) + " ms after COMMIT");
    std::erase_if(t_.messages, [&](const auto& m) { return m.sent > limit; });
    std::erase_if(t_.spans, [&](const auto& s) { return s.end > limit; });
    std::erase_if(t_.marks, [&](const auto& m) { return m.at > limit; });
    t_.end = acked_->at;
    for (const TracedMessage& m : t_.messages)
      if (m.arrived != never) t_.end = std::max(t_.end, m.arrived);
    for (const TracedSpan& s : t_.spans) t_.end = std::max(t_.end, s.end);
    for (const TracedMark& m : t_.marks) t_.end = std::max(t_.end, m.at);
    for (TracedMessage& m : t_.messages)
      if (m.arrived != never && m.arrived > limit) m.arrived = never;
  }

  const TraceRecorder& seen_;
  const TxnId txn_;
  Trace t_;
  std::optional<CommitSent> sent_;
  std::optional<CommitAcked> acked_;
  std::optional<CommitOrdered> ordered_;
  std::uint64_t seq_ = 0, lsn_ = 0, commit_boxcar_ = 0;
  TimeNs work_begins_ = 0, answered_ = 0;
  std::set<std::uint64_t> boxcars_;                    // by their last LSN
  std::set<std::uint32_t> passes_on_;                  // nodes that redo was sent to
  std::set<const TraceRecorder::SeenRequest*> shown_;  // asked for membership only
};

}  // namespace

Trace transaction_trace(const TraceRecorder& seen, TxnId txn) {
  return Selection(seen, txn).make();
}

}  // namespace writepath
