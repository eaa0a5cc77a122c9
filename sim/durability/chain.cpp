#include "sim/durability/chain.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "sim/durability/rule.hpp"

namespace writepath::durability {
namespace {

/// Copies of one kind in one AZ that are not whole: crashed ones, and those without their contents.
struct Missing {
  int down = 0, lost = 0;
};
struct AzState {
  std::array<Missing, 2> of{};  ///< full, tail
  bool dark = false;
};
using Key = std::vector<std::uint32_t>;

class Builder {
 public:
  Builder(const Spec& spec, const Placement& placement, Measure measure)
      : spec_(spec),
        placement_(placement),
        watch_(watch_of(placement, measure)),
        repair_rule_(repair_rule(placement, measure)) {
    const Rates& r = spec.rates;
    disk_ = r.disk_failures_per_year / year_s;
    crash_ = r.node_crashes_per_year / year_s;
    back_ = 1 / r.node_down_s;
    outage_ = r.az_outages_per_year / year_s;
    light_ = 1 / r.az_outage_s;
    repair_ = 1 / spec.repair_s();
  }

  std::optional<Chain> build() {
    const std::vector<AzState> whole(placement_.azs.size());
    if (lost(whole)) {
      chain_.lost_at_once = true;
      return chain_;
    }
    number_of(whole);
    for (std::size_t i = 0; i < states_.size(); ++i) {
      if (states_.size() > most_states) return std::nullopt;
      from_ = i;
      const std::vector<AzState> here = states_[i];
      for (std::size_t az = 0; az < here.size(); ++az) leave(here, az);
    }
    return std::move(chain_);
  }

 private:
  int copies(std::size_t az, std::size_t kind) const {
    const AzCopies& of = placement_.azs[az];
    return static_cast<int>(kind == 0 ? of.full : of.tail);
  }
  Counts count(const std::vector<AzState>& state, bool intact) const {
    int whole[2] = {0, 0};
    for (std::size_t az = 0; az < state.size(); ++az)
      for (std::size_t kind = 0; kind < 2; ++kind) {
        const Missing& m = state[az].of[kind];
        if (intact)
          whole[kind] += copies(az, kind) - m.lost;
        else if (!state[az].dark)
          whole[kind] += copies(az, kind) - m.lost - m.down;
      }
    return {whole[0], whole[1]};
  }
  bool lost(const std::vector<AzState>& state) const {
    return !met(watch_.rule, count(state, watch_.of_intact));
  }

  /// AZs with the same copies are interchangeable: their states stand in order.
  Key key_of(const std::vector<AzState>& state) const {
    std::vector<std::array<std::uint32_t, 3>> parts;
    for (std::size_t az = 0; az < state.size(); ++az) {
      std::uint32_t code = state[az].dark;
      for (const Missing& m : state[az].of)
        code = (code << 4 | static_cast<std::uint32_t>(m.down)) << 4 |
               static_cast<std::uint32_t>(m.lost);
      parts.push_back({static_cast<std::uint32_t>(copies(az, 0)),
                       static_cast<std::uint32_t>(copies(az, 1)), code});
    }
    std::sort(parts.begin(), parts.end());
    Key key;
    for (const auto& part : parts) key.push_back(part[2]);
    return key;
  }
  std::uint32_t number_of(const std::vector<AzState>& state) {
    const auto [found, fresh] =
        numbers_.try_emplace(key_of(state), static_cast<std::uint32_t>(states_.size()));
    if (fresh) {
      states_.push_back(state);
      chain_.from.emplace_back();
      chain_.loss_rate.push_back(0);
    }
    return found->second;
  }

  void go(const std::vector<AzState>& to, double rate) {
    if (rate <= 0) return;
    if (lost(to)) {
      chain_.loss_rate[from_] += rate;
      return;
    }
    const std::uint32_t number = number_of(to);
    if (number == from_) return;
    for (Transition& known : chain_.from[from_])
      if (known.to == number) {
        known.rate += rate;
        return;
      }
    chain_.from[from_].push_back({number, rate});
  }

  void leave(const std::vector<AzState>& here, std::size_t az) {
    const bool can_repair = !here[az].dark && met(repair_rule_, count(here, false));
    for (std::size_t kind = 0; kind < 2; ++kind) {
      const Missing m = here[az].of[kind];
      const int up = copies(az, kind) - m.down - m.lost;
      const auto change = [&](int down, int gone, double rate) {
        std::vector<AzState> to = here;
        to[az].of[kind].down += down;
        to[az].of[kind].lost += gone;
        go(to, rate);
      };
      change(1, 0, up * crash_);
      change(0, 1, up * disk_);
      change(-1, 1, m.down * disk_);
      change(-1, 0, m.down * (back_ + (can_repair && spec_.crashes_are_repaired ? repair_ : 0)));
      if (can_repair) change(0, -1, m.lost * repair_);
    }
    std::vector<AzState> to = here;
    to[az].dark = !here[az].dark;
    if (here[az].dark)
      go(to, light_);
    else
      destroy(to, az, 0, outage_);
  }

  /// An outage destroys each intact copy by itself: every combination, kind by kind; first those
  /// that are up, then the crashed ones.
  void destroy(const std::vector<AzState>& state, std::size_t az, std::size_t part, double rate) {
    if (rate <= 0) return;
    if (part == 4) {
      go(state, rate);
      return;
    }
    const std::size_t kind = part / 2;
    const bool crashed = part % 2 == 1;
    // Those destroyed a part earlier are lost, not down: they are not counted again.
    const Missing m = state[az].of[kind];
    const int exposed = crashed ? m.down : copies(az, kind) - m.down - m.lost;
    const double p = spec_.rates.az_outage_destroys;
    double ways = 1;
    for (int gone = 0; gone <= exposed; ++gone) {
      double chance = ways;
      for (int i = 0; i < gone; ++i) chance *= p;
      for (int i = gone; i < exposed; ++i) chance *= 1 - p;
      std::vector<AzState> to = state;
      to[az].of[kind].lost += gone;
      if (crashed) to[az].of[kind].down -= gone;
      destroy(to, az, part + 1, rate * chance);
      ways = ways * (exposed - gone) / (gone + 1);
    }
  }

  const Spec& spec_;
  const Placement& placement_;
  const Watch watch_;
  const CountRule repair_rule_;
  double disk_, crash_, back_, outage_, light_, repair_;
  Chain chain_;
  std::vector<std::vector<AzState>> states_;
  std::map<Key, std::uint32_t> numbers_;
  std::size_t from_ = 0;
};

}  // namespace

std::optional<Chain> chain_of(const Spec& spec, const Placement& placement, Measure measure) {
  const bool durations = spec.shapes.repair == Shape::exponential &&
                         spec.shapes.node_down == Shape::exponential &&
                         spec.shapes.az_outage == Shape::exponential;
  if (!durations) return std::nullopt;
  return Builder(spec, placement, measure).build();
}

}  // namespace writepath::durability
