// What servers say to each other on a replication link.
#include "models/mysql_binlog/server.hpp"

namespace writepath::mysql {

std::uint64_t binlog_bytes_of(const Cluster& cluster, const Transaction& txn) {
  return static_cast<std::uint64_t>(cluster.context.type_of(txn.type).binlog_bytes);
}

std::uint32_t open_link(Cluster& cluster, NodeId source, NodeId replica, ConnectionId connection) {
  const auto link = static_cast<std::uint32_t>(cluster.links.size());
  cluster.links.push_back({source, replica, connection, cluster.server(source).node().incarnation(),
                           cluster.options.acknowledges(cluster.server(replica).node().name()),
                           false, 0});
  Cluster* const shared = &cluster;
  cluster.context.network().on_closed(connection, replica, [shared, link, replica] {
    Replica* const receiver = shared->server(replica).replica();
    if (receiver != nullptr) receiver->refused(link, false);
  });
  return link;
}

void request_dump(Cluster& cluster, std::uint32_t link, LogPlace from) {
  const ReplicationLink& l = cluster.links[link];
  Cluster* const shared = &cluster;
  cluster.context.network().send(
      l.connection, l.replica, question_bytes, Traffic::control, [shared, link, from] {
        shared->server(shared->links[link].source).on_dump_request(link, from);
      });
}

void Server::on_dump_request(std::uint32_t link, LogPlace from) {
  const bool is_source = source_ != nullptr;
  // Another history, or a position before what this binlog still holds: only a copy can help.
  const bool errant = is_source && (!cluster_.lineages.contains(source_->end(), from) ||
                                    from.seq < disk_.binlog_purged);
  if (is_source && !errant) {
    source_->start_dump(link, from);
    return;
  }
  Cluster* const shared = &cluster_;
  cluster_.context.network().send(cluster_.links[link].connection, id(), question_bytes,
                                  Traffic::control, [shared, link, errant] {
                                    Replica* const receiver =
                                        shared->server(shared->links[link].replica).replica();
                                    if (receiver != nullptr) receiver->refused(link, errant);
                                  });
}

void receive_events(Cluster& cluster, std::uint32_t link_index, std::uint32_t bytes, LogPlace last,
                    TimeNs source_clock) {
  ReplicationLink& link = cluster.links[link_index];
  link.in_flight_bytes -= bytes;
  // The transport's own acknowledgement frees the send buffer; its way back is left out.
  const Server& sender = cluster.server(link.source);
  if (sender.node().incarnation() == link.source_incarnation && sender.source() != nullptr)
    sender.source()->credit_send_buffer();
  Replica* const receiver = cluster.server(link.replica).replica();
  if (receiver == nullptr) return;
  receiver->hear(link_index, source_clock);
  receiver->receive(link_index, last, bytes);
}

void receive_heartbeat(Cluster& cluster, std::uint32_t link, TimeNs source_clock) {
  Replica* const receiver = cluster.server(cluster.links[link].replica).replica();
  if (receiver != nullptr) receiver->hear(link, source_clock);
}

void receive_ack(Cluster& cluster, std::uint32_t link, const ReplicaAck& ack) {
  Source* const source = cluster.server(cluster.links[link].source).source();
  if (source == nullptr) return;
  ReplicaAck arrived = ack;
  arrived.arrived_at = cluster.now();
  source->acknowledged(cluster.links[link].replica, arrived);
}

void report_applied(Cluster& cluster, std::uint32_t link, CommitSeq applied) {
  const ReplicationLink& l = cluster.links[link];
  Cluster* const shared = &cluster;
  cluster.context.network().send(l.connection, l.replica,
                                 static_cast<std::uint64_t>(cluster.options.replica_ack_bytes),
                                 Traffic::ack, [shared, link, applied] {
                                   const ReplicationLink& from = shared->links[link];
                                   Source* const source = shared->server(from.source).source();
                                   if (source != nullptr)
                                     source->replica_applied(from.replica, applied);
                                 });
}

void rebuild(Cluster& cluster, NodeId server) { cluster.server(server).rebuild(); }

}  // namespace writepath::mysql
