// What the writer's log may forget: what is durable, and what nobody will ask for any more.
#include <algorithm>

#include "models/aurora_quorum/instance.hpp"

namespace writepath::aurora {

std::uint64_t Writer::first_boxcar_needed(bool by_nodes_that_are_down) const {
  const Ring<Boxcar>& boxcars = log_->boxcars();
  std::uint64_t first = book_.first_pending();
  for (const auto& node : cluster_.storage) {
    if (!cluster_.memberships.holds_any(node->copy())) continue;
    if (!node->is_up() && !by_nodes_that_are_down) continue;
    first = std::min(first, cluster_.volume.truncated_boxcars(node->first_boxcar_needed(),
                                                              node->log_epoch(), epoch()));
  }
  first = std::max(first, boxcars.begin());
  // Peers don't keep redo for ever for a node that is behind.
  const auto kept = static_cast<std::uint64_t>(cluster_.options.storage.log_retention_mb * 1e6);
  while (first < book_.first_pending() && boxcars[first].last + kept < book_.vdl()) ++first;
  return first;
}

void Writer::trim() {
  // With a broken rule, what counts as durable may be gone all the same: then recovery looks it up.
  if (cluster_.options.broken != Broken::nothing) return;
  const std::uint64_t in_use = first_boxcar_needed(false);
  std::uint64_t records = book_.next_record();
  if (log_->boxcars().holds(in_use))
    records = std::min(records, log_->boxcars()[in_use].first_record);
  std::uint64_t commits = book_.durable_commit() + 1;
  for (const auto& instance : cluster_.instances) {
    const Reader* const reader = instance->reader();
    if (reader == nullptr || !reader->is_connected() || reader->epoch() != epoch()) continue;
    records = std::min(records, reader->next_record());
    commits = std::min(commits, reader->visible_commit() + 1);
  }
  log_->trim(records, first_boxcar_needed(true), commits);
}

/// Recovery comes back to VDL at least.
void Writer::settle_undo_segments() {
  if (cluster_.options.broken == Broken::nothing) log_->undo_segments().settle(book_.vdl());
}

}  // namespace writepath::aurora
