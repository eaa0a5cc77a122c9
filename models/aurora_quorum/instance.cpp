#include "models/aurora_quorum/instance.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "sim/engine/reply.hpp"
#include "sim/engine/timeout.hpp"

namespace writepath::aurora {

namespace {
/// Doubled each time, because a storage node may be slow and not away. Assumption, range 0.2 to 5
/// s.
constexpr DurationNs ask_again_after = from_s(1);
}  // namespace

Instance::Instance(Cluster& cluster, std::uint32_t index, Node& node, bool is_writer,
                   bool joins_later)
    : cluster_(cluster),
      index_(index),
      node_(node),
      first_writer_(is_writer),
      joins_later_(joins_later) {
  node.on_boot([this](bool) { boot(); });
  node.on_crash([this](CrashKind) { retire(); });
}

// ---- life

void Instance::begin() {
  begun_ = true;
  for (std::uint16_t copy = 0; copy < cluster_.storage.size(); ++copy) {
    links_.push_back(std::make_unique<Link>(cluster_.world(), id(), cluster_.storage[copy]->id()));
    links_.back()->on_up([this, copy] { link_up(copy); });
    links_.back()->on_down([this, copy] {
      if (writer_) writer_->lost(copy);
    });
    nearest_.push_back(copy);
    if (node_.process_up() && cluster_.storage[copy]->is_up()) links_.back()->connect_now();
  }
  std::stable_sort(nearest_.begin(), nearest_.end(), [this](std::uint16_t a, std::uint16_t b) {
    const auto distance = [this](std::uint16_t copy) {
      return cluster_.network().round_trip(id(), cluster_.storage[copy]->id());
    };
    return distance(a) < distance(b);
  });
  if (!node_.process_up()) return;
  has_run_ = true;
  make_pages(first_writer_ ? cluster_.options.writer.buffer_pool_gb
                           : cluster_.options.reader.buffer_pool_gb,
             true);
  if (first_writer_) {
    make_writer(cluster_.volume.log(Epoch{1}));
    writer_->open();
    node_.scope().spawn(writer_->heartbeat());
  } else {
    become_reader(true);
  }
  keep_links();
}

void Instance::keep_links() {
  for (const auto& link : links_) node_.scope().spawn(link->keep());
}

/// What it was, it is no more. Coroutines that are about to be destroyed may still refer to it.
void Instance::retire() {
  if (pages_) old_pages_.push_back(std::move(pages_));
  if (writer_) old_writers_.push_back(std::move(writer_));
  if (reader_) old_readers_.push_back(std::move(reader_));
  if (fencing_) old_fencings_.push_back(std::move(fencing_));
}

void Instance::boot() {
  if (!begun_) return;
  retire();
  old_writers_.clear();
  old_readers_.clear();
  old_fencings_.clear();
  old_pages_.clear();
  stepping_down_ = false;
  for (const auto& link : links_) link->forget();
  const FailoverOptions& failover = cluster_.options.failover;
  const bool joins = joins_later_ && !std::exchange(has_run_, true);
  node_.scope().spawn(start_up(from_s(joins ? failover.instance_start_s : failover.restart_s)));
}

/// An instance that comes back finds out from the control plane who is the writer. If it still is
/// itself, nobody has missed it yet: it recovers in place.
Task<> Instance::start_up(DurationNs start) {
  const TimeNs began = cluster_.now();
  co_await sleep_for(cluster_.queue(), start);
  cluster_.context.state(ConfiguredWait{cluster_.now(), id(), began, "start"});
  keep_links();
  Volume& volume = cluster_.volume;
  const bool writes = volume.writer() == id();
  make_pages(
      writes ? cluster_.options.writer.buffer_pool_gb : cluster_.options.reader.buffer_pool_gb,
      false);
  if (!writes) {
    become_reader(false);
    co_return;
  }
  ModelContext& context = cluster_.context;
  context.state(FailoverMilestone{cluster_.now(), id(), Milestone::detected});
  volume.begin_epoch(volume.epoch(), id());
  context.state(FailoverMilestone{cluster_.now(), id(), Milestone::elected});
  co_await become_writer(volume.epoch());
}

// ---- a reader

void Instance::become_reader(bool attached) {
  reader_ = std::make_unique<Reader>(*this, cluster_, attached);
  node_.scope().spawn(reader_->follow());
  node_.scope().spawn(reader_->apply());
  if (cluster_.options.reader.long_read_s > 0) node_.scope().spawn(long_reads());
}

void Instance::reader_serves() {
  Endpoints& endpoints = cluster_.context.endpoints();
  endpoints.set_role(id(), NodeRole::replica);
  endpoints.add_reader(id());
  cluster_.context.state(RoleChanged{cluster_.now(), id(), NodeRole::replica});
  cluster_.context.state(ReplicaReady{cluster_.now(), id(), 0});  // it copied nothing
}

void Instance::receive_stream(const StreamMessage& message) {
  if (reader_) reader_->receive(message);
}

void Instance::subscribed(std::uint32_t reader, std::uint32_t subscription, ConnectionId connection,
                          std::uint64_t from) {
  if (!accepts_writes()) return cluster_.network().close(connection, id());
  writer_->stream().subscribe(reader, subscription, connection, from, writer_->read_point());
}

// ---- from reader to writer

void Instance::promote(Epoch epoch, ReplyToken token, ConnectionId connection) {
  const bool accepted = reader_ != nullptr && cluster_.volume.choose_writer(epoch, id());
  cluster_.network().send(connection, id(), control_bytes, Traffic::control,
                          [queue = &cluster_.queue(), token, accepted] {
                            deliver(*queue, token, PromotionReply{accepted});
                          });
  if (accepted) node_.scope().spawn(promoted(epoch));
  refused(epoch);  // a writer that was given up by mistake, and that nobody could replace
}

Task<> Instance::promoted(Epoch epoch) {
  const bool served = reader_->serves();
  reader_->stop();
  pages_->shown_to(reader_->read_point());
  old_readers_.push_back(std::move(reader_));
  cluster_.context.endpoints().remove_reader(id());
  const TimeNs began = cluster_.now();
  // One that has just been started to be the writer has no reader's role to end.
  const double ends_its_role_s = served ? cluster_.options.failover.promotion_s : 0;
  co_await sleep_for(cluster_.queue(), from_s(ends_its_role_s));
  cluster_.context.state(ConfiguredWait{cluster_.now(), id(), began, "promotion"});
  co_await become_writer(epoch);
}

/// SIGMOD 2017, S4.3, and 2018, S2.4. The papers name the steps: read quorum, VDL, truncation
/// range, volume epoch. Here the epoch travels with the first question already: SCLs that were read
/// before the old writer was locked out could miss what it commits after them.
Task<> Instance::become_writer(Epoch epoch) {
  fencing_ = std::make_unique<Fencing>(cluster_, epoch);
  for (std::uint16_t copy = 0; copy < links_.size(); ++copy) ask_to_fence(copy);
  node_.scope().spawn(ask_silent_nodes_again());
  co_await fencing_->read_quorum().passes();

  Volume& volume = cluster_.volume;
  if (volume.epoch() != epoch) {
    step_down();
    co_return;
  }
  cluster_.context.state(FailoverMilestone{cluster_.now(), id(), Milestone::surveyed});
  const Survey found = survey(volume, fencing_->reports());
  const std::shared_ptr<Log> parent = volume.log(found.epoch);
  WRITEPATH_CHECK(parent, "a log was dropped that storage nodes still follow");
  const RecoveryPoint point = recovery_point(*parent, found.highest_scl);
  const LogPlace kept = parent->commit_at(point.vdl);
  std::vector<InFlightTransaction> in_flight =
      in_flight_at(*parent, point.vdl, cluster_.options.broken);
  pages_->become_current(*parent, point.vdl);
  const auto lal = static_cast<std::uint64_t>(cluster_.options.lal_bytes);
  make_writer(volume.decide(epoch, found.epoch, point.vdl, lal));
  old_fencings_.push_back(std::move(fencing_));
  for (std::uint16_t copy = 0; copy < links_.size(); ++copy)
    if (links_[copy]->is_up()) writer_->greet(copy);
  co_await writer_->recovered();
  co_await writer_->read_undo_headers(in_flight);
  if (volume.epoch() != epoch) {
    step_down();
    co_return;
  }
  writer_->found(in_flight);
  open_for(epoch, kept);
}

/// Connections to storage nodes that went down unnoticed are still retransmitting what this
/// instance said before: recovery does not wait for that.
Task<> Instance::ask_silent_nodes_again() {
  for (DurationNs wait = ask_again_after;; wait *= 2) {
    co_await sleep_for(cluster_.queue(), wait);
    if (accepts_writes()) co_return;
    for (std::uint16_t copy = 0; copy < links_.size(); ++copy) {
      const bool answered = fencing_  ? fencing_->has_answered(copy)
                            : writer_ ? writer_->has_greeted(copy)
                                      : true;
      if (!answered && cluster_.memberships.holds_any(copy)) links_[copy]->redial();
    }
  }
}

void Instance::make_writer(std::shared_ptr<Log> log) {
  writer_ = std::make_unique<Writer>(*this, cluster_, std::move(log), ++writers_);
}

void Instance::open_for(Epoch epoch, LogPlace kept) {
  ModelContext& context = cluster_.context;
  const TimeNs now = cluster_.now();
  if (cluster_.options.broken != Broken::no_epoch_check) cluster_.volume.opened(epoch);
  context.state(LineageForked{now, id(), epoch, kept});
  Endpoints& endpoints = context.endpoints();
  for (const Endpoints::Member& member : endpoints.members())
    if (member.current == NodeRole::primary && member.node != id())
      endpoints.set_role(member.node, NodeRole::replica);
  endpoints.set_role(id(), NodeRole::primary);
  endpoints.remove_reader(id());
  endpoints.set_writer(id());
  writer_->open();
  node_.scope().spawn(writer_->heartbeat());
  node_.scope().spawn(writer_->undo());
  context.state(RoleChanged{now, id(), NodeRole::primary});
  context.state(FailoverMilestone{now, id(), Milestone::recovered});
}

void Instance::hand_over(ReplyToken token, ConnectionId connection) {
  if (accepts_writes()) node_.scope().spawn(handed_over(token, connection));
}

Task<> Instance::handed_over(ReplyToken token, ConnectionId connection) {
  co_await writer_->drain(from_s(cluster_.options.failover.drain_s));
  cluster_.network().send(
      connection, id(), control_bytes, Traffic::control,
      [queue = &cluster_.queue(), token] { deliver(*queue, token, PromotionReply{true}); });
  step_down();
}

/// A newer epoch exists, or is about to: the process restarts, and with it go its sessions.
void Instance::step_down() {
  if (stepping_down_) return;
  stepping_down_ = true;
  ModelContext* const context = &cluster_.context;
  cluster_.queue().post_marked_at(
      cluster_.now(), [context, stale = id(), incarnation = node_.incarnation()] {
        const Node& node = context->node(stale);
        if (!node.process_up() || node.incarnation() != incarnation) return;
        context->state(NodeDown{context->now(), stale, CrashKind::process});
        context->world().crash(stale, CrashKind::process);
        context->state(NodeUp{context->now(), stale, incarnation + 1, false});
        context->world().restart(stale);
      });
}

// ---- storage nodes

void Instance::link_up(std::uint16_t copy) {
  tell_read_point(copy);
  if (writer_)
    writer_->greet(copy);
  else
    ask_to_fence(copy);
}

void Instance::ask_to_fence(std::uint16_t copy) {
  if (!fencing_ || !links_[copy]->is_up()) return;
  StorageNode* const node = cluster_.storage[copy].get();
  links_[copy]->send(control_bytes, Traffic::control,
                     [node, epoch = fencing_->epoch(), index = index_,
                      at = links_[copy]->connection()] { node->fence(epoch, index, at); });
}

void Instance::fenced(Epoch epoch, std::uint16_t copy) {
  if (!fencing_ || fencing_->epoch() != epoch) return;
  const StorageNode& node = *cluster_.storage[copy];
  fencing_->answered(copy, {node.reported_epoch(), node.reported_scls()});
}

void Instance::truncated(Epoch epoch, std::uint16_t copy) {
  if (writer_ && writer_->epoch() == epoch) writer_->greeted(copy);
}

void Instance::acknowledged(const AckMessage& ack) {
  if (writer_) writer_->acknowledged(ack);
}

void Instance::membership_recorded(GroupId group) {
  if (writer_) writer_->learn_membership(group);
}

void Instance::refused(Epoch newer) {
  const bool stale =
      (writer_ && writer_->epoch() < newer) || (fencing_ && fencing_->epoch() < newer);
  if (stale) step_down();
}

}  // namespace writepath::aurora
