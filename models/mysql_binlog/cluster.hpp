#pragma once
// What the servers of one MySQL architecture share: the context, the tree of histories, the
// binlogs' content, and the replication links. No server reads another one's state through it;
// whatever one learns of another comes in a message.
#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "models/mysql_binlog/binlog_content.hpp"
#include "models/mysql_binlog/lineages.hpp"
#include "models/mysql_binlog/options.hpp"
#include "sim/model/context.hpp"

namespace writepath::mysql {

class Server;
class Monitor;
class MultiAz;

/// One connection between a source's dump thread and a replica's receiver.
struct ReplicationLink {
  NodeId source, replica;
  ConnectionId connection;
  std::uint32_t source_incarnation = 0;
  bool acknowledges = false;          ///< the replica is semi-synchronous, and said so
  bool is_dumped_to = false;          ///< by the source's dump thread, as far as the source knows
  std::uint64_t in_flight_bytes = 0;  ///< sent and not yet received: what fills the send buffer
};

struct Cluster {
  explicit Cluster(ModelContext& context);
  ~Cluster();

  ModelContext& context;
  const Options& options;
  Lineages lineages;
  BinlogContent content;
  std::vector<std::unique_ptr<Server>> servers;
  std::deque<ReplicationLink> links;  ///< one for each time that a replica connected
  NodeId monitor_node = no_node;
  Monitor* monitor = nullptr;
  std::unique_ptr<MultiAz> multi_az;  ///< null without options.mirror

  Server& server(NodeId id) const;
  EventQueue& queue() const { return context.queue(); }
  TimeNs now() const { return context.now(); }
};

}  // namespace writepath::mysql
