// A planned failover, as orchestrator's graceful-master-takeover does it: the source is made
// read-only and finishes its commits, the candidate applies all of them and opens, the old source
// becomes its replica. If anything goes wrong before that, the source is made writable again. RDS's
// reboot with failover of a mirrored pair is its ordinary failover without detection.
#include "models/mysql_binlog/monitor.hpp"
#include "models/mysql_binlog/multi_az.hpp"
#include "sim/engine/sleep.hpp"

namespace writepath::mysql {

void Monitor::planned_failover(NodeId preferred) {
  if (!node_.process_up() || switching_ || failing_over_) return;
  switching_ = true;
  node_.scope().spawn(planned(preferred));
}

Task<> Monitor::planned(NodeId preferred) {
  while (surveying_) co_await sleep_for(cluster_.queue(), ns_per_ms);
  surveyed_ = false;
  bool done;
  if (cluster_.multi_az != nullptr)
    done = co_await switch_to_standby();
  else
    done = co_await switch_over(preferred);
  if (done) repoint_all();
  switching_ = false;
}

Task<bool> Monitor::switch_over(NodeId preferred) {
  const NodeId old_source = source_;
  co_await survey(true);
  const Heard* const alive = serving_source();
  if (alive == nullptr) co_return false;  // a case for detection
  epoch_ = alive->status.received.epoch;
  const Heard* const chosen = candidate(preferred);
  if (chosen == nullptr) co_return false;
  const NodeId next = chosen->server;
  milestone(Milestone::elected, next);

  const DurationNs limit = from_s(cluster_.options.switchover_timeout_s);
  const std::optional<LogPlace> end = co_await ask<LogPlace>(
      cluster_.context, node_.id(), old_source, limit, StopWrites{&cluster_});
  if (end.has_value()) {
    const std::optional<bool> caught_up = co_await ask<bool>(
        cluster_.context, node_.id(), next, limit, AwaitPosition{&cluster_, end->seq});
    if (caught_up.has_value()) {
      source_ = next;
      const bool promoted = co_await hand_over(next);
      // If not, it is a failed source like any other, and detection goes on with it. The old one
      // stays read-only: the candidate may have opened all the same.
      co_return promoted;
    }
  }
  co_await reopen(old_source);
  co_return false;
}

Task<bool> Monitor::switch_to_standby() {
  co_await survey(true);
  const Heard* const standby = standby_in_sync();
  if (standby == nullptr || standby->server == source_) co_return false;
  source_ = standby->server;
  milestone(Milestone::elected, source_);
  const bool serves = co_await hand_over_to_standby(source_);
  co_return serves;
}

Task<> Monitor::reopen(NodeId source) {
  co_await ask<bool>(cluster_.context, node_.id(), source,
                     from_s(cluster_.options.detector.timeout_s), AllowWrites{&cluster_});
}

}  // namespace writepath::mysql
