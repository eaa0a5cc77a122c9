#pragma once
// What a quorum rule over a placement survives: found by trying every set of lost copies.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/common/quorum.hpp"
#include "sim/observe/survival.hpp"

namespace writepath {

struct Survivability {
  std::uint32_t copies = 0;  ///< the loss of any so many copies
  std::uint32_t azs = 0;     ///< of any so many AZs
  /// Of any AZ and any so many copies outside it (1: the papers' AZ+1); empty: not even of an AZ.
  std::optional<std::uint32_t> copies_beside_az;
  CopySet smallest_loss = 0;  ///< one of the smallest that it does not survive
};

/// `azs`: the copies in each AZ.
Survivability survivability(const QuorumRule& rule, const std::vector<CopySet>& azs);

/// The same as a fact about an architecture.
Survival survival(std::string what, const Survivability&, const std::vector<std::string>& names);

}  // namespace writepath
