#include "models/aurora_quorum/page_chains.hpp"

#include <algorithm>

namespace writepath::aurora {

void PageChains::organise(const Log& log, std::uint64_t complete, std::uint64_t vdl) {
  const Ring<Boxcar>& boxcars = log.boxcars();
  next_boxcar_ = std::max(next_boxcar_, boxcars.begin());
  for (; next_boxcar_ < complete && boxcars.holds(next_boxcar_); ++next_boxcar_) {
    const Boxcar& boxcar = boxcars[next_boxcar_];
    if (boxcar.last > vdl) break;
    const GroupId group = boxcar.group;
    if (!held_[group] || boxcar.last <= organised_[group]) continue;
    const std::uint64_t coalesced = to_coalesce_.after[group], staged = to_stage_.after[group];
    std::uint64_t pages = 0, pages_to_stage = 0;
    const bool known = for_each_record(log, boxcar, [&](const Record& record) {
      pages += record.block_before <= coalesced;
      pages_to_stage += record.block_before <= staged;
    });
    if (!known) pages = pages_to_stage = boxcar.records;  // of one that was away: at most
    for (Round* round : {&to_coalesce_, &to_stage_}) {
      round->work.records += boxcar.records;
      round->work.log_bytes += boxcar.bytes;
    }
    to_coalesce_.work.pages += pages;
    to_stage_.work.pages += pages_to_stage;
    organised_[group] = boxcar.last;
  }
  to_ = boxcars.holds(next_boxcar_) ? boxcars[next_boxcar_].before : log.end();
}

void PageChains::replaced(GroupId group, std::uint64_t scl) {
  for (std::uint64_t* lsn :
       {&organised_[group], &to_coalesce_.after[group], &to_stage_.after[group]})
    *lsn = std::max(*lsn, scl);
  next_boxcar_ = 0;  // of the group's redo after the copy, nothing was taken in
}

RoundOfWork PageChains::begin_round(Round& round) {
  RoundOfWork work = round.work;
  work.to = to_;
  round.work = {};
  std::copy(organised_.begin(), organised_.end(), round.after.begin());
  return work;
}

}  // namespace writepath::aurora
