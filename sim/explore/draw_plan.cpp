#include "sim/explore/draw_plan.hpp"

#include <algorithm>
#include <cmath>

#include "sim/core/random.hpp"
#include "sim/scenario/fault_kinds.hpp"
#include "sim/scenario/words.hpp"

namespace writepath {
namespace {

// Every share, span and strength in this file is an assumption: they only decide how often
// something is tried.
class Draw {
 public:
  Draw(const Scenario& base, std::uint64_t seed, std::uint64_t index)
      : base_(base),
        azs_(az_names(base.network)),
        random_(seed, "explore.plan." + std::to_string(index)) {}

  std::uint64_t below(std::uint64_t n) { return random_.below(n); }
  bool one_in(std::uint64_t n) { return below(n) == 0; }
  template <class T>
  T one_of(const std::vector<T>& list) {
    return list[below(list.size())];
  }

  FaultSpec fault(FaultKind kind, std::size_t number, const std::vector<FaultSpec>& earlier);
  std::vector<FaultSpec> waves(const Budget& budget);
  LoadScale load();

 private:
  FaultTarget next_to(FaultTarget target);
  double moment(const std::vector<FaultSpec>& earlier);
  double span(double at_s);
  FaultTarget server();
  FaultTarget end_of_network();
  FaultTarget storage_node();
  void strength(FaultSpec& fault);

  /// To the millisecond: a plan is to be read by people.
  double between(double low, double high) {
    const auto steps = static_cast<std::uint64_t>(std::max(1.0, std::floor((high - low) * 1e3)));
    return to_millis(low + static_cast<double>(below(steps)) / 1e3);
  }
  static double to_millis(double s) { return std::round(s * 1e3) / 1e3; }
  const std::string& one_of_others(const std::string& az) {
    const auto here = std::find(azs_.begin(), azs_.end(), az) - azs_.begin();
    const auto step = static_cast<std::ptrdiff_t>(1 + below(azs_.size() - 1));
    return azs_[static_cast<std::size_t>(here + step) % azs_.size()];
  }
  double active_s() const { return base_.duration_s - base_.warmup_s; }

