#pragma once
// Step (3) of a storage node: records are sorted into the chains of their pages by the block's
// back-link (SIGMOD 2017, S3.3; 2018, S2.2). A record begins a page's chain in a round if the
// page's record before it lies before the round; so pages to write are counted without a table of
// them. Only what is complete here, so that each chain is whole, and only up to VDL: what comes
// after it may still be annulled.
//
// Its state is part of the segments on disk: it outlives the process.
#include <cstdint>
#include <vector>

#include "models/aurora_quorum/log.hpp"

namespace writepath::aurora {

/// What a round of the background has to do.
struct RoundOfWork {
  std::uint64_t records = 0, pages = 0, log_bytes = 0;
  std::uint64_t to = 0;  ///< LSN: all redo before it is in this round or an earlier one
};

class PageChains {
 public:
  explicit PageChains(std::uint32_t groups)
      : organised_(groups),
        to_coalesce_{std::vector<std::uint64_t>(groups), {}},
        to_stage_(to_coalesce_),
        held_(groups, true) {}

  /// Whether a segment of the group is here: who has none has no work with its redo.
  void hold(GroupId group, bool here) { held_[group] = here; }

  /// Takes in the boxcars before number `complete`, the first that is not whole here, up to VDL.
  void organise(const Log& log, std::uint64_t complete, std::uint64_t vdl);
  /// A copy of the group's segment came, with its pages up to `scl`.
  void replaced(GroupId group, std::uint64_t scl);

  /// What came since the last such round. A page counts once, however many records it has.
  RoundOfWork next_to_coalesce() {
    coalescing_from_ = coalesced_before_;
    coalesced_before_ = next_boxcar_;
    return begin_round(to_coalesce_);
  }
  RoundOfWork next_to_stage() { return begin_round(to_stage_); }

  /// Of redo that no round has taken yet.
  std::uint64_t bytes_to_coalesce() const { return to_coalesce_.work.log_bytes; }
  std::uint64_t bytes_to_stage() const { return to_stage_.work.log_bytes; }
  /// The first boxcar that is not organised yet: from here on its log is needed.
  std::uint64_t next_boxcar() const { return next_boxcar_; }
  /// The first boxcar of the round that is being coalesced: chains are walked from here on.
  std::uint64_t coalescing_from() const { return coalescing_from_; }

 private:
  struct Round {
    std::vector<std::uint64_t> after;  ///< by group: LSN that the round before it ended with
    RoundOfWork work;
  };
  RoundOfWork begin_round(Round& round);

  std::uint64_t next_boxcar_ = 0;
  std::uint64_t coalescing_from_ = 0, coalesced_before_ = 0;
  std::uint64_t to_ = 0;
  std::vector<std::uint64_t> organised_;  ///< by group: LSN
  Round to_coalesce_, to_stage_;
  std::vector<bool> held_;  ///< by group
};

}  // namespace writepath::aurora
