#pragma once
// Which histories exist: each epoch continues one kept position of an earlier epoch. So a position
// (epoch, seq) names a whole history, and "is x part of y's history?" has an answer.
#include <cstdint>
#include <vector>

#include "sim/core/ids.hpp"
#include "sim/observe/facts.hpp"

namespace writepath {

inline bool is_place(LogPlace place) { return place.seq.value > 0; }

class Lineage {
 public:
  struct Fork {
    TimeNs at;
    Epoch epoch;    ///< the new one
    LogPlace kept;  ///< where it leaves its parent
  };

  void on(const LineageForked& fact) {
    if (!fork_of(fact.epoch)) forks_.push_back({fact.at, fact.epoch, fact.kept});
  }
  const std::vector<Fork>& forks() const { return forks_; }
  /// How the epoch began; null: it is a root (or was never announced).
  const Fork* fork_of(Epoch epoch) const {
    for (const Fork& fork : forks_)
      if (fork.epoch == epoch) return &fork;
    return nullptr;
  }

  /// Up to where the history that ends at `tip` contains positions counted in `epoch`; 0: none of
  /// them.
  std::uint64_t shared(LogPlace tip, Epoch epoch) const {
    std::uint64_t upto = tip.seq.value;
    // Each step goes to an older epoch; the bound is against a model that states a ring.
    for (std::size_t steps = 0; steps <= forks_.size(); ++steps) {
      if (tip.epoch == epoch) return upto;
      const Fork* fork = fork_of(tip.epoch);
      if (!fork) return 0;
      upto = upto < fork->kept.seq.value ? upto : fork->kept.seq.value;
      tip.epoch = fork->kept.epoch;
    }
    return 0;
  }
  /// Whether `place` is part of the history that ends at `tip`.
  bool covers(LogPlace tip, LogPlace place) const {
    if (!is_place(place)) return true;
    if (place.seq > tip.seq) return false;
    return on_one_line(tip, place);
  }
  /// Whether the two name the same history.
  bool same(LogPlace a, LogPlace b) const {
    if (!is_place(a) || !is_place(b)) return is_place(a) == is_place(b);
    return a.seq == b.seq && on_one_line(a, b);
  }

  /// A position up to a fork is written with the epoch before it or after it alike: find the epoch
  /// that it was first counted in, on both sides.
  LogPlace first_name(LogPlace place) const {
    for (std::size_t steps = 0; steps <= forks_.size(); ++steps) {
      const Fork* fork = fork_of(place.epoch);
      if (!fork || place.seq > fork->kept.seq) break;
      place.epoch = fork->kept.epoch;
    }
    return place;
  }

 private:
  bool on_one_line(LogPlace tip, LogPlace place) const {
    place = first_name(place);
    return shared(tip, place.epoch) >= place.seq.value;
  }
  std::vector<Fork> forks_;
};

}  // namespace writepath
