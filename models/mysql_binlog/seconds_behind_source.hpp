#pragma once
// Seconds_Behind_Source, as SHOW REPLICA STATUS computes it (sql/rpl_replica.cc,
// show_slave_status_send_data): an answer about the applier alone, in whole seconds of two clocks.
#include <cstdint>
#include <optional>

#include "sim/core/time.hpp"
#include "sim/engine/task.hpp"

namespace writepath {
class Node;
namespace mysql {

struct Cluster;
class Replica;

/// What the meter reads of receiver and applier.
struct ReplicationStatus {
  bool receiver_connected = false;  ///< as far as the receiver knows: a hanging connection counts
  bool drained = true;              ///< the applier has applied all that was received
  /// Of the event being applied, by the source's clock; none yet: as if it had caught up.
  std::optional<TimeNs> source_timestamp;
  std::int64_t clock_diff_s = 0;  ///< replica's clock less the source's, when it connected
};

/// A clock's whole seconds, as time() and an event's header have them.
constexpr std::int64_t whole_seconds(TimeNs clock) {
  return clock / ns_per_s - (clock % ns_per_s < 0);
}

/// Empty: NULL.
std::optional<std::int64_t> seconds_behind_source(const ReplicationStatus& status,
                                                  TimeNs replica_clock);

/// States it once a second, in the middle of the second: on the second itself any event that is
/// being applied would show as 1.
Task<> report_seconds_behind_source(Cluster& cluster, Node& node, Replica& replica);

}  // namespace mysql
}  // namespace writepath
