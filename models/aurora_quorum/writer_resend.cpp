// Boxcars that storage nodes lost are sent again. Gossip fills the gap of a node whose peers have
// the records (SIGMOD 2017, S3.3); of what too few nodes kept, the writer alone has a copy.
#include <algorithm>

#include "models/aurora_quorum/instance.hpp"
#include "models/aurora_quorum/writer.hpp"

namespace writepath::aurora {

namespace {
/// Without a write quorum for so long, a boxcar counts as lost. Assumption, range 0.5 to 30 s.
constexpr double patience_s = 2;
/// What is under way gets this many times as long as a node needs for it. Assumption, range 4
/// to 64.
constexpr double patience_factor = 16;
}  // namespace

/// How long what is pending may take before it counts as lost.
DurationNs Writer::patience() const {
  double pending_bytes = 0;
  for (std::uint64_t n = book_.first_pending(); n < log_->boxcars().end(); ++n)
    pending_bytes += static_cast<double>(log_->boxcars()[n].bytes);
  const StorageOptions& storage = cluster_.options.storage;
  const double bytes_per_s =
      std::min(storage.nic_gbps * 1e9 / 8, storage.device.bandwidth_mb_per_s * 1e6);
  return from_s(patience_s + patience_factor * pending_bytes / bytes_per_s);
}

void Writer::send_lost_again() {
  const std::uint64_t first = book_.first_pending();
  if (first >= log_->boxcars().end() || !log_->boxcars()[first].departed) return;
  const TimeNs lost_before = now() - patience();
  if (log_->boxcars()[first].departed_at > lost_before || sent_again_at_ > lost_before) return;
  sent_again_at_ = now();
  // Who has not answered for so long may have gone unnoticed: TCP still retransmits, ever more
  // rarely, and would go on minutes after the node is back.
  for (std::uint16_t copy = 0; copy < on_way_.size(); ++copy)
    if (heard_at_[copy] <= lost_before && cluster_.memberships.holds_any(copy))
      instance_.storage_link(copy).redial();
  std::fill(on_way_.begin(), on_way_.end(), 0);  // nothing is, after so long
  for (std::uint64_t n = first; n < log_->boxcars().end(); ++n) {
    const Boxcar& boxcar = log_->boxcars()[n];
    if (!boxcar.departed || boxcar.departed_at > lost_before) continue;
    for (std::uint16_t copy = 0; copy < on_way_.size(); ++copy)
      if ((rules_[boxcar.group]->members >> copy & 1) != 0 &&
          boxcar.last > book_.scl(copy, boxcar.group))
        send(copy, boxcar, n);
  }
}

}  // namespace writepath::aurora
