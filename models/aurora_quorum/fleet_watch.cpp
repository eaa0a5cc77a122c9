// Watching the storage fleet: who is lost, who is hot, and who of the monitors acts on it.
#include "models/aurora_quorum/fleet_watch.hpp"

#include <algorithm>
#include <bit>

#include "models/aurora_quorum/monitor.hpp"
#include "sim/engine/sleep.hpp"

namespace writepath::aurora {

FleetWatch::FleetWatch(Cluster& cluster, std::uint32_t index, Node& node)
    : cluster_(cluster), index_(index), node_(node) {
  const Options& options = cluster.options;
  const std::vector<std::string> azs = placement_of(options).azs;
  for (const CopiesSpec& c : options.copies) {
    CopySet slots = 0;
    for (std::size_t slot = 0; slot < azs.size(); ++slot)
      if (azs[slot] == c.az) slots |= CopySet{1} << slot;
    az_slots_.push_back(slots);
  }
}

void FleetWatch::start() {
  const std::size_t nodes = memberships().nodes(), groups = memberships().groups();
  connections_.assign(nodes, {});
  answering_ = lost_ = hot_ = 0;
  opinions_.assign(Monitor::count, {});
  reports_.assign(nodes, {});
  hot_since_.assign(nodes, never);
  dark_since_.assign(az_slots_.size(), never);
  through_.assign(groups, 0);
  through_epoch_.assign(groups, Epoch{1});
  through_of_.assign(groups, 0);
  // Without spares there is nobody who could take over.
  if (nodes == memberships().models().front().write.copies() &&
      !options().az_loss_to_3_of_4_after_s)
    return;
  for (std::uint16_t copy = 0; copy < nodes; ++copy) node_.scope().spawn(watch(copy));
  node_.scope().spawn(confer());
}

/// How long an opinion is worth something.
DurationNs FleetWatch::patience() const {
  return from_s(2 * (options().detector.interval_s + options().detector.timeout_s));
}

// ---- asking storage nodes

Task<> FleetWatch::watch(std::uint16_t copy) {
  EventQueue& queue = cluster_.queue();
  const DetectorSpec detector = options().detector;
  const CopySet bit = CopySet{1} << copy;
  std::int64_t misses = 0;
  TimeNs next = queue.now();
  while (true) {
    const bool alive = co_await ping(cluster_.context, id(), cluster_.storage[copy]->id(),
                                     connections_[copy], from_s(detector.timeout_s));
    misses = alive ? 0 : misses + 1;
    answering_ = alive ? answering_ | bit : answering_ & ~bit;
    lost_ = misses >= detector.failures ? lost_ | bit : lost_ & ~bit;
    if (alive && wants_reports()) ask(copy);
    next = std::max(next + from_s(detector.interval_s), queue.now());
    co_await sleep_until(queue, next);
  }
}

bool FleetWatch::wants_reports() const {
  if (options().heat.factor > 0) return true;
  for (GroupId g = 0; g < memberships().groups(); ++g)
    if (memberships().of(g).is_changing()) return true;
  return false;
}

/// The question carries the memberships: who did not know them records them.
void FleetWatch::ask(std::uint16_t copy) {
  StorageNode* const node = cluster_.storage[copy].get();
  cluster_.network().send(
      connections_[copy], id(), control_bytes, Traffic::control,
      [node, monitor = index_, at = connections_[copy]] { node->asked_by_fleet(monitor, at); });
}

void FleetWatch::ask_everybody() {
  for (std::uint16_t copy = 0; copy < connections_.size(); ++copy)
    if (answers(copy)) ask(copy);
}

void FleetWatch::reported(std::uint16_t copy) {
  reports_[copy] = cluster_.storage[copy]->fleet_report();
  feel_heat();
  act();
}

/// Heat management (SIGMOD 2017, S2.3): a member is hot whose acknowledgements take so much longer
/// than the median of the others'.
void FleetWatch::feel_heat() {
  if (options().heat.factor <= 0) return;
  const TimeNs now = cluster_.now();
  hot_ = 0;
  for (std::uint16_t copy = 0; copy < reports_.size(); ++copy) {
    std::vector<DurationNs> others;
    for (std::uint16_t other = 0; other < reports_.size(); ++other)
      if (other != copy && memberships().holds_any(other) && reports_[other].ack_time > 0)
        others.push_back(reports_[other].ack_time);
    std::sort(others.begin(), others.end());
    const bool slow = memberships().holds_any(copy) && answers(copy) && others.size() >= 2 &&
                      static_cast<double>(reports_[copy].ack_time) >
                          options().heat.factor * static_cast<double>(others[others.size() / 2]);
    hot_since_[copy] = !slow ? never : hot_since_[copy] == never ? now : hot_since_[copy];
    if (slow && now >= hot_since_[copy] + from_s(options().heat.after_s))
      hot_ |= CopySet{1} << copy;
  }
}

// ---- among monitors

Task<> FleetWatch::confer() {
  const DurationNs interval = from_s(options().detector.interval_s);
  while (true) {
    cluster_.monitors[index_]->tell_others([by = index_, lost = lost_, hot = hot_](Monitor& other) {
      other.fleet().told(by, lost, hot);
    });
    act();
    co_await sleep_for(cluster_.queue(), interval);
  }
}

void FleetWatch::told(std::uint32_t by, CopySet lost, CopySet hot) {
  opinions_[by] = {lost, hot, cluster_.now()};
}

bool FleetWatch::is_heard(std::uint32_t monitor) const {
  return opinions_[monitor].at != never && opinions_[monitor].at + patience() >= cluster_.now();
}

bool FleetWatch::is_first() const {
  for (std::uint32_t monitor = 0; monitor < index_; ++monitor)
    if (is_heard(monitor)) return false;
  return true;
}

/// What a majority of all monitors says.
CopySet FleetWatch::agreed(CopySet Opinion::*what) const {
  CopySet found = 0;
  const Opinion own{lost_, hot_, cluster_.now()};
  for (std::uint16_t copy = 0; copy < connections_.size(); ++copy) {
    std::uint32_t votes = own.*what >> copy & 1;
    for (std::uint32_t monitor = 0; monitor < Monitor::count; ++monitor)
      if (monitor != index_ && is_heard(monitor)) votes += opinions_[monitor].*what >> copy & 1;
    if (2 * votes > Monitor::count) found |= CopySet{1} << copy;
  }
  return found;
}

}  // namespace writepath::aurora
