#include "models/common/quorum.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <utility>

#include "sim/core/check.hpp"

namespace writepath {

bool Threshold::met(CopySet copies) const {
  return static_cast<std::uint32_t>(std::popcount(copies & of)) >= n;
}

QuorumRule::QuorumRule(std::size_t copies, std::vector<Alternative> any)
    : copies_(copies), any_(std::move(any)), met_(std::size_t{1} << copies) {
  WRITEPATH_CHECK(copies <= most_copies, "more copies than a quorum rule can hold");
  const auto holds = [](const Alternative& alternative, CopySet set) {
    return std::all_of(alternative.begin(), alternative.end(),
                       [set](const Threshold& threshold) { return threshold.met(set); });
  };
  for (CopySet set = 0; set < met_.size(); ++set)
    met_[set] = std::any_of(any_.begin(), any_.end(), [&](const Alternative& alternative) {
      return holds(alternative, set);
    });
}

QuorumRule QuorumRule::where(std::size_t copies, const std::function<bool(CopySet)>& met) {
  WRITEPATH_CHECK(copies <= most_copies, "more copies than a quorum rule can hold");
  QuorumRule rule;
  rule.copies_ = copies;
  rule.met_.resize(std::size_t{1} << copies);
  for (CopySet set = 0; set < rule.met_.size(); ++set) rule.met_[set] = met(set);
  return rule;
}

std::size_t QuorumRule::smallest() const {
  std::size_t fewest = 0;
  for (CopySet set = 0; set < met_.size(); ++set) {
    const auto size = static_cast<std::size_t>(std::popcount(set));
    if (met_[set] && (fewest == 0 || size < fewest)) fewest = size;
  }
  return fewest;
}

std::uint64_t QuorumRule::reached(const std::uint64_t* values) const {
  std::array<std::uint8_t, most_copies> descending{};
  for (std::size_t i = 0; i < copies_; ++i) {
    std::size_t at = i;
    for (; at > 0 && values[descending[at - 1]] < values[i]; --at)
      descending[at] = descending[at - 1];
    descending[at] = static_cast<std::uint8_t>(i);
  }
  CopySet set = 0;
  for (std::size_t i = 0; i < copies_; ++i) {
    set |= CopySet{1} << descending[i];
    if (met_[set]) return values[descending[i]];
  }
  return 0;
}

// A rule's sets are closed under adding copies, so two rules have a disjoint pair exactly when some
// set meets one and its complement the other.
std::optional<DisjointPair> disjoint_pair(const QuorumRule& first, const QuorumRule& second) {
  WRITEPATH_CHECK(first.copies() == second.copies(), "rules over different copies");
  const CopySet all = QuorumRule::all_of(first.copies());
  std::optional<DisjointPair> smallest;
  for (CopySet set = 0; set <= all; ++set) {
    if (!first.met(set) || !second.met(all & ~set)) continue;
    if (!smallest || std::popcount(set) < std::popcount(smallest->first))
      smallest = DisjointPair{set, all & ~set};
  }
  if (!smallest) return std::nullopt;
  for (std::size_t i = 0; i < second.copies(); ++i) {  // show no more copies than it takes
    const CopySet fewer = smallest->second & ~(CopySet{1} << i);
    if (second.met(fewer)) smallest->second = fewer;
  }
  return smallest;
}

std::string names_of(CopySet copies, const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if ((copies >> i & 1) == 0) continue;
    if (!text.empty()) text += ", ";
    text += names[i];
  }
  return text;
}

}  // namespace writepath
