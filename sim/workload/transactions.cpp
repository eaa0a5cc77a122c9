#include "sim/workload/transactions.hpp"

#include <algorithm>

#include "sim/engine/sleep.hpp"

namespace writepath {

namespace {

// What the client knows of its transaction. Whoever drops it undecided has died with the client's
// machine: then nobody learns how a COMMIT ended that was sent.
class Progress {
 public:
  Progress(ClientNode& client, const Ticket& ticket) : client_(client), ticket_(ticket) {
    ++client_.in_flight;
  }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress() {
    --client_.in_flight;
    if (decided_) return;
    if (sent_)
      unknown();
    else
      failed();
  }

  const Ticket& ticket() const { return ticket_; }
  TxnId txn() const { return txn_; }
  const TransactionType& type() const {
    return client_.clients().scenario.workload.transactions[ticket_.type];
  }

  void begin_attempt() {
    txn_ = client_.clients().next_txn();
    sent_ = decided_ = false;
    state(TransactionStarted{now(), txn_, ticket_.group, ticket_.type, ticket_.intended_start,
                             client_.id()});
    if (in_doubt_ != no_txn) state(CommitRetried{now(), txn_, in_doubt_, client_.id()});
  }
  void commit_sent(NodeId server) {
    sent_ = true;
    sent_at_ = now();
    state(CommitSent{sent_at_, txn_, client_.id(), server});
  }
  /// The server's word that it did not happen.
  void commit_refused() { sent_ = false; }

  void acked(const Reply& reply) {
    decided_ = true;
    CommitBreakdown breakdown = reply.breakdown;
    DurationNs rest = now() - sent_at_;
    for (const DurationNs part : breakdown.parts) rest -= part;
    breakdown[CommitPart::client_network] += rest;
    state(CommitAcked{now(), txn_, ticket_.group, ticket_.type, ticket_.intended_start, sent_at_,
                      reply.place, breakdown, ticket_.key_seed,
                      static_cast<std::uint32_t>(type().rows_written), client_.id()});
  }
  void failed() {
    decided_ = true;
    state(CommitFailed{now(), txn_, ticket_.group, ticket_.type, ticket_.intended_start,
                       client_.id()});
  }
  void unknown() {
    decided_ = true;
    in_doubt_ = txn_;
    state(CommitUnknown{now(), txn_, ticket_.group, ticket_.type, ticket_.intended_start, sent_at_,
                        client_.id()});
  }

 private:
  TimeNs now() const { return client_.clients().now(); }
  template <class F>
  void state(const F& fact) {
    client_.clients().facts.state(fact);
  }

  ClientNode& client_;
  Ticket ticket_;
  TxnId txn_ = no_txn;
  TxnId in_doubt_ = no_txn;  ///< the last attempt that ended without an answer
  TimeNs sent_at_ = 0;
  bool sent_ = false, decided_ = false;
};

enum class AttemptEnd { decided, in_doubt, try_again };

Request request_of(const Progress& progress, RequestKind kind) {
  Request request;
  request.txn = progress.txn();
  request.key_seed = progress.ticket().key_seed;
  request.type = static_cast<std::uint16_t>(progress.ticket().type);
  request.kind = kind;
  return request;
}

// Statements before the one that carries, or precedes, the COMMIT. False: the attempt is over.
Task<bool> run_statements(ClientNode& client, Progress& progress, Lease lease, bool& broken) {
  const TransactionType& type = progress.type();
  const std::int64_t statements = type.autocommit ? type.statements - 1 : type.statements;
  const Request request = request_of(progress, RequestKind::statement);
  for (std::int64_t i = 0; i < statements; ++i) {
    const Answer answer = co_await client.ask(lease, request, statement_bytes(type),
                                              from_s(client.session().timeout_s));
    broken = !answer.came;
    if (broken) co_return false;
    if (answer.reply.status == ReplyStatus::refused) client.forget_writer();
    if (answer.reply.status != ReplyStatus::done) co_return false;
  }
  co_return true;
}

Task<AttemptEnd> send_commit(ClientNode& client, Progress& progress, Lease lease, bool& broken) {
  const TransactionType& type = progress.type();
  const RequestKind kind = type.autocommit ? RequestKind::autocommit : RequestKind::commit;
  const std::uint64_t bytes = type.autocommit ? statement_bytes(type) : commit_bytes;
  const Request request = request_of(progress, kind);
  if (!client.is_open(lease)) {
    broken = true;
    co_return AttemptEnd::try_again;
  }
  progress.commit_sent(lease.server);
  const Answer answer =
      co_await client.ask(lease, request, bytes, from_s(client.session().timeout_s));
  broken = !answer.came;
  if (broken) {
    progress.unknown();
    co_return AttemptEnd::in_doubt;
  }
  if (answer.reply.status == ReplyStatus::done) {
    progress.acked(answer.reply);
    co_return AttemptEnd::decided;
  }
  progress.commit_refused();
  if (answer.reply.status == ReplyStatus::refused) client.forget_writer();
  co_return AttemptEnd::try_again;
}

Task<AttemptEnd> attempt(ClientNode& client, Progress& progress) {
  progress.begin_attempt();
  const NodeId server = client.writer();
  if (server == no_node) co_return AttemptEnd::try_again;
  const Lease lease = co_await client.connect(server, from_s(client.session().timeout_s),
                                              from_s(client.session().connect_timeout_s));
  if (!lease.ok) {
    client.forget_writer();
    co_return AttemptEnd::try_again;
  }
  AttemptEnd end = AttemptEnd::try_again;
  bool broken = false;
  const bool executed = co_await run_statements(client, progress, lease, broken);
  if (executed) end = co_await send_commit(client, progress, lease, broken);
  if (broken) client.forget_writer();
  client.give_back(lease, !broken);
  co_return end;
}

}  // namespace

Task<> run_transaction(ClientNode& client, Ticket ticket) {
  Progress progress(client, ticket);
  const SessionSpec& session = client.session();
  DurationNs backoff = from_ms(session.retry_backoff_ms);
  for (std::int64_t retry = 0;; ++retry) {
    const AttemptEnd end = co_await attempt(client, progress);
    if (end == AttemptEnd::decided) co_return;
    if (end == AttemptEnd::in_doubt && (!session.retry_unknown || retry == session.retries))
      co_return;
    if (retry == session.retries) break;
    co_await sleep_for(client.queue(), backoff);
    backoff = std::min(2 * backoff, from_ms(session.retry_backoff_max_ms));
  }
  progress.failed();
}

void reject(ClientNode& client, Ticket ticket) {
  Progress progress(client, ticket);
  progress.begin_attempt();
  progress.failed();
}

}  // namespace writepath
