#include "sim/check/run_checks.hpp"

#include "sim/check/convergence.hpp"
#include "sim/check/durability.hpp"
#include "sim/check/order.hpp"
#include "sim/check/undo.hpp"
#include "sim/check/visibility.hpp"

namespace writepath {

class RunChecks::Sinks final : public FactSink {
 public:
  explicit Sinks(const MetricsConfig& config)
      : config_(config),
        durability_(lineage_),
        order_(config_, lineage_),
        visibility_(config_, lineage_),
        convergence_(config_, lineage_),
        undo_(config_, lineage_) {}

  void on(const CommitAcked& fact) override {
    durability_.on(fact);
    undo_.on(fact);
  }
  void on(const HeartbeatWritten& fact) override { durability_.on(fact); }
  void on(const CommitOrdered& fact) override {
    order_.on(fact);
    undo_.on(fact);
  }
  void on(const FoundInFlight& fact) override { undo_.on(fact); }
  void on(const Undone& fact) override { undo_.on(fact); }
  void on(const ReadDone& fact) override { visibility_.on(fact); }
  void on(const LogAdvanced& fact) override { visibility_.on(fact); }
  void on(const ReplicaProgress& fact) override {
    order_.on(fact);
    visibility_.on(fact);
    convergence_.on(fact);
  }
  void on(const ApplierMet& fact) override { order_.on(fact); }
  void on(const LineageForked& fact) override {
    lineage_.on(fact);
    order_.on(fact);
    visibility_.on(fact);
    convergence_.disturbed(fact.at);
    undo_.on(fact);
  }
  void on(const NodeDown& fact) override {
    undo_.on(fact);
    order_.restarted(fact.node);
    convergence_.disturbed(fact.at);
    convergence_.on(fact);
  }
  void on(const NodeUp& fact) override {
    order_.restarted(fact.node);
    convergence_.disturbed(fact.at);
    convergence_.on(fact);
  }
  void on(const FaultStruck& fact) override {
    visibility_.on(fact);
    convergence_.disturbed(fact.at);
  }
  void on(const FaultHealed& fact) override { convergence_.disturbed(fact.at); }
  void on(const ReplicaReady& fact) override {
    order_.restarted(fact.node);
    convergence_.on(fact);
  }

  std::vector<CheckResult> finish(const FinalState& state, const RunSummary& summary) const {
    std::vector<CheckResult> results{durability_.finish(state, summary), order_.finish(summary),
                                     visibility_.finish(state), convergence_.finish(state)};
    if (const std::optional<CheckResult> undo = undo_.finish()) results.push_back(*undo);
    return results;
  }

 private:
  const MetricsConfig config_;
  Lineage lineage_;
  DurabilityCheck durability_;
  OrderCheck order_;
  VisibilityCheck visibility_;
  ConvergenceCheck convergence_;
  UndoCheck undo_;
};

RunChecks::RunChecks(const MetricsConfig& config) : sinks_(std::make_unique<Sinks>(config)) {}
RunChecks::~RunChecks() = default;

void RunChecks::add_to(FactLog& log) { log.add_sink(*sinks_); }

std::vector<CheckResult> RunChecks::finish(const FinalState& state, const RunSummary& summary) {
  return sinks_->finish(state, summary);
}

}  // namespace writepath
