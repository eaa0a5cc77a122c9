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

std::vector<InFlightTransaction> in_flight_at(const Log& log, std::uint64_t vdl, Broken broken) {
  const std::uint64_t last_commit = log.commit_at(vdl).seq.value;
  if (broken == Broken::undoes_a_commit && log.commits().holds(last_commit))
    vdl = log.commits()[last_commit].lsn - 1;
  return log.undo_segments().in_flight_at(vdl);
}

Survey survey(const Volume& volume, const std::vector<SegmentReport>& reports) {
  Survey result;
  for (const SegmentReport& report : reports) result.epoch = std::max(result.epoch, report.epoch);
  for (const SegmentReport& report : reports) {
    result.highest_scl.resize(report.scls.size());
    for (std::size_t g = 0; g < report.scls.size(); ++g) {
      if (report.scls[g] == none) continue;
      const std::uint64_t scl = volume.truncated(report.scls[g], report.epoch, result.epoch);
      result.highest_scl[g] = std::max(result.highest_scl[g], scl);
    }
  }
  return result;
}

bool readable(const Memberships& memberships, const std::vector<SegmentReport>& by_copy) {
  for (GroupId g = 0; g < memberships.groups(); ++g) {
    CopySet answers = 0;
    for (std::size_t copy = 0; copy < by_copy.size(); ++copy)
      if (!by_copy[copy].scls.empty() && by_copy[copy].scls[g] != none)
        answers |= CopySet{1} << copy;
    if (!memberships.rules(g).read.met(answers)) return false;
  }
  return true;
}

std::vector<SegmentReport> reports_of_members(const Memberships& memberships,
                                              std::vector<SegmentReport> by_copy) {
  std::vector<SegmentReport> reports;
  for (std::uint16_t copy = 0; copy < by_copy.size(); ++copy) {
    SegmentReport& report = by_copy[copy];
    if (report.scls.empty() || !memberships.holds_any(copy)) continue;
    for (GroupId g = 0; g < report.scls.size(); ++g)
      if (!memberships.is_member(g, copy)) report.scls[g] = none;
    reports.push_back(std::move(report));
  }
  return reports;
}

void Fencing::answered(std::uint16_t copy, SegmentReport report) {
  reports_[copy] = std::move(report);
  if (readable(cluster_.memberships, reports_)) read_quorum_.open();
}

std::vector<SegmentReport> Fencing::reports() const {
  return reports_of_members(cluster_.memberships, reports_);
}

}  // namespace writepath::aurora
