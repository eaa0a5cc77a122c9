// The background of a storage node: gossip, rebuilding, coalescing. It yields to the foreground:
// the two are negatively correlated, "unlike in traditional databases" (SIGMOD 2017, S3.3).
#include <algorithm>
#include <utility>

#include "models/aurora_quorum/instance.hpp"
#include "models/aurora_quorum/storage_node.hpp"
#include "sim/engine/timeout.hpp"

namespace writepath::aurora {

namespace {
/// Of one answer, and of one group. Assumption, range 0.1 to 10 MB.
constexpr std::uint64_t gossip_bytes_at_most = 1'000'000;
/// A segment is copied in pieces, so that the disk serves boxcars in between. Assumption, 1 to 256
/// MB.
constexpr std::uint64_t copy_piece_bytes = 32'000'000;
/// Pages written at once before the foreground is looked at again. Assumption, range 1 to 256.
constexpr std::uint64_t pages_at_once = 8;
constexpr DurationNs look_again_after = from_ms(1);
constexpr DurationNs ask_again_after = from_ms(500);
}  // namespace

// ---- (3) find gaps, (4) gossip to fill them

Task<> StorageNode::gossip() {
  const DurationNs interval = from_ms(options().gossip_interval_ms);
  for (std::size_t turn = copy_ + 1u;; ++turn) {
    co_await with_timeout(cluster_.queue(), gossip_now_.wait(), interval);
    const std::size_t peer = turn % peers_.size();
    if (!peers_[peer] || !peers_[peer]->is_up()) continue;
    for (GroupId g = 0; g < received_.size(); ++g) asked_scls_[g] = received_[g].scl();
    Link& link = *peers_[peer];
    StorageNode* const asked = cluster_.storage[peer].get();
    link.send(control_bytes + scl_bytes * received_.size(), Traffic::gossip,
              [asked, by = copy_, epoch = disk_.epoch, at = link.connection(),
               in_pages = disk_.intact ? coalesced_to_ : 0] {
                asked->asked_for_redo(by, epoch, at, in_pages);
              });
  }
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
  if (!disk_.intact || log() == nullptr) return;
  for (GroupId g = 0; g < disk_.segments.size(); ++g)
    if (disk_.segments[g].scl() > cluster_.storage[by]->asked_scls_[g])
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

// ---- coming back: catching up, or rebuilding what was lost

void StorageNode::asked_for_status(std::uint16_t by, ConnectionId connection) {
  if (!disk_.intact) return;
  report();
  StorageNode* const asker = cluster_.storage[by].get();
  cluster_.network().send(connection, id(), control_bytes + scl_bytes * disk_.segments.size(),
                          Traffic::control, [asker, from = copy_] { asker->receive_status(from); });
}

void StorageNode::receive_status(std::uint16_t from) {
  StorageNode& peer = *cluster_.storage[from];
  status_of_ |= CopySet{1} << from;
  adopt(peer.reported_epoch());
  for (GroupId g = 0; g < status_scls_.size(); ++g) {
    const std::uint64_t scl =
        cluster_.volume.truncated(peer.reported_scls()[g], peer.reported_epoch(), disk_.epoch);
    status_scls_[g] = std::max(status_scls_[g], scl);
    // Pages come from a full segment; log from any.
    if ((!is_full() || peer.is_full()) && scl >= sources_[g].scl)
      sources_[g] = {&peer, scl, peer.reported_collected_to()};
  }
  status_came_.notify_all();
}

/// Whatever this node may ever have acknowledged was in a write quorum, so a read quorum of the
/// others has it: only when it has caught up with one does a rebuilt node count again.
Task<> StorageNode::ask_status() {
  status_of_ = disk_.intact ? CopySet{1} << copy_ : 0;
  std::fill(status_scls_.begin(), status_scls_.end(), 0);
  std::fill(sources_.begin(), sources_.end(), CopySource{});
  while (!has_heard_enough()) {
    for (std::size_t peer = 0; peer < peers_.size(); ++peer) {
      if (!peers_[peer] || !peers_[peer]->is_up()) continue;
      StorageNode* const asked = cluster_.storage[peer].get();
      Link& link = *peers_[peer];
      link.send(control_bytes, Traffic::control,
                [asked, by = copy_, at = link.connection()] { asked->asked_for_status(by, at); });
    }
    const TimeNs until = cluster_.now() + ask_again_after;
    while (!has_heard_enough() && cluster_.now() < until)
      co_await with_timeout(cluster_.queue(), status_came_.wait(), until - cluster_.now());
  }
}

/// A read quorum, and whoever has what must be copied.
bool StorageNode::has_heard_enough() const {
  if (!cluster_.read.met(status_of_)) return false;
  for (GroupId g = 0; g < must_copy_.size(); ++g)
    if (must_copy_[g] && sources_[g].peer == nullptr) return false;
  return true;
}

Task<> StorageNode::rejoin() {
  if (rejoining_) co_return;
  rejoining_ = true;
  const DurationNs interval = from_ms(options().gossip_interval_ms);
  if (hot_log_end_ > 0) {
    co_await hot_log_.flush();  // what the kernel still held
    stored();
  }
  bytes_copied_ = 0;
  co_await ask_status();
  while (!caught_up()) {
    for (GroupId g = 0; g < must_copy_.size(); ++g)
      if (must_copy_[g]) co_await copy_segment(g);
    gossip_now_.notify_all();
    co_await with_timeout(cluster_.queue(), progress_.wait(), interval);
  }
  disk_.intact = true;
  rejoining_ = false;
  if (writer_.epoch == disk_.promised && writer_.connection.valid())
    node_.scope().spawn(answer_truncate(writer_.epoch, writer_.instance, writer_.connection));
  cluster_.context.state(ReplicaReady{cluster_.now(), id(), bytes_copied_});
}

bool StorageNode::caught_up() const {
  for (GroupId g = 0; g < status_scls_.size(); ++g)
    if (must_copy_[g] || disk_.segments[g].scl() < status_scls_[g]) return false;
  return true;
}

void StorageNode::told_too_far(GroupId group) {
  must_copy_[group] = true;
  if (!rejoining_) node_.scope().spawn(rejoin());
}

/// A full segment's pages, from the full peer that reported the highest SCL (SIGMOD 2017, S2.2: 10
/// GB in 10 s over 10 Gb/s), or a tail's log. The redo after that SCL comes by gossip.
Task<> StorageNode::copy_segment(GroupId group) {
  const CopySource source = sources_[group];
  if (source.peer == nullptr) {
    co_await ask_status();
    co_return;
  }
  const Epoch epoch = disk_.epoch;
  const Purpose purpose = is_full() ? Purpose::clone : Purpose::log_record;
  TimeNs written = cluster_.now();
  std::uint64_t left = bytes_to_copy(group);
  while (left > 0) {
    const std::uint64_t piece = std::min(left, copy_piece_bytes);
    // The source's disk works in parallel; the pace is set below, by a disk of the same kind.
    (void)source.peer->node_.storage().read(piece, purpose);
    const bool arrived = co_await cluster_.network().bulk_transfer(source.peer->id(), id(), piece);
    if (!arrived) {
      co_await sleep_for(cluster_.queue(), ask_again_after);
      co_await ask_status();  // perhaps from another peer
      co_return;
    }
    co_await sleep_until(cluster_.queue(), std::max(written, cluster_.now()));
    written = node_.storage().write_behind(piece, purpose);
    left -= piece;
    bytes_copied_ += piece;
  }
  co_await sleep_until(cluster_.queue(), std::max(written, cluster_.now()));
  copied(group, source, epoch);
}

/// Of a full segment its pages, as of its SCL; of a tail the redo that the
/// source has not collected, of which each group has its share.
std::uint64_t StorageNode::bytes_to_copy(GroupId group) const {
  if (is_full()) return cluster_.layout.segment_bytes(group);
  const Log* const its = log();
  if (its == nullptr) return 0;
  return redo_between(*its, sources_[group].collected_to, sources_[group].scl) /
         cluster_.layout.groups();
}

void StorageNode::copied(GroupId group, const CopySource& source, Epoch epoch) {
  const std::uint64_t valid = cluster_.volume.truncated(source.scl, epoch, disk_.epoch);
  if (valid > disk_.segments[group].scl()) disk_.segments[group].replace(valid);
  if (valid > received_[group].scl()) received_[group].replace(valid);
  if (is_full()) coalesced_to_ = std::max(coalesced_to_, valid);  // a copy is pages
  stored_to_ = std::max(stored_to_, valid);
  disk_.collected_to = std::max(disk_.collected_to, is_full() ? valid : source.collected_to);
  must_copy_[group] = false;
  advance_complete();
}

// ---- (5) coalesce redo into pages

void StorageNode::count_dirty(const Arrival& arrival) {
  const Log* const its = cluster_.volume.log(arrival.epoch).get();
  const bool known = its != nullptr && arrival.boxcar != none &&
                     its->boxcars().holds(arrival.boxcar) &&
                     for_each_record(*its, its->boxcars()[arrival.boxcar],
                                     [this](const Record& record) { dirty_.insert(record.page); });
  if (!known) uncounted_records_ += arrival.records;
}

/// Only redo up to VDL becomes pages: what comes after it may still be annulled.
Task<> StorageNode::coalesce() {
  EventQueue& queue = cluster_.queue();
  const DurationNs interval = from_ms(options().coalesce_interval_ms);
  while (true) {
    co_await sleep_for(queue, interval);
    std::uint64_t pages = dirty_.size() + uncounted_records_;
    std::swap(dirty_, coalescing_);
    dirty_.clear();
    uncounted_records_ = 0;
    const std::uint64_t to = stored_to_;
    while (known_vdl_ < to && stored_to_ >= to) co_await sleep_for(queue, interval);
    while (pages > 0) {
      if (unflushed_) {  // boxcars wait for the device
        co_await sleep_for(queue, look_again_after);
        continue;
      }
      TimeNs done = queue.now();
      for (std::uint64_t i = std::min(pages, pages_at_once); i > 0; --i, --pages)
        done = std::max(done, node_.storage().write_behind(cluster_.layout.page_bytes(),
                                                           Purpose::coalesced_page));
      co_await sleep_until(queue, done);
    }
    coalescing_.clear();
    coalesced_to_ = to;
    collect_garbage();
  }
}

}  // namespace writepath::aurora
