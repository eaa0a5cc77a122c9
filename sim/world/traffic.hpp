#pragma once
// What bytes are for: every send and every device request names its purpose, so that the reports
// can say who writes what, where, and twice.
#include <cstdint>

namespace writepath {

/// Purpose of bytes on the network.
enum class Traffic : std::uint8_t {
  client,       ///< requests and replies of sessions
  binlog,       ///< MySQL: dump thread to receiver
  redo,         ///< Aurora: writer to storage nodes
  redo_stream,  ///< Aurora: redo and VDL to readers
  ack,          ///< acknowledgements of any of these
  page,         ///< whole pages (reads from shared storage)
  control,      ///< pings, elections, recovery
  gossip,       ///< Aurora: storage nodes tell each other what a peer lacks
  bulk,         ///< clone, rebuild, backup
  mirror,       ///< a volume's writes on their way to its mirror in another AZ
  backup,       ///< Aurora: log and pages staged to S3
  count_
};

/// Purpose of a device request.
enum class Purpose : std::uint8_t {
  redo,  ///< MySQL's InnoDB redo log
  binlog,
  relay_log,
  page,  ///< data pages in place
  doublewrite,
  log_record,      ///< Aurora: redo records at a storage node
  coalesced_page,  ///< Aurora: pages a storage node makes from redo
  metadata,        ///< epochs, positions, small control state
  clone,           ///< a copied data set
  backup,          ///< Aurora: log and pages read to be staged to S3
  scrub,           ///< Aurora: pages read to check their CRCs, and those repaired
  neighbour,       ///< other volumes on the same device: no cost of this one
  count_
};

const char* name_of(Traffic);
const char* name_of(Purpose);

}  // namespace writepath
