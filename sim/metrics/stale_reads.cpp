#include "sim/metrics/stale_reads.hpp"

#include <algorithm>

namespace writepath {

void StaleReads::acked(const CommitAcked& fact, LogPlace place) {
  for (std::uint32_t i = 0; i < fact.keys; ++i) {
    const Key key = key_of_(fact.key_seed, i);
    Version version{key, none, place, fact.at, never};
    std::uint64_t* newest = newest_.find(key);
    if (newest) {
      // Acknowledgements may overtake one another on their way to different clients.
      const Version& before = versions_.at(*newest);
      version.before = *newest;
      if (before.place.epoch == place.epoch && before.place.seq > place.seq)
        version.place = before.place;
      *newest = versions_.end();
    } else {
      newest_[key] = versions_.end();
    }
    versions_.push(version);
  }
}

void StaleReads::release(TimeNs now) {
  for (; unsettled_ < versions_.end(); ++unsettled_) {
    Version& version = versions_.at(unsettled_);
    if (!backlog_.everywhere(version.place, version.ack)) break;
    version.settled = now;
  }
  while (versions_.begin() < unsettled_ && versions_.front().settled < now - longest_read_) {
    const Version& oldest = versions_.front();
    forgotten_ = std::max(forgotten_, oldest.settled);
    const std::uint64_t* newest = newest_.find(oldest.key);
    if (newest && *newest == versions_.begin()) newest_.erase(oldest.key);
    versions_.pop();
  }
}

bool StaleReads::on_newest_history(LogPlace place) const {
  if (lineage_.forks().empty()) return true;
  const LogPlace tip{lineage_.forks().back().epoch, CommitSeq{UINT64_MAX}};
  return lineage_.covers(tip, place);
}

StaleReads::Verdict StaleReads::judge(const ReadDone& read) {
  if (read.started <= forgotten_) return Verdict::unknown;
  const std::uint64_t* newest = newest_.find(read.key);
  std::uint64_t n = newest ? *newest : none;
  while (n != none && versions_.holds(n)) {
    const Version& version = versions_.at(n);
    if (version.ack <= read.started && on_newest_history(version.place))
      return lineage_.covers(read.seen, version.place) ? Verdict::fresh : Verdict::stale;
    n = version.before;
  }
  return Verdict::fresh;
}

}  // namespace writepath
