#pragma once
// The server's side of sessions: takes requests from the network, runs the model on them in the
// serving node's incarnation, and answers. A session lives as long as its connection and its
// incarnation do; what ends first ends it.
#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "sim/model/model.hpp"
#include "sim/workload/calls.hpp"
#include "sim/workload/protocol.hpp"

namespace writepath {

class FrontEnd {
 public:
  /// Serves every node that the world has now. World, model and calls must outlive the coroutines
  /// that run here: kill the nodes' scopes before any of them goes.
  FrontEnd(World& world, ReplicationModel& model, const Scenario& scenario, CallTable& calls);

  /// Sends a request from its client over its connection to `server`.
  void send(NodeId server, const Request& request, std::uint64_t bytes);
  void send(NodeId server, const ReadCall& request);

  /// Sessions whose connection is open, as far as the servers know.
  std::size_t sessions() const { return sessions_.size() - free_.size(); }

 private:
  struct Session {
    ServerSession state;
    ConnectionId connection;
    bool busy = false;       ///< a coroutine works on it
    bool closed = false;     ///< the connection went while it was busy
    bool undecided = false;  ///< statements were executed and neither COMMIT nor abort came
  };
  struct Port {
    FrontEnd* front_end;
    NodeId server;
  };
  class Use;

  void receive(Port& port, const Request& request);
  void receive(Port& port, const ReadCall& request);
  void connection_closed(ConnectionId connection);
  Task<> serve(NodeId server, Request request, std::uint32_t index);
  Task<> serve_read(NodeId server, ReadCall request);
  void answer(NodeId server, ConnectionId connection, CallId call, const Reply& reply,
              std::uint64_t bytes, TxnId txn = {});

  std::uint32_t session_of(Port& port, const Request& request);
  void begin(Session& session, NodeId server, const Request& request);
  void abandon(Session& session);
  void free(std::uint32_t index);

  World& world_;
  ReplicationModel& model_;
  CallTable& calls_;
  std::vector<Port> ports_;       ///< by node; addresses are stable
  std::deque<Session> sessions_;  ///< addresses are stable: coroutines hold them
  std::vector<std::uint32_t> free_;
  std::vector<std::uint32_t> by_connection_;  ///< session of a connection's slot
};

}  // namespace writepath
