// What storage nodes say to each other: gossip.
#include <algorithm>
#include <bit>
#include <utility>

#include "models/aurora_quorum/instance.hpp"
#include "models/aurora_quorum/storage_node.hpp"
#include "sim/engine/timeout.hpp"

namespace writepath::aurora {

namespace {
/// Of one answer, and of one group. Assumption, range 0.1 to 10 MB.
constexpr std::uint64_t gossip_bytes_at_most = 1'000'000;
/// The members in turn.
std::size_t in_turn(CopySet members, std::size_t turn) {
  std::size_t skip = turn % static_cast<std::size_t>(std::popcount(members));
  std::size_t copy = 0;
  while ((members >> copy & 1) == 0 || skip-- > 0) ++copy;
  return copy;
}
}  // namespace

// ---- (3) find gaps, (4) gossip to fill them

Task<> StorageNode::gossip() {
  const DurationNs interval = from_ms(options().gossip_interval_ms);
  for (std::size_t turn = copy_ + 1u;; ++turn) {
    co_await with_timeout(cluster_.queue(), gossip_now_.wait(), interval);
    const std::size_t peer = in_turn(cluster_.memberships.everybody(), turn);
    if (!peers_[peer] || !peers_[peer]->is_up()) continue;
    for (GroupId g = 0; g < received_.size(); ++g) asked_scls_[g] = wanted_after(g);
    Link& link = *peers_[peer];
    StorageNode* const asked = cluster_.storage[peer].get();
    link.send(control_bytes + scl_bytes * received_.size(), Traffic::gossip,
              [asked, by = copy_, epoch = disk_.epoch, at = link.connection(),
               in_pages = whole_of_volume() ? coalescing_.done_to() : 0] {
                asked->asked_for_redo(by, epoch, at, in_pages);
              });
  }
}

/// What it lacks of a group begins after this LSN; none: it wants nothing, or not yet.
std::uint64_t StorageNode::wanted_after(GroupId group) const {
  const bool wants = cluster_.memberships.is_member(group, copy_) && todo_[group] != Todo::copy;
  return wants ? received_[group].scl() : none;
}

void StorageNode::asked_for_redo(std::uint16_t by, Epoch epoch, ConnectionId connection,
                                 std::uint64_t in_its_pages) {
  adopt(epoch);
  peers_pages_[by] = in_its_pages;
  if (!is_full()) collect_garbage();
  if (epoch < disk_.epoch) {  // the truncations that it missed travel with gossip
    StorageNode* const asker = cluster_.storage[by].get();
    cluster_.network().send(connection, id(), control_bytes, Traffic::gossip,
                            [asker, newer = disk_.epoch] { asker->told_of_epoch(newer); });
    return;
  }
  if (log() == nullptr) return;
  for (GroupId g = 0; g < disk_.segments.size(); ++g)
    if (disk_.whole[g] && disk_.segments[g].scl() > cluster_.storage[by]->asked_scls_[g])
      offer_redo(by, g, connection);
}

void StorageNode::told_of_epoch(Epoch epoch) {
  adopt(epoch);
  gossip_now_.notify_all();
}

/// Sends what comes directly after the asker's SCL, as far as it is here and not just under way.
void StorageNode::offer_redo(std::uint16_t to, GroupId group, ConnectionId connection) {
  const Log& its = *log();
  const std::uint64_t from = cluster_.storage[to]->asked_scls_[group];
  const std::uint64_t scl = disk_.segments[group].scl();
  const TimeNs old = cluster_.now() - from_ms(options().gossip_interval_ms);
  std::vector<std::uint64_t> chain;  // from the newest back to the asker's SCL
  std::uint64_t n = its.last_boxcar_of(group);
  for (; its.boxcars().holds(n) && its.boxcars()[n].last > from; n = its.boxcars()[n].previous)
    if (its.boxcars()[n].last <= scl && its.boxcars()[n].departed_at <= old) chain.push_back(n);
  if (chain.empty()) return;
  if (its.boxcars()[chain.back()].group_before > from) {  // what it needs is no longer kept
    StorageNode* const asker = cluster_.storage[to].get();
    cluster_.network().send(connection, id(), control_bytes, Traffic::gossip,
                            [asker, group] { asker->told_too_far(group); });
    return;
  }
  GossipMessage message;
  message.before = from;
  message.epoch = disk_.epoch;
  message.group = group;
  for (; !chain.empty() && message.bytes < gossip_bytes_at_most; chain.pop_back()) {
    const Boxcar& boxcar = its.boxcars()[chain.back()];
    message.last = boxcar.last;
    message.bytes += boxcar.bytes;
    message.records += boxcar.records;
  }
  node_.scope().spawn(send_redo(to, message, connection));
}

Task<> StorageNode::send_redo(std::uint16_t to, GossipMessage message, ConnectionId connection) {
  co_await node_.storage().read(message.bytes, Purpose::log_record);
  StorageNode* const asker = cluster_.storage[to].get();
  cluster_.network().send(connection, id(), message.bytes + envelope_bytes, Traffic::gossip,
                          [asker, message] { asker->receive_gossip(message); });
}

void StorageNode::receive_gossip(const GossipMessage& message) {
  if (message.epoch != disk_.epoch) return;
  Segment& received = received_[message.group];
  if (!received.add(message.before, message.last)) return;
  Arrival arrival;
  arrival.before = message.before;
  arrival.last = message.last;
  arrival.arrived_at = cluster_.now();
  arrival.epoch = message.epoch;
  arrival.group = message.group;
  arrival.records = message.records;
  arrival.bytes = static_cast<std::uint32_t>(message.bytes);
  node_.scope().spawn(store(arrival));
  if (message.bytes >= gossip_bytes_at_most) gossip_now_.notify_all();  // there is more
}

}  // namespace writepath::aurora
