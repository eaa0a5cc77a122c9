#include "sim/durability/closed_forms.hpp"

#include "sim/durability/rule.hpp"

namespace writepath::durability {
namespace {

double choose(int n, int k) {
  double ways = 1;
  for (int i = 0; i < k; ++i) ways = ways * (n - i) / (i + 1);
  return ways;
}

/// The smallest sets of copies whose loss breaks the rule.
struct Cuts {
  int size = 0;
  double number = 0;
};
Cuts cuts_of(const CountRule& rule, Counts all) {
  Cuts cuts{losses_to_break(rule, all), 0};
  for (int full = 0; full <= cuts.size; ++full) {
    const int tail = cuts.size - full;
    if (full > all.full || tail > all.tail) continue;
    if (!met(rule, {all.full - full, all.tail - tail}))
      cuts.number += choose(all.full, full) * choose(all.tail, tail);
  }
  return cuts;
}

double power(double base, int exponent) {
  double result = 1;
  for (int i = 0; i < exponent; ++i) result *= base;
  return result;
}

/// How often all of one such set begin to be missing at once: each copy fails at `fail` and is away
/// for `away` in the mean, whatever the distribution (insensitivity of M/G/infinity).
double rate_of_overlap(Cuts cuts, double fail, double away) {
  return cuts.number * cuts.size * power(fail, cuts.size) * power(away, cuts.size - 1);
}

}  // namespace

double birth_death_mean_s(int copies, int lost, double fail, double repair) {
  double mean = 0;
  for (int i = 0; i < lost; ++i) {  // from i missing to i + 1
    double term = 1 / ((copies - i) * fail), step = term;
    for (int j = i; j > 0; --j) {
      term *= j * repair / ((copies - j + 1) * fail);
      step += term;
    }
    mean += step;
  }
  return mean;
}

double envelope(const Spec& spec, const Placement& placement, Measure measure) {
  const Rates& r = spec.rates;
  const Watch watch = watch_of(placement, measure);
  const double disk = r.disk_failures_per_year / year_s, crash = r.node_crashes_per_year / year_s;
  const double repair = spec.repair_s();
  // The shorter of an exponential return and a repair.
  const double down =
      spec.crashes_are_repaired ? 1 / (1 / r.node_down_s + 1 / repair) : r.node_down_s;
  const double fail = watch.of_intact ? disk : disk + crash;
  if (fail <= 0) return 0;
  const double away = watch.of_intact ? repair : (disk * repair + crash * down) / fail;
  const Counts all = all_of(placement);
  double losses = rate_of_overlap(cuts_of(watch.rule, all), fail, away) * year_s;
  if (watch.of_intact && r.az_outage_destroys < 1) return losses;
  for (const AzCopies& az : placement.azs) {
    const Counts left{all.full - static_cast<int>(az.full), all.tail - static_cast<int>(az.tail)};
    const Cuts more = cuts_of(watch.rule, left);
    const double within = more.size == 0 ? 1
                                         : r.az_outage_s * rate_of_overlap(more, fail, away) +
                                               more.number * power(fail * away, more.size);
    losses += r.az_outages_per_year * within;
  }
  return losses;
}

}  // namespace writepath::durability
