#pragma once
// Reads of single rows, beside the transactions: an open loop of their own.
#include <vector>

#include "sim/model/keys.hpp"
#include "sim/workload/arrivals.hpp"
#include "sim/workload/client_node.hpp"

namespace writepath {

/// Chooses the node that a read goes to: among those that serve the target, one in the client's own
/// AZ if there is one (as topology-aware drivers do), else any; in turn where there are several.
class ReadRouter {
 public:
  NodeId choose(ClientNode& client, ReadLoad::Target target);

 private:
  std::size_t turn_ = 0;
};

/// One read load's share in one AZ: Poisson arrivals of its own stream, rate / number of AZs. A
/// read that fails is not tried again; without a node to go to it fails at once.
class ReadSource {
 public:
  ReadSource(Clients& clients, const KeyChooser& keys, std::uint32_t load, ClientNode& node,
             double rate_per_s, TimeNs stop);
  void begin() { post_next(); }

 private:
  void post_next();
  Task<> read(Key key);

  Clients& clients_;
  const KeyChooser& keys_;
  const ReadLoad& load_;
  ClientNode& node_;
  double rate_per_s_;
  TimeNs stop_, last_ = 0;
  RandomStream stream_;
  ReadRouter router_;
};

}  // namespace writepath
