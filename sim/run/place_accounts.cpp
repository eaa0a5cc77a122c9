#include "sim/run/place_accounts.hpp"

#include "sim/scenario/words.hpp"

namespace writepath {

namespace {

void add_difference(IoCounters::Line& sum, const IoCounters::Line& now,
                    const IoCounters::Line& before) {
  sum.writes += now.writes - before.writes;
  sum.copy_writes += now.copy_writes - before.copy_writes;
  sum.write_bytes += now.write_bytes - before.write_bytes;
  sum.flushes += now.flushes - before.flushes;
  sum.reads += now.reads - before.reads;
  sum.read_bytes += now.read_bytes - before.read_bytes;
}

void add_difference(TrafficCounters::Line& sum, const TrafficCounters::Line& now,
                    const TrafficCounters::Line& before) {
  sum.messages += now.messages - before.messages;
  sum.bytes += now.bytes - before.bytes;
  sum.cross_az_messages += now.cross_az_messages - before.cross_az_messages;
  sum.cross_az_bytes += now.cross_az_bytes - before.cross_az_bytes;
}

}  // namespace

void PlaceAccounts::begin() {
  open_ = true;
  accounts_.assign(world_.node_count(), {});
  for (std::uint32_t n = 0; n < world_.node_count(); ++n) {
    accounts_[n].io = world_.node(NodeId{n}).storage().counters();
    accounts_[n].traffic = world_.network().sent_by(NodeId{n});
  }
  for (const Endpoints::Member& member : endpoints_.members())
    accounts_[member.node.value].role = member.current;
}

void PlaceAccounts::end() {
  for (std::uint32_t n = 0; n < accounts_.size(); ++n) settle(NodeId{n});
  open_ = false;
}

void PlaceAccounts::on(const RoleChanged& change) {
  if (!open_) return;
  settle(change.node);
  accounts_[change.node.value].role = change.role;
}

void PlaceAccounts::settle(NodeId node) {
  Account& account = accounts_[node.value];
  const IoCounters& io = world_.node(node).storage().counters();
  const TrafficCounters& traffic = world_.network().sent_by(node);
  const auto role = static_cast<std::size_t>(account.role);
  if (account.role == NodeRole::storage && io.total().writes > account.io.total().writes)
    account.wrote_as_storage = true;
  for (std::size_t p = 0; p < io.by_purpose.size(); ++p)
    add_difference(io_[role].by_purpose[p], io.by_purpose[p], account.io.by_purpose[p]);
  for (std::size_t t = 0; t < traffic.by_traffic.size(); ++t)
    add_difference(traffic_[role].by_traffic[t], traffic.by_traffic[t],
                   account.traffic.by_traffic[t]);
  account.io = io;
  account.traffic = traffic;
}

std::uint32_t PlaceAccounts::storage_nodes() const {
  std::uint32_t count = 0;
  for (const Account& account : accounts_) count += account.wrote_as_storage ? 1 : 0;
  return count;
}

std::vector<IoRow> PlaceAccounts::io() const {
  std::vector<IoRow> rows;
  for (std::size_t r = 0; r < roles; ++r)
    for (std::size_t p = 0; p < io_[r].by_purpose.size(); ++p) {
      const IoCounters::Line& line = io_[r].by_purpose[p];
      if (line.writes + line.flushes + line.reads == 0) continue;
      rows.push_back({to_text(static_cast<NodeRole>(r)), name_of(static_cast<Purpose>(p)),
                      line.writes, line.write_bytes, line.flushes, line.reads, line.read_bytes,
                      line.copy_writes});
    }
  return rows;
}

std::vector<TrafficRow> PlaceAccounts::traffic() const {
  std::vector<TrafficRow> rows;
  for (std::size_t r = 0; r < roles; ++r)
    for (std::size_t t = 0; t < traffic_[r].by_traffic.size(); ++t) {
      const TrafficCounters::Line& line = traffic_[r].by_traffic[t];
      if (line.messages == 0) continue;
      rows.push_back({to_text(static_cast<NodeRole>(r)), name_of(static_cast<Traffic>(t)),
                      line.messages, line.bytes, line.cross_az_messages, line.cross_az_bytes});
    }
  return rows;
}

}  // namespace writepath
