#include "models/mysql_binlog/binlog_content.hpp"

namespace writepath::mysql {

void BinlogContent::append(LogPlace place, const BinlogEvent& event) {
  if (epochs_.size() <= place.epoch.value) epochs_.resize(place.epoch.value + 1);
  EpochLog& log = epochs_[place.epoch.value];
  const std::uint64_t seq = place.seq.value;
  if (log.size == 0) log.first = seq;
  WRITEPATH_CHECK(seq == log.first + log.size, "binlog positions are consecutive");
  if (log.size == log.ring.size()) {
    std::vector<BinlogEvent> larger(log.ring.empty() ? 1024 : log.ring.size() * 2);
    for (std::uint64_t s = log.first; s < seq; ++s)
      larger[s & (larger.size() - 1)] = log.ring[s & (log.ring.size() - 1)];
    log.ring.swap(larger);
  }
  log.ring[seq & (log.ring.size() - 1)] = event;
  ++log.size;
}

void BinlogContent::forget_through(CommitSeq seq) {
  for (EpochLog& log : epochs_) {
    if (log.size == 0 || seq.value < log.first) continue;
    const std::uint64_t gone = std::min(log.size, seq.value - log.first + 1);
    log.first += gone;
    log.size -= gone;
  }
}

}  // namespace writepath::mysql
