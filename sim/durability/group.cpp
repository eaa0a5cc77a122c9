#include "sim/durability/group.hpp"

#include <algorithm>
#include <limits>

#include "sim/durability/numbers.hpp"

namespace writepath::durability {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
// None of these changes an expectation, only the variance.
constexpr int dark_branches = 8, dark_branches_of_data = 24, outage_branches = 4;
constexpr int most_forced = 30;  ///< failures or returns forced in one excursion
constexpr double forced_chance = 0.5, forced_chance_of_data = 0.7;

}  // namespace

Group::Group(const Spec& spec, const Placement& placement, Measure measure)
    : spec_(spec),
      repair_rule_(repair_rule(placement, measure)),
      watch_(watch_of(placement, measure)) {
  for (std::uint32_t az = 0; az < placement.azs.size(); ++az) {
    const AzCopies& of = placement.azs[az];
    for (std::int64_t i = 0; i < of.full + of.tail; ++i, ++copies_) {
      az_[static_cast<std::size_t>(copies_)] = az;
      full_[static_cast<std::size_t>(copies_)] = i < of.full;
    }
  }
  disk_ = spec.rates.disk_failures_per_year / year_s;
  crash_ = spec.rates.node_crashes_per_year / year_s;
  repair_s_ = spec.repair_s();
  destroys_ = spec.rates.az_outage_destroys;
  if (destroys_ > 0) biased_destroys_ = std::max(destroys_, watch_.of_intact ? 0.7 : 0.5);
  // The rarer failures are, the fewer times a year is cut into pieces that each have a branch.
  light_branches_ =
      std::clamp(static_cast<int>(12 / (1 + copies_ * (disk_ + crash_) * year_s)), 1, 6);
}

Counts Group::count(const State& s, bool intact) const {
  Counts counts;
  for (int i = 0; i < copies_; ++i) {
    const bool counted =
        intact ? s.copy[i] != Copy::lost : s.copy[i] == Copy::whole && !is_dark(s, i);
    if (counted) ++(full_[i] ? counts.full : counts.tail);
  }
  return counts;
}

bool Group::lost(const State& s) const { return !met(watch_.rule, count(s, watch_.of_intact)); }

bool Group::repairing(const State& s, int i, bool source) const {
  if (!source || is_dark(s, i)) return false;
  return s.copy[i] == Copy::lost || (s.copy[i] == Copy::down && spec_.crashes_are_repaired);
}

double Group::next_return(const State& s, bool source) const {
  double next = infinity;
  if (s.missing == 0) return next;
  for (int i = 0; i < copies_; ++i) {
    if (s.copy[i] == Copy::down) next = std::min(next, s.back_at_s[i]);
    if (repairing(s, i, source)) next = std::min(next, s.now_s + s.work_s[i]);
  }
  return next;
}

double Group::next_change(const State& s, const AzPath& path) const {
  return s.next_change < path.changes.size() ? path.changes[s.next_change].at_s : year_s;
}

void Group::pass(State& s, double until_s) const {
  if (s.missing > 0) {
    const bool from = source(s);
    for (int i = 0; i < copies_; ++i)
      if (repairing(s, i, from)) s.work_s[i] -= until_s - s.now_s;
  }
  s.now_s = until_s;
}

void Group::make_whole(State& s, int i) const {
  s.copy[i] = Copy::whole;
  --s.missing;
}

double Group::arrive(State& s, const AzPath& path, double destroys, RandomStream& stream) const {
  // What is left of a repair was subtracted bit by bit: a microsecond is nothing.
  const bool from = s.missing > 0 && source(s);
  for (int i = 0; i < copies_; ++i) {
    const bool due = (s.copy[i] == Copy::down && s.back_at_s[i] <= s.now_s) ||
                     (repairing(s, i, from) && s.work_s[i] <= 1e-6);
    if (due) make_whole(s, i);
  }
  double ratio = 1;
  while (s.next_change < path.changes.size() && path.changes[s.next_change].at_s <= s.now_s) {
    const AzChange& change = path.changes[s.next_change++];
    if (change.dark)
      ratio *= darken(s, change, destroys, stream);
    else
      s.dark &= ~(std::uint32_t{1} << change.az);
  }
  return ratio;
}

