#include "models/aurora_quorum/monitor.hpp"

#include <algorithm>

#include "models/aurora_quorum/instance.hpp"
#include "sim/engine/reply.hpp"
#include "sim/engine/timeout.hpp"

namespace writepath::aurora {

Monitor::Monitor(Cluster& cluster, std::uint32_t index, Node& node)
    : cluster_(cluster), index_(index), node_(node), fleet_(cluster, index, node), votes_(count) {
  node.on_boot([this](bool) { boot(); });
}

void Monitor::begin() {
  begun_ = true;
  for (std::uint32_t other = 0; other < count; ++other) {
    others_.push_back(nullptr);
    if (other == index_) continue;
    const NodeId peer = cluster_.monitors[other]->id();
    others_.back() = std::make_unique<Link>(cluster_.world(), id(), peer);
    if (node_.process_up() && cluster_.context.node(peer).process_up())
      others_.back()->connect_now();
  }
  if (node_.process_up()) start();
}

void Monitor::boot() {
  if (!begun_) return;
  std::fill(votes_.begin(), votes_.end(), Vote{});
  for (const auto& other : others_)
    if (other) other->forget();
  start();
}

void Monitor::start() {
  for (const auto& other : others_)
    if (other) node_.scope().spawn(other->keep());
  node_.scope().spawn(watch());
  fleet_.start();
}

// ---- detection

Task<> Monitor::watch() {
  EventQueue& queue = cluster_.queue();
  const Volume& volume = cluster_.volume;
  const DurationNs interval = from_s(options().detector.interval_s);
  NodeId watched = no_node;
  Epoch epoch{0};
  ConnectionId connection;
  std::int64_t misses = 0;
  TimeNs missed_since = 0;  // the first of them began
  TimeNs next = queue.now();
  while (true) {
    if (watched != volume.writer() || epoch != volume.epoch()) {
      if (watched != volume.writer()) cluster_.network().close(connection, id());
      watched = volume.writer();
      epoch = volume.epoch();
      misses = 0;
    }
    if (misses == 0) missed_since = queue.now();
    bool alive = false;  // a writer that is being chosen does not answer either
    if (watched != no_node)
      alive = co_await ping(cluster_.context, id(), watched, connection,
                            from_s(options().detector.timeout_s));
    misses = alive ? 0 : misses + 1;
    if (misses == options().detector.failures && watched != no_node)
      cluster_.context.state(ConfiguredWait{queue.now(), watched, missed_since, "detection"});
    if (misses >= options().detector.failures && epoch == volume.epoch() &&
        watched == volume.writer())
      suspect(epoch);
    next = std::max(next + interval, queue.now());
    co_await sleep_until(queue, next);
  }
}

void Monitor::suspect(Epoch epoch) {
  tell_others([by = index_, epoch](Monitor& other) { other.voted(by, epoch); });
  voted(index_, epoch);
}

void Monitor::voted(std::uint32_t by, Epoch epoch) {
  votes_[by] = {epoch, cluster_.now()};
  if (votes_[index_].epoch != epoch) return;
  // A vote is repeated for as long as its reason lasts.
  const DetectorSpec& detector = options().detector;
  const DurationNs valid = from_s(2 * (detector.interval_s + detector.timeout_s));
  const auto votes = std::count_if(votes_.begin(), votes_.end(), [&](const Vote& vote) {
    return vote.epoch == epoch && vote.at + valid >= cluster_.now();
  });
  if (2 * votes <= static_cast<std::ptrdiff_t>(count)) return;
  Volume& volume = cluster_.volume;
  const NodeId lost = volume.writer();
  if (!volume.begin_epoch(epoch, no_node)) return;
  if (lost != no_node) volume.lose(lost, cluster_.now());
  const NodeId named = lost == no_node ? id() : lost;
  cluster_.context.state(FailoverMilestone{cluster_.now(), named, Milestone::detected});
  node_.scope().spawn(replace_writer(volume.epoch()));
}

// ---- choosing a new writer

Task<> Monitor::replace_writer(Epoch epoch) {
  const Volume& volume = cluster_.volume;
  while (true) {
    for (Instance* const candidate : candidates()) {
      const bool accepted = co_await offer(*candidate, epoch);
      if (volume.epoch() != epoch) co_return;
      if (!accepted && volume.writer() == no_node) continue;
      cluster_.context.state(
          FailoverMilestone{cluster_.now(), volume.writer(), Milestone::elected});
      co_return;
    }
    bring_back(volume.lost_writer(), volume.lost_at());
    co_await sleep_for(cluster_.queue(), from_s(options().detector.interval_s));
    if (volume.epoch() != epoch) co_return;
  }
}

/// By promotion tier, then by size (Amazon Aurora user guide, High availability).
std::vector<Instance*> Monitor::serving_readers() const {
  std::vector<Instance*> found;
  for (const NodeId reader : cluster_.context.endpoints().readers())
    if (Instance* const instance = cluster_.instance_at(reader)) found.push_back(instance);
  const auto tier = [this](const Instance& i) { return options().tier_of(i.node().name()); };
  const auto cpus = [](const Instance& i) { return i.node().config().cpus; };
  std::stable_sort(found.begin(), found.end(), [&](const Instance* a, const Instance* b) {
    return tier(*a) != tier(*b) ? tier(*a) < tier(*b) : cpus(*a) > cpus(*b);
  });
  return found;
}

/// Readers that serve come first, then whoever else has been started.
std::vector<Instance*> Monitor::candidates() const {
  std::vector<Instance*> found = serving_readers();
  for (const auto& instance : cluster_.instances)
    if (instance->node().incarnation() > 0 &&
        std::find(found.begin(), found.end(), instance.get()) == found.end())
      found.push_back(instance.get());
  return found;
}

Task<bool> Monitor::offer(Instance& candidate, Epoch epoch) {
  EventQueue& queue = cluster_.queue();
  const DurationNs timeout = from_s(options().detector.timeout_s);
  const Dialled dialled = co_await cluster_.network().dial(id(), candidate.id(), timeout);
  if (dialled.result != DialResult::connected) co_return false;
  PendingReply<PromotionReply> reply(queue);
  cluster_.network().send(dialled.connection, id(), control_bytes, Traffic::control,
                          [to = &candidate, epoch, token = reply.token(), at = dialled.connection] {
                            to->promote(epoch, token, at);
                          });
  const std::optional<PromotionReply> answer =
      co_await with_timeout(queue, reply.arrives(), timeout);
  cluster_.network().close(dialled.connection, id());
  co_return answer && answer->accepted;
}

// ---- a planned failover: nobody has to be missed first, and the writer ends its work in order

void Monitor::planned_failover(NodeId preferred) { node_.scope().spawn(move_writer(preferred)); }

Task<> Monitor::move_writer(NodeId preferred) {
  Volume& volume = cluster_.volume;
  const Epoch epoch = volume.epoch();
  const NodeId old = volume.writer();
  const std::vector<Instance*> readers = serving_readers();
  if (old == no_node || readers.empty()) co_return;
  Instance* target = readers.front();
  for (Instance* const reader : readers)
    if (reader->id() == preferred) target = reader;
  cluster_.context.state(FailoverMilestone{cluster_.now(), old, Milestone::detected});
  co_await hand_over(*cluster_.instance_at(old));
  if (!volume.begin_epoch(epoch, no_node)) co_return;
  volume.lose(old, cluster_.now());
  const Epoch next = volume.epoch();
  const bool accepted = co_await offer(*target, next);
  if (accepted || volume.writer() != no_node)
    cluster_.context.state(FailoverMilestone{cluster_.now(), volume.writer(), Milestone::elected});
  else
    co_await replace_writer(next);
}

/// Who does not answer is locked out by the next epoch all the same.
Task<> Monitor::hand_over(Instance& writer) {
  EventQueue& queue = cluster_.queue();
  const DurationNs timeout = from_s(options().detector.timeout_s);
  const Dialled dialled = co_await cluster_.network().dial(id(), writer.id(), timeout);
  if (dialled.result != DialResult::connected) co_return;
  PendingReply<PromotionReply> reply(queue);
  cluster_.network().send(
      dialled.connection, id(), control_bytes, Traffic::control,
      [to = &writer, token = reply.token(), at = dialled.connection] { to->hand_over(token, at); });
  co_await with_timeout(queue, reply.arrives(), from_s(options().drain_s) + timeout);
  cluster_.network().close(dialled.connection, id());
}

/// Nobody can take over: the host's supervisor starts the lost process again, or the service gives
/// the instance another host.
void Monitor::bring_back(NodeId lost, TimeNs since) {
  const Node& node = cluster_.context.node(lost);
  if (node.process_up()) return;
  const bool replaced = cluster_.now() >= since + from_s(options().replace_instance_s);
  if (!node.host_up() && !(replaced && az_is_alive(lost))) return;
  ModelContext* const context = &cluster_.context;
  if (!node.host_up()) context->state(ConfiguredWait{cluster_.now(), lost, since, "new_host"});
  cluster_.queue().post_marked_at(cluster_.now(), [context, lost] {
    Node& back = context->node(lost);
    if (back.process_up()) return;
    context->state(NodeUp{context->now(), lost, back.incarnation() + 1, false});
    context->world().restart(lost);
  });
}

bool Monitor::az_is_alive(NodeId lost) const {
  const World& world = cluster_.world();
  for (std::uint32_t n = 0; n < world.node_count(); ++n)
    if (world.node(NodeId{n}).az() == world.node(lost).az() && world.node(NodeId{n}).host_up())
      return true;
  return false;
}

}  // namespace writepath::aurora
