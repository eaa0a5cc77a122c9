// A storage node and its memberships: what it records of them, and how it comes to hold a segment
// that counts, be it after an absence, after the loss of its disk, or in another's place.
#include <algorithm>
#include <numeric>

#include "models/aurora_quorum/fleet_watch.hpp"
#include "models/aurora_quorum/instance.hpp"
#include "models/aurora_quorum/monitor.hpp"
#include "models/aurora_quorum/storage_node.hpp"
#include "sim/engine/timeout.hpp"

namespace writepath::aurora {

namespace {
/// A segment is copied in pieces, so that the disk serves boxcars in between. Assumption, 1 to 256
/// MB.
constexpr std::uint64_t copy_piece_bytes = 32'000'000;
/// What the source's disk reads at once, for the same reason. Assumption, 0.1 to 32 MB.
constexpr std::uint64_t read_out_bytes = 1'000'000;
constexpr DurationNs ask_again_after = from_ms(500);
}  // namespace

// ---- memberships

/// Records newer ones than it knows. True if there were any: then what it answers next must wait
/// until they are on disk.
bool StorageNode::learn_memberships() {
  const Memberships& memberships = cluster_.memberships;
  if (memberships_seen_ == memberships.version()) return false;
  memberships_seen_ = memberships.version();
  bool changed = false;
  for (GroupId g = 0; g < memberships.groups(); ++g) {
    if (disk_.memberships[g] >= memberships.of(g).epoch()) continue;
    learn_membership(g);
    changed = true;
  }
  return changed;
}

void StorageNode::learn_membership(GroupId group) {
  const Memberships& memberships = cluster_.memberships;
  disk_.memberships[group] = memberships.of(group).epoch();
  chains_.hold(group, memberships.is_member(group, copy_));
  // Before any acknowledgement that follows: who counts quorums must know by then.
  tell_writer(group);
  if (!memberships.is_member(group, copy_)) {
    drop_segment(group);
  } else if (!disk_.whole[group] && todo_[group] == Todo::nothing) {
    next_boxcar_ = 0;  // it passed this group's boxcars by
    await_copy(group);
  }
  if (joined_) keep_links();
}

void StorageNode::tell_writer(GroupId group) {
  if (!writer_.connection.valid()) return;
  Instance* const writer = cluster_.instances[writer_.instance].get();
  cluster_.network().send(writer_.connection, id(), control_bytes, Traffic::control,
                          [writer, group] { writer->membership_recorded(group); });
}

void StorageNode::drop_segment(GroupId group) {
  disk_.whole[group] = false;
  disk_.segments[group] = received_[group] = Segment{};
  todo_[group] = Todo::nothing;
  for (const Subscriber& s : subscribers_)  // it has not all redo any more
    cluster_.network().close(s.connection, id());
  subscribers_.clear();
}

void StorageNode::await_copy(GroupId group) {
  todo_[group] = Todo::copy;
  status_of_[group] = 0;
  status_scls_[group] = 0;
  join();
  if (!rejoining_) node_.scope().spawn(rejoin());
}

void StorageNode::keep_links() {
  for (std::uint16_t peer = 0; peer < peers_.size(); ++peer) {
    if (!peers_[peer] || (linked_ >> peer & 1) != 0 || !cluster_.memberships.holds_any(peer))
      continue;
    linked_ |= CopySet{1} << peer;
    node_.scope().spawn(peers_[peer]->keep());
  }
}

bool StorageNode::whole_of_volume() const {
  return std::find(disk_.whole.begin(), disk_.whole.end(), false) == disk_.whole.end();
}

// ---- answers to those who watch the storage fleet

void StorageNode::asked_by_fleet(std::uint32_t monitor, ConnectionId connection) {
  fleet_.resize(std::max<std::size_t>(fleet_.size(), monitor + 1));
  fleet_[monitor] = connection;
  const bool changed = learn_memberships();
  node_.scope().spawn(answer_fleet(monitor, connection, changed));
}

Task<> StorageNode::answer_fleet(std::uint32_t monitor, ConnectionId connection, bool changed) {
  if (changed) co_await node_.storage().write_through(metadata_bytes, Purpose::metadata);
  send_fleet_report(monitor, connection);
}

void StorageNode::send_fleet_report(std::uint32_t monitor, ConnectionId connection) {
  fleet_report_.memberships = disk_.memberships;
  fleet_report_.whole = disk_.whole;
  fleet_report_.scls.clear();
  for (const Segment& segment : disk_.segments) fleet_report_.scls.push_back(segment.scl());
  fleet_report_.bytes_copied = bytes_copied_;
  fleet_report_.epoch = disk_.epoch;
  fleet_report_.ack_time = ack_time_;
  FleetWatch* const watch = &cluster_.monitors[monitor]->fleet();
  cluster_.network().send(connection, id(), control_bytes + scl_bytes * disk_.segments.size(),
                          Traffic::control, [watch, copy = copy_] { watch->reported(copy); });
}

// ---- coming back, or coming new

void StorageNode::asked_for_status(std::uint16_t by, ConnectionId connection) {
  if (learn_memberships())
    node_.scope().spawn(answer_status(by, connection));
  else
    send_status(by, connection);
}

Task<> StorageNode::answer_status(std::uint16_t by, ConnectionId connection) {
  co_await node_.storage().write_through(metadata_bytes, Purpose::metadata);
  send_status(by, connection);
}

void StorageNode::send_status(std::uint16_t by, ConnectionId connection) {
  report();
  StorageNode* const asker = cluster_.storage[by].get();
  cluster_.network().send(connection, id(), control_bytes + scl_bytes * disk_.segments.size(),
                          Traffic::control, [asker, from = copy_] { asker->receive_status(from); });
}

void StorageNode::receive_status(std::uint16_t from) {
  const StorageNode& peer = *cluster_.storage[from];
  adopt(peer.reported_epoch());
  for (GroupId g = 0; g < status_scls_.size(); ++g) {
    if (peer.reported_scls()[g] == none) continue;
    const std::uint64_t scl =
        cluster_.volume.truncated(peer.reported_scls()[g], peer.reported_epoch(), disk_.epoch);
    if (status_of_[g] == 0) status_copies_[g] = {};
    // Pages come from a full segment; log from any.
    if (!status_copies_[g].found && (!is_full() || peer.is_full()))
      status_copies_[g] = {from, peer.reported_epoch(), scl, peer.reported_collected_to(), true};
    status_of_[g] |= CopySet{1} << from;
    status_scls_[g] = std::max(status_scls_[g], scl);
  }
  status_came_.notify_all();
}

/// Whatever this node may ever have acknowledged was in a write quorum, so a read quorum of the
/// others has it; and whatever was durable before it came, too. Only when it has caught up with one
/// does a segment count. Those who answer have recorded the membership first: from then on no write
/// quorum of an older epoch can be had without them.
Task<> StorageNode::ask_status() {
  for (std::size_t peer = 0; peer < peers_.size(); ++peer) {
    if (!peers_[peer] || !peers_[peer]->is_up()) continue;
    StorageNode* const asked = cluster_.storage[peer].get();
    Link& link = *peers_[peer];
    link.send(control_bytes, Traffic::control,
              [asked, by = copy_, at = link.connection()] { asked->asked_for_status(by, at); });
  }
  const TimeNs until = cluster_.now() + ask_again_after;
  while (needs_status() && cluster_.now() < until)
    co_await with_timeout(cluster_.queue(), status_came_.wait(), until - cluster_.now());
}

bool StorageNode::has_status(GroupId group) const {
  const CopySet own = disk_.whole[group] ? CopySet{1} << copy_ : 0;
  return cluster_.memberships.rules(group).read.met(status_of_[group] | own);
}

bool StorageNode::needs_status() const {
  for (GroupId g = 0; g < todo_.size(); ++g) {
    const bool no_source = todo_[g] == Todo::copy && !status_copies_[g].found;
    if (todo_[g] != Todo::nothing && (!has_status(g) || no_source)) return true;
  }
  return false;
}

Task<> StorageNode::rejoin() {
  if (rejoining_) co_return;
  rejoining_ = true;
  const DurationNs interval = from_ms(options().gossip_interval_ms);
  if (hot_log_end_ > 0) {
    co_await hot_log_.flush();  // what the kernel still held
    stored();
  }
  if (memberships_seen_ > 0)
    co_await node_.storage().write_through(metadata_bytes, Purpose::metadata);
  while (!rejoined()) {
    if (needs_status()) co_await ask_status();
    begin_copies();
    settle();
    if (rejoined()) break;
    gossip_now_.notify_all();
    if (copies_running_ > 0)
      co_await with_timeout(cluster_.queue(), status_came_.wait(), interval);
    else
      co_await with_timeout(cluster_.queue(), progress_.wait(), interval);
  }
  rejoining_ = false;
  if (writer_.epoch == disk_.promised && writer_.connection.valid())
    node_.scope().spawn(answer_truncate(writer_.epoch, writer_.instance, writer_.connection));
  cluster_.context.state(
      ReplicaReady{cluster_.now(), id(),
                   std::accumulate(bytes_copied_.begin(), bytes_copied_.end(), std::uint64_t{0})});
}

bool StorageNode::rejoined() const {
  return std::all_of(todo_.begin(), todo_.end(), [](Todo todo) { return todo == Todo::nothing; });
}

/// Which of its segments have caught up with a read quorum: they count from now on.
void StorageNode::settle() {
  bool more = false;
  for (GroupId g = 0; g < todo_.size(); ++g) {
    const bool caught_up =
        todo_[g] == Todo::catch_up && has_status(g) && disk_.segments[g].scl() >= status_scls_[g];
    if (!caught_up) continue;
    todo_[g] = Todo::nothing;
    more |= !disk_.whole[g];
    disk_.whole[g] = true;
  }
  if (!more) return;
  if (writer_.epoch == disk_.promised && writer_.connection.valid())
    node_.scope().spawn(answer_truncate(writer_.epoch, writer_.instance, writer_.connection));
  else if (fencer_.epoch == disk_.promised && fencer_.connection.valid())
    node_.scope().spawn(answer_fence(fencer_.epoch, fencer_.instance, fencer_.connection));
  for (std::uint32_t monitor = 0; monitor < fleet_.size(); ++monitor)
    if (fleet_[monitor].valid()) send_fleet_report(monitor, fleet_[monitor]);
}

void StorageNode::told_too_far(GroupId group) {
  const bool copied_anyway = todo_[group] == Todo::copy || todo_[group] == Todo::copying;
  if (copied_anyway || !cluster_.memberships.is_member(group, copy_)) return;
  await_copy(group);
}

// ---- copying segments

void StorageNode::begin_copies() {
  for (GroupId g = 0; g < todo_.size(); ++g) {
    if (copies_running_ >= cluster_.options.repair.segments_at_once) return;
    if (todo_[g] != Todo::copy || copying_[g] || !has_status(g) || !status_copies_[g].found)
      continue;
    todo_[g] = Todo::copying;
    copying_[g] = true;
    ++copies_running_;
    node_.scope().spawn(copy_segment(g));
  }
}

/// Of a full segment its pages; of a tail the redo that the source has not collected, of which each
/// group has its share (SIGMOD 2018, S4.2).
std::uint64_t StorageNode::bytes_to_copy(const CopySource& source, GroupId group) const {
  if (is_full()) return cluster_.layout.segment_bytes(group);
  const Log* const its = log();
  if (its == nullptr) return 0;
  return redo_between(*its, source.collected_to, source.scl) / cluster_.layout.groups();
}

/// The segment's pages, from the peer that answered first (SIGMOD 2017, S2.2: 10 GB in 10 s over 10
/// Gb/s). The redo after what it had then comes from the writer and by gossip, meanwhile.
Task<> StorageNode::copy_segment(GroupId group) {
  const CopySource source = status_copies_[group];
  received_again(group, cluster_.volume.truncated(source.scl, source.epoch, disk_.epoch));
  const std::uint64_t size = bytes_to_copy(source, group);
  const Purpose purpose = is_full() ? Purpose::clone : Purpose::log_record;
  TimeNs written = cluster_.now();
  std::uint64_t done = 0;
  while (done < size && todo_[group] == Todo::copying) {
    const std::uint64_t piece = std::min(size - done, copy_piece_bytes);
    Link& link = *peers_[source.copy];
    StorageNode* const asked = cluster_.storage[source.copy].get();
    // The source's disk works in parallel; the pace is set below, by a disk of the same kind.
    link.send(control_bytes, Traffic::control, [asked, piece] { asked->asked_to_read_out(piece); });
    const bool arrived = co_await cluster_.network().bulk_transfer(asked->id(), id(), piece);
    if (!arrived) break;
    co_await sleep_until(cluster_.queue(), std::max(written, cluster_.now()));
    written = node_.storage().write_behind(piece, purpose);
    done += piece;
    bytes_copied_[group] += piece;
  }
  co_await sleep_until(cluster_.queue(), std::max(written, cluster_.now()));
  if (todo_[group] == Todo::copying && done == size) {
    const std::uint64_t valid = cluster_.volume.truncated(source.scl, source.epoch, disk_.epoch);
    if (valid > disk_.segments[group].scl()) disk_.segments[group].replace(valid);
    if (is_full()) coalescing_.copied(valid);  // a copy is pages
    stored_to_ = std::max(stored_to_, valid);
    chains_.replaced(group, disk_.segments[group].scl());
    disk_.collected_to = std::max(disk_.collected_to, is_full() ? valid : source.collected_to);
    todo_[group] = Todo::catch_up;
    advance_complete();
  } else {
    received_again(group, 0);
    co_await sleep_for(cluster_.queue(), ask_again_after);
    if (todo_[group] != Todo::nothing) {  // perhaps from another peer
      todo_[group] = Todo::copy;
      status_of_[group] = 0;
    }
  }
  copying_[group] = false;
  --copies_running_;
  status_came_.notify_all();
}

/// What is here or on its way to disk, besides everything up to `base`, which is being copied.
void StorageNode::received_again(GroupId group, std::uint64_t base) {
  received_[group] = disk_.segments[group];
  if (base > received_[group].scl()) received_[group].replace(base);
  const Ring<Arrival>& arrivals = disk_.arrivals;
  for (std::uint64_t n = arrivals.begin(); n < arrivals.end(); ++n)
    if (arrivals[n].group == group) received_[group].add(arrivals[n].before, arrivals[n].last);
}

void StorageNode::asked_to_read_out(std::uint64_t bytes) { node_.scope().spawn(read_out(bytes)); }

Task<> StorageNode::read_out(std::uint64_t bytes) {
  while (bytes > 0) {
    const std::uint64_t part = std::min(bytes, read_out_bytes);
    co_await node_.storage().read(part, Purpose::clone);
    bytes -= part;
  }
}

}  // namespace writepath::aurora
