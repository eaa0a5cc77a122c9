#include "sim/durability/simulate.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "sim/core/math.hpp"
#include "sim/durability/group.hpp"
#include "sim/durability/numbers.hpp"

namespace writepath::durability {
namespace {

RandomStream stream_of(const Spec& spec, const Placement& placement, Measure measure,
                       const char* method, std::int64_t replication) {
  return {spec.seed, std::string("durability.") + method + "." + placement.name + "." +
                         name_of(measure) + "." + std::to_string(replication)};
}

double mean_outages(const Spec& spec, const Placement& placement) {
  return spec.rates.az_outages_per_year * static_cast<double>(placement.azs.size());
}

/// The mean of independent estimates, with Student's interval.
Estimate estimate_of(const std::vector<double>& values) {
  const auto n = static_cast<double>(values.size());
  double sum = 0, squares = 0;
  for (const double v : values) sum += v;
  const double mean = sum / n;
  for (const double v : values) squares += (v - mean) * (v - mean);
  Estimate e;
  e.replications = static_cast<std::int64_t>(values.size());
  e.probability = std::clamp(mean, 0.0, 1.0);
  const double half = t_95(static_cast<int>(n) - 1) * std::sqrt(squares / (n - 1) / n);
  e.low = std::max(0.0, mean - half);
  e.high = std::min(1.0, mean + half);
  return e;
}

/// Replications until the interval is narrow enough.
template <class Replicate>
Estimate replicated(const Effort& effort, Replicate replicate) {
  std::vector<double> values;
  for (std::int64_t r = 0; r < effort.max_replications; ++r) {
    values.push_back(replicate(r));
    if (r + 1 < effort.min_replications || effort.relative_error <= 0) continue;
    const Estimate e = estimate_of(values);
    if (e.probability > 0 && e.high - e.low <= 2 * effort.relative_error * e.probability) return e;
  }
  return estimate_of(values);
}

class Stratified {
 public:
  Stratified(const Spec& spec, const Placement& placement, Measure measure)
      : spec_(spec), placement_(placement), measure_(measure), group_(spec, placement, measure) {}

  double replicate(std::int64_t replication) const {
    RandomStream stream = stream_of(spec_, placement_, measure_, "weighted", replication);
    const double mean = mean_outages(spec_, placement_);
    double chance = poisson_chance(mean, 0) * volume({}, spec_.simulation.paths, stream);
    if (mean <= 0) return chance;
    double rest = 1 - poisson_chance(mean, 0) - poisson_chance(mean, 1) - poisson_chance(mean, 2);
    if (mean < 0.1) {  // without cancellation
      rest = 0;
      for (std::int64_t n = 9; n >= 3; --n) rest += poisson_chance(mean, n);
    }
    const double some = -expm1(-mean);
    for (std::int64_t outages = 1; outages <= 3; ++outages) {
      const double weight = outages < 3 ? poisson_chance(mean, outages) : rest;
      chance += weight * stratum(outages, weight / some, stream);
    }
    return chance;
  }

 private:
  /// The mean over histories with so many outages, 3 meaning at least 3.
  double stratum(std::int64_t outages, double share, RandomStream& stream) const {
    const double all = 3 * static_cast<double>(spec_.simulation.paths);
    const auto paths =
        std::max<std::int64_t>(2, static_cast<std::int64_t>(all * (1.0 / 6 + share / 2) + 0.5));
    double sum = 0;
    for (std::int64_t i = 0; i < paths; ++i) {
      // The first outage's duration in even steps over its quantiles.
      const double first = (static_cast<double>(i) + stream.uniform()) / static_cast<double>(paths);
      const std::int64_t number =
          outages < 3 ? outages : poisson_from(mean_outages(spec_, placement_), 3, stream);
      const AzPath path = path_with_overlaps(spec_, placement_.azs.size(), number, first, stream);
      sum += path.weight * volume(path, 1, stream);
    }
    return sum / static_cast<double>(paths);
  }

  /// The volume's chance under a history of AZs. A group's chance is known with an error, and the
  /// volume's is no linear function of it: the jackknife of two halves takes that bias away.
  double volume(const AzPath& path, std::int64_t effort, RandomStream& stream) const {
    const std::int64_t half = std::max<std::int64_t>(1, spec_.simulation.trajectories * effort / 2);
    const double groups = spec_.groups();
    double p[2] = {0, 0};
    for (double& mean : p) {
      for (std::int64_t i = 0; i < half; ++i) mean += group_.weighted(path, stream);
      mean /= static_cast<double>(half);
    }
    if (groups <= 1) return (p[0] + p[1]) / 2;
    return 2 * any_of((p[0] + p[1]) / 2, groups) -
           (any_of(p[0], groups) + any_of(p[1], groups)) / 2;
  }

  const Spec& spec_;
  const Placement& placement_;
  const Measure measure_;
  const Group group_;
};

}  // namespace

Estimate by_importance_sampling(const Spec& spec, const Placement& placement, Measure measure) {
  const Stratified stratified(spec, placement, measure);
  return replicated(spec.simulation, [&](std::int64_t r) { return stratified.replicate(r); });
}

Estimate by_plain_simulation(const Spec& spec, const Placement& placement, Measure measure) {
  const Group group(spec, placement, measure);
  const double mean = mean_outages(spec, placement), groups = spec.groups();
  const auto trials = std::max<std::int64_t>(
      1,
      static_cast<std::int64_t>(
          static_cast<double>(3 * spec.simulation.paths * spec.simulation.trajectories) / groups));
  return replicated(spec.simulation, [&](std::int64_t replication) {
    RandomStream stream = stream_of(spec, placement, measure, "plain", replication);
    double losses = 0;
    for (std::int64_t i = 0; i < trials; ++i) {
      const std::int64_t outages = mean > 0 ? poisson_from(mean, 0, stream) : 0;
      const AzPath path =
          path_of_nature(spec, placement.azs.size(), outages, stream.uniform(), stream);
      bool lost = false;
      for (double g = 0; g < groups && !lost; ++g) lost = group.plain(path, stream);
      losses += lost;
    }
    return losses / static_cast<double>(trials);
  });
}

}  // namespace writepath::durability
