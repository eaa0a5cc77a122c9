#include "sim/workload/heartbeat.hpp"

#include <algorithm>

#include "sim/workload/own_transactions.hpp"

namespace writepath {

namespace {

constexpr const char* type_name = "~heartbeat";

}  // namespace

TransactionType heartbeat_transaction() { return own_transaction(type_name, 300, 320); }

/// An update that has been sent and not been answered. One whose server died goes with it.
class Heartbeat::UnderWay {
 public:
  UnderWay(Heartbeat& heartbeat, const Update& update) : heartbeat_(heartbeat), txn_(update.txn) {
    heartbeat_.under_way_.push_back(update);
  }
  UnderWay(const UnderWay&) = delete;
  UnderWay& operator=(const UnderWay&) = delete;
  ~UnderWay() {
    std::erase_if(heartbeat_.under_way_, [this](const Update& u) { return u.txn == txn_; });
  }

 private:
  Heartbeat& heartbeat_;
  TxnId txn_;
};

Heartbeat::Heartbeat(Clients& clients, ReplicationModel& model, TimeNs stop)
    : clients_(clients),
      model_(model),
      type_(index_of_own(clients.scenario, type_name)),
      interval_(from_s(clients.scenario.workload.heartbeat.interval_s)),
      skew_(from_s(clients.scenario.workload.heartbeat.skew_s)),
      stop_(stop) {
  clients_.facts.add_sink(*this);
}

void Heartbeat::begin() {
  for (const Endpoints::Member& member : clients_.endpoints.members()) {
    if (member.initial != NodeRole::primary && member.initial != NodeRole::replica) continue;
    readers_.push_back({member.node});
    post_reading(readers_.size() - 1);
  }
  post_update(clients_.endpoints.assigned_writer());
}

// The interval that this moment stands nearest to is over: the clock is read to a nanosecond, and
// timers are set by true time.
DurationNs Heartbeat::until_next(NodeId node, DurationNs skew) const {
  const TimeNs local = clients_.world.node(node).local_time() - skew;
  DurationNs since = (local + interval_ / 2) % interval_;
  if (since < 0) since += interval_;
  const DurationNs by_clock = interval_ - (since - interval_ / 2);
  const double rate = 1 + clients_.world.node(node).config().clock.drift_ppm * 1e-6;
  return std::max<DurationNs>(round_to_ns(static_cast<double>(by_clock) / rate), 1);
}

// ---- updates

void Heartbeat::post_update(NodeId beside) {
  const TimeNs at = clients_.now() + until_next(beside, 0);
  if (at >= stop_) return;
  clients_.world.queue().post_at(at, [this, beside] {
    const NodeId writer = clients_.endpoints.assigned_writer();
    if (writer != no_node) update(writer);
    post_update(writer != no_node ? writer : beside);
  });
}

void Heartbeat::update(NodeId server) {
  Node& node = clients_.world.node(server);
  if (!node.process_up() || !model_.accepts_writes(server) || hangs(server)) return;
  node.scope().spawn(write(server, clients_.next_txn(), node.local_time()));
}

bool Heartbeat::hangs(NodeId server) const {
  const TimeNs given_up = clients_.now() - from_s(clients_.scenario.workload.session.timeout_s);
  return std::any_of(under_way_.begin(), under_way_.end(), [&](const Update& update) {
    return update.server == server && update.sent > given_up;
  });
}

Task<> Heartbeat::write(NodeId server, TxnId txn, TimeNs stamp) {
  const UnderWay under_way(*this, {txn, server, stamp, clients_.now()});
  ServerSession session;
  session.server = session.client = server;
  session.txn = {txn, type_, KeyChooser::own_row};
  const bool executed = co_await model_.execute(session);
  ++session.statements_done;
  if (!executed) co_return;
  const Outcome outcome = co_await model_.commit(session);
  if (outcome == Outcome::committed)
    clients_.facts.state(HeartbeatWritten{clients_.now(), server, txn, session.place, stamp});
}

// A replica may show the row before its commit is answered.
void Heartbeat::on(const CommitOrdered& fact) {
  for (const Update& update : under_way_)
    if (update.txn == fact.txn) rows_.push({fact.place, update.stamp});
}

// ---- readings

void Heartbeat::post_reading(std::size_t reader) {
  clients_.world.queue().post_after(until_next(readers_[reader].node, skew_), [this, reader] {
    read(readers_[reader]);
    if (clients_.now() < stop_ || !is_read(readers_[reader])) post_reading(reader);
  });
}

void Heartbeat::read(Reader& reader) {
  const Node& node = clients_.world.node(reader.node);
  const auto& members = clients_.endpoints.members();
  const bool is_replica = std::any_of(members.begin(), members.end(), [&](const auto& member) {
    return member.node == reader.node && member.current == NodeRole::replica && member.present;
  });
  if (!is_replica || !node.process_up() || !model_.accepts_reads(reader.node)) return;
  const std::uint64_t row = newest_in(model_.visible(reader.node));
  if (row == rows_.end()) return;
  reader.newest = row;
  const DurationNs lag = node.local_time() - rows_.at(row).stamp - skew_;
  clients_.facts.state(
      LagReported{clients_.now(), reader.node, "heartbeat", std::max<DurationNs>(lag, 0)});
  forget_old_rows();
}

std::uint64_t Heartbeat::newest_in(LogPlace visible) const {
  for (std::uint64_t n = rows_.end(); n-- > rows_.begin();)
    if (lineage_.covers(visible, rows_.at(n).place)) return n;
  return rows_.end();
}

bool Heartbeat::is_read(const Reader& reader) const {
  if (rows_.empty()) return true;
  if (lineage_.forks().empty()) return reader.newest + 1 == rows_.end();
  // Rows that a failover cut off are shown by nobody.
  const LogPlace tip{lineage_.forks().back().epoch, CommitSeq{UINT64_MAX}};
  const std::uint64_t last = newest_in(tip);
  return last == rows_.end() || reader.newest >= last;
}

void Heartbeat::forget_old_rows() {
  std::uint64_t needed = rows_.end() - 1;
  for (const Reader& reader : readers_)
    for (const Endpoints::Member& member : clients_.endpoints.members())
      if (member.node == reader.node && member.current == NodeRole::replica && member.present)
        needed = std::min(needed, reader.newest);
  while (rows_.begin() < needed) rows_.pop();
}

}  // namespace writepath
