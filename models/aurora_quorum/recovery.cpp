#include "models/aurora_quorum/recovery.hpp"

#include <algorithm>
#include <utility>

namespace writepath::aurora {

RecoveryPoint recovery_point(const Log& log, const std::vector<std::uint64_t>& highest_scl) {
  RecoveryPoint point;
  point.vcl = log.end();
  // Boxcars stand in the order of their first records: the first that nobody has ends what is
  // complete.
  for (std::uint64_t n = log.boxcars().begin(); n < log.boxcars().end(); ++n) {
    const Boxcar& boxcar = log.boxcars()[n];
    if (boxcar.last <= highest_scl[boxcar.group]) continue;
    point.vcl = boxcar.before;
    break;
  }
  point.vdl = log.cpl_at(point.vcl);
  return point;
}

Survey survey(const Volume& volume, const std::vector<SegmentReport>& reports) {
  Survey result;
  for (const SegmentReport& report : reports) result.epoch = std::max(result.epoch, report.epoch);
  for (const SegmentReport& report : reports) {
    result.highest_scl.resize(report.scls.size());
    for (std::size_t g = 0; g < report.scls.size(); ++g) {
      const std::uint64_t scl = volume.truncated(report.scls[g], report.epoch, result.epoch);
      result.highest_scl[g] = std::max(result.highest_scl[g], scl);
    }
  }
  return result;
}

void Fencing::answered(std::uint16_t copy, SegmentReport report) {
  const CopySet bit = CopySet{1} << copy;
  if (answers_ & bit) return;
  answers_ |= bit;
  reports_.push_back(std::move(report));
  if (cluster_.read.met(answers_)) read_quorum_.open();
}

}  // namespace writepath::aurora
