#pragma once
// Is the history that clients and replicas saw a possible one? Four checks over the same facts as
// the metrics, each with the first violation as its witness:
//   durability   every acknowledged transaction is in the final log, or counted as a fault's loss
//   order        commit order without gaps; replicas move forward on one lineage, never past what
//   was
//                ordered or received; a transaction's steps come in their order
//   visibility   no read saw what is later lost; no replica shows what is not yet durable
//   convergence  after settling, all live replicas show the final log
//   undo         (only where a recovery found transactions in flight) they are undone, once, and
//                nothing that had committed is; nobody else gets their rows before
#include <memory>
#include <vector>

#include "sim/metrics/config.hpp"
#include "sim/metrics/run_summary.hpp"
#include "sim/observe/fact_log.hpp"

namespace writepath {

class RunChecks {
 public:
  explicit RunChecks(const MetricsConfig& config);
  ~RunChecks();

  void add_to(FactLog& log);
  /// `summary`: of the same run (RunMetrics::finish), whose counted losses are compared.
  std::vector<CheckResult> finish(const FinalState& state, const RunSummary& summary);

 private:
  class Sinks;
  std::unique_ptr<Sinks> sinks_;
};

}  // namespace writepath
