#include "sim/core/random.hpp"

#include "sim/core/check.hpp"

namespace writepath {

std::uint64_t fnv1a(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash;
}

RandomStream::RandomStream(std::uint64_t seed, std::string_view name) {
  constexpr std::uint64_t golden = 0x9e3779b97f4a7c15;  // SplitMix64's increment
  std::uint64_t x = fnv1a(name) ^ mix64(seed + golden);
  for (std::uint64_t& word : state_) word = mix64(x += golden);
}

// Lemire, "Fast random integer generation in an interval", 2019.
std::uint64_t RandomStream::below(std::uint64_t n) {
  WRITEPATH_CHECK(n >= 1, "an integer below 0 does not exist");
  __extension__ using Wide = unsigned __int128;
  Wide product = static_cast<Wide>(next()) * n;
  if (static_cast<std::uint64_t>(product) < n) {
    const std::uint64_t reject_below = (0 - n) % n;
    while (static_cast<std::uint64_t>(product) < reject_below)
      product = static_cast<Wide>(next()) * n;
  }
  return static_cast<std::uint64_t>(product >> 64);
}

}  // namespace writepath
