// How a replica keeps its connection to the source, and which replicas acknowledge.
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

}  // namespace

bool Options::acknowledges(const std::string& server) const {
  return semi_sync_replicas.empty() ||
         std::find(semi_sync_replicas.begin(), semi_sync_replicas.end(), server) !=
             semi_sync_replicas.end();
}

void describe_connection(Fields& f, Options& o, const ArchitectureSpec& architecture,
                         const Scenario& scenario) {
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

}  // namespace writepath::mysql
