#pragma once
// The two kinds of client groups. An open loop's arrivals come whatever the servers do; a closed
// loop's clients wait for their answers and then think.
#include <memory>
#include <vector>

#include "sim/workload/arrivals.hpp"
#include "sim/workload/transactions.hpp"

namespace writepath {

/// A group's machines, one in each of its AZs, and its span of activity.
struct GroupPlace {
  std::uint32_t group = 0;  ///< index into the scenario's client groups
  std::vector<ClientNode*> nodes;
  TimeNs start = 0, stop = 0;  ///< no transaction begins at or after `stop`
};

/// Arrivals are dealt to the AZs in turn. One that falls to an AZ whose machines are down is void:
/// there is nobody to issue it, and nobody waits.
class OpenLoopGroup {
 public:
  OpenLoopGroup(Clients& clients, const ClientGroup& spec, GroupPlace place);
  /// Posts the first arrival.
  void begin();

 private:
  void post_next();
  void arrive(std::uint64_t count);

  Clients& clients_;
  GroupPlace place_;
  std::int64_t max_in_flight_;
  Arrivals arrivals_;
  TransactionMix mix_;
  RandomStream transactions_;
  std::size_t turn_ = 0;
};

/// Client i lives in the group's AZ number i mod n. It thinks before its first transaction, too, so
/// that clients with random think times don't start in step. After its machine's outage it begins
/// anew, with the draws that follow.
class ClosedLoopGroup {
 public:
  ClosedLoopGroup(Clients& clients, const ClientGroup& spec, GroupPlace place);
  /// Starts the clients of one node; called when it boots.
  void boot(ClientNode& node);

 private:
  struct Client {
    ClientNode* node;
    RandomStream stream;
  };
  Task<> live(Client& client);

  const ClientGroup& spec_;
  GroupPlace place_;
  TransactionMix mix_;
  std::vector<Client> clients_;  ///< never grows: coroutines hold addresses
};

}  // namespace writepath
