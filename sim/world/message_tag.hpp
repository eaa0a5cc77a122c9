#pragma once
// What a message carries, as its sender says: who looks at single messages (writepath trace) finds
// a transaction's by it. It changes nothing else.
#include <cstdint>

#include "sim/core/ids.hpp"

namespace writepath {

/// Positions are the model's own: commit sequence numbers, or LSNs.
struct MessageTag {
  TxnId txn{};                   ///< a client's request, or the answer to it
  std::uint64_t first = 0;       ///< carries what lies beyond this position ...
  std::uint64_t last = 0;        ///< ... up to this one; 0: carries no log
  std::uint64_t durable_to = 0;  ///< says that everything up to here is durable
};

}  // namespace writepath
