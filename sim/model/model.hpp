#pragma once
// The interface between writepath and a replication architecture. A model places its nodes, serves
// sessions, and states facts. It sees the world through ModelContext only, and it learns of a fault
// as a database does: by a timeout, a refused connection or its own failure detector.
#include <cstdint>
#include <memory>
#include <vector>

#include "sim/core/ids.hpp"
#include "sim/engine/task.hpp"
#include "sim/model/context.hpp"
#include "sim/observe/facts.hpp"

namespace writepath {

/// What travels in a request: a transaction is its type and the seed of its keys.
struct Transaction {
  TxnId id;
  std::uint32_t type = 0;      ///< index into WorkloadSpec::transactions
  std::uint64_t key_seed = 0;  ///< KeyChooser::key(key_seed, i) is its i-th row
};

enum class Outcome : std::uint8_t { committed, aborted };

/// The server's side of one transaction. It lives in the serving incarnation and dies with it.
struct ServerSession {
  NodeId server;
  NodeId client;
  Transaction txn;
  std::int64_t statements_done = 0;  ///< counted by the caller of execute(), when it returned
  TimeNs statement_began = 0;        ///< the last one, by the server's clock (MySQL's time stamps)
  bool waited_for_lock = false;      ///< a row that another transaction held
  CommitBreakdown breakdown;         ///< the model adds its parts during the request that commits
  LogPlace place;                    ///< set by commit()
};

struct ReadRequest {
  Key key = 0;
  DurationNs cpu = 0;
};
/// A read sees exactly the transactions up to `seen`.
struct ReadResult {
  bool ok = false;
  LogPlace seen;
};

class ReplicationModel {
 public:
  virtual ~ReplicationModel() = default;

  /// Adds every node to the world (those of add_replica operations with starts = false), declares
  /// roles and endpoints, sets boot and crash handlers. Called once, before the world is sealed.
  virtual void deploy(ModelContext& context) = 0;

  /// Whether a session's request is legal at this node now (a replica refuses writes).
  virtual bool accepts_writes(NodeId node) const = 0;
  virtual bool accepts_reads(NodeId node) const = 0;

  /// One statement of the session's transaction, at session.server. False: the transaction is
  /// aborted.
  virtual Task<bool> execute(ServerSession& session) = 0;
  /// Ends when the commit may be acknowledged.
  virtual Task<Outcome> commit(ServerSession& session) = 0;
  /// The client went away before it sent COMMIT: undo what the transaction holds. Called at
  /// session.server; the session is gone afterwards.
  virtual void abandon(ServerSession& session) { (void)session; }
  virtual Task<ReadResult> read(NodeId server, ReadRequest request) = 0;

  /// An operator's command to the control plane: make `preferred` the primary in good order;
  /// no_node: let it choose. Called from a marked event; a model without a control plane ignores
  /// it.
  virtual void planned_failover(NodeId preferred) { (void)preferred; }

  /// The history that clients of the architecture would find now, read from the durable state that
  /// its primary works on (or would recover): the last position of each epoch, in order. Empty:
  /// nothing is left.
  virtual std::vector<LogPlace> surviving_log() const = 0;
  /// The same for what lies on one node's own disk, surviving or not (an old primary's errant
  /// tail).
  virtual std::vector<LogPlace> log_on_disk(NodeId node) const = 0;
  /// Nodes that serve reads of replicated data now (for convergence: all must reach the final log).
  virtual std::vector<NodeId> live_replicas() const = 0;
  /// The last position visible at this node: what a read there would see.
  virtual LogPlace visible(NodeId node) const = 0;
};

}  // namespace writepath
