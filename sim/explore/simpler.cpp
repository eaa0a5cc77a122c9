#include "sim/explore/simpler.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

namespace writepath {
namespace {

/// The shortest span worth trying: plans are drawn to the millisecond.
constexpr double shortest_s = 0.001;
/// Of the scenario's own load.
constexpr double lowest_rate = 1.0 / 64;

class Simpler {
 public:
  Simpler(const Plan& plan, const Scenario& base) : plan_(plan), base_(base) {}

  std::vector<Plan> all() {
    fewer_faults();
    plainer_load();
    for (std::size_t i = 0; i < plan_.faults.size(); ++i) {
      fewer_struck(i);
      milder(i);
      shorter(i);
      rounder(i);
    }
    lower_rate();
    return std::move(found_);
  }

 private:
  void try_plan(const std::function<void(Plan&)>& change) {
    found_.push_back(plan_);
    change(found_.back());
  }
  void try_fault(std::size_t i, const std::function<void(FaultSpec&)>& change) {
    try_plan([&](Plan& plan) { change(plan.faults[i]); });
  }
  void without(std::size_t begin, std::size_t end) {
    try_plan([&](Plan& plan) {
      plan.faults.erase(plan.faults.begin() + static_cast<std::ptrdiff_t>(begin),
                        plan.faults.begin() + static_cast<std::ptrdiff_t>(end));
    });
  }

  // Delta debugging (Zeller and Hildebrandt, IEEE TSE 2002): halves, then single ones.
  void fewer_faults() {
    const std::size_t n = plan_.faults.size();
    if (n > 2) {
      without(n / 2, n);
      without(0, n / 2);
    }
    for (std::size_t i = 0; i < n && n > 1; ++i) without(i, i + 1);
  }

  void plainer_load() {
    const auto plain = [](double factor) { return factor == 1; };
    const LoadScale& load = plan_.load;
    if (!std::all_of(load.weights.begin(), load.weights.end(), plain))
      try_plan([](Plan& p) { p.load.weights.assign(p.load.weights.size(), 1); });
    if (!plain(load.reads)) try_plan([](Plan& p) { p.load.reads = 1; });
    if (load.rate > 1) try_plan([](Plan& p) { p.load.rate = 1; });
    if (plan_.run_seed != base_.seed) try_plan([this](Plan& p) { p.run_seed = base_.seed; });
  }
  void lower_rate() {
    if (plan_.load.rate > lowest_rate) try_plan([](Plan& p) { p.load.rate /= 2; });
  }

  void fewer_struck(std::size_t i) {
    const FaultSpec& fault = plan_.faults[i];
    if (fault.kind == FaultKind::az_outage)
      try_fault(i, [](FaultSpec& f) {
        const std::optional<double> span = f.duration_s;
        f.kind = FaultKind::node_crash;
        f.crash = CrashKind::host;
        f.target = FaultTarget{};
        f.target.role = NodeRole::primary;
        f.duration_s.reset();
        f.restart_after_s = span;
      });
    if (fault.kind == FaultKind::partition && !fault.target.az.empty() && !fault.target.role)
      try_fault(i, [](FaultSpec& f) {
        f.target = FaultTarget{};
        f.target.role = NodeRole::primary;
      });
    if (fault.peer) try_fault(i, [](FaultSpec& f) { f.peer.reset(); });
    if (fault.direction != FaultSpec::Direction::both)
      try_fault(i, [](FaultSpec& f) { f.direction = FaultSpec::Direction::both; });
  }

  void milder(std::size_t i) {
    const FaultSpec& fault = plan_.faults[i];
    if (fault.kind == FaultKind::node_crash && fault.crash != CrashKind::process)
      try_fault(i, [](FaultSpec& f) {
        f.crash = f.crash == CrashKind::loss ? CrashKind::host : CrashKind::process;
      });
    if (fault.kind == FaultKind::torn_write)
      try_fault(i, [](FaultSpec& f) { f.kind = FaultKind::node_crash; });
    const auto weaker = [&](std::optional<double> FaultSpec::*strength, double least) {
      if (!(fault.*strength) || std::abs(*(fault.*strength)) / 2 < least) return;
      try_fault(i, [&](FaultSpec& f) { *(f.*strength) /= 2; });
    };
    weaker(&FaultSpec::factor, 1);
    weaker(&FaultSpec::loss_probability, 0.001);
    weaker(&FaultSpec::delay_ms, 1);
    weaker(&FaultSpec::jump_ms, 1);
    weaker(&FaultSpec::drift_ppm, 1);
    weaker(&FaultSpec::delay_s, 0.1);
  }

  void shorter(std::size_t i) {
    const auto shorten = [&](std::optional<double> FaultSpec::*span) {
      const std::optional<double>& given = plan_.faults[i].*span;
      if (!given) return;
      for (const double unit : {1.0, 0.1, 0.01}) {
        const double whole = std::floor(*given / unit) * unit;
        if (whole >= unit && whole < *given - shortest_s / 2)
          try_fault(i, [&](FaultSpec& f) { f.*span = to_millis(whole); });
      }
      const double half = to_millis(*given / 2);
      if (half >= shortest_s && half < *given) try_fault(i, [&](FaultSpec& f) { f.*span = half; });
    };
    shorten(&FaultSpec::duration_s);
    shorten(&FaultSpec::restart_after_s);
  }

  void rounder(std::size_t i) {
    const double at = plan_.faults[i].at_s;
    for (const double unit : {1.0, 0.1, 0.01}) {
      const double whole = to_millis(std::floor(at / unit) * unit);
      if (whole >= base_.warmup_s && std::abs(whole - at) > shortest_s / 2)
        try_fault(i, [&](FaultSpec& f) { f.at_s = whole; });
    }
  }

  static double to_millis(double s) { return std::round(s * 1e3) / 1e3; }

  const Plan& plan_;
  const Scenario& base_;
  std::vector<Plan> found_;
};

}  // namespace

std::vector<Plan> simpler_plans(const Plan& plan, const Scenario& base) {
  return Simpler(plan, base).all();
}

}  // namespace writepath
