#pragma once
// A failure detector as operators build them: ask at a fixed interval, and give up after a number
// of silences in a row. It knows only what the network tells it: a slow or cut-off target looks
// exactly like a dead one.
#include <cstdint>

#include "sim/core/ids.hpp"
#include "sim/engine/task.hpp"
#include "sim/model/context.hpp"
#include "sim/scenario/fields.hpp"

namespace writepath {

struct DetectorSpec {
  double interval_s = 1;      ///< from one ping's start to the next one's
  double timeout_s = 1;       ///< of one ping, its connection included
  std::int64_t failures = 3;  ///< misses in a row that declare the target failed
};
void describe(Fields&, DetectorSpec&);

/// Pings `target` from `monitor` and returns once it is declared failed. The first ping starts at
/// once. A target that dies right after it answered is declared failed between
/// (failures - 1) x interval and failures x interval + timeout later.
/// Spawn or await it in the monitor's scope: it ends with the monitor's incarnation.
Task<> until_failed(ModelContext& context, NodeId monitor, NodeId target, DetectorSpec spec);

/// The opposite: pings until one answer comes.
Task<> until_answers(ModelContext& context, NodeId monitor, NodeId target, DetectorSpec spec);

/// One question and its answer. Opens `connection` if it isn't open; a miss closes it, because an
/// answer that is still under way would otherwise hold up the next one behind it.
/// The connection lives in the caller's coroutine.
Task<bool> ping(ModelContext& context, NodeId monitor, NodeId target, ConnectionId& connection,
                DurationNs timeout);

}  // namespace writepath
