#pragma once
// Named random streams: xoshiro256++ seeded by SplitMix64 over FNV-1a(name) and the run's seed.
// Streams are named by entity ("link.writer-1>storage-4"), never by index, so that adding a node
// leaves every other node's draws as they were (common random numbers).
#include <array>
#include <bit>
#include <cstdint>
#include <string_view>

namespace writepath {

class RandomStream {
 public:
  RandomStream(std::uint64_t seed, std::string_view name);

  /// 64 random bits: xoshiro256++ 1.0, Blackman and Vigna 2019.
  std::uint64_t next() {
    auto& s = state_;
    const std::uint64_t result = std::rotl(s[0] + s[3], 23) + s[0];
    const std::uint64_t t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = std::rotl(s[3], 45);
    return result;
  }
  /// In (0, 1): never 0 nor 1.
  double uniform() { return (static_cast<double>(next() >> 11) + 0.5) * 0x1p-53; }
  /// An integer in [0, n); n >= 1. Unbiased (Lemire's method with rejection).
  std::uint64_t below(std::uint64_t n);

 private:
  std::array<std::uint64_t, 4> state_;
};

std::uint64_t fnv1a(std::string_view text);
/// SplitMix64's finaliser: a good integer hash.
inline std::uint64_t mix64(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

}  // namespace writepath
