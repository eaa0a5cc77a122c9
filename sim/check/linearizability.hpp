#pragma once
// Is a history of one register linearizable (Herlihy and Wing, TOPLAS 12(3), 1990)? Two deciders.
//
// The search is Wing and Gong's (JPDC 17, 1993) with Lowe's memory of configurations (CPE 29(4),
// 2017), as in Knossos and Porcupine: any register, in time that may be exponential in how many
// operations overlap, so it has a bound.
//
// The zones are Gibbons and Korach's (SIAM J. Comput. 26(4), 1997, section 4): where each write has
// a value of its own, n log n always does.
//
// Linearizability is compositional (Herlihy and Wing, theorem 1): judge each register alone.
#include <cstddef>
#include <cstdint>
#include <vector>

namespace writepath {

/// An operation that took place, or may have. Times are places in an order of all beginnings and
/// ends: no two are equal.
struct TimedOperation {
  static constexpr std::uint64_t never = UINT64_MAX;
  std::uint64_t call = 0;
  std::uint64_t ret = never;  ///< never: it may take effect at any time after `call`, or not at all
  bool write = false;
  std::uint64_t value = 0;  ///< 0: what stands in the register before the first write
};

struct Linearizability {
  enum class Verdict { linearizable, not_linearizable, unknown } verdict = Verdict::unknown;
  /// Not linearizable: the operations up to the end of this one (its index) are not, and those that
  /// ended before it are.
  std::size_t culprit = 0;
  std::uint64_t configurations = 0;  ///< that were looked at
};

/// So many configurations are remembered: some 100 MB at worst.
inline constexpr std::uint64_t most_configurations = 1'000'000;

/// `unknown`: more than `bound` configurations.
Linearizability search_linearization(const std::vector<TimedOperation>& history,
                                     std::uint64_t bound = most_configurations);

/// Each value but 0 must be written at most once. Never unknown, and gives no culprit.
Linearizability::Verdict judge_by_zones(const std::vector<TimedOperation>& history);

}  // namespace writepath