/// An outage begins that destroys each intact copy with this chance; gives the likelihood ratio to
/// the real one.
double Group::darken(State& s, const AzChange& change, double chance, RandomStream& stream) const {
  s.dark |= std::uint32_t{1} << change.az;
  double ratio = 1;
  for (int i = 0; i < copies_ && chance > 0; ++i) {
    if (az_[i] != change.az || s.copy[i] == Copy::lost) continue;
    const bool gone = stream.uniform() < chance;
    ratio *= gone ? destroys_ / chance : (1 - destroys_) / (1 - chance);
    if (gone) take(s, i, Copy::lost, stream);
  }
  return ratio;
}

void Group::take(State& s, int i, Copy how, RandomStream& stream) const {
  if (s.copy[i] == Copy::whole) ++s.missing;
  s.copy[i] = how;
  s.work_s[i] = duration(spec_.shapes.repair, repair_s_, stream.uniform());
  if (how == Copy::down)
    s.back_at_s[i] =
        s.now_s + duration(spec_.shapes.node_down, spec_.rates.node_down_s, stream.uniform());
}

double Group::fail_rate(const State& s) const {
  if (s.missing == 0) return copies_ * (disk_ + crash_);
  double rate = 0;
  for (int i = 0; i < copies_; ++i) {
    if (s.copy[i] != Copy::lost) rate += disk_;
    if (s.copy[i] == Copy::whole) rate += crash_;
  }
  return rate;
}

double Group::natural_disk_chance(const State& s) const {
  int intact = 0;
  for (int i = 0; i < copies_; ++i) intact += s.copy[i] != Copy::lost;
  return intact * disk_ / fail_rate(s);
}

/// Crashes are far more frequent, and data are lost by disks.
double Group::biased_disk_chance(const State& s) const {
  const double natural = natural_disk_chance(s);
  if (natural <= 0 || crash_ <= 0) return natural;
  return std::max(natural, watch_.of_intact ? 0.9 : 0.25);
}

/// A copy fails now, its disk with the given chance; gives the likelihood ratio to nature.
double Group::fail(State& s, double disk_chance, RandomStream& stream) const {
  const double natural = natural_disk_chance(s);
  bool disk = stream.uniform() < disk_chance;
  // Where nothing is up nothing can crash: nature's chance is 1 then, and no bias is less.
  const auto may = [&](int i) { return disk ? s.copy[i] != Copy::lost : s.copy[i] == Copy::whole; };
  int number = 0;
  for (int i = 0; i < copies_; ++i) number += may(i);
  if (number == 0) return 0;
  auto chosen = stream.below(static_cast<std::uint64_t>(number));
  for (int i = 0; i < copies_; ++i) {
    if (!may(i) || chosen-- > 0) continue;
    take(s, i, disk ? Copy::lost : Copy::down, stream);
    break;
  }
  return disk ? natural / disk_chance : (1 - natural) / (1 - disk_chance);
}

/// Nature's course until every copy is whole (false) or the measure is lost (true).
bool Group::live_excursion(State& s, const AzPath& path, RandomStream& stream) const {
  while (!lost(s)) {
    if (s.missing == 0 || s.now_s >= year_s) return false;
    const double scheduled = std::min(next_return(s, source(s)), next_change(s, path));
    const double rate = fail_rate(s);
    const double failure = rate > 0 ? s.now_s + exponential(1 / rate, stream.uniform()) : infinity;
    if (std::min(failure, scheduled) >= year_s) {
      s.now_s = year_s;
      return false;
    }
    pass(s, std::min(failure, scheduled));
    if (failure < scheduled)
      fail(s, natural_disk_chance(s), stream);
    else
      arrive(s, path, destroys_, stream);
  }
  return true;
}

