#include "sim/check/order.hpp"

#include "sim/check/words.hpp"
#include "sim/metrics/find_metric.hpp"

namespace writepath {

void OrderCheck::broken(TimeNs at, NodeId node, const std::string& what) {
  if (witness_.empty()) witness_ = name_in(config_, node) + " " + words_at(at) + ": " + what;
}

OrderCheck::Ordered& OrderCheck::ordered(Epoch epoch) {
  for (std::size_t i = epochs_.size(); i-- > 0;)
    if (epochs_[i].epoch == epoch) return epochs_[i];
  const Lineage::Fork* fork = lineage_.fork_of(epoch);
  epochs_.push_back({epoch, fork ? fork->kept.seq.value : 0, fork != nullptr});
  return epochs_.back();
}

void OrderCheck::on(const CommitOrdered& fact) {
  if (!witness_.empty()) return;
  const bool first_epoch = epochs_.empty();
  Ordered& log = ordered(fact.place.epoch);
  const std::uint64_t seq = fact.place.seq.value;
  if (!log.begun && !first_epoch && log.last == 0)
    broken(fact.at, fact.node, words(fact.place) + " is of an epoch that no fork began");
  else if (seq != log.last + 1)
    broken(fact.at, fact.node,
           words(fact.place) + " was ordered after position " + std::to_string(log.last));
  log.last = seq;
}

void OrderCheck::on(const LineageForked& fact) {
  // An epoch keeps what its parent had ordered, and no more.
  if (!witness_.empty() || !is_place(fact.kept)) return;
  if (fact.kept.seq.value > ordered(fact.kept.epoch).last)
    broken(fact.at, fact.node,
           "epoch " + std::to_string(fact.epoch.value) + " keeps " + words(fact.kept) +
               ", which was never ordered");
  ordered(fact.epoch);
}

void OrderCheck::restarted(NodeId node) { replicas_[node.value] = {}; }

void OrderCheck::on(const ReplicaProgress& fact) {
  if (!witness_.empty() || !is_place(fact.place)) return;
  const auto stage = static_cast<std::size_t>(fact.stage);
  auto& reached = replicas_[fact.node.value].reached;
  const auto violation = [&](const std::string& how) {
    broken(fact.at, fact.node, std::string(name_of(fact.stage)) + " " + words(fact.place) + how);
  };
  if (fact.place.seq.value > ordered(fact.place.epoch).last)
    return violation(", which was never ordered");
  // What was only received may be fetched again, from another source; what was applied stays.
  if (fact.stage >= ReplicaStage::applied && is_place(reached[stage])) {
    if (fact.place.seq < reached[stage].seq) return violation(" after " + words(reached[stage]));
    if (!lineage_.covers(fact.place, reached[stage]))
      return violation(", a history without its own " + words(reached[stage]));
  }
  for (std::size_t before = 0; before < stage; ++before)
    if (is_place(reached[before]) && fact.place.seq > reached[before].seq)
      return violation(std::string(", but ") + name_of(static_cast<ReplicaStage>(before)) +
                       " only " + words(reached[before]));
  reached[stage] = fact.place;
}

void OrderCheck::on(const ApplierMet& fact) {
  if (fact.action != ApplierAction::committed_ahead || !gap_.empty()) return;
  gap_ = name_in(config_, fact.node) + " " + words_at(fact.at) + ": shows " + words(fact.place) +
         " before an earlier one";
  if (!config_.may_show_gaps && witness_.empty()) witness_ = gap_;
}

CheckResult OrderCheck::finish(const RunSummary& summary) const {
  CheckResult result{CheckResult::Verdict::holds, "order", witness_};
  const Metric* violations = find_metric(summary, "step_order_violations");
  if (result.witness.empty() && violations && violations->value.value_or(0) > 0)
    result.witness = std::to_string(static_cast<std::uint64_t>(*violations->value)) +
                     " transactions passed the steps of the write path out of order";
  if (!result.witness.empty())
    result.verdict = CheckResult::Verdict::broken;
  else if (!gap_.empty())
    result.witness = gap_ + "; the architecture allows it";
  return result;
}

}  // namespace writepath
