#pragma once
// Did a read see the newest version of its key that had been acknowledged before the read began?
//
// Holds the keys of acknowledged transactions that some replica does not show yet, and for as long
// after that as a read may be under way that began before: a queue of versions, each linked to the
// version of the same key before it. Only in runs with reads.
#include <functional>

#include "sim/core/flat_map.hpp"
#include "sim/core/ring.hpp"
#include "sim/metrics/backlog.hpp"

namespace writepath {

class StaleReads {
 public:
  enum class Verdict { fresh, stale, unknown };

  /// `longest_read`: a read that took longer can't always be judged.
  StaleReads(const MetricsConfig& config, const Backlog& backlog, const Lineage& lineage,
             DurationNs longest_read)
      : key_of_(config.key_of), backlog_(backlog), lineage_(lineage), longest_read_(longest_read) {}

  void acked(const CommitAcked& fact, LogPlace place);
  /// Forgets what no read can miss any more.
  void release(TimeNs now);
  Verdict judge(const ReadDone& read);
  std::uint64_t size() const { return versions_.size(); }

 private:
  static constexpr std::uint64_t none = UINT64_MAX;
  struct Version {
    Key key;
    std::uint64_t before;  ///< number of the key's version acknowledged before this one
    LogPlace place;        ///< the newest of the key's versions acknowledged so far
    TimeNs ack, settled;   ///< settled: when every replica showed it
  };
  /// Part of the history that goes on: a lost version is not one that a read should see.
  bool on_newest_history(LogPlace place) const;

  const std::function<Key(std::uint64_t, std::uint32_t)>& key_of_;
  const Backlog& backlog_;
  const Lineage& lineage_;
  DurationNs longest_read_;
  Ring<Version> versions_;
  std::uint64_t unsettled_ = 0;  ///< number of the first version that some replica lacks
  TimeNs forgotten_ = -1;        ///< when the youngest version that was forgotten was shown by all
  FlatMap<std::uint64_t> newest_;
};

}  // namespace writepath
