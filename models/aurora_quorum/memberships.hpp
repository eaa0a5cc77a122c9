#pragma once
// The memberships of all protection groups, as the volume's metadata have them: one reliable place,
// by the same assumption as the volume's epoch (volume.hpp). Only who names the current epoch can
// make the next one. What a storage node has recorded of it is in its own disk.
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "models/aurora_quorum/layout.hpp"
#include "models/aurora_quorum/membership.hpp"

namespace writepath::aurora {

class Memberships {
 public:
  Memberships(std::size_t groups, std::size_t nodes, std::vector<QuorumModel> models)
      : nodes_(nodes), models_(std::move(models)) {
    const Membership first(models_.front().write.copies());
    groups_.assign(groups, Group{first, rules_for(first), nullptr});
    everybody_ = first.members();
  }

  std::uint32_t groups() const { return static_cast<std::uint32_t>(groups_.size()); }
  std::size_t nodes() const { return nodes_; }
  const std::vector<QuorumModel>& models() const { return models_; }
  const Membership& of(GroupId group) const { return groups_[group].membership; }
  const MembershipRules& rules(GroupId group) const { return *groups_[group].rules; }
  /// Of the epoch before; null in the first.
  const MembershipRules* rules_before(GroupId group) const { return groups_[group].before.get(); }
  bool is_member(GroupId group, std::uint16_t node) const {
    return (rules(group).members >> node & 1) != 0;
  }
  /// Counts the changes of all groups.
  std::uint64_t version() const { return version_; }

  /// Stale epochs are rejected.
  bool change(std::uint32_t seen_epoch, GroupId group, Membership next) {
    Group& current = groups_[group];
    if (seen_epoch != current.membership.epoch()) return false;
    current.membership = std::move(next);
    current.before = std::exchange(current.rules, rules_for(current.membership));
    ++version_;
    everybody_ = 0;
    in_every_group([this](const MembershipRules& rules) {
      everybody_ |= rules.members;
      return true;
    });
    return true;
  }

  /// Whether the rule is met in every group.
  template <class Met>
  bool in_every_group(Met met) const {
    const MembershipRules* judged = nullptr;  // most groups have the same rules
    for (const Group& group : groups_) {
      if (group.rules.get() == judged) continue;
      judged = group.rules.get();
      if (!met(*judged)) return false;
    }
    return true;
  }
  /// Members of any group.
  CopySet everybody() const { return everybody_; }
  bool holds_any(std::uint16_t node) const { return (everybody_ >> node & 1) != 0; }
  bool holds_all(std::uint16_t node) const {
    return in_every_group(
        [node](const MembershipRules& rules) { return (rules.members >> node & 1) != 0; });
  }

  /// Nodes that are replaced although they live, because they are hot.
  CopySet draining = 0;

 private:
  struct Group {
    Membership membership;
    std::shared_ptr<const MembershipRules> rules, before;
  };
  /// Groups of the same members share their rules.
  std::shared_ptr<const MembershipRules> rules_for(const Membership& membership) {
    for (const auto& [known, rules] : known_)
      if (same_rules(known, membership)) return rules;
    known_.emplace_back(
        membership, std::make_shared<const MembershipRules>(rules_of(membership, models_, nodes_)));
    return known_.back().second;
  }

  std::size_t nodes_;
  std::vector<QuorumModel> models_;  ///< the scenario's own, then those without each AZ's slots
  std::vector<std::pair<Membership, std::shared_ptr<const MembershipRules>>> known_;
  std::vector<Group> groups_;
  CopySet everybody_ = 0;
  std::uint64_t version_ = 0;
};

}  // namespace writepath::aurora
