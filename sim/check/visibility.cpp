#include "sim/check/visibility.hpp"

#include <algorithm>
#include <cstring>

#include "sim/check/words.hpp"
#include "sim/scenario/fault_kinds.hpp"

namespace writepath {

void VisibilityCheck::on(const ReadDone& fact) {
  if (!fact.ok || !is_place(fact.seen)) return;
  const LogPlace seen = lineage_.first_name(fact.seen);
  for (Furthest& furthest : furthest_) {
    if (furthest.seen.epoch != seen.epoch) continue;
    if (seen.seq > furthest.seen.seq) furthest = {fact.at, fact.server, seen};
    return;
  }
  furthest_.push_back({fact.at, fact.server, seen});
}

void VisibilityCheck::on(const LogAdvanced& fact) {
  // Marks come often and from few places: look at the words once for each.
  if (fact.mark == other_mark_) return;
  if (fact.mark != durable_mark_) {
    if (std::strcmp(fact.mark, "durable_seq") != 0) {
      other_mark_ = fact.mark;
      return;
    }
    durable_mark_ = fact.mark;
  }
  states_durable_ = true;
  durable_ = std::max(durable_, fact.value);
}

void VisibilityCheck::on(const FaultStruck& fact) {
  if (takes_disks(config_.scenario->faults[fact.fault])) disks_lost_at_ = fact.at;
}

void VisibilityCheck::on(const LineageForked& fact) {
  if (states_durable_) durable_ = fact.kept.seq.value;
}

void VisibilityCheck::on(const ReplicaProgress& fact) {
  if (fact.stage != ReplicaStage::visible || !states_durable_ || !undurable_.empty()) return;
  if (fact.place.seq.value <= durable_) return;
  undurable_ = name_in(config_, fact.node) + " " + words_at(fact.at) + " shows " +
               words(fact.place) + ", durable is " + std::to_string(durable_);
}

CheckResult VisibilityCheck::finish(const FinalState& state) const {
  CheckResult result{CheckResult::Verdict::holds, "visibility", undurable_};
  if (!undurable_.empty()) {
    result.verdict = CheckResult::Verdict::broken;
    return result;
  }
  for (const Furthest& read : furthest_) {
    if (survives(lineage_, read.seen, state.surviving_log)) continue;
    result.witness = "a read at " + name_in(config_, read.server) + ", done " + words_at(read.at) +
                     ", saw " + words(read.seen) + ", which was lost";
    if (config_.may_read_what_is_lost) {
      result.witness += "; the architecture allows it";
    } else if (disks_lost_at_ != never) {
      // It may have been as durable as it could be: whether more was lost than that, this can't
      // tell.
      result.verdict = CheckResult::Verdict::unknown;
      result.witness += ", with disks " + words_at(disks_lost_at_);
    } else
      result.verdict = CheckResult::Verdict::broken;
    break;
  }
  return result;
}

}  // namespace writepath
