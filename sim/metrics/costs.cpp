#include "sim/metrics/costs.hpp"

#include <string_view>

#include "sim/metrics/put.hpp"

namespace writepath {
namespace {

struct Io {
  double ios = 0, writes = 0, copy_writes = 0, write_bytes = 0;
};

/// Of one place; "": of all.
Io io_of(const FinalState& state, std::string_view place) {
  Io sum;
  for (const IoRow& row : state.io) {
    if (!place.empty() && row.place != place) continue;
    if (row.purpose == "neighbour") continue;  // another volume's
    sum.ios += static_cast<double>(row.writes + row.reads);
    sum.writes += static_cast<double>(row.writes);
    sum.copy_writes += static_cast<double>(row.copy_writes);
    sum.write_bytes += static_cast<double>(row.write_bytes);
  }
  return sum;
}

struct Sent {
  double messages = 0, bytes = 0, cross_az_messages = 0, cross_az_bytes = 0;
};

template <class Wanted>
Sent sent(const FinalState& state, Wanted&& wanted) {
  Sent sum;
  for (const TrafficRow& row : state.traffic) {
    if (!wanted(row)) continue;
    sum.messages += static_cast<double>(row.messages);
    sum.bytes += static_cast<double>(row.bytes);
    sum.cross_az_messages += static_cast<double>(row.cross_az_messages);
    sum.cross_az_bytes += static_cast<double>(row.cross_az_bytes);
  }
  return sum;
}

bool is_backup(const TrafficRow& row) { return row.traffic == "backup"; }

Sent sent_but_backups(const FinalState& state) {
  return sent(state, [](const TrafficRow& row) { return !is_backup(row); });
}

/// The log or pages on their way to replicas and storage nodes.
bool is_replication(const TrafficRow& row) {
  return row.traffic == "binlog" || row.traffic == "redo" || row.traffic == "redo_stream" ||
         row.traffic == "page";
}

// "Despite amplifying writes six times with Aurora and not counting the chained replication within
// EBS nor the cross-AZ writes in MySQL" (SIGMOD 2017, S3.2). A storage node sees "unamplified
// writes, since it is only one of the six copies".
void put_as_table_1(const FinalState& state, double commits, Metrics& to) {
  const Io primary = io_of(state, "primary"), standby = io_of(state, "standby");
  const Io storage = io_of(state, "storage");
  const Sent redo = sent(
      state, [](const TrafficRow& row) { return row.place == "primary" && row.traffic == "redo"; });
  const double nodes = state.storage_nodes == 0 ? 1 : state.storage_nodes;
  put(to, "database_ios_per_commit", ratio(primary.writes + redo.messages, commits));
  put(to, "database_io_bytes_per_commit", ratio(primary.write_bytes + redo.bytes, commits));
  put(to, "storage_node_ios_per_commit", ratio(primary.writes + redo.messages / nodes, commits));
  put(to, "storage_node_write_bytes_per_commit",
      ratio(primary.write_bytes + storage.write_bytes / nodes, commits));
  put(to, "mirror_ios_per_commit",
      ratio(primary.copy_writes + standby.writes + standby.copy_writes, commits));
}

void put_crossings(const FinalState& state, double commits, RunSummary& summary) {
  for (const char* kind : traffic_kinds) {
    const Sent of = sent(state, [kind](const TrafficRow& row) { return row.traffic == kind; });
    put(summary.cross_az_bytes_per_commit, kind, ratio(of.cross_az_bytes, commits));
    put(summary.cross_az_messages_per_commit, kind, ratio(of.cross_az_messages, commits));
  }
}

}  // namespace

BilledCounts billed_counts(const FinalState& state) {
  return {io_of(state, "").ios, sent_but_backups(state).cross_az_bytes};
}

void put_costs(const FinalState& state, std::uint64_t commits, RunSummary& summary) {
  const auto each = static_cast<double>(commits);
  Metrics& to = summary.metrics;
  const Io primary = io_of(state, "primary"), storage = io_of(state, "storage");
  const Io replica = io_of(state, "replica"), total = io_of(state, "");
  put(to, "primary_ios_per_commit", ratio(primary.ios, each));
  put(to, "storage_ios_per_commit", ratio(storage.ios, each));
  put(to, "replica_ios_per_commit", ratio(replica.ios, each));
  put(to, "total_ios_per_commit", ratio(total.ios, each));
  put(to, "primary_write_bytes_per_commit", ratio(primary.write_bytes, each));
  put(to, "storage_write_bytes_per_commit", ratio(storage.write_bytes, each));
  put(to, "replica_write_bytes_per_commit", ratio(replica.write_bytes, each));
  put(to, "total_write_bytes_per_commit", ratio(total.write_bytes, each));
  put(to, "primary_storage_writes", primary.writes);
  put(to, "replica_storage_writes", replica.writes);

  const Sent all = sent_but_backups(state);
  const Sent shipped = sent(
      state, [](const TrafficRow& row) { return row.place == "primary" && is_replication(row); });
  const Sent pages = sent(
      state, [](const TrafficRow& row) { return row.place == "primary" && row.traffic == "page"; });
  put(to, "network_bytes_per_commit", ratio(all.bytes, each));
  put(to, "cross_az_bytes_per_commit", ratio(all.cross_az_bytes, each));
  put(to, "primary_messages_per_commit", ratio(shipped.messages, each));
  put(to, "primary_shipped_bytes_per_commit", ratio(shipped.bytes, each));
  put(to, "page_bytes_sent", pages.bytes);
  put_as_table_1(state, each, to);
  put_crossings(state, each, summary);
  put(to, "backup_bytes_per_commit", ratio(sent(state, is_backup).bytes, each));
  summary.io = state.io;
  summary.traffic = state.traffic;
}

}  // namespace writepath
