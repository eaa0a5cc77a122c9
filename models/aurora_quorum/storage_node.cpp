// The foreground of a storage node, and its life.
#include "models/aurora_quorum/storage_node.hpp"

#include <algorithm>

#include "models/aurora_quorum/instance.hpp"

namespace writepath::aurora {

StorageNode::StorageNode(Cluster& cluster, std::uint16_t copy, Node& node)
    : cluster_(cluster),
      copy_(copy),
      node_(node),
      hot_log_(node.storage().create_file("hot_log", Purpose::log_record)),
      received_(cluster.layout.groups()),
      reported_scls_(cluster.layout.groups()),
      asked_scls_(cluster.layout.groups()),
      gossip_now_(cluster.queue()),
      progress_(cluster.queue()),
      status_came_(cluster.queue()),
      status_scls_(cluster.layout.groups()),
      sources_(cluster.layout.groups()),
      must_copy_(cluster.layout.groups()),
      peers_pages_(cluster.placement.copies()) {
  disk_.segments.resize(cluster.layout.groups());
  node.on_boot([this](bool data_lost) { boot(data_lost); });
}

// ---- (1) receive, (2) persist and acknowledge

void StorageNode::receive(const BoxcarMessage& message) {
  if (message.epoch < disk_.promised) return refuse(message.instance, message.connection);
  const Log* const log = cluster_.volume.log(message.epoch).get();
  if (log == nullptr || !log->boxcars().holds(message.boxcar)) return;
  known_vdl_ = std::max(known_vdl_, message.vdl);
  const Boxcar& boxcar = log->boxcars()[message.boxcar];
  Arrival arrival;
  arrival.before = boxcar.group_before;
  arrival.last = boxcar.last;
  arrival.boxcar = message.boxcar;
  arrival.arrived_at = cluster_.now();
  arrival.epoch = message.epoch;
  arrival.group = boxcar.group;
  arrival.records = boxcar.records;
  arrival.bytes = boxcar.bytes;
  received_[boxcar.group].add(arrival.before, arrival.last);
  node_.scope().spawn(store(arrival));
}

Task<> StorageNode::store(Arrival arrival) {
  const DurationNs cpu = from_us(options().receive_cpu_us);
  if (cpu > 0) co_await node_.cpu().serve(cpu);
  hot_log_end_ += arrival.bytes + envelope_bytes;
  arrival.position = hot_log_end_;
  hot_log_.append(arrival.bytes + envelope_bytes, hot_log_end_);
  disk_.arrivals.push(arrival);
  unflushed_ = true;
  // Boxcars that find the device full wait in the queue, and share the next flush.
  if (flushes_ == options().flushes_at_once) co_return;
  ++flushes_;
  while (unflushed_) {
    unflushed_ = false;
    co_await hot_log_.flush();
    stored();
  }
  --flushes_;
}

void StorageNode::stored() {
  const std::uint64_t durable = hot_log_.durable();
  Ring<Arrival>& arrivals = disk_.arrivals;
  while (!arrivals.empty() && arrivals.front().position <= durable) {
    take(arrivals.front());
    arrivals.drop_before(arrivals.begin() + 1);
  }
  advance_complete();
  push_to_readers();
  progress_.notify_all();
}

void StorageNode::take(Arrival& arrival) {
  if (arrival.epoch < disk_.epoch) {  // it came before a truncation
    arrival.last = cluster_.volume.truncated(arrival.last, arrival.epoch, disk_.epoch);
    if (arrival.before >= arrival.last) return;
  }
  Segment& segment = disk_.segments[arrival.group];
  const bool advanced = segment.add(arrival.before, arrival.last);
  if (advanced)
    cluster_.context.state(LogAdvanced{cluster_.now(), id(), "scl", arrival.group, segment.scl()});
  stored_to_ = std::max(stored_to_, arrival.last);
  if (is_full()) count_dirty(arrival);
  acknowledge(arrival, advanced);
}

void StorageNode::acknowledge(const Arrival& arrival, bool advanced) {
  const bool own = arrival.boxcar != none && arrival.epoch == writer_.epoch;
  if (writer_.epoch != disk_.promised || !(own || advanced)) return;
  AckMessage ack;
  ack.scl = disk_.intact ? disk_.segments[arrival.group].scl() : 0;
  ack.arrived_at = arrival.arrived_at;
  ack.stored_at = cluster_.now();
  ack.epoch = writer_.epoch;
  ack.group = arrival.group;
  ack.bytes = own ? arrival.bytes : 0;
  ack.instance = static_cast<std::uint16_t>(writer_.instance);
  ack.copy = copy_;
  cluster_.network().send(
      writer_.connection, id(), ack_bytes, Traffic::ack,
      [cluster = &cluster_, ack] { cluster->instances[ack.instance]->acknowledged(ack); });
}

/// How far the volume's log is complete here.
std::uint64_t StorageNode::complete() const {
  const Log* const its = log();
  if (its == nullptr) return 0;
  return its->boxcars().holds(next_boxcar_) ? its->boxcars()[next_boxcar_].before : its->end();
}

void StorageNode::advance_complete() {
  const Log* const its = log();
  if (its == nullptr) return;
  next_boxcar_ = std::max(next_boxcar_, its->boxcars().begin());
  for (; its->boxcars().holds(next_boxcar_); ++next_boxcar_) {
    const Boxcar& boxcar = its->boxcars()[next_boxcar_];
    if (!boxcar.departed || disk_.segments[boxcar.group].scl() < boxcar.last) return;
  }
}

// ---- epochs: "changes the locks on the door" (SIGMOD 2018, S2.4)

void StorageNode::refuse(std::uint32_t instance, ConnectionId connection) {
  Instance* const stale = cluster_.instances[instance].get();
  cluster_.network().send(connection, id(), control_bytes, Traffic::control,
                          [stale, epoch = disk_.promised] { stale->refused(epoch); });
}

void StorageNode::fence(Epoch epoch, std::uint32_t instance, ConnectionId connection) {
  if (epoch < disk_.promised) return refuse(instance, connection);
  if (!disk_.intact) return;  // it can't tell what it once acknowledged
  disk_.promised = epoch;
  node_.scope().spawn(answer_fence(epoch, instance, connection));
}

Task<> StorageNode::answer_fence(Epoch epoch, std::uint32_t instance, ConnectionId connection) {
  co_await node_.storage().write_through(metadata_bytes, Purpose::metadata);
  if (disk_.promised != epoch) co_return;
  report();
  Instance* const asker = cluster_.instances[instance].get();
  cluster_.network().send(connection, id(), control_bytes + scl_bytes * disk_.segments.size(),
                          Traffic::control,
                          [asker, epoch, copy = copy_] { asker->fenced(epoch, copy); });
}

void StorageNode::truncate(Epoch epoch, std::uint32_t instance, ConnectionId connection,
                           std::uint64_t vdl) {
  if (epoch < disk_.promised) return refuse(instance, connection);
  adopt(epoch);
  writer_ = {instance, epoch, connection};
  learn_vdl(epoch, vdl);  // a node that was away may hear of no other for long
  gossip_now_.notify_all();
  node_.scope().spawn(answer_truncate(epoch, instance, connection));
}

Task<> StorageNode::answer_truncate(Epoch epoch, std::uint32_t instance, ConnectionId connection) {
  co_await node_.storage().write_through(metadata_bytes, Purpose::metadata);
  if (disk_.promised != epoch) co_return;
  report();
  Instance* const asker = cluster_.instances[instance].get();
  cluster_.network().send(connection, id(), control_bytes + scl_bytes * disk_.segments.size(),
                          Traffic::control,
                          [asker, epoch, copy = copy_] { asker->truncated(epoch, copy); });
}

/// Follows the log of this epoch from now on: what its truncation range annuls is gone.
void StorageNode::adopt(Epoch epoch) {
  disk_.promised = std::max(disk_.promised, epoch);
  if (epoch <= disk_.epoch) return;
  const Volume& volume = cluster_.volume;
  const std::uint64_t kept = volume.truncated(none, disk_.epoch, epoch);
  for (GroupId g = 0; g < disk_.segments.size(); ++g) {
    disk_.segments[g].truncate(kept);
    received_[g].truncate(kept);
  }
  next_boxcar_ = volume.truncated_boxcars(next_boxcar_, disk_.epoch, epoch);
  stored_to_ = std::min(stored_to_, kept);
  disk_.epoch = epoch;
  advance_complete();
}

void StorageNode::report() {
  for (GroupId g = 0; g < disk_.segments.size(); ++g)
    reported_scls_[g] = disk_.intact ? disk_.segments[g].scl() : 0;
  reported_epoch_ = disk_.epoch;
  reported_collected_to_ = disk_.collected_to;
}

void StorageNode::learn_vdl(Epoch epoch, std::uint64_t vdl) {
  if (epoch < disk_.promised) return;
  known_vdl_ = std::max(known_vdl_, vdl);
  push_to_readers();
}

// ---- life

void StorageNode::begin() {
  begun_ = true;
  peers_.clear();
  for (std::uint16_t peer = 0; peer < cluster_.storage.size(); ++peer) {
    peers_.push_back(nullptr);
    if (peer == copy_) continue;
    peers_.back() = std::make_unique<Link>(cluster_.world(), id(), cluster_.storage[peer]->id());
    if (is_up()) peers_.back()->connect_now();
  }
  if (is_up()) start_background();
}

void StorageNode::start_background() {
  for (const auto& peer : peers_)
    if (peer) node_.scope().spawn(peer->keep());
  node_.scope().spawn(gossip());
  if (is_full()) node_.scope().spawn(coalesce());
  node_.scope().spawn(heartbeat());
}

void StorageNode::boot(bool data_lost) {
  if (!begun_) return;
  if (data_lost) {
    disk_ = Disk{};
    disk_.segments.resize(cluster_.layout.groups());
    disk_.intact = false;
    disk_.generation = node_.storage().generation();
    next_boxcar_ = coalesced_to_ = 0;
  }
  // Of the hot log, what the crash left: a torn tail fails its checksum.
  hot_log_end_ = hot_log_.written();
  Ring<Arrival>& arrivals = disk_.arrivals;
  while (!arrivals.empty() && arrivals.back().position > hot_log_end_)
    arrivals.cut_from(arrivals.end() - 1);
  received_ = disk_.segments;
  for (std::uint64_t n = arrivals.begin(); n < arrivals.end(); ++n)
    received_[arrivals[n].group].add(arrivals[n].before, arrivals[n].last);

  unflushed_ = rejoining_ = false;
  flushes_ = 0;
  known_vdl_ = 0;
  writer_ = {};
  subscribers_.clear();
  read_points_.clear();
  pgmrpl_ = disk_.collected_to;
  dirty_.clear();
  coalescing_.clear();
  uncounted_records_ = 0;
  for (const auto& peer : peers_)
    if (peer) peer->forget();
  std::fill(must_copy_.begin(), must_copy_.end(), data_lost);
  start_background();
  node_.scope().spawn(rejoin());
}

StorageNode::OnDisk StorageNode::on_disk() const {
  OnDisk found;
  found.intact = disk_.intact && disk_.generation == node_.storage().generation();
  found.epoch = disk_.epoch;
  if (!found.intact) return found;
  std::vector<Segment> segments = disk_.segments;
  // The kernel's buffers outlive the process; after a host's crash, what is written is durable.
  const std::uint64_t kept = is_up() ? hot_log_.durable() : hot_log_.written();
  for (std::uint64_t n = disk_.arrivals.begin(); n < disk_.arrivals.end(); ++n) {
    const Arrival& arrival = disk_.arrivals[n];
    if (arrival.position > kept) break;
    const std::uint64_t last = cluster_.volume.truncated(arrival.last, arrival.epoch, disk_.epoch);
    if (arrival.before < last) segments[arrival.group].add(arrival.before, last);
  }
  for (const Segment& segment : segments) found.scls.push_back(segment.scl());
  return found;
}

}  // namespace writepath::aurora
