#include "models/aurora_quorum/membership.hpp"

#include <algorithm>
#include <bit>

#include "sim/core/check.hpp"

namespace writepath::aurora {

QuorumModel model_without(std::size_t slots, CopySet lost) {
  const CopySet kept = QuorumRule::all_of(slots) & ~lost;
  const auto v = static_cast<std::uint32_t>(std::popcount(kept));
  const std::uint32_t write = v / 2 + 1;
  return {QuorumRule(slots, {{Threshold{kept, write}}}),
          QuorumRule(slots, {{Threshold{kept, v - write + 1}}})};
}

Membership::Membership(std::size_t slots) : slots_(slots) {
  for (std::size_t i = 0; i < slots; ++i) slots_[i].node = static_cast<std::uint16_t>(i);
}

CopySet Membership::members() const {
  CopySet set = 0;
  for (const Slot& slot : slots_) {
    set |= CopySet{1} << slot.node;
    if (slot.next) set |= CopySet{1} << *slot.next;
  }
  return set;
}

CopySet Membership::settled_members() const {
  CopySet set = 0;
  for (const Slot& slot : slots_)
    if (!slot.next) set |= CopySet{1} << slot.node;
  return set;
}

bool Membership::is_changing() const {
  return next_model_ || std::any_of(slots_.begin(), slots_.end(),
                                    [](const Slot& slot) { return slot.next.has_value(); });
}

std::optional<std::size_t> Membership::slot_of(std::uint16_t node) const {
  for (std::size_t i = 0; i < slots_.size(); ++i)
    if (slots_[i].node == node) return i;
  return std::nullopt;
}

Membership Membership::following() const {
  Membership next = *this;
  ++next.epoch_;
  return next;
}

Membership Membership::begin(std::size_t slot, std::uint16_t next) const {
  WRITEPATH_CHECK(!slots_[slot].next, "a segment is replaced twice at once");
  WRITEPATH_CHECK((members() >> next & 1) == 0, "a node would hold two segments of a group");
  Membership changed = following();
  changed.slots_[slot].next = next;
  return changed;
}

Membership Membership::complete(std::size_t slot) const {
  Membership changed = following();
  changed.slots_[slot] = {slots_[slot].next.value(), std::nullopt};
  return changed;
}

Membership Membership::reverse(std::size_t slot) const {
  Membership changed = following();
  changed.slots_[slot].next.reset();
  return changed;
}

Membership Membership::begin_model(std::size_t next) const {
  Membership changed = following();
  changed.next_model_ = next;
  return changed;
}

Membership Membership::complete_model() const {
  Membership changed = following();
  changed.model_ = next_model_.value();
  changed.next_model_.reset();
  return changed;
}

Membership Membership::reverse_model() const {
  Membership changed = following();
  changed.next_model_.reset();
  return changed;
}

namespace {

/// Of a set of storage nodes, the slots that it fills when those of `entered` are already their
/// next occupants'.
CopySet slots_filled(const std::vector<Membership::Slot>& slots, CopySet nodes, CopySet entered) {
  CopySet filled = 0;
  for (std::size_t i = 0; i < slots.size(); ++i) {
    const std::uint16_t occupant = (entered >> i & 1) != 0 ? *slots[i].next : slots[i].node;
    filled |= (nodes >> occupant & 1) << i;
  }
  return filled;
}

/// Every choice, for the slots that change, of the old or the new occupant.
std::vector<CopySet> choices(const std::vector<Membership::Slot>& slots) {
  std::vector<CopySet> found{0};
  for (std::size_t i = 0; i < slots.size(); ++i) {
    if (!slots[i].next) continue;
    for (std::size_t n = found.size(); n > 0; --n) found.push_back(found[n - 1] | CopySet{1} << i);
  }
  return found;
}

}  // namespace

MembershipRules rules_of(const Membership& m, const std::vector<QuorumModel>& models,
                         std::size_t nodes) {
  const std::vector<CopySet> entered = choices(m.slots());
  const QuorumModel& model = models[m.model()];
  const QuorumModel* const next = m.next_model() ? &models[*m.next_model()] : nullptr;
  const auto writes = [&](CopySet set) {
    return std::all_of(entered.begin(), entered.end(), [&](CopySet choice) {
      const CopySet filled = slots_filled(m.slots(), set, choice);
      return model.write.met(filled) && (next == nullptr || next->write.met(filled));
    });
  };
  const auto reads = [&](CopySet set) {
    return std::any_of(entered.begin(), entered.end(), [&](CopySet choice) {
      return model.read.met(slots_filled(m.slots(), set, choice));
    });
  };
  return {QuorumRule::where(nodes, writes), QuorumRule::where(nodes, reads), m.members()};
}

}  // namespace writepath::aurora
