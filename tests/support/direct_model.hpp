#pragma once
// The smallest architecture that a client can talk to, for tests: one primary that spends CPU time
// on each statement, writes one log record, flushes it and answers. Nodes of role replica serve
// reads of nothing. A restarted primary goes on from what its log has kept, in a new epoch.
#include "sim/model/registry.hpp"

namespace writepath::test {

struct DirectOptions : ModelOptions {
  std::int64_t abort_every = 0;      ///< every n-th COMMIT is aborted; 0: none
  std::int64_t refuse_until_s = 0;   ///< the primary refuses writes until then
  bool initially_no_writer = false;  ///< the endpoint appears at refuse_until_s only
};

ModelFactory direct_factory();
ModelRegistry direct_registry();

}  // namespace writepath::test
