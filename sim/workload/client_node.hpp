#pragma once
// A machine that runs clients: its connections, pooled for each server; its cached endpoint of the
// writer; and the questions that it asks. What it holds is volatile: it boots with nothing.
#include <cstdint>
#include <memory>
#include <vector>

#include "sim/model/endpoints.hpp"
#include "sim/observe/fact_log.hpp"
#include "sim/workload/calls.hpp"
#include "sim/workload/front_end.hpp"
#include "sim/workload/permits.hpp"
#include "sim/world/world.hpp"

namespace writepath {

/// What all clients of a run share.
struct Clients {
  Clients(World& w, const Scenario& s, FactLog& f, Endpoints& e, ReplicationModel& model)
      : world(w),
        scenario(s),
        facts(f),
        endpoints(e),
        calls(w.queue()),
        front_end(w, model, s, calls) {}

  World& world;
  const Scenario& scenario;
  FactLog& facts;
  Endpoints& endpoints;
  CallTable calls;
  FrontEnd front_end;

  /// Each attempt at a transaction gets an id of its own, dense from 1.
  TxnId next_txn() { return TxnId{++last_txn_}; }
  TimeNs now() const { return world.now(); }

 private:
  std::uint64_t last_txn_ = 0;
};

/// A pooled connection that is in use.
struct Lease {
  bool ok = false;
  std::uint32_t slot = 0;
  NodeId server;
};

/// An answer, or none.
struct Answer {
  bool came = false;
  Reply reply;
};

/// The processors that clients run on, and what an answer costs them.
struct ClientCpu {
  std::string shared_cpu;  ///< empty: their own
  DurationNs answer = 0;
};

class ClientNode {
 public:
  /// Adds the node to the world (its name made unique) and declares it.
  ClientNode(Clients& clients, const std::string& name, const std::string& az,
             const ClientCpu& cpu = {});
  ClientNode(const ClientNode&) = delete;
  ClientNode& operator=(const ClientNode&) = delete;

  NodeId id() const { return id_; }
  Node& node() { return clients_.world.node(id_); }
  Clients& clients() { return clients_; }
  EventQueue& queue() { return clients_.world.queue(); }
  const SessionSpec& session() const { return clients_.scenario.workload.session; }
  bool is_up() { return node().process_up(); }

  /// Called when the node boots: at the run's start and when an outage ends.
  void on_boot(std::function<void()> boot) { boot_ = std::move(boot); }

  /// Where writes go, as this machine's resolver has it cached; no_node: nowhere.
  NodeId writer();
  /// A reader failed: this machine's driver leaves it alone for endpoint_ttl_s.
  void avoid(NodeId reader);
  bool avoids(NodeId reader) const {
    return reader.value < avoided_until_.size() && clients_.now() < avoided_until_[reader.value];
  }
  /// A connection failed, or the server refused: ask the name service next time.
  void forget_writer() { writer_ = no_node; }

  /// An idle connection to the server, or a new one. When all are in use it waits its turn, for at
  /// most `wait_limit`.
  Task<Lease> connect(NodeId server, DurationNs wait_limit, DurationNs dial_limit);
  bool is_open(Lease lease) const { return !connections_[lease.slot].lost; }
  /// Gives the connection back to the pool.
  void release(Lease lease);
  /// Closes it: what is under way on it is of no use any more.
  void discard(Lease lease);
  /// After a question: the connection serves on if its answer came.
  void give_back(Lease lease, bool answered) { answered ? release(lease) : discard(lease); }

  /// Sends a request and waits for its answer; fills in the request's connection, client and call.
  Task<Answer> ask(Lease lease, Request request, std::uint64_t bytes, DurationNs limit);
  Task<Answer> ask_read(Lease lease, Key key, DurationNs cpu, DurationNs limit);

  std::int64_t in_flight = 0;  ///< transactions that have begun here and not ended

 private:
  struct Connection {
    ConnectionId id;
    CallId call;  ///< who waits on it
    bool in_use = false, lost = false;
  };
  struct Pool {
    Pool(EventQueue& queue, std::int64_t limit) : permits(queue, limit) {}
    Permits permits;
    std::vector<std::uint32_t> idle;  ///< the last one used is the first to be used again
  };

  Pool& pool_of(NodeId server);
  std::uint32_t take_idle(Pool& pool);
  std::uint32_t keep(ConnectionId connection);
  void free(std::uint32_t slot);
  void connection_lost(std::uint32_t slot, ConnectionId connection);
  void forget_everything();

  Clients& clients_;
  NodeId id_;
  DurationNs answer_cpu_;
  std::function<void()> boot_;
  NodeId writer_ = no_node;
  NodeId known_writer_ = no_node;  ///< what the name service on this side last answered
  TimeNs writer_expires_ = 0;
  std::vector<TimeNs> avoided_until_;         ///< by reader
  std::vector<std::unique_ptr<Pool>> pools_;  ///< by server
  std::vector<Connection> connections_;
  std::vector<std::uint32_t> free_;
};

}  // namespace writepath
