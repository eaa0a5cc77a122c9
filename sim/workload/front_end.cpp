#include "sim/workload/front_end.hpp"

namespace writepath {

namespace {
constexpr std::uint32_t no_session = UINT32_MAX;
}

// Marks a session as busy for as long as a coroutine works on it, and also when that is killed.
class FrontEnd::Use {
 public:
  Use(FrontEnd& front_end, std::uint32_t index) : front_end_(front_end), index_(index) {
    front_end_.sessions_[index_].busy = true;
  }
  Use(const Use&) = delete;
  Use& operator=(const Use&) = delete;
  ~Use() {
    Session& session = front_end_.sessions_[index_];
    session.busy = false;
    if (session.closed) front_end_.free(index_);
  }

 private:
  FrontEnd& front_end_;
  std::uint32_t index_;
};

FrontEnd::FrontEnd(World& world, ReplicationModel& model, const Scenario& scenario,
                   CallTable& calls)
    : world_(world), model_(model), calls_(calls) {
  WRITEPATH_CHECK(scenario.workload.transactions.size() <= most_transaction_types,
                  "more transaction types than a request can name");
  for (std::uint32_t n = 0; n < world.node_count(); ++n) ports_.push_back({this, NodeId{n}});
}

void FrontEnd::send(NodeId server, const Request& request, std::uint64_t bytes) {
  Port* const port = &ports_[server.value];
  world_.network().send(request.connection, request.client, bytes, Traffic::client,
                        [port, request] { port->front_end->receive(*port, request); },
                        {.txn = request.txn});
}

void FrontEnd::send(NodeId server, const ReadCall& request) {
  Port* const port = &ports_[server.value];
  world_.network().send(request.connection, request.client, read_bytes, Traffic::client,
                        [port, request] { port->front_end->receive(*port, request); });
}

void FrontEnd::receive(Port& port, const Request& request) {
  if (!model_.accepts_writes(port.server)) {
    answer(port.server, request.connection, request.call, Reply{}, reply_bytes);
    return;
  }
  const std::uint32_t session = session_of(port, request);
  world_.node(port.server).scope().spawn(serve(port.server, request, session));
}

void FrontEnd::receive(Port& port, const ReadCall& request) {
  if (!model_.accepts_reads(port.server)) {
    answer(port.server, request.connection, request.call, Reply{}, reply_bytes);
    return;
  }
  world_.node(port.server).scope().spawn(serve_read(port.server, request));
}

Task<> FrontEnd::serve(NodeId server, Request request, std::uint32_t index) {
  Use use(*this, index);
  Session& session = sessions_[index];
  begin(session, server, request);
  bool alive = true;
  if (request.kind != RequestKind::commit) {
    alive = co_await model_.execute(session.state);
    ++session.state.statements_done;
  }
  Reply reply;
  if (alive && request.kind != RequestKind::statement) {
    const Outcome outcome = co_await model_.commit(session.state);
    alive = outcome == Outcome::committed;
    session.undecided = false;
    reply.place = session.state.place;
    reply.breakdown = session.state.breakdown;
  }
  if (!alive) session.undecided = false;
  reply.status = alive ? ReplyStatus::done : ReplyStatus::aborted;
  if (session.closed) {
    abandon(session);
    co_return;
  }
  answer(server, request.connection, request.call, reply, reply_bytes, request.txn);
}

Task<> FrontEnd::serve_read(NodeId server, ReadCall request) {
  const ReadRequest read{request.key, request.cpu};
  const ReadResult result = co_await model_.read(server, read);
  Reply reply;
  reply.status = result.ok ? ReplyStatus::done : ReplyStatus::aborted;
  reply.place = result.seen;
  answer(server, request.connection, request.call, reply, read_reply_bytes);
}

void FrontEnd::answer(NodeId server, ConnectionId connection, CallId call, const Reply& reply,
                      std::uint64_t bytes, TxnId txn) {
  calls_.park(call, reply);
  world_.network().send(connection, server, bytes, Traffic::client,
                        [calls = &calls_, call] { calls->arrive(call); }, {.txn = txn});
}

// ---- sessions

std::uint32_t FrontEnd::session_of(Port& port, const Request& request) {
  const std::uint32_t slot = request.connection.slot;
  if (slot >= by_connection_.size()) by_connection_.resize(slot + 1, no_session);
  if (by_connection_[slot] != no_session) {
    if (sessions_[by_connection_[slot]].connection == request.connection)
      return by_connection_[slot];
    free(by_connection_[slot]);  // of a connection that died with its server
  }
  std::uint32_t index;
  if (free_.empty()) {
    index = static_cast<std::uint32_t>(sessions_.size());
    sessions_.emplace_back();
  } else {
    index = free_.back();
    free_.pop_back();
  }
  sessions_[index] = Session{};
  sessions_[index].connection = request.connection;
  by_connection_[slot] = index;
  world_.network().on_closed(
      request.connection, port.server,
      [this, connection = request.connection] { connection_closed(connection); });
  return index;
}

void FrontEnd::begin(Session& session, NodeId server, const Request& request) {
  WRITEPATH_CHECK(!session.closed, "a request on a closed connection");
  if (session.state.txn.id != request.txn) {
    abandon(session);  // its client gave up and began anew
    session.state = ServerSession{};
    session.state.server = server;
    session.state.client = request.client;
    session.state.txn = {request.txn, request.type, request.key_seed};
  }
  session.state.breakdown = {};
  session.undecided = true;
}

void FrontEnd::abandon(Session& session) {
  if (std::exchange(session.undecided, false)) model_.abandon(session.state);
}

void FrontEnd::connection_closed(ConnectionId connection) {
  if (connection.slot >= by_connection_.size()) return;
  const std::uint32_t index = by_connection_[connection.slot];
  if (index == no_session || sessions_[index].connection != connection) return;
  Session& session = sessions_[index];
  if (session.busy) {  // what is under way goes on: a COMMIT that was sent may well succeed
    session.closed = true;
    by_connection_[connection.slot] = no_session;
    return;
  }
  abandon(session);
  free(index);
}

void FrontEnd::free(std::uint32_t index) {
  std::uint32_t& place = by_connection_[sessions_[index].connection.slot];
  if (place == index) place = no_session;
  free_.push_back(index);
}

}  // namespace writepath
