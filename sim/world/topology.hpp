#pragma once
// The network of a scenario as numbers: what one direction between two AZs is like, levels and
// overrides resolved.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/distribution.hpp"
#include "sim/core/time.hpp"
#include "sim/scenario/scenario.hpp"

namespace writepath {

/// One direction between two AZs, or between the hosts of one.
struct Direction {
  DurationNs one_way = 0;  ///< median, unloaded: half the round trip
  Distribution jitter;     ///< multiplies one_way
  double bytes_per_ns = 0;
  double loss_probability = 0;
};

/// Gigabits a second as bytes a nanosecond.
constexpr double bytes_per_ns(double gbps) { return gbps / 8; }

class Topology {
 public:
  explicit Topology(const NetworkSpec& spec);

  const std::vector<std::string>& azs() const { return azs_; }
  std::size_t region_of(std::size_t az) const { return region_of_[az]; }
  const std::vector<std::string>& regions() const { return regions_; }
  /// Index of an AZ; the scenario's reader has checked the names.
  std::size_t az(std::string_view name) const;
  const Direction& direction(std::size_t from_az, std::size_t to_az) const {
    return directions_[from_az * azs_.size() + to_az];
  }
  /// Between two nodes of one host. The round trip over a veth pair of Linux was measured at 0.023
  /// ms (median, 2 CPUs, Debian 12); 40 Gb/s is an assumption, range 10 to 100. No jitter, no loss.
  static const Direction& loopback();

 private:
  void override_with(const LinkOverride& link);

  std::vector<std::string> regions_, azs_;
  std::vector<std::size_t> region_of_;
  std::vector<Direction> directions_;
};

}  // namespace writepath
