#include "models/common/survivability.hpp"

#include <algorithm>
#include <bit>
#include <utility>

namespace writepath {
namespace {

std::uint32_t size_of(CopySet copies) { return static_cast<std::uint32_t>(std::popcount(copies)); }

/// The smallest loss that ends it among all sets of copies, or among those that hold `with`. Of
/// equal ones the first; empty: it survives all of them.
std::optional<CopySet> smallest_fatal(const QuorumRule& rule, CopySet with = 0) {
  std::optional<CopySet> smallest;
  for (CopySet lost = 0; lost <= QuorumRule::all_of(rule.copies()); ++lost) {
    if ((lost & with) != with || survives(rule, lost)) continue;
    if (!smallest || size_of(lost) < size_of(*smallest)) smallest = lost;
  }
  return smallest;
}

std::uint32_t azs_survived(const QuorumRule& rule, const std::vector<CopySet>& azs) {
  auto fewest = static_cast<std::uint32_t>(azs.size()) + 1;
  for (std::uint32_t chosen = 0; chosen < 1u << azs.size(); ++chosen) {
    CopySet lost = 0;
    for (std::size_t az = 0; az < azs.size(); ++az)
      if (chosen >> az & 1) lost |= azs[az];
    if (!survives(rule, lost)) fewest = std::min(fewest, size_of(chosen));
  }
  return fewest == 0 ? 0 : fewest - 1;
}

}  // namespace

Survivability survivability(const QuorumRule& rule, const std::vector<CopySet>& azs) {
  Survivability found;
  const auto copies = static_cast<std::uint32_t>(rule.copies());
  const std::optional<CopySet> fatal = smallest_fatal(rule);
  found.smallest_loss = fatal.value_or(0);
  found.copies = !fatal ? copies : *fatal == 0 ? 0 : size_of(*fatal) - 1;
  found.azs = azs_survived(rule, azs);
  if (found.azs == 0) return found;
  found.copies_beside_az = copies;
  for (const CopySet az : azs) {
    const std::optional<CopySet> beside = smallest_fatal(rule, az);
    const std::uint32_t most = beside ? size_of(*beside & ~az) - 1 : copies - size_of(az);
    found.copies_beside_az = std::min(*found.copies_beside_az, most);
  }
  return found;
}

Survival survival(std::string what, const Survivability& found,
                  const std::vector<std::string>& names) {
  Survival fact;
  fact.what = std::move(what);
  fact.copies = found.copies;
  fact.azs = found.azs;
  fact.copies_beside_az = found.copies_beside_az;
  for (std::size_t i = 0; i < names.size(); ++i)
    if (found.smallest_loss >> i & 1) fact.stopped_by.push_back(names[i]);
  return fact;
}

}  // namespace writepath
