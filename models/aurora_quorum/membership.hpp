#pragma once
// The membership of a protection group as a value: which storage nodes hold its segments, and how
// one takes another's place. "We use quorum sets [...] and epochs [...] to make membership changes
// [...] reversible" (SIGMOD 2018, S4.1). To replace F by G:
//   epoch 1: ABCDEF
//   epoch 2: write = 4/6 of ABCDEF and 4/6 of ABCDEG, read = 3/6 of ABCDEF or 3/6 of ABCDEG
//   epoch 3: ABCDEG, or ABCDEF again if F returned
// A second change may begin during the first; then every combination of occupants counts.
//
// Two words more than the paper. A node that has not yet caught up with a read quorum of the group
// counts for nothing: only so do a read quorum with G and a write of epoch 1 have a copy in common.
// And the quorum model itself may change (S4.1: from 4/6 to 3/4 when an AZ is lost for long):
// then writes meet both models, and reads the one that is being left.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "models/common/quorum.hpp"

namespace writepath::aurora {

/// A quorum model: rules over the slots of a protection group, one slot for each copy.
struct QuorumModel {
  QuorumRule write, read;
};
/// Without these slots, more than half of the others to write, and what intersects that to read:
/// 3/4 and 2/4 of the four copies that the loss of an AZ leaves.
QuorumModel model_without(std::size_t slots, CopySet lost);

class Membership {
 public:
  struct Slot {
    std::uint16_t node = 0;             ///< whose segment it is
    std::optional<std::uint16_t> next;  ///< who is to take its place
    friend auto operator<=>(const Slot&, const Slot&) = default;
  };

  /// Epoch 1: slot i is storage node i's.
  explicit Membership(std::size_t slots);

  std::uint32_t epoch() const { return epoch_; }
  const std::vector<Slot>& slots() const { return slots_; }
  std::size_t model() const { return model_; }
  std::optional<std::size_t> next_model() const { return next_model_; }
  /// Everybody who holds a segment, or is to hold one.
  CopySet members() const;
  /// Those to whom nobody comes next.
  CopySet settled_members() const;
  bool is_changing() const;
  std::optional<std::size_t> slot_of(std::uint16_t node) const;

  // ---- the steps; each is the next epoch
  Membership begin(std::size_t slot, std::uint16_t next) const;
  Membership complete(std::size_t slot) const;
  Membership reverse(std::size_t slot) const;
  Membership begin_model(std::size_t next) const;
  Membership complete_model() const;
  Membership reverse_model() const;

  /// What its rules depend on, in an order.
  friend bool same_rules(const Membership& a, const Membership& b) {
    return a.slots_ == b.slots_ && a.model_ == b.model_ && a.next_model_ == b.next_model_;
  }

 private:
  Membership following() const;

  std::uint32_t epoch_ = 1;
  std::vector<Slot> slots_;
  std::size_t model_ = 0;
  std::optional<std::size_t> next_model_;
};

/// The quorums of a membership, over all storage nodes.
struct MembershipRules {
  QuorumRule write, read;
  CopySet members = 0;
};
MembershipRules rules_of(const Membership& membership, const std::vector<QuorumModel>& models,
                         std::size_t nodes);

}  // namespace writepath::aurora
