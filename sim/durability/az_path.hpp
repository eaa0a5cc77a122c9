#pragma once
// The AZs' outages within a year. They strike every protection group of a volume alike; given them,
// groups are independent.
#include <cstdint>
#include <vector>

#include "sim/core/random.hpp"
#include "sim/durability/spec.hpp"

namespace writepath::durability {

struct AzChange {
  double at_s = 0;
  std::uint32_t az = 0;
  bool dark = false;  ///< begins or ends to be
};
struct AzPath {
  std::vector<AzChange> changes;  ///< by time
  double weight = 1;              ///< likelihood ratio: nature's density over the one drawn from
};

/// An exponential time by its quantile u, in (0, 1).
double exponential(double mean, double u);
/// A duration of the shape, by its quantile.
double duration(Shape shape, double mean, double u);

/// So many outages at uniform times in uniform AZs, which is what a Poisson process does given its
/// number; those of an AZ that is dark already are none. The first one lasts as long as the
/// quantile `first` says.
AzPath path_of_nature(const Spec&, std::size_t azs, std::int64_t outages, double first,
                      RandomStream&);

/// The same, but often two of them, or all, come close together: two AZs that are dark at once are
/// rare, and some placements are lost by nothing else.
AzPath path_with_overlaps(const Spec&, std::size_t azs, std::int64_t outages, double first,
                          RandomStream&);

/// A Poisson number, `least` at least, by inversion.
std::int64_t poisson_from(double mean, std::int64_t least, RandomStream&);
double poisson_chance(double mean, std::int64_t n);

}  // namespace writepath::durability