  const Scenario& base_;
  std::vector<std::string> azs_;
  RandomStream random_;
};

double Draw::moment(const std::vector<FaultSpec>& earlier) {
  const double first = base_.warmup_s, last = first + 0.5 * active_s();
  if (earlier.empty() || one_in(2)) return between(first, last);
  // Trouble rarely comes alone: soon after another one.
  const double after = one_of(earlier).at_s;
  return std::min(last, between(after, after + 0.1 * active_s()));
}

double Draw::span(double at_s) {
  const double longest = base_.warmup_s + 0.7 * active_s() - at_s;
  const double shortest = std::min(0.05, longest / 2);
  return one_in(3) ? between(shortest, std::max(longest / 8, 2 * shortest))
                   : between(longest / 8, longest);
}

FaultTarget Draw::storage_node() {
  FaultTarget target;
  target.role = NodeRole::storage;
  target.az = one_of(azs_);
  target.index = static_cast<std::int64_t>(below(2));  // two copies in each AZ
  return target;
}

FaultTarget Draw::server() {
  FaultTarget target;
  const std::uint64_t which = below(10);
  if (which >= 6) return storage_node();
  target.role = which < 4 ? NodeRole::primary : NodeRole::replica;
  if (which >= 4) target.index = static_cast<std::int64_t>(which - 4);
  return target;
}

FaultTarget Draw::end_of_network() {
  FaultTarget target;
  switch (below(8)) {
    case 0:
    case 1:
    case 2:
      target.az = one_of(azs_);
      return target;
    case 3:
      target.role = NodeRole::monitor;
      return target;
    default:
      return server();
  }
}

void Draw::strength(FaultSpec& fault) {
  switch (fault.kind) {
    case FaultKind::node_crash:
      fault.crash = one_of<CrashKind>(
          {CrashKind::process, CrashKind::host, CrashKind::host, CrashKind::loss});
      break;
    case FaultKind::slow_disk:
      fault.factor = one_of<double>({2, 10, 50, 200});
      break;
    case FaultKind::slow_node:
      if (one_in(2))
        fault.factor = one_of<double>({2, 10, 50});
      else
        fault.delay_ms = one_of<double>({5, 50, 500});
      break;
    case FaultKind::packet_loss:
      fault.loss_probability = one_of<double>({0.01, 0.1, 0.5});
      break;
    case FaultKind::packet_delay:
      fault.delay_ms = one_of<double>({5, 50, 500});
      break;
    case FaultKind::clock_jump:
      fault.jump_ms = one_of<double>({-10'000, -1000, -100, 100, 1000, 10'000});
      break;
    case FaultKind::clock_drift:
      fault.drift_ppm = one_of<double>({-10'000, -500, 500, 10'000});
      break;
    case FaultKind::endpoint_delay:
      fault.delay_s = one_of<double>({1, 3, 10});
      break;
    default:
      break;
  }
}

FaultSpec Draw::fault(FaultKind kind, std::size_t number, const std::vector<FaultSpec>& earlier) {
  FaultSpec fault;
  fault.id = "f" + std::to_string(number);
  fault.kind = kind;
  fault.if_absent = FaultSpec::IfAbsent::skip;
  fault.at_s = moment(earlier);
  strength(fault);
  switch (targets_of(kind)) {
    case FaultTargets::nodes:
      fault.target = server();
      break;
    case FaultTargets::everything:
      fault.target = end_of_network();
      if (one_in(3)) fault.peer = end_of_network();
      if (one_in(3))
        fault.direction =
            one_in(2) ? FaultSpec::Direction::outgoing : FaultSpec::Direction::incoming;
      break;
    case FaultTargets::az:
      fault.target.az = one_of(azs_);
      break;
    case FaultTargets::none:
    case FaultTargets::preferred:
      break;
  }
  const FaultEnds ends = ends_of(kind);
  if (ends == FaultEnds::by_restart && !one_in(4)) fault.restart_after_s = span(fault.at_s);
  if (ends == FaultEnds::after_duration) fault.duration_s = span(fault.at_s);
  return fault;
}

/// Whom it strikes next: the AZ's other copy, another AZ, another replica; whoever is primary then.
FaultTarget Draw::next_to(FaultTarget target) {
  if (target.role && target.index)
    target.index = 1 - *target.index;
  else if (!target.az.empty() && azs_.size() > 1)
    target.az = one_of_others(target.az);
  return target;
}

/// Faults that begin and end together; at the instant when they end, the same strike next to them.
/// What only those had that were spared first is in nobody's reach then, unless it was told on.
std::vector<FaultSpec> Draw::waves(const Budget& budget) {
  const double first = base_.warmup_s, begins = between(first, first + 0.2 * active_s());
  const double ends = begins + between(0.05, 0.3 * active_s());
  const double over = ends + between(0.05, first + 0.7 * active_s() - ends);
  std::vector<FaultSpec> faults;
  const auto lasts = [](FaultSpec& fault, double from_s, double until_s) {
    fault.at_s = to_millis(from_s);
    const double span = to_millis(until_s - from_s);
    if (ends_of(fault.kind) == FaultEnds::by_restart) fault.restart_after_s = span;
    if (ends_of(fault.kind) == FaultEnds::after_duration) fault.duration_s = span;
  };
  const std::size_t wave = std::min(budget.max_at_once, budget.max_faults / 2);
  for (std::size_t i = 0; i < wave; ++i) {
    FaultSpec now = fault(one_of(budget.kinds), faults.size() + 1, {});
    lasts(now, begins, ends);
    FaultSpec then = now;
    then.id = "f" + std::to_string(faults.size() + 2);
    then.target = next_to(now.target);
    lasts(then, ends, over);
    std::vector<FaultSpec> more = faults;
    more.insert(more.end(), {std::move(now), std::move(then)});
    if (allows(budget, more)) faults = std::move(more);
  }
  return faults;
}

LoadScale Draw::load() {
  const std::vector<double> factors{0.5, 1, 1, 2};
  LoadScale load;
  load.rate = one_of(factors);
  load.reads = one_of(factors);
  for (std::size_t i = 0; i < base_.workload.transactions.size(); ++i)
    load.weights.push_back(one_of(factors));
  return load;
}

}  // namespace

Plan draw_plan(const Scenario& base, const Budget& budget, std::uint64_t seed,
               std::uint64_t index) {
  Draw draw(base, seed, index);
  Plan plan;
  plan.index = index;
  plan.run_seed = draw.below(1'000'000);
  plan.duration_s = base.duration_s;
  plan.load = draw.load();
  if (budget.max_faults > 1 && draw.one_in(4)) plan.faults = draw.waves(budget);
  const std::uint64_t wanted = plan.faults.empty() ? 1 + draw.below(budget.max_faults) : 0;
  // What the budget doesn't allow is drawn again, a few times; then the plan is smaller.
  for (std::uint64_t tries = 0; plan.faults.size() < wanted && tries < 8 * wanted; ++tries) {
    const FaultKind kind = draw.one_of(budget.kinds);
    std::vector<FaultSpec> faults = plan.faults;
    faults.push_back(draw.fault(kind, faults.size() + 1, plan.faults));
    if (allows(budget, faults)) plan.faults = std::move(faults);
  }
  std::stable_sort(plan.faults.begin(), plan.faults.end(),
                   [](const FaultSpec& a, const FaultSpec& b) { return a.at_s < b.at_s; });
  return plan;
}

}  // namespace writepath
