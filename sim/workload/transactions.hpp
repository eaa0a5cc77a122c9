#pragma once
// A client's transaction, from its intended start to what its client learns of it.
#include "sim/workload/client_node.hpp"

namespace writepath {

/// What the workload wants done; the same for every architecture.
struct Ticket {
  std::uint32_t group = 0;
  std::uint32_t type = 0;
  TimeNs intended_start = 0;
  std::uint64_t key_seed = 0;
};

/// Runs a ticket to its end: attempts it, and attempts it again (as a new transaction of the same
/// intended start and keys) after a back-off while the COMMIT of the last attempt was not sent or
/// did not take place; with session.retry_unknown also when its answer never came. States the facts
/// of it; every ticket's last attempt ends in exactly one of CommitAcked, CommitFailed and
/// CommitUnknown, also when the client's machine dies in the middle. Attempts before it that were
/// left in doubt have a CommitUnknown of their own, and a CommitRetried follows.
/// Spawn or await it in the client node's scope.
Task<> run_transaction(ClientNode& client, Ticket ticket);

/// States a ticket that never got as far as an attempt (too many in flight).
void reject(ClientNode& client, Ticket ticket);

}  // namespace writepath
