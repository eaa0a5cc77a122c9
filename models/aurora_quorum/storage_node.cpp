// The foreground of a storage node, and its life.
#include "models/aurora_quorum/storage_node.hpp"

#include <algorithm>
#include <utility>

#include "models/aurora_quorum/instance.hpp"

namespace writepath::aurora {

namespace {
/// The mean time to an acknowledgement is over about so many. Assumption, range 16 to 1024.
constexpr DurationNs ack_time_memory = 64;
}  // namespace

StorageNode::StorageNode(Cluster& cluster, std::uint16_t copy, Node& node,
                         const std::string& name_of_copy)
    : cluster_(cluster),
      copy_(copy),
      node_(node),
      hot_log_(node.storage().create_file("hot_log", Purpose::log_record)),
      chains_(cluster.layout.groups()),
      coalescing_(*this),
      staging_(*this, cluster.queue()),
      scrub_(*this, cluster.context.stream("storage.scrub." + name_of_copy)),
      throttle_(cluster.options.storage),
      neighbours_(*this, cluster.world(), cluster.options.storage, name_of_copy),
      losses_(cluster.context.stream("storage.losses." + name_of_copy)),
      received_(cluster.layout.groups()),
      reported_scls_(cluster.layout.groups()),
      asked_scls_(cluster.layout.groups()),
      gossip_now_(cluster.queue()),
      progress_(cluster.queue()),
      status_came_(cluster.queue()),
      status_of_(cluster.layout.groups()),
      status_scls_(cluster.layout.groups()),
      status_copies_(cluster.layout.groups()),
      todo_(cluster.layout.groups()),
      copying_(cluster.layout.groups()),
      bytes_copied_(cluster.layout.groups()),
      peers_pages_(cluster.memberships.nodes()) {
  format(cluster.memberships.holds_any(copy));
  node.on_boot([this](bool data_lost) { boot(data_lost); });
}

// ---- (1) receive, (2) persist and acknowledge

void StorageNode::receive(const BoxcarMessage& message) {
  if (is_refused(message.epoch)) return refuse(message.instance, message.connection);
  const Log* const log = cluster_.volume.log(message.epoch).get();
  if (log == nullptr || !log->boxcars().holds(message.boxcar)) return;
  if (message.epoch < disk_.promised) {
    node_.scope().spawn(store_unchecked(message));
    return;
  }
  const Boxcar& boxcar = log->boxcars()[message.boxcar];
  // A writer that goes by a stale membership is rejected (SIGMOD 2018, S4.1).
  if (message.membership < disk_.memberships[boxcar.group]) {
    dropped_bytes_ += boxcar.bytes;
    return tell_writer(boxcar.group);
  }
  if (message.membership > disk_.memberships[boxcar.group]) learn_membership(boxcar.group);
  if (drops(boxcar)) return;
  known_vdl_ = std::max(known_vdl_, message.vdl);
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

/// "Some batches may be lost" (SIGMOD 2017, S3.3): the queue is full, or chance had it. The gap
/// stays until gossip fills it.
bool StorageNode::drops(const Boxcar& boxcar) {
  const double chance = options().boxcar_loss_probability;
  const bool full =
      queued_bytes_ > 0 &&  // what alone is larger than the queue is taken in piece by piece
      static_cast<double>(queued_bytes_ + boxcar.bytes) > options().receive_queue_mb * 1e6;
  if (!full && (chance == 0 || losses_.uniform() >= chance)) return false;
  dropped_bytes_ += boxcar.bytes;
  cluster_.context.state(
      LogAdvanced{cluster_.now(), id(), "boxcars_dropped", 0, ++boxcars_dropped_});
  return true;
}

Task<> StorageNode::store(Arrival arrival) {
  queued_bytes_ += arrival.bytes;
  const DurationNs throttled = throttle_.delay(backlog_bytes());
  if (throttled > 0) co_await sleep_for(cluster_.queue(), throttled);
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
  organise();
  push_to_readers();
  progress_.notify_all();
}

void StorageNode::take(Arrival& arrival) {
  queued_bytes_ -= arrival.bytes;
  if (arrival.epoch < disk_.epoch) {  // it came before a truncation
    arrival.last = cluster_.volume.truncated(arrival.last, arrival.epoch, disk_.epoch);
    if (arrival.before >= arrival.last) return;
  }
  if (!cluster_.memberships.is_member(arrival.group, copy_)) return;
  Segment& segment = disk_.segments[arrival.group];
  const bool advanced = segment.add(arrival.before, arrival.last);
  if (advanced)
    cluster_.context.state(LogAdvanced{cluster_.now(), id(), "scl", arrival.group, segment.scl()});
  stored_to_ = std::max(stored_to_, arrival.last);
  acknowledge(arrival, advanced);
}

void StorageNode::acknowledge(const Arrival& arrival, bool advanced) {
  const bool own = arrival.boxcar != none && arrival.epoch == writer_.epoch;
  if (writer_.epoch != disk_.promised || !(own || advanced)) return;
  AckMessage ack;
  ack.scl = disk_.whole[arrival.group] ? disk_.segments[arrival.group].scl() : 0;
  ack.arrived_at = arrival.arrived_at;
  ack.stored_at = cluster_.now();
  ack.epoch = writer_.epoch;
  ack.group = arrival.group;
  ack.bytes = own ? arrival.bytes : 0;
  ack.bytes += static_cast<std::uint32_t>(std::exchange(dropped_bytes_, 0));  // not on its way
  ack.instance = static_cast<std::uint16_t>(writer_.instance);
  ack.copy = copy_;
  if (own) ack_time_ += (ack.stored_at - ack.arrived_at - ack_time_) / ack_time_memory;
  cluster_.network().send(
      writer_.connection, id(), ack_bytes, Traffic::ack,
      [cluster = &cluster_, ack] { cluster->instances[ack.instance]->acknowledged(ack); },
      {.first = arrival.before, .last = arrival.last});
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
    if (!boxcar.departed) return;
    if (disk_.segments[boxcar.group].scl() < boxcar.last &&
        cluster_.memberships.is_member(boxcar.group, copy_))
      return;
  }
}

// ---- (3) organise, and what the background has before it

PageChains& StorageNode::organise() {
  const Log* const its = log();
  if (its != nullptr) chains_.organise(*its, next_boxcar_, known_vdl_);
  return chains_;
}

std::uint64_t StorageNode::backlog_bytes() const {
  const std::uint64_t pages =
      is_full() ? chains_.bytes_to_coalesce() + coalescing_.backlog_bytes() : 0;
  if (!staging_.is_on()) return pages;
  return std::max(pages, chains_.bytes_to_stage() + staging_.backlog_bytes());
}

void StorageNode::asked_for_page(std::uint16_t by, ConnectionId connection) {
  if (whole_of_volume()) node_.scope().spawn(scrub_.help(by, connection));
}

// ---- life

void StorageNode::begin() {
  begun_ = true;
  peers_.clear();
  for (std::uint16_t peer = 0; peer < cluster_.storage.size(); ++peer) {
    peers_.push_back(nullptr);
    if (peer == copy_) continue;
    peers_.back() = std::make_unique<Link>(cluster_.world(), id(), cluster_.storage[peer]->id());
    if (is_up() && cluster_.memberships.holds_any(peer) && cluster_.memberships.holds_any(copy_))
      peers_.back()->connect_now();
  }
  if (is_up() && cluster_.memberships.holds_any(copy_)) {
    if (staging_.is_on()) staging_.connect_now();
    join();
  }
}

/// The background work of a node that holds segments; a spare does nothing.
void StorageNode::join() {
  if (joined_) return;
  joined_ = true;
  keep_links();
  node_.scope().spawn(gossip());
  if (is_full()) node_.scope().spawn(coalescing_.run());
  if (staging_.is_on()) {
    node_.scope().spawn(staging_.keep_link());
    node_.scope().spawn(staging_.run());
  }
  if (is_full() && options().scrub_mb_per_s > 0) node_.scope().spawn(scrub_.run());
  neighbours_.start();
  node_.scope().spawn(heartbeat());
}

void StorageNode::boot(bool data_lost) {
  if (!begun_) return;
  if (data_lost) {
    disk_ = Disk{};
    chains_ = PageChains(cluster_.layout.groups());
    format(false);
    next_boxcar_ = 0;
    coalescing_.forget();
    staging_.forget();
  }
  // Of the hot log, what the crash left: a torn tail fails its checksum.
  hot_log_end_ = hot_log_.written();
  Ring<Arrival>& arrivals = disk_.arrivals;
  while (!arrivals.empty() && arrivals.back().position > hot_log_end_)
    arrivals.cut_from(arrivals.end() - 1);
  received_ = disk_.segments;
  queued_bytes_ = dropped_bytes_ = 0;
  for (std::uint64_t n = arrivals.begin(); n < arrivals.end(); ++n) {
    received_[arrivals[n].group].add(arrivals[n].before, arrivals[n].last);
    queued_bytes_ += arrivals[n].bytes;
  }

  unflushed_ = rejoining_ = joined_ = false;
  flushes_ = copies_running_ = 0;
  linked_ = 0;
  memberships_seen_ = 0;
  ack_time_ = 0;
  fencer_ = {};
  fleet_.clear();
  std::fill(copying_.begin(), copying_.end(), false);
  known_vdl_ = 0;
  writer_ = {};
  subscribers_.clear();
  read_points_.clear();
  pgmrpl_ = disk_.collected_to;
  for (const auto& peer : peers_)
    if (peer) peer->forget();
  std::fill(bytes_copied_.begin(), bytes_copied_.end(), 0);
  std::fill(status_of_.begin(), status_of_.end(), 0);
  for (GroupId g = 0; g < todo_.size(); ++g) {
    const bool member = cluster_.memberships.is_member(g, copy_);
    todo_[g] = !member ? Todo::nothing : disk_.whole[g] ? Todo::catch_up : Todo::copy;
  }
  learn_memberships();
  if (!cluster_.memberships.holds_any(copy_)) return;
  join();
  node_.scope().spawn(rejoin());
}

void StorageNode::format(bool holds_copies) {
  disk_.segments.resize(cluster_.layout.groups());
  disk_.memberships.assign(cluster_.layout.groups(), 1);
  disk_.whole.assign(cluster_.layout.groups(), holds_copies);
  for (GroupId g = 0; g < disk_.segments.size(); ++g)
    chains_.hold(g, cluster_.memberships.is_member(g, copy_));
  disk_.generation = node_.storage().generation();
}

SegmentReport StorageNode::on_disk() const {
  SegmentReport found;
  if (disk_.generation != node_.storage().generation()) return found;
  found.epoch = disk_.epoch;
  std::vector<Segment> segments = disk_.segments;
  // The kernel's buffers outlive the process; after a host's crash, what is written is durable.
  const std::uint64_t kept = is_up() ? hot_log_.durable() : hot_log_.written();
  for (std::uint64_t n = disk_.arrivals.begin(); n < disk_.arrivals.end(); ++n) {
    const Arrival& arrival = disk_.arrivals[n];
    if (arrival.position > kept) break;
    const std::uint64_t last = cluster_.volume.truncated(arrival.last, arrival.epoch, disk_.epoch);
    if (arrival.before < last) segments[arrival.group].add(arrival.before, last);
  }
  for (GroupId g = 0; g < segments.size(); ++g)
    found.scls.push_back(disk_.whole[g] ? segments[g].scl() : none);
  return found;
}

}  // namespace writepath::aurora
