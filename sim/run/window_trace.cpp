#include <map>

#include "sim/run/transaction_trace.hpp"

namespace writepath {

using namespace trace;

namespace {

Role role_of(NodeRole role) {
  switch (role) {
    case NodeRole::client:
      return Role::client;
    case NodeRole::primary:
      return Role::primary;
    case NodeRole::storage:
      return Role::storage;
    case NodeRole::replica:
    case NodeRole::standby:
      return Role::replica;
    case NodeRole::monitor:
      return Role::other;
  }
  return Role::other;
}

std::string spaced(std::string name) {
  for (char& c : name)
    if (c == '_') c = ' ';
  return name;
}

}  // namespace

Trace with_nodes(const TraceRecorder& seen) {
  Trace t;
  t.begin = seen.begin();
  t.end = seen.end();
  for (const NodeInfo& n : seen.nodes) t.nodes.push_back({n.name, n.az, role_of(n.role)});
  return t;
}

TracedMessage to_traced(const TraceRecorder::SeenMessage& m) {
  return {m.from.value, m.to.value, m.sent, m.arrived, m.bytes, spaced(name_of(m.traffic)), false};
}

TracedSpan to_traced(const TraceRecorder::SeenRequest& r) {
  const std::string what = spaced(name_of(r.request.purpose));
  const char* const does = r.request.read ? " read" : r.request.flush ? " flush" : " write";
  return {r.node.value,     r.request.asked, r.request.done,
          SpanKind::device, what + does,     r.request.bytes};
}

Trace window_trace(const TraceRecorder& seen) {
  Trace t = with_nodes(seen);
  for (const auto& m : seen.messages) t.messages.push_back(to_traced(m));
  for (const auto& r : seen.requests)
    if (r.node != no_node) t.spans.push_back(to_traced(r));

  // A request's answer ends the statement; what is still open ends with the window.
  std::map<std::uint64_t, std::pair<std::size_t, TimeNs>> open;
  for (const auto& m : seen.messages) {
    if (m.tag.txn == no_txn || m.traffic != Traffic::client) continue;
    const bool request = t.nodes[m.from.value].role == Role::client;
    if (request && m.arrived != never) {
      open[m.tag.txn.value] = {m.to.value, m.arrived};
    } else if (const auto found = open.find(m.tag.txn.value); found != open.end()) {
      t.spans.push_back({found->second.first, found->second.second, m.sent, SpanKind::statement,
                         "transaction " + std::to_string(m.tag.txn.value), 0});
      open.erase(found);
    }
  }
  std::map<std::uint64_t, TimeNs> before;
  for (const CommitSent& c : seen.commits_sent) before[c.txn.value] = c.at;
  for (const auto& step : seen.steps) {
    const auto [last, fresh] = before.try_emplace(step.txn.value, step.at);
    t.spans.push_back({step.node.value, last->second, step.at, SpanKind::step,
                       std::string("until ") + spaced(seen.step_names[step.step]), 0});
    last->second = step.at;
  }
  for (const CommitAcked& c : seen.commits_acked) {
    t.spans.push_back({c.client.value, std::max(c.commit_sent, t.begin), c.at, SpanKind::commit,
                       "commit of " + std::to_string(c.txn.value), 0});
    t.marks.push_back({c.client.value, c.at, MarkKind::acknowledged,
                       "transaction " + std::to_string(c.txn.value) + " acknowledged"});
  }
  for (const ReplicaProgress& p : seen.progress)
    if (p.stage == ReplicaStage::visible)
      t.marks.push_back({p.node.value, p.at, MarkKind::visible,
                         "visible up to " + std::to_string(p.place.seq.value)});
  for (const NodeDown& d : seen.downs)
    t.marks.push_back({d.node.value, d.at, MarkKind::fact, "down"});
  for (const NodeUp& u : seen.ups) t.marks.push_back({u.node.value, u.at, MarkKind::fact, "up"});
  sort(t);
  return t;
}

}  // namespace writepath
