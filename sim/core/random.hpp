#pragma once
// Named random streams: xoshiro256++ seeded by SplitMix64 over FNV-1a(name) and the run's seed.
// Streams are named by entity ("link.writer-1>storage-4"), never by index, so that adding a node
// leaves every other node's draws as they were (common random numbers).
#include <array>
#include <cstdint>
#include <string_view>

namespace writepath {

class RandomStream {
 public:
  RandomStream(std::uint64_t seed, std::string_view name);

  std::uint64_t next();  ///< 64 random bits
  double uniform();      ///< in (0, 1): ((x >> 11) + 0.5) * 2^-53, never 0 nor 1
  /// An integer in [0, n); n >= 1. Unbiased (Lemire's method with rejection).
  std::uint64_t below(std::uint64_t n);

 private:
  std::array<std::uint64_t, 4> state_;
};

std::uint64_t fnv1a(std::string_view text);
std::uint64_t mix64(std::uint64_t x);  ///< SplitMix64's finaliser: a good integer hash

}  // namespace writepath
