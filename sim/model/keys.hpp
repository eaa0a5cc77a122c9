#pragma once
// Keys as a pure function of a transaction's seed: nothing is stored for a transaction's rows, and
// every architecture sees the same keys.
#include <cstdint>

#include "sim/core/ids.hpp"
#include "sim/scenario/scenario.hpp"

namespace writepath {

class KeyChooser {
 public:
  /// The seed of transactions on a row beside all others: the heartbeat's. Its key is count().
  static constexpr std::uint64_t own_row = UINT64_MAX;
  /// The same for further such rows, the registers': their keys are count() + 1, count() + 2, ...
  /// A seed drawn at random names such a row with probability 2^-54.
  static constexpr std::uint64_t most_own_rows = 1024;
  static constexpr std::uint64_t seed_of_own_row(std::uint64_t i) { return own_row - i; }

  explicit KeyChooser(const KeySpec& spec);
  /// The i-th key of a transaction (or read) with this seed; with Zipf, key 0 is the hottest.
  Key key(std::uint64_t key_seed, std::uint32_t i) const;
  std::uint64_t count() const { return count_; }

 private:
  Key zipf(std::uint64_t seed) const;
  double area(double x) const;
  double area_inverse(double area) const;
  double density(double x) const;

  std::uint64_t count_;
  bool zipf_ = false;
  double exponent_ = 0;
  // Rejection-inversion (Hormann and Derflinger, ACM TOMACS 6(3), 1996): exact for every exponent
  // >= 0, 1 included, and without a sum over all keys.
  double area_first_ = 0, area_last_ = 0, shortcut_ = 0;
};

}  // namespace writepath
