#include "models/aurora_quorum/placement.hpp"

#include <algorithm>

#include "models/aurora_quorum/options.hpp"

namespace writepath::aurora {

CopySet Placement::called(const std::string& name) const {
  if (name == "all") return all();
  if (name == "full") return full;
  if (name == "tail") return all() & ~full;
  CopySet found = 0;
  for (std::size_t i = 0; i < copies(); ++i)
    if (azs[i] == name) found |= CopySet{1} << i;
  for (std::size_t i = 0; i < copies() && found == 0; ++i)
    if (names[i] == name) found = CopySet{1} << i;
  return found;
}

std::vector<CopySet> Placement::by_az() const {
  std::vector<CopySet> sets;
  for (std::size_t i = 0; i < copies(); ++i)
    if (std::find(azs.begin(), azs.begin() + static_cast<std::ptrdiff_t>(i), azs[i]) ==
        azs.begin() + static_cast<std::ptrdiff_t>(i))
      sets.push_back(called(azs[i]));
  return sets;
}

Placement placement_of(const Options& options) {
  Placement placement;
  for (const CopiesSpec& c : options.copies)
    for (std::int64_t i = 0; i < c.n && placement.copies() < most_copies; ++i) {
      if (i < c.n - c.tail) placement.full |= CopySet{1} << placement.copies();
      placement.azs.push_back(c.az);
      placement.names.push_back(c.az + std::to_string(i + 1));
    }
  return placement;
}

QuorumRule rule_of(const QuorumSpec& quorum, const Placement& placement) {
  const auto threshold = [&](const std::string& of, std::int64_t n) {
    return Threshold{placement.called(of), static_cast<std::uint32_t>(n)};
  };
  std::vector<QuorumRule::Alternative> any;
  for (const WaySpec& way : quorum.any) {
    any.emplace_back();
    if (way.n) any.back().push_back(threshold(way.of, *way.n));
    for (const ThresholdSpec& t : way.all) any.back().push_back(threshold(t.of, t.n));
  }
  return {placement.copies(), std::move(any)};
}

}  // namespace writepath::aurora
