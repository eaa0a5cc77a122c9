#pragma once
// Simulated time: int64 nanoseconds since the run began. Rounded once, where a duration is drawn
// or read; integers keep the order of events independent of compiler and optimisation.
#include <cstdint>

namespace writepath {

using TimeNs = std::int64_t;      ///< an instant; 0 is the start of the run
using DurationNs = std::int64_t;  ///< a span; may be negative where a difference is meant

inline constexpr TimeNs never = INT64_MAX;
inline constexpr DurationNs ns_per_us = 1'000;
inline constexpr DurationNs ns_per_ms = 1'000'000;
inline constexpr DurationNs ns_per_s = 1'000'000'000;
/// The longest run (design limit): 30 days.
inline constexpr DurationNs longest_run = DurationNs{30} * 24 * 3600 * ns_per_s;

/// 73 years: no run sees its end, and a few of them still add up without overflow.
inline constexpr DurationNs longest_duration = DurationNs{1} << 61;

/// Rounds half away from zero, and saturates at longest_duration (a heavy tail may draw anything);
/// the only place where a double becomes a duration.
constexpr DurationNs round_to_ns(double ns) {
  constexpr auto limit = static_cast<double>(longest_duration);
  if (!(ns < limit)) return longest_duration;
  if (ns < -limit) return -longest_duration;
  return static_cast<DurationNs>(ns < 0 ? ns - 0.5 : ns + 0.5);
}
constexpr DurationNs from_s(double s) { return round_to_ns(s * 1e9); }
constexpr DurationNs from_ms(double ms) { return round_to_ns(ms * 1e6); }
constexpr DurationNs from_us(double us) { return round_to_ns(us * 1e3); }
constexpr double to_s(DurationNs d) { return static_cast<double>(d) / 1e9; }
constexpr double to_ms(DurationNs d) { return static_cast<double>(d) / 1e6; }
constexpr double to_us(DurationNs d) { return static_cast<double>(d) / 1e3; }

}  // namespace writepath
