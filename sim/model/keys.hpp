#pragma once
// Keys as a pure function of a transaction's seed: nothing is stored for a transaction's rows, and
// every architecture sees the same keys.
#include <cstdint>

#include "sim/core/ids.hpp"
#include "sim/scenario/scenario.hpp"

namespace writepath {

class KeyChooser {
 public:
  explicit KeyChooser(const KeySpec& spec);
  /// The i-th key of a transaction (or read) with this seed.
  Key key(std::uint64_t key_seed, std::uint32_t i) const;
  std::uint64_t count() const { return count_; }

 private:
  Key zipf(double u) const;
  std::uint64_t count_;
  bool zipf_ = false;
  double exponent_ = 0;
  // Constants of rejection-free inversion (Gray et al., SIGMOD 1994, as YCSB uses it).
  double zeta_ = 0, zeta2_ = 0, alpha_ = 0, eta_ = 0;
};

}  // namespace writepath
