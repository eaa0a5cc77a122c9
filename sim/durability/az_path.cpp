#include "sim/durability/az_path.hpp"

#include <algorithm>
#include <tuple>

#include "sim/core/math.hpp"

namespace writepath::durability {

double exponential(double mean, double u) { return -mean * writepath::log(u); }

double duration(Shape shape, double mean, double u) {
  return shape == Shape::constant ? mean : exponential(mean, u);
}

namespace {

/// From uniform or drawn times to the changes that they make.
AzPath path_at(const Spec& spec, std::size_t azs, const std::vector<double>& times, double first,
               RandomStream& stream) {
  std::vector<std::pair<double, std::uint32_t>> arrivals;
  for (const double at : times)
    arrivals.emplace_back(at, static_cast<std::uint32_t>(stream.below(azs)));
  std::sort(arrivals.begin(), arrivals.end());
  std::vector<double> dark_until(azs, -1.0);
  AzPath path;
  double quantile = first;
  for (const auto& [at, az] : arrivals) {
    if (at < dark_until[az]) continue;
    dark_until[az] = at + duration(spec.shapes.az_outage, spec.rates.az_outage_s, quantile);
    path.changes.push_back({at, az, true});
    if (dark_until[az] < year_s) path.changes.push_back({dark_until[az], az, false});
    quantile = stream.uniform();
  }
  std::sort(path.changes.begin(), path.changes.end(), [](const AzChange& a, const AzChange& b) {
    return std::tie(a.at_s, a.az) < std::tie(b.at_s, b.az);
  });
  return path;
}

/// A time near another one, on a year bent to a circle: the distance, at most half a year, is
/// exponential with twice an outage's mean.
class Near {
 public:
  explicit Near(double outage_s)
      : mean_(2 * outage_s), within_(1 - writepath::exp(-year_s / 2 / mean_)) {}

  double draw(double centre, RandomStream& stream) const {
    const double distance = exponential(mean_, 1 - stream.uniform() * within_);
    double at = stream.uniform() < 0.5 ? centre - distance : centre + distance;
    if (at < 0) at += year_s;
    if (at >= year_s) at -= year_s;
    return at;
  }
  /// Its density, against the uniform one.
  double density(double at, double centre) const {
    double distance = at < centre ? centre - at : at - centre;
    distance = std::min(distance, year_s - distance);
    return year_s * writepath::exp(-distance / mean_) / (2 * mean_ * within_);
  }

 private:
  double mean_, within_;
};

/// The density of 'a random pair is close', and of 'all are close to a random one'.
double pair_density(const std::vector<double>& times, const Near& near) {
  double sum = 0;
  for (std::size_t i = 0; i < times.size(); ++i)
    for (std::size_t j = i + 1; j < times.size(); ++j) sum += near.density(times[i], times[j]);
  const auto n = static_cast<double>(times.size());
  return sum / (n * (n - 1) / 2);
}

double cluster_density(const std::vector<double>& times, const Near& near) {
  double sum = 0;
  for (std::size_t centre = 0; centre < times.size(); ++centre) {
    double product = 1;
    for (std::size_t i = 0; i < times.size(); ++i)
      if (i != centre) product *= near.density(times[i], times[centre]);
    sum += product;
  }
  return sum / static_cast<double>(times.size());
}

std::vector<double> uniform_times(std::int64_t outages, RandomStream& stream) {
  std::vector<double> times;
  for (std::int64_t i = 0; i < outages; ++i) times.push_back(stream.uniform() * year_s);
  return times;
}

constexpr std::int64_t largest_cluster = 6;

}  // namespace

AzPath path_of_nature(const Spec& spec, std::size_t azs, std::int64_t outages, double first,
                      RandomStream& stream) {
  return path_at(spec, azs, uniform_times(outages, stream), first, stream);
}

AzPath path_with_overlaps(const Spec& spec, std::size_t azs, std::int64_t outages, double first,
                          RandomStream& stream) {
  if (outages < 2 || azs < 2) return path_of_nature(spec, azs, outages, first, stream);
  const bool clusters = outages >= 3 && outages <= largest_cluster;
  const double part = clusters ? 1.0 / 3 : 0.5;
  std::vector<double> times = uniform_times(outages, stream);
  const Near near(spec.rates.az_outage_s);
  const double chosen = stream.uniform();
  const auto n = static_cast<std::uint64_t>(outages);
  if (chosen < part) {
    const std::uint64_t centre = stream.below(n), other = (centre + 1 + stream.below(n - 1)) % n;
    times[other] = near.draw(times[centre], stream);
  } else if (clusters && chosen < 2 * part) {
    const std::uint64_t centre = stream.below(n);
    for (std::uint64_t i = 0; i < n; ++i)
      if (i != centre) times[i] = near.draw(times[centre], stream);
  }
  double density = part + part * pair_density(times, near);
  if (clusters) density += part * cluster_density(times, near);
  AzPath path = path_at(spec, azs, times, first, stream);
  path.weight = 1 / density;
  return path;
}

double poisson_chance(double mean, std::int64_t n) {
  double chance = writepath::exp(-mean);
  for (std::int64_t i = 1; i <= n; ++i) chance *= mean / static_cast<double>(i);
  return chance;
}

std::int64_t poisson_from(double mean, std::int64_t least, RandomStream& stream) {
  // A small tail would lose its digits in 1 - the rest: it is summed from its own side.
  double tail = 0, term = poisson_chance(mean, least);
  for (std::int64_t i = least; term > tail * 1e-17; ++i) {
    tail += term;
    term *= mean / static_cast<double>(i + 1);
  }
  double left = stream.uniform() * tail;
  std::int64_t n = least;
  for (double chance = poisson_chance(mean, n); left > chance && chance > 0;) {
    left -= chance;
    ++n;
    chance *= mean / static_cast<double>(n);
  }
  return n;
}

}  // namespace writepath::durability
