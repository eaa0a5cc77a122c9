// Options of shipping and of semi-synchronous replication.
#include <algorithm>

#include "models/mysql_binlog/options.hpp"
#include "sim/model/operations.hpp"
#include "sim/scenario/words.hpp"

namespace writepath::mysql {

namespace {

std::vector<std::string> server_names(const ArchitectureSpec& architecture,
                                      const Scenario& scenario) {
  std::vector<std::string> names;
  for (const NodeSpec& node : architecture.nodes) names.push_back(node.id);
  for (std::size_t i = 0; i < scenario.operations.size(); ++i)
    if (applies_to(scenario.operations[i], architecture))
      names.push_back(operation_node_name(scenario.operations[i], i));
  return names;
}

std::int64_t acknowledging_replicas(const ArchitectureSpec& architecture, const Options& o) {
  return std::count_if(
      architecture.nodes.begin(), architecture.nodes.end(),
      [&](const NodeSpec& n) { return n.role == NodeRole::replica && o.acknowledges(n.id); });
}

void describe_connection(Fields& f, Options& o) {
  f.number("replica_net_timeout_s", o.replica_net_timeout_s, {1, 31'536'000},
           {"A receiver that hears nothing for so long takes its connection for dead and connects "
            "anew; also how long it waits for a connection",
            "s", "MySQL 8.0 manual, replica_net_timeout, default 60"});
  if (f.reading()) o.source_heartbeat_period_s = o.replica_net_timeout_s / 2;
  f.number("source_heartbeat_period_s", o.source_heartbeat_period_s, {0, 4'294'967},
           {"A dump thread with nothing to send for so long sends a heartbeat event; 0: never", "s",
            "MySQL 8.0 manual, SOURCE_HEARTBEAT_PERIOD, default half of replica_net_timeout"});
  f.number("dump_packet_cpu_us", o.dump_packet_cpu_us, {0, 1e6},
           {"CPU time of a dump thread for each packet of events that it sends, the kernel's share "
            "included",
            "us",
            "0: little beside many processors; measurement: 150 to 260 with MariaDB 10.11 on one "
            "core"});
  f.number("receiver_packet_cpu_us", o.receiver_packet_cpu_us, {0, 1e6},
           {"CPU time of a receiver for each packet", "us",
            "0: as dump_packet_cpu_us; measurement: 130 to 160"});
}

void describe_semi_sync_replicas(Fields& f, Options& o, const ArchitectureSpec& architecture,
                                 const Scenario& scenario) {
  f.texts("semi_sync_replicas", o.semi_sync_replicas, TextRule::reference,
          {"Servers that acknowledge while they are replicas (rpl_semi_sync_replica_enabled); left "
           "out: all",
           "", "MySQL 8.0 manual, rpl_semi_sync_replica_enabled"});
  const std::vector<std::string> servers = server_names(architecture, scenario);
  const auto unknown = std::find_if(
      o.semi_sync_replicas.begin(), o.semi_sync_replicas.end(), [&](const std::string& name) {
        return std::find(servers.begin(), servers.end(), name) == servers.end();
      });
  if (unknown == o.semi_sync_replicas.end()) return;
  f.require(false, "semi_sync_replicas",
            [&] {
              return "there is no server '" + *unknown + "'" +
                     suggest(*unknown, servers, "servers");
            },
            {"semi_sync_replicas"});
  o.semi_sync_replicas.clear();  // so that it is not held against other keys
}

void describe_semi_sync(Fields& f, Options& o, const ArchitectureSpec& architecture) {
  f.choice(
      "semi_sync", o.semi_sync,
      {{"off", SemiSyncMode::off},
       {"after_sync", SemiSyncMode::after_sync},
       {"after_commit", SemiSyncMode::after_commit}},
      {"Semi-synchronous replication: where a commit waits for a replica's acknowledgement", "",
       "MySQL 8.0 manual, 17.4.10: AFTER_SYNC is rpl_semi_sync_source_wait_point's default; off "
       "is the server's default"});
  f.integer("rpl_semi_sync_source_wait_for_replica_count", o.wait_for_replica_count, {1, 100},
            {"Acknowledgements that a commit waits for", "replicas",
             "MySQL 8.0 manual, rpl_semi_sync_source_wait_for_replica_count, default 1"});
  f.number("rpl_semi_sync_source_timeout_ms", o.semi_sync_timeout_ms, {1, 1e9},
           {"Without an acknowledgement for this long, the source falls back to asynchronous", "ms",
            "MySQL 8.0 manual, rpl_semi_sync_source_timeout, default 10000"});
  f.boolean(
      "rpl_semi_sync_source_wait_no_replica", o.wait_no_replica,
      {"true: a commit waits until the timeout even if too few replicas are connected; false: "
       "the source then goes on asynchronously at once",
       "", "MySQL 8.0 manual, rpl_semi_sync_source_wait_no_replica, default ON"});
  if (o.semi_sync == SemiSyncMode::off) return;
  const std::int64_t replicas = acknowledging_replicas(architecture, o);
  f.require(o.wait_for_replica_count <= replicas, "rpl_semi_sync_source_wait_for_replica_count",
            [&] {
              return "waits for " + std::to_string(o.wait_for_replica_count) + " replicas, but '" +
                     architecture.name + "' has " + std::to_string(replicas) +
                     (o.semi_sync_replicas.empty() ? "" : " that acknowledge") +
                     ": every commit would stall until the timeout. Legal: " +
                     (replicas > 0 ? "1 to " + std::to_string(replicas) : "semi_sync off");
            },
            {"semi_sync", "semi_sync_replicas"});
}

void describe_shipping(Fields& f, Options& o) {
  f.boolean("sync_relay_log", o.sync_relay_log,
            {"true: the relay log is flushed after each packet of events, and before a "
             "semi-synchronous acknowledgement (sync_relay_log = 1); false: it is left to the "
             "operating system",
             "",
             "MySQL 8.0 manual, sync_relay_log, default 10000 events: practically never before an "
             "acknowledgement"});
  f.integer("binlog_event_header_bytes", o.binlog_event_header_bytes, {0, 10'000},
            {"Added to each transaction's binlog_bytes on the wire", "bytes",
             "MySQL internals manual: an event header of 19 bytes"});
  f.integer("replica_ack_bytes", o.replica_ack_bytes, {1, 10'000},
            {"Size of a semi-synchronous acknowledgement", "bytes", "assumption, range 30 to 100"});
  f.number("send_buffer_mb", o.send_buffer_mb, {0.01, 10'000},
           {"Binlog that a dump thread may have on its way before it waits", "MB",
            "Linux tcp(7): tcp_wmem's default maximum of 4 MB"});
  f.number("source_connect_retry_s", o.source_connect_retry_s, {0.1, 86'400},
           {"A replica that lost its source tries again after this", "s",
            "MySQL 8.0 manual, SOURCE_CONNECT_RETRY, default 60"});
}

}  // namespace

bool Options::acknowledges(const std::string& server) const {
  return semi_sync_replicas.empty() ||
         std::find(semi_sync_replicas.begin(), semi_sync_replicas.end(), server) !=
             semi_sync_replicas.end();
}

void describe_replication(Fields& f, Options& o, const ArchitectureSpec& architecture,
                          const Scenario& scenario) {
  describe_connection(f, o);
  describe_semi_sync_replicas(f, o, architecture, scenario);
  describe_semi_sync(f, o, architecture);
  describe_shipping(f, o);
}

}  // namespace writepath::mysql
