#include "models/mysql_binlog/seconds_behind_source.hpp"

#include <algorithm>

#include "models/mysql_binlog/server.hpp"
#include "sim/engine/sleep.hpp"

namespace writepath::mysql {

std::optional<std::int64_t> seconds_behind_source(const ReplicationStatus& status,
                                                  TimeNs replica_clock) {
  if (status.drained) {
    if (status.receiver_connected) return 0;  // whatever the source has and did not get across
    return std::nullopt;
  }
  if (!status.source_timestamp) return 0;
  const std::int64_t difference =
      whole_seconds(replica_clock) - whole_seconds(*status.source_timestamp) - status.clock_diff_s;
  return std::max<std::int64_t>(difference, 0);
}

Task<> report_seconds_behind_source(Cluster& cluster, Node& node, Replica& replica) {
  TimeNs next = cluster.now() / ns_per_s * ns_per_s + ns_per_s / 2;
  if (next <= cluster.now()) next += ns_per_s;
  for (;; next += ns_per_s) {
    co_await sleep_until(cluster.queue(), next);
    if (replica.is_stopped()) co_return;
    const std::optional<std::int64_t> behind =
        seconds_behind_source(replica.status(), node.local_time());
    cluster.context.state(LagReported{cluster.now(), node.id(), "seconds_behind_source",
                                      behind.value_or(0) * ns_per_s, !behind.has_value()});
  }
}

}  // namespace writepath::mysql
