#pragma once
// The probe: at an even pace, one small write and one read from a client in an AZ that is alive, to
// see when the database serves. No retries, and facts of its own: its writes are no commits of the
// workload.
#include <vector>

#include "sim/model/keys.hpp"
#include "sim/workload/client_node.hpp"
#include "sim/workload/reads.hpp"

namespace writepath {

/// The probe's transaction: one row, one statement with its COMMIT. Its weight is 0, so that no
/// client draws it. Sizes: assumption, range 100 to 500 bytes of redo.
TransactionType probe_transaction();

class Probes {
 public:
  /// `type` is the index of probe_transaction() in the clients' scenario; one node for each AZ.
  Probes(Clients& clients, const KeyChooser& keys, std::uint32_t type,
         std::vector<ClientNode*> nodes, TimeNs stop);
  void begin() { post_next(); }

 private:
  void post_next();
  void probe();
  Task<> write(ClientNode& client, std::uint64_t key_seed);
  Task<> read(ClientNode& client, Key key);

  Clients& clients_;
  const KeyChooser& keys_;
  std::uint32_t type_;
  std::vector<ClientNode*> nodes_;
  TimeNs stop_;
  RandomStream stream_;
  ReadRouter router_;
  std::uint64_t count_ = 0;
  std::size_t turn_ = 0;
};

}  // namespace writepath
