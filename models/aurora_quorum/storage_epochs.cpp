// A storage node and the volume's epochs: which writer it serves, and what a truncation annuls.
// "Changes the locks on the door" (SIGMOD 2018, S2.4): this is the only fence that there is.
#include <algorithm>

#include "models/aurora_quorum/instance.hpp"
#include "models/aurora_quorum/storage_node.hpp"

namespace writepath::aurora {

void StorageNode::refuse(std::uint32_t instance, ConnectionId connection) {
  Instance* const stale = cluster_.instances[instance].get();
  cluster_.network().send(connection, id(), control_bytes, Traffic::control,
                          [stale, epoch = disk_.promised] { stale->refused(epoch); });
}

void StorageNode::fence(Epoch epoch, std::uint32_t instance, ConnectionId connection) {
  if (epoch < disk_.promised) return refuse(instance, connection);
  disk_.promised = epoch;
  fencer_ = {instance, epoch, connection};
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
  if (is_refused(epoch)) return refuse(instance, connection);
  if (epoch < disk_.promised) return;
  adopt(epoch);
  writer_ = {instance, epoch, connection};
  dropped_bytes_ = 0;
  if (memberships_seen_ > 0) tell_writer(every_group);
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
    status_scls_[g] = std::min(status_scls_[g], kept);
  }
  next_boxcar_ = volume.truncated_boxcars(next_boxcar_, disk_.epoch, epoch);
  stored_to_ = std::min(stored_to_, kept);
  disk_.epoch = epoch;
  advance_complete();
}

void StorageNode::report() {
  for (GroupId g = 0; g < disk_.segments.size(); ++g)
    reported_scls_[g] = disk_.whole[g] ? disk_.segments[g].scl() : none;
  reported_epoch_ = disk_.epoch;
  reported_collected_to_ = disk_.collected_to;
}

void StorageNode::told_vdl(Epoch epoch, std::uint32_t instance, ConnectionId connection,
                           std::uint64_t vdl) {
  if (is_refused(epoch)) return refuse(instance, connection);
  learn_vdl(epoch, vdl);
}

/// Broken, for tests: what the volume's truncation annuls is acknowledged all the same.
Task<> StorageNode::store_unchecked(BoxcarMessage message) {
  const Boxcar& boxcar = cluster_.volume.log(message.epoch)->boxcars()[message.boxcar];
  AckMessage ack;
  ack.scl = boxcar.last;
  ack.arrived_at = cluster_.now();
  ack.epoch = message.epoch;
  ack.group = boxcar.group;
  ack.bytes = boxcar.bytes;
  ack.instance = static_cast<std::uint16_t>(message.instance);
  ack.copy = copy_;
  co_await node_.storage().write_through(ack.bytes + envelope_bytes, Purpose::log_record);
  ack.stored_at = cluster_.now();
  cluster_.network().send(
      message.connection, id(), ack_bytes, Traffic::ack,
      [cluster = &cluster_, ack] { cluster->instances[ack.instance]->acknowledged(ack); });
}

void StorageNode::learn_vdl(Epoch epoch, std::uint64_t vdl) {
  if (epoch < disk_.promised) return;
  known_vdl_ = std::max(known_vdl_, vdl);
  push_to_readers();
}

}  // namespace writepath::aurora
