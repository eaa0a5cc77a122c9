// Before another source opens, the old one must not be able to acknowledge anything more: it is
// told so, or its own agent has let go by now.
#include <algorithm>

#include "models/mysql_binlog/monitor.hpp"
#include "sim/engine/sleep.hpp"

namespace writepath::mysql {

bool Monitor::renew_lease(NodeId server) {
  if (server != source_) return false;
  lease_granted_ = cluster_.now();
  return true;
}

// A mirrored pair needs none: a standby that takes over refuses the old primary's writes.
Task<> Monitor::fence(NodeId old_source, NodeId candidate) {
  if (!cluster_.options.fenced() || cluster_.multi_az != nullptr) co_return;
  // From here on the agent's questions are refused: another source is chosen.
  const TimeNs lets_go = lease_granted_ + from_s(cluster_.options.self_fence_s);
  const bool stopped = co_await told_to_stop(old_source);
  const TimeNs began = cluster_.now();
  if (stopped || began >= lets_go) co_return;
  co_await sleep_until(cluster_.queue(), lets_go);
  cluster_.context.state(ConfiguredWait{cluster_.now(), candidate, began, "fencing"});
}

// A host that refuses the connection has no process that could acknowledge anything; when it starts
// again, it asks the monitor first.
Task<bool> Monitor::told_to_stop(NodeId old_source) {
  const DurationNs limit = from_s(cluster_.options.detector.timeout_s);
  const Dialled dialled = co_await cluster_.context.network().dial(node_.id(), old_source, limit);
  if (dialled.result != DialResult::connected) co_return dialled.result == DialResult::refused;
  cluster_.context.network().close(dialled.connection, node_.id());
  const std::optional<bool> stopped =
      co_await ask<bool>(cluster_.context, node_.id(), old_source, limit, Fence{&cluster_});
  co_return stopped.has_value();
}

}  // namespace writepath::mysql
