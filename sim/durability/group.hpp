#pragma once
// One protection group under a given history of AZ outages, with any durations.
//
// A loss takes several failures within seconds, so that plain simulation never sees one, and levels
// for splitting do not help: each step up has a chance of 1e-6, with nothing in between. Failures
// are a Poisson process, though, whatever the repairs are: so excursions from 'every copy whole'
// are begun at random times with weights that make up for it, and within them the next failure is
// forced to come before the next repair half of the time, with the likelihood ratio as its weight
// (importance sampling by failure biasing and forcing: Heidelberger, ACM TOMACS 5, 1995).
#include <array>
#include <cstdint>

#include "sim/durability/az_path.hpp"
#include "sim/durability/rule.hpp"

namespace writepath::durability {

class Group {
 public:
  Group(const Spec&, const Placement&, Measure);

  /// An unbiased estimate of the chance of a loss within the year: not a probability itself.
  double weighted(const AzPath&, RandomStream&) const;
  /// Whether one history of nature loses.
  bool plain(const AzPath&, RandomStream&) const;

 private:
  enum class Copy : std::uint8_t { whole, down, lost };
  struct State {
    double now_s = 0;
    std::size_t next_change = 0;
    std::uint32_t dark = 0;  ///< AZs, by bit
    int missing = 0;         ///< copies that are not whole
    std::array<Copy, most_copies> copy{};
    std::array<double, most_copies> back_at_s{};  ///< of a crashed copy
    std::array<double, most_copies> work_s{};     ///< left of its repair
  };

  bool is_dark(const State& s, int copy) const { return s.dark >> az_[copy] & 1; }
  Counts count(const State&, bool intact) const;
  bool lost(const State&) const;
  bool repairing(const State&, int copy, bool source) const;
  bool source(const State& s) const { return met(repair_rule_, count(s, false)); }
  double next_return(const State&, bool source) const;
  double next_change(const State&, const AzPath&) const;
  void pass(State&, double until_s) const;
  /// Brings back what is due at `now_s`; plays the AZ's change that is, an outage destroying each
  /// copy with the given chance; gives the likelihood ratio to nature.
  double arrive(State&, const AzPath&, double destroys, RandomStream&) const;
  double darken(State&, const AzChange&, double chance, RandomStream&) const;
  void make_whole(State&, int copy) const;
  void take(State&, int copy, Copy how, RandomStream&) const;
  double fail_rate(const State&) const;
  double fail(State&, double disk_chance, RandomStream&) const;
  double natural_disk_chance(const State&) const;
  double biased_disk_chance(const State&) const;
  bool live_excursion(State&, const AzPath&, RandomStream&) const;
  double forced_excursion(State, const AzPath&, RandomStream&) const;
  double excursions_between(const State&, double until_s, bool change_next, const AzPath&,
                            RandomStream&) const;
  double excursions_of_outage(const State&, const AzPath&, RandomStream&) const;
  double history(const AzPath&, bool weigh, RandomStream&) const;

  const Spec& spec_;
  const CountRule repair_rule_;
  const Watch watch_;
  int copies_ = 0;
  std::array<std::uint32_t, most_copies> az_{};
  std::array<bool, most_copies> full_{};
  double disk_ = 0, crash_ = 0;  ///< per second
  double repair_s_ = 0;
  double destroys_ = 0, biased_destroys_ = 0;
  int light_branches_ = 1;
};

}  // namespace writepath::durability
