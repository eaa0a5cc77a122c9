// The writer's pages and records where they do not simply fit: misses, a full pool, redo beyond
// LAL.
#include <algorithm>

#include "models/aurora_quorum/instance.hpp"

namespace writepath::aurora {

/// The page is in the buffer pool, as of VDL or later.
Task<bool> Writer::make_resident(Page page) {
  constexpr int attempts = 3;  // PGMRPL does not pass this writer's own read point twice
  for (int i = 0; i < attempts; ++i) {
    const View view(pages_.views(), read_point());
    PageReads::Outcome outcome = PageReads::Outcome::nothing;
    outcome = co_await pages_.get(page, view.read_point());
    if (outcome == PageReads::Outcome::page) co_return true;
    if (outcome == PageReads::Outcome::nothing) co_return false;
  }
  co_return false;
}

/// Returns when the page has a frame and the next record fits below VDL + LAL. No mini-transaction
/// may be open, or VDL could not move.
Task<> Writer::room_for(Page page, std::uint64_t bytes) {
  while (open_) {
    if (must_wait(bytes)) co_await room_in_log(bytes);
    if (pages_.keep(page)) co_return;
    co_await pages_.room().wait();
  }
}

/// In the order of arrival: redo that needs much room is not overtaken for ever by redo that needs
/// little. Whoever comes back from here appends at once.
Task<> Writer::room_in_log(std::uint64_t bytes) {
  const FifoMutex::Hold turn = co_await allocation_.hold();
  while (beyond_limit(bytes)) co_await vdl_.reaches(limit_for(bytes));
}

// More redo than LAL can't be one mini-transaction: its end would never get an LSN. Writes all but
// the record's last part as mini-transactions of their own, and returns that part's size when there
// is room for it. No mini-transaction may be open.
Task<std::uint64_t> Writer::append_within_limit(Page page, std::uint64_t bytes) {
  const std::uint64_t most = std::min(lal_ / 2, bytes);
  for (;;) {
    const std::uint64_t part = std::min(bytes, most);
    if (must_wait(part)) co_await room_in_log(part);
    if (!open_ || part == bytes) co_return part;
    append(page, part);
    log_->end_mtr();
    stream_.submit();
    bytes -= part;
  }
}

bool Writer::has_acknowledged(std::uint16_t copy, Page page, std::uint64_t read_point) const {
  const GroupId group = cluster_.layout.group_of(page);
  const std::uint64_t scl = book_.scl(copy, group);
  if (scl >= read_point) return true;
  // Back to the last boxcar of the group that begins before the read point.
  const Ring<Boxcar>& boxcars = log_->boxcars();
  std::uint64_t n = log_->last_boxcar_of(group);
  while (boxcars.holds(n) && boxcars[n].before >= read_point) n = boxcars[n].previous;
  return !boxcars.holds(n) || scl >= boxcars[n].last;
}

}  // namespace writepath::aurora