/// The same with the next failure forced; the weight of the loss that it ends in, or 0.
double Group::forced_excursion(State s, const AzPath& path, RandomStream& stream) const {
  const double forced = watch_.of_intact ? forced_chance_of_data : forced_chance;
  double weight = 1;
  for (int step = 0; weight > 0; ++step) {
    if (lost(s)) return weight;
    if (s.missing == 0 || s.now_s >= year_s) return 0;
    const double scheduled = std::min({next_return(s, source(s)), next_change(s, path), year_s});
    const double rate = fail_rate(s);
    const double natural = rate > 0 ? -expm1(-rate * (scheduled - s.now_s)) : 0;
    const double chance = step < most_forced && natural > 0 ? std::max(natural, forced) : natural;
    if (stream.uniform() < chance) {
      weight *= natural / chance;
      pass(s, std::min(s.now_s - log1p(-stream.uniform() * natural) / rate, scheduled));
      weight *= fail(s, biased_disk_chance(s), stream);
    } else {
      weight *= (1 - natural) / (1 - chance);
      pass(s, scheduled);
      weight *= arrive(s, path, biased_destroys_, stream);
    }
  }
  return 0;
}

/// What is expected of excursions that begin while every copy is whole, from now until `until_s`.
/// They begin at the failure rate: a begin at a time of density f weighs rate / f. Half of them
/// begin shortly before the AZ's change that may find copies missing.
double Group::excursions_between(const State& s, double until_s, bool change_next,
                                 const AzPath& path, RandomStream& stream) const {
  const double rate = fail_rate(s), length = until_s - s.now_s;
  if (rate <= 0 || length <= 0) return 0;
  const double longest =
      std::max(repair_s_, spec_.crashes_are_repaired ? 0 : spec_.rates.node_down_s);
  const double window = std::min(length, 3 * longest);
  const int in_dark = watch_.of_intact ? dark_branches_of_data : dark_branches;
  const int branches = s.dark ? in_dark : light_branches_;
  double sum = 0;
  for (int i = 0; i < branches; ++i) {
    const bool near = change_next && stream.uniform() < 0.5;
    const double before = stream.uniform() * (near ? window : length);  // of the end
    double density = 1 / length;
    if (change_next) density = 0.5 / length + (before < window ? 0.5 / window : 0);
    State branch = s;
    pass(branch, until_s - before);
    const double ratio = fail(branch, biased_disk_chance(branch), stream);
    sum += rate / density * ratio * forced_excursion(branch, path, stream);
  }
  return sum / branches;
}

/// The same of those that begin with copies destroyed by the outage that comes now.
double Group::excursions_of_outage(const State& s, const AzPath& path, RandomStream& stream) const {
  const AzChange& change = path.changes[s.next_change];
  if (!change.dark || destroys_ <= 0) return 0;
  double sum = 0;
  for (int i = 0; i < outage_branches; ++i) {
    State branch = s;
    ++branch.next_change;
    const double ratio = darken(branch, change, biased_destroys_, stream);
    if (branch.missing > 0) sum += ratio * forced_excursion(branch, path, stream);
  }
  return sum / outage_branches;
}

double Group::history(const AzPath& path, bool weigh, RandomStream& stream) const {
  State s;
  double expected = 0;
  if (lost(s)) return 1;
  while (s.now_s < year_s) {
    const double change = next_change(s, path), rate = fail_rate(s);
    const double failure = rate > 0 ? s.now_s + exponential(1 / rate, stream.uniform()) : infinity;
    const bool fails = failure < change;
    const double until = std::min(failure, change);
    if (weigh) expected += excursions_between(s, until, !fails && change < year_s, path, stream);
    pass(s, until);
    if (s.now_s >= year_s) break;
    if (fails) {
      fail(s, natural_disk_chance(s), stream);
    } else {
      if (weigh) expected += excursions_of_outage(s, path, stream);
      arrive(s, path, destroys_, stream);
      // With every copy whole it is the outage alone that ends it, and no excursion counted that.
      if (s.missing == 0 && lost(s)) return expected + 1;
    }
    if (live_excursion(s, path, stream)) return weigh ? expected : 1;
  }
  return expected;
}

double Group::weighted(const AzPath& path, RandomStream& stream) const {
  return history(path, true, stream);
}

bool Group::plain(const AzPath& path, RandomStream& stream) const {
  return history(path, false, stream) > 0;
}

}  // namespace writepath::durability
