#pragma once
// Quorum rules as values: any placement of copies, any rule of 'n of these or m of those'. A rule
// is met by a set of copies; what a set of rules guarantees is found by trying every set.
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace writepath {

/// A set of copies: copy i is bit i.
using CopySet = std::uint32_t;
inline constexpr std::size_t most_copies = 15;

/// At least n of these copies.
struct Threshold {
  CopySet of = 0;
  std::uint32_t n = 0;
  bool met(CopySet copies) const;
};

/// Met when every threshold of any of its alternatives is met. '4 of 6' has one alternative of one
/// threshold; '4 of 6 or 3 of the full ones' two of one; '3 of 6 and 1 of the full ones' one of
/// two.
class QuorumRule {
 public:
  using Alternative = std::vector<Threshold>;

  QuorumRule() = default;
  QuorumRule(std::size_t copies, std::vector<Alternative> any);
  /// Met by the sets that `met` says.
  static QuorumRule where(std::size_t copies, const std::function<bool(CopySet)>& met);
  static QuorumRule n_of_all(std::size_t copies, std::uint32_t n) {
    return {copies, {{Threshold{all_of(copies), n}}}};
  }
  static constexpr CopySet all_of(std::size_t copies) { return (CopySet{1} << copies) - 1; }

  std::size_t copies() const { return copies_; }
  const std::vector<Alternative>& alternatives() const { return any_; }
  bool met(CopySet copies) const { return met_[copies]; }
  /// The fewest copies that can meet it; 0 if none can.
  std::size_t smallest() const;

  /// The highest value that a set meeting the rule has reached, `values` being what each copy has
  /// reached: PGCL from SCLs, VDL's k-th order statistic. 0 if the rule cannot be met.
  std::uint64_t reached(const std::uint64_t* values) const;

 private:
  std::size_t copies_ = 0;
  std::vector<Alternative> any_;
  std::vector<bool> met_;  ///< by set: 32,768 bits at most
};

/// Two sets without a copy in common, each meeting its rule: the proof that the rules don't
/// intersect.
struct DisjointPair {
  CopySet first = 0, second = 0;
};
std::optional<DisjointPair> disjoint_pair(const QuorumRule& first, const QuorumRule& second);

/// Whether the rule can still be met when these copies are gone.
inline bool survives(const QuorumRule& rule, CopySet lost) {
  return rule.met(QuorumRule::all_of(rule.copies()) & ~lost);
}

/// "a1, a2, c1": the copies' names, for messages.
std::string names_of(CopySet copies, const std::vector<std::string>& names);

}  // namespace writepath
