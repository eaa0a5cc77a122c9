#include "sim/world/volume_mirror.hpp"

#include <algorithm>

#include "sim/engine/timeout.hpp"
#include "sim/world/world.hpp"

namespace writepath {

namespace {
/// Header of a mirrored write, and its acknowledgement: DRBD's packets have 16 to 40 bytes.
/// Assumption, range 16 to 100.
constexpr std::uint64_t header_bytes = 32;
/// What a resynchronisation leaves for its last piece, behind which writes are mirrored again.
constexpr std::uint64_t last_piece_bytes = 4'000'000;
}  // namespace

VolumeMirror::VolumeMirror(World& world, NodeId from, NodeId to)
    : world_(world),
      queue_(world.queue()),
      from_(from),
      to_(to),
      closed_(queue_),
      resync_ended_(queue_) {}

StorageDevice& VolumeMirror::device(NodeId node) const { return world_.node(node).storage(); }

bool VolumeMirror::is_connected() const { return world_.network().is_open(connection_, from_); }

template <class F>
void VolumeMirror::at_standby(TimeNs at, F then) {
  queue_.post_at(at, [this, incarnation = world_.node(to_).incarnation(), then] {
    const Node& standby = world_.node(to_);
    if (standby.process_up() && standby.incarnation() == incarnation && accepts_) then();
  });
}

// ---- a write's way

std::uint64_t VolumeMirror::submit(const MirroredWrite& write, TimeNs done_here) {
  const std::uint64_t ticket = pending_.end();
  pending_.push({write});
  queue_.post_at(done_here, [this, ticket] { forward(ticket); });
  return ticket;
}

// Steps 1 and 2 are done, 3 begins.
void VolumeMirror::forward(std::uint64_t ticket) {
  if (!pending_.holds(ticket)) return;
  Pending& pending = pending_.at(ticket);
  if (!carries_) {
    missed(pending.write);
    return complete(ticket);
  }
  pending.forwarded_at = queue_.now();
  world_.network().send(connection_, from_, pending.write.bytes() + header_bytes, Traffic::mirror,
                        [this, ticket, connection = connection_] { arrive(ticket, connection); });
}

// Steps 4 and 5. What an incarnation sent that is gone by now is not stored: nobody was told that
// it is durable, and the next resynchronisation settles it.
void VolumeMirror::arrive(std::uint64_t ticket, ConnectionId connection) {
  if (!accepts_ || !pending_.holds(ticket)) return;
  const MirroredWrite& write = pending_.at(ticket).write;
  StorageDevice& standby = device(to_);
  TimeNs done = 0;
  if (write.file == no_file) {
    done = standby.requests(write.count, write.bytes_each, write.purpose);
  } else {
    DurableFile& file = *standby.files_[write.file];
    file.append(write.bytes(), std::max(write.position, file.written()));
    done = file.issue_flush();
  }
  at_standby(done, [this, ticket, connection] { acknowledge(ticket, connection); });
}

void VolumeMirror::acknowledge(std::uint64_t ticket, ConnectionId connection) {
  world_.network().send(connection, to_, header_bytes, Traffic::ack,
                        [this, ticket] { acknowledged(ticket); });
}

void VolumeMirror::acknowledged(std::uint64_t ticket) {
  if (!pending_.holds(ticket)) return;
  const MirroredWrite& write = pending_.at(ticket).write;
  if (write.file != no_file) {
    DurableFile& file = *device(from_).files_[write.file];
    file.mirrored_ = std::max(file.mirrored_, write.position);
  }
  complete(ticket);
}

void VolumeMirror::complete(std::uint64_t ticket) {
  Pending& pending = pending_.at(ticket);
  pending.done = true;
  if (pending.waiter != nullptr) queue_.make_ready(*std::exchange(pending.waiter, nullptr));
  while (!pending_.empty() && pending_.front().done) pending_.pop();
}

void VolumeMirror::forget(std::uint64_t ticket) {
  if (pending_.holds(ticket)) pending_.at(ticket).waiter = nullptr;
}

// ---- the mirror as a whole

void VolumeMirror::begin_in_sync() {
  carries_ = true;
  queue_.post_at(queue_.now(), [this] { connect(world_.network().connect_now(from_, to_)); });
}

void VolumeMirror::connect(ConnectionId connection) {
  connection_ = connection;
  world_.network().on_closed(connection, from_, [this, connection] {
    if (connection != connection_) return;
    closed_.notify_all();
    resync_ended_.notify_all();
  });
}

void VolumeMirror::restart() {
  pending_.restart(pending_.end());
  carries_ = false;
}

void VolumeMirror::go_on_alone() {
  carries_ = false;
  const std::uint64_t end = pending_.end();
  for (std::uint64_t ticket = pending_.begin(); ticket < end; ++ticket) {
    if (!pending_.holds(ticket)) continue;
    const Pending& pending = pending_.at(ticket);
    // What is not yet done here completes by itself.
    if (pending.done || pending.forwarded_at == never_forwarded) continue;
    missed(pending.write);
    complete(ticket);
  }
}

Task<> VolumeMirror::until_lost(DurationNs timeout) {
  while (is_connected()) {
    const DurationNs left = overdue_at(timeout) - queue_.now();
    if (left <= 0) co_return;
    const bool closed = co_await with_timeout(queue_, closed_.wait(), left);
    if (closed) co_return;
  }
}

TimeNs VolumeMirror::overdue_at(DurationNs timeout) const {
  TimeNs oldest = queue_.now();
  for (std::uint64_t ticket = pending_.begin(); ticket < pending_.end(); ++ticket) {
    const Pending& pending = pending_.at(ticket);
    if (!pending.done) oldest = std::min(oldest, pending.forwarded_at);
  }
  return oldest + timeout;
}

// ---- resynchronisation

// The blocks that were written meanwhile, in rounds, each shorter than the one before; behind the
// last piece new writes are mirrored again, in the order of one connection.
Task<bool> VolumeMirror::resync(ConnectionId connection, DurationNs timeout) {
  connect(connection);
  while (missed_bytes_ > last_piece_bytes) {
    const std::uint64_t bytes = std::exchange(missed_bytes_, 0);
    const TimeNs written = device(to_).write_behind(bytes, Purpose::clone);
    const bool complete = co_await world_.network().bulk_transfer(from_, to_, bytes);
    if (!complete) {
      missed_bytes_ += bytes;
      co_return false;
    }
    co_await sleep_until(queue_, std::max(written, queue_.now()));
    if (!is_connected()) {
      missed_bytes_ += bytes;
      co_return false;
    }
  }
  const std::uint64_t last_piece = std::exchange(missed_bytes_, 0);
  send_snapshot(last_piece);
  co_await with_timeout(queue_, resync_ended_.wait(), timeout);
  if (!snapshot_taken_) missed_bytes_ += last_piece;
  co_return snapshot_taken_;
}

void VolumeMirror::send_snapshot(std::uint64_t bytes) {
  snapshot_taken_ = false;
  snapshot_.clear();
  for (const auto& file : device(from_).files_) snapshot_.push_back(file->flush_position_);
  carries_ = true;
  world_.network().send(
      connection_, from_, bytes + header_bytes, Traffic::mirror,
      [this, bytes, connection = connection_] { take_snapshot(bytes, connection); });
}

void VolumeMirror::take_snapshot(std::uint64_t bytes, ConnectionId connection) {
  if (!accepts_ || connection != connection_) return;
  StorageDevice& standby = device(to_);
  for (std::size_t i = 0; i < snapshot_.size(); ++i) standby.files_[i]->truncate(snapshot_[i]);
  const TimeNs done = standby.write_behind(bytes, Purpose::clone);
  at_standby(done, [this, connection] {
    world_.network().send(connection, to_, header_bytes, Traffic::ack,
                          [this, connection] { snapshot_taken(connection); });
  });
}

void VolumeMirror::snapshot_taken(ConnectionId connection) {
  if (connection != connection_) return;
  for (std::size_t i = 0; i < snapshot_.size(); ++i) {
    DurableFile& file = *device(from_).files_[i];
    file.mirrored_ = std::max(file.mirrored_, snapshot_[i]);
  }
  snapshot_taken_ = true;
  resync_ended_.notify_all();
}

}  // namespace writepath
