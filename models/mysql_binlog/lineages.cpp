#include "models/mysql_binlog/lineages.hpp"

#include <algorithm>

namespace writepath::mysql {

Epoch Lineages::fork(LogPlace kept, NodeId by) {
  opened_by_.push_back(by);
  parents_.push_back(kept);
  return Epoch{static_cast<std::uint32_t>(parents_.size() - 1)};
}

Epoch Lineages::epoch_of(LogPlace log, CommitSeq seq) const {
  Epoch epoch = log.epoch;
  while (epoch.value != 0 && seq <= parents_[epoch.value].seq) epoch = parents_[epoch.value].epoch;
  return epoch;
}

bool Lineages::contains(LogPlace log, LogPlace part) const {
  if (part.seq.value == 0) return true;
  return part.seq <= log.seq && epoch_of(log, part.seq) == epoch_of(part, part.seq);
}

CommitSeq Lineages::shared(LogPlace a, LogPlace b) const {
  CommitSeq seq = std::min(a.seq, b.seq);
  for (;;) {
    const Epoch of_a = epoch_of(a, seq), of_b = epoch_of(b, seq);
    if (of_a == of_b) return seq;
    seq = std::min(seq, parents_[std::max(of_a, of_b).value].seq);
  }
}

std::vector<LogPlace> Lineages::ends(LogPlace log) const {
  std::vector<LogPlace> path;
  LogPlace end = cut(log, log.seq);
  while (end.seq.value > 0) {
    path.push_back(end);
    if (end.epoch.value == 0) break;
    const LogPlace kept = parents_[end.epoch.value];
    end = cut({kept.epoch, kept.seq}, kept.seq);
  }
  std::reverse(path.begin(), path.end());
  return path;
}

}  // namespace writepath::mysql
