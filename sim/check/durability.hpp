#pragma once
// Every acknowledged transaction, heartbeats included, is in the final log, or was counted as a
// fault's loss.
#include "sim/metrics/acked_log.hpp"
#include "sim/observe/facts.hpp"

namespace writepath {

class DurabilityCheck {
 public:
  explicit DurabilityCheck(const Lineage& lineage) : lineage_(lineage) {}

  void on(const CommitAcked& fact) {
    if (is_place(fact.place)) acked_.add(lineage_.first_name(fact.place), fact.at);
  }
  void on(const HeartbeatWritten& fact) {
    heartbeats_.add(lineage_.first_name(fact.place), fact.at);
  }
  CheckResult finish(const FinalState& state, const RunSummary& summary) const;

 private:
  const Lineage& lineage_;
  AckedLog acked_, heartbeats_;
};

}  // namespace writepath
