#pragma once
// Clients that write and read registers: single rows of their own. Each client has one operation
// under way at a time, and never tries one again: what it learns of it is what a history needs.
// They begin no operation after the load's end.
#include <vector>

#include "sim/model/keys.hpp"
#include "sim/workload/client_node.hpp"
#include "sim/workload/reads.hpp"

namespace writepath {

/// One row, one statement with its COMMIT; the value is the transaction's id. Its weight is 0, so
/// that no other client draws it. Sizes: assumption, range 100 to 500 bytes of redo.
TransactionType register_transaction();

class Registers {
 public:
  /// The clients' scenario must hold register_transaction().
  Registers(Clients& clients, const KeyChooser& keys, TimeNs stop);
  /// Gives the node its clients. Before the world is sealed.
  void add_clients(ClientNode& node);
  /// Starts the node's clients; called when it boots. A client whose machine was down goes on with
  /// the draws that follow.
  void boot(ClientNode& node);

 private:
  class Operation;
  struct Client {
    ClientNode* node;
    std::uint32_t process;
    RandomStream stream;
    ReadRouter router;
    NodeId reader = no_node;  ///< of a sticky client
  };
  using Place = std::size_t;  ///< in list_, which does not grow once coroutines run

  Task<> live(Place place);
  Task<> write(Place place, std::uint32_t of);
  Task<> read(Place place, std::uint32_t of);
  NodeId reader_for(Client& client);
  bool still_serves(ClientNode& node, NodeId reader) const;
  void failed_at(Client& client, NodeId server);

  Clients& clients_;
  const KeyChooser& keys_;
  const RegisterSpec& spec_;
  std::uint32_t type_;
  DurationNs timeout_;
  TimeNs stop_;
  std::vector<Client> list_;
};

}  // namespace writepath
