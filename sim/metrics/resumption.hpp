#pragma once
// When commits went on after a fault: the first acknowledged transaction that started after it and
// survives. Which one survives is known at the end only, so the candidates are kept: the first of
// each epoch, and later ones with a smaller position (a fork cuts off an epoch's tail).
#include <cstdint>
#include <optional>
#include <vector>

#include "sim/metrics/lineage.hpp"

namespace writepath {

class Resumption {
 public:
  explicit Resumption(TimeNs struck = 0) : struck_(struck) { commits_.push_back(0); }

  /// `sent`: its COMMIT, or the whole of it if it is one request.
  void acked(LogPlace place, TimeNs intended_start, TimeNs sent, TimeNs at) {
    if (intended_start < struck_ || !is_place(place)) return;
    for (const Candidate& candidate : candidates_)
      if (candidate.place.epoch == place.epoch && candidate.place.seq < place.seq) return;
    candidates_.push_back({at, sent, place});
    commits_.push_back(0);
  }
  /// A commit that was under way in [sent, at], however it ended.
  void ended(TimeNs sent, TimeNs at) {
    if (at <= struck_) return;
    std::size_t resumed = candidates_.size();
    while (resumed > 0 && candidates_[resumed - 1].at > sent) --resumed;
    ++commits_[resumed];
  }
  /// So far, lost or not.
  bool any() const { return !candidates_.empty(); }

  struct Result {
    std::optional<TimeNs> at;   ///< empty: never
    TimeNs sent = 0;            ///< COMMIT of the transaction that was acknowledged then
    std::uint64_t stalled = 0;  ///< commits under way at the fault, or sent before they went on
  };
  Result result(const Lineage& lineage, const LogEnds& surviving) const {
    Result result;
    for (std::size_t i = 0; i < commits_.size(); ++i) {
      result.stalled += commits_[i];
      if (i == candidates_.size()) break;
      if (!survives(lineage, candidates_[i].place, surviving)) continue;
      result.at = candidates_[i].at;
      result.sent = candidates_[i].sent;
      break;
    }
    return result;
  }

 private:
  struct Candidate {
    TimeNs at, sent;
    LogPlace place;
  };
  TimeNs struck_;
  std::vector<Candidate> candidates_;   ///< in order of time
  std::vector<std::uint64_t> commits_;  ///< [i]: sent after candidate i - 1, before candidate i
};

}  // namespace writepath
