// Changing memberships: the steps of SIGMOD 2018, S4.1, as the monitors take them.
#include <algorithm>
#include <bit>

#include "models/aurora_quorum/fleet_watch.hpp"
#include "models/aurora_quorum/monitor.hpp"

namespace writepath::aurora {

namespace {
constexpr std::uint16_t nobody = UINT16_MAX;
}

void FleetWatch::act() {
  if (!is_first()) return;
  const std::uint64_t version = memberships().version();
  for (GroupId g = 0; g < memberships().groups(); ++g)
    if (memberships().of(g).is_changing() && !go_on(g)) go_on_with_model(g);
  watch_azs();
  // Whoever answers here is back, though the others may not have noticed yet.
  begin_changes(agreed(&Opinion::lost) & ~answering_);
  const CopySet hot = agreed(&Opinion::hot);
  // One at a time: what is hot may be so because of another's repair.
  if (hot != 0 && agreed(&Opinion::lost) == 0 && cluster_.memberships.draining == 0) {
    cluster_.memberships.draining = CopySet{1} << std::countr_zero(hot);
    begin_changes(cluster_.memberships.draining);
    if (memberships().version() == version) cluster_.memberships.draining = 0;  // nobody to take it
  } else {
    begin_changes(cluster_.memberships.draining);
  }
  begin_model_changes();
  if (memberships().version() != version) ask_everybody();
}

bool FleetWatch::change(GroupId group, const Membership& next) {
  return cluster_.memberships.change(memberships().of(group).epoch(), group, next);
}

void FleetWatch::state(GroupId group, std::uint16_t from, std::uint16_t to,
                       MembershipStep step) const {
  const auto& copied = reports_[to].bytes_copied;
  cluster_.context.state(MembershipChanged{
      cluster_.now(), cluster_.storage[from]->id(), cluster_.storage[to]->id(), group,
      memberships().of(group).epoch(), step, copied.empty() ? 0 : copied[group]});
}

bool FleetWatch::reports_whole(GroupId group, std::uint16_t copy) const {
  return !reports_[copy].whole.empty() && reports_[copy].whole[group];
}

// ---- epoch 2 to epoch 3, or back

/// "The increment itself requires a write quorum" of the epoch that is left (SIGMOD 2018, S4.1), so
/// that nobody goes on by it. Where so many do not live, as after the loss of an AZ and one more, a
/// read quorum of those whose segments count does the same: every write quorum has one of them.
/// That it can "rebuild the write quorum" is what a read quorum is for (2017, S2.1).
bool FleetWatch::is_locked(GroupId group) {
  const MembershipRules* const before = memberships().rules_before(group);
  if (before == nullptr) return true;
  CopySet recorded = 0, whole = 0;
  for (std::uint16_t copy = 0; copy < reports_.size(); ++copy) {
    const auto& epochs = reports_[copy].memberships;
    if (epochs.empty() || epochs[group] < memberships().of(group).epoch()) continue;
    recorded |= CopySet{1} << copy;
    if (reports_whole(group, copy)) whole |= CopySet{1} << copy;
  }
  if (before->write.met(recorded)) return true;
  return !before->write.met(answering_) && before->read.met(whole);
}

/// One step of a group, if it may be taken.
bool FleetWatch::go_on(GroupId group) {
  const Membership& membership = memberships().of(group);
  const CopySet lost = agreed(&Opinion::lost);
  for (std::size_t i = 0; i < membership.slots().size(); ++i) {
    const Membership::Slot slot = membership.slots()[i];
    if (!slot.next) continue;
    if (reports_whole(group, *slot.next) && answers(*slot.next) && is_locked(group)) {
      if (!change(group, membership.complete(i))) return true;
      completed(group, slot.node, *slot.next);
      return true;
    }
    const bool drains = (cluster_.memberships.draining >> slot.node & 1) != 0;
    const bool returned = answers(slot.node) && reports_whole(group, slot.node) && !drains;
    const bool in_vain = (lost >> *slot.next & 1) != 0;
    if (!returned && !in_vain) continue;
    if (change(group, membership.reverse(i)))
      state(group, slot.node, *slot.next, MembershipStep::reversed);
    return true;
  }
  return false;
}

void FleetWatch::completed(GroupId group, std::uint16_t from, std::uint16_t to) {
  state(group, from, to, MembershipStep::completed);
  const NodeId old = cluster_.storage[from]->id(), next = cluster_.storage[to]->id();
  cluster_.context.endpoints().set_role(next, NodeRole::storage);
  if (memberships().holds_any(from)) return;
  cluster_.memberships.draining &= ~(CopySet{1} << from);
  cluster_.context.state(StorageReplaced{cluster_.now(), old, next});
}

// ---- epoch 1 to epoch 2

void FleetWatch::begin_changes(CopySet leaving) {
  if (leaving == 0) return;
  for (GroupId g = 0; g < memberships().groups(); ++g) {
    const std::vector<Membership::Slot> slots = memberships().of(g).slots();
    for (std::size_t i = 0; i < slots.size(); ++i)
      if (!slots[i].next && (leaving >> slots[i].node & 1) != 0) begin_change(g, i);
  }
}

bool FleetWatch::begin_change(GroupId group, std::size_t slot) {
  const std::uint16_t from = memberships().of(group).slots()[slot].node;
  const std::uint16_t to = candidate_for(group, from);
  if (to == nobody || !change(group, memberships().of(group).begin(slot, to))) return false;
  reports_[from].whole.clear();  // what it said before it was lost
  reports_[to].whole.clear();
  state(group, from, to, MembershipStep::begun);
  return true;
}

/// The spare with the fewest segments, and room for one more at once.
std::uint16_t FleetWatch::candidate_for(GroupId group, std::uint16_t leaving) const {
  const CopySet lost = agreed(&Opinion::lost);
  const std::string& az = cluster_.context.node(cluster_.storage[leaving]->id()).az();
  std::uint16_t best = nobody;
  bool best_at_home = false, lives_at_home = false;
  std::uint32_t fewest = 0;
  for (std::uint16_t copy = 0; copy < memberships().nodes(); ++copy) {
    const bool at_home = cluster_.context.node(cluster_.storage[copy]->id()).az() == az;
    const bool lives = answers(copy) && (lost >> copy & 1) == 0 &&
                       (cluster_.memberships.draining >> copy & 1) == 0;
    if (!lives || memberships().is_member(group, copy)) continue;
    lives_at_home |= at_home;
    if (!at_home && !options().other_az) continue;
    std::uint32_t holds = 0;
    std::int64_t taking = 0;
    for (GroupId g = 0; g < memberships().groups(); ++g) {
      holds += memberships().is_member(g, copy);
      for (const Membership::Slot& slot : memberships().of(g).slots()) taking += slot.next == copy;
    }
    if (taking >= options().segments_at_once) continue;
    if (best != nobody && (best_at_home > at_home || (best_at_home == at_home && fewest <= holds)))
      continue;
    best = copy;
    best_at_home = at_home;
    fewest = holds;
  }
  // Elsewhere only if nobody at home is left.
  return best != nobody && !best_at_home && lives_at_home ? nobody : best;
}

// ---- 4/6 to 3/4, and back

void FleetWatch::watch_azs() {
  if (!options().az_loss_to_3_of_4_after_s) return;
  const CopySet lost = agreed(&Opinion::lost);
  for (std::size_t az = 0; az < az_slots_.size(); ++az) {
    bool dark = true;
    for (GroupId g = 0; g < memberships().groups() && dark; ++g)
      for (std::size_t slot = 0; slot < memberships().of(g).slots().size(); ++slot)
        if ((az_slots_[az] >> slot & 1) != 0 &&
            (lost >> memberships().of(g).slots()[slot].node & 1) == 0)
          dark = false;
    dark_since_[az] = !dark ? never : dark_since_[az] == never ? cluster_.now() : dark_since_[az];
  }
}

void FleetWatch::begin_model_changes() {
  if (!options().az_loss_to_3_of_4_after_s) return;
  const DurationNs after = from_s(*options().az_loss_to_3_of_4_after_s);
  const CopySet lost = agreed(&Opinion::lost);
  for (GroupId g = 0; g < memberships().groups(); ++g) {
    const Membership& m = memberships().of(g);
    if (m.next_model()) continue;
    CopySet filled = 0;  // by nodes that answer, or may
    for (std::size_t i = 0; i < m.slots().size(); ++i)
      if ((lost >> m.slots()[i].node & 1) == 0 && answers(m.slots()[i].node))
        filled |= CopySet{1} << i;
    for (std::size_t az = 0; az < az_slots_.size(); ++az) {
      const bool dark = dark_since_[az] != never && cluster_.now() >= dark_since_[az] + after;
      const bool enough = memberships().models()[1 + az].write.met(filled);
      const bool leave = m.model() == 0 && dark && enough;
      const bool back = m.model() == 1 + az && (az_slots_[az] & ~filled) == 0;
      if (!leave && !back) continue;
      if (change(g, m.begin_model(leave ? 1 + az : 0)))
        cluster_.context.state(ModeChanged{cluster_.now(), id(), "az_left_out", leave});
      break;
    }
  }
}

bool FleetWatch::go_on_with_model(GroupId group) {
  const Membership& m = memberships().of(group);
  if (!m.next_model()) return false;
  if (is_caught_up(group)) return change(group, m.complete_model());
  // The AZ came back, or was lost again, before the change was complete.
  const std::size_t az = std::max(m.model(), *m.next_model()) - 1;
  const bool dark = dark_since_[az] != never;
  return (m.model() == 0) != dark && change(group, m.reverse_model());
}

/// What was durable by the model that is left must have a write quorum by the one that is entered:
/// it suffices that one has all that a read quorum knew once nobody could write by the old epoch.
bool FleetWatch::is_caught_up(GroupId group) {
  if (!is_locked(group)) return false;
  const Volume& volume = cluster_.volume;
  const Membership& m = memberships().of(group);
  Epoch newest{1};
  CopySet known = 0;
  for (std::uint16_t copy = 0; copy < reports_.size(); ++copy) {
    if (!reports_whole(group, copy) || reports_[copy].memberships[group] < m.epoch()) continue;
    known |= CopySet{1} << copy;
    newest = std::max(newest, reports_[copy].epoch);
  }
  if (!memberships().rules(group).read.met(known)) return false;
  const auto scl_of = [&](std::uint16_t copy) {
    return volume.truncated(reports_[copy].scls[group], reports_[copy].epoch, newest);
  };
  if (through_of_[group] != m.epoch()) {
    through_of_[group] = m.epoch();
    through_[group] = 0;
    for (std::uint16_t copy = 0; copy < reports_.size(); ++copy)
      if ((known >> copy & 1) != 0) through_[group] = std::max(through_[group], scl_of(copy));
    through_epoch_[group] = newest;
  }
  if (through_epoch_[group] < newest) {
    through_[group] = volume.truncated(through_[group], through_epoch_[group], newest);
    through_epoch_[group] = newest;
  }
  CopySet caught_up = 0;
  for (std::uint16_t copy = 0; copy < reports_.size(); ++copy)
    if ((known >> copy & 1) != 0 && scl_of(copy) >= through_[group])
      caught_up |= CopySet{1} << copy;
  const MembershipRules entered =
      rules_of(m.complete_model(), memberships().models(), memberships().nodes());
  return entered.write.met(caught_up);
}

}  // namespace writepath::aurora
