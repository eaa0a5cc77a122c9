#include "sim/metrics/run_metrics.hpp"

#include <utility>

#include "sim/core/check.hpp"
#include "sim/metrics/backlog.hpp"
#include "sim/metrics/backup_lag.hpp"
#include "sim/metrics/boxcars.hpp"
#include "sim/metrics/costs.hpp"
#include "sim/metrics/failures.hpp"
#include "sim/metrics/in_flight.hpp"
#include "sim/metrics/operations_fold.hpp"
#include "sim/metrics/outcomes.hpp"
#include "sim/metrics/pages.hpp"
#include "sim/metrics/prices.hpp"
#include "sim/metrics/reads.hpp"
#include "sim/metrics/register_metrics.hpp"
#include "sim/metrics/repairs.hpp"
#include "sim/metrics/replica_lag.hpp"
#include "sim/metrics/time_series.hpp"
#include "sim/metrics/timeline.hpp"

namespace writepath {
namespace {

DurationNs longest_attempt(const Scenario& scenario) {
  return 10 * from_s(scenario.workload.session.timeout_s);
}
DurationNs run_length(const Scenario& scenario) {
  return from_s(scenario.duration_s + scenario.settle_s);
}
std::string hex(std::uint64_t value) {
  std::string digits(16, '0');
  for (std::size_t i = 16; i-- > 0; value >>= 4) digits[i] = "0123456789abcdef"[value & 15];
  return digits;
}

}  // namespace

// One sink that hands each fact to the folds that want it, in an order that they rely on: first who
// knows (lineage, transactions, followers, backlog), then who asks.
class RunMetrics::Folds final : public FactSink {
 public:
  explicit Folds(MetricsConfig config)
      : config_(std::move(config)),
        in_flight_(longest_attempt(*config_.scenario)),
        followers_(config_.nodes),
        series_(config_, run_length(*config_.scenario)),
        lag_(config_, series_),
        backlog_(config_.nodes.size(), followers_, lineage_, lag_),
        redundancy_(followers_, backlog_),
        outcomes_(config_),
        reads_(config_, backlog_, lineage_, series_),
        backup_(config_),
        boxcars_(config_),
        pages_(config_, series_),
        failures_(config_, lineage_, redundancy_, undos_),
        operations_(config_, redundancy_),
        timeline_(config_) {
    WRITEPATH_CHECK(config_.steps.size() <= most_steps, "a write path of more steps than we count");
    series_.ask([this](std::uint32_t node, TimeNs at) -> std::optional<DurationNs> {
      if (followers_.at(node).counted_since == never) return std::nullopt;
      return backlog_.lag(node, at);
    });
  }

  // ---- transactions
  void on(const TransactionStarted& fact) override {
    in_flight_.on(fact, [this](const TransactionState& dropped) { abandon(&dropped); });
  }
  void on(const CommitSent& fact) override { in_flight_.on(fact); }
  void on(const StepDone& fact) override { in_flight_.on(fact); }
  void on(const CommitOrdered& fact) override {
    backlog_.order(fact.place, in_flight_.find(fact.txn) != nullptr);
    in_flight_.on(fact);
    outcomes_.on(fact);
  }
  void on(const CommitAcked& fact) override {
    series_.to(fact.at);
    const LogPlace place = lineage_.first_name(fact.place);
    const bool counts =
        fact.intended_start >= config_.window_begin && fact.intended_start < config_.window_end;
    outcomes_.on(fact, in_flight_.find(fact.txn));
    in_flight_.forget(fact.txn);
    series_.acked(fact.at, fact.at - fact.commit_sent);
    timeline_.acked(fact.at);
    failures_.on(fact, place);
    if (failures_.awaits_repair()) failures_.repaired(fact.at);
    if (!is_place(place)) return;
    reads_.acked(fact, place);
    backlog_.acknowledge(place, fact.at, counts);
    reads_.moved(fact.at);
  }
  void on(const CommitFailed& fact) override {
    const TransactionState* state = in_flight_.find(fact.txn);
    outcomes_.on(fact);
    failures_.on(fact, state);
    series_.failed(fact.at);
    abandon(state);
    in_flight_.forget(fact.txn);
  }
  void on(const CommitUnknown& fact) override {
    const TransactionState* state = in_flight_.find(fact.txn);
    outcomes_.on(fact, state);
    failures_.on(fact);
    series_.unknown(fact.at);
    abandon(state);
    in_flight_.forget(fact.txn);
  }
  void on(const ReadDone& fact) override {
    reads_.on(fact);
    operations_.on(fact);
  }
  void on(const ProbeDone& fact) override {
    failures_.on(fact);
    if (fact.write && fact.ok) timeline_.acked(fact.at);
    if (failures_.awaits_repair()) failures_.repaired(fact.at);
  }
  void on(const HeartbeatWritten& fact) override { failures_.on(fact); }

  // ---- replicas
  void on(const ReplicaProgress& fact) override {
    series_.to(fact.at);
    backlog_.progress(fact.node, fact.stage, fact.place, fact.at);
    if (fact.stage != ReplicaStage::visible) return;
    redundancy_.moved(fact.node);
    reads_.moved(fact.at);
    operations_.moved(fact.node, fact.at);
    if (failures_.awaits_repair()) failures_.repaired(fact.at);
  }
  void on(const LagReported& fact) override {
    if (BackupLag::concerns(fact))
      backup_.on(fact);
    else
      lag_.on(fact);
  }
  void on(const RecordsMet& fact) override { lag_.on(fact); }
  void on(const BufferPoolUsed& fact) override { pages_.on(fact); }
  void on(const PageRead& fact) override { pages_.on(fact); }
  void on(const LogKept& fact) override { pages_.on(fact); }
  void on(const ApplierMet& fact) override {
    lag_.on(fact);
    if (fact.action == ApplierAction::committed_ahead)
      backlog_.show_ahead(fact.node, fact.place, fact.at);
  }
  void on(const MembershipChanged& fact) override { repairs_.on(fact); }
  void on(const StorageReplaced& fact) override {
    redundancy_.on(fact);
    failures_.repaired(fact.at);
  }
  void on(const BoxcarSent& fact) override { boxcars_.on(fact); }
  void on(const CommitRetried& fact) override { outcomes_.on(fact); }
  void on(const RolledBack& fact) override { outcomes_.on(fact); }
  void on(const FoundInFlight& fact) override { undos_.on(fact); }
  void on(const Undone& fact) override { undos_.on(fact); }
  void on(const ModeChanged& fact) override { outcomes_.on(fact); }
  void on(const LineageForked& fact) override {
    lineage_.on(fact);
    backlog_.fork(fact);
    timeline_.on(fact);
  }
  void on(const OperationStarted& fact) override {
    change(fact, fact.node);
    operations_.on(fact);
  }
  void on(const ReplicaReady& fact) override {
    change(fact, fact.node);
    operations_.on(fact);
    failures_.repaired(fact.at);
  }
  void on(const RoleChanged& fact) override {
    redundancy_.on(fact);
    change(fact, fact.node);
    failures_.repaired(fact.at);
    timeline_.on(fact);
  }
  void on(const NodeDown& fact) override {
    change(fact, fact.node);
    redundancy_.went_down(fact.node);
    undos_.on(fact);
    failures_.on(fact);
    timeline_.on(fact);
  }
  void on(const NodeUp& fact) override {
    change(fact, fact.node);
    failures_.on(fact);
    failures_.repaired(fact.at);
    timeline_.on(fact);
  }

  // ---- faults
  void on(const FaultStruck& fact) override { note(fact); }
  void on(const FaultHealed& fact) override {
    note(fact);
    failures_.repaired(fact.at);
  }
  void on(const FailoverMilestone& fact) override {
    undos_.on(fact);
    note(fact);
  }
  void on(const ConfiguredWait& fact) override { note(fact); }

  RunSummary finish(const FinalState& state);

 private:
  template <class F>
  void note(const F& fact) {
    failures_.on(fact);
    timeline_.on(fact);
  }
  void abandon(const TransactionState* state) {
    for (std::size_t i = 0; state && i < state->places.size(); ++i)
      if (is_place(state->places[i])) backlog_.abandon(state->places[i]);
  }
  /// A follower that stops counting settles what it owes under its old state.
  template <class F>
  void change(const F& fact, NodeId node) {
    const FollowerChange change = followers_.after(fact);
    if (change.leaves) backlog_.settle(node.value, fact.at);
    followers_.set(node, change.next);
    backlog_.release();
  }

  const MetricsConfig config_;
  Lineage lineage_;
  InFlight in_flight_;
  Followers followers_;
  TimeSeries series_;
  ReplicaLag lag_;
  Backlog backlog_;
  Redundancy redundancy_;
  Outcomes outcomes_;
  Reads reads_;
  BackupLag backup_;
  Boxcars boxcars_;
  Repairs repairs_;
  PageUse pages_;
  Undos undos_;
  Failures failures_;
  OperationsFold operations_;
  Timeline timeline_;
};

RunSummary RunMetrics::Folds::finish(const FinalState& state) {
  RunSummary summary;
  summary.architecture = config_.architecture->name;
  summary.model = config_.architecture->model;
  summary.seed = config_.seed;
  summary.fingerprint = hex(state.fingerprint);
  summary.events = state.events;
  outcomes_.finish(state, lineage_, summary);
  lag_.finish(state, followers_, backlog_, summary);
  reads_.put_run(summary.metrics);
  pages_.put_run(summary.metrics);
  put_costs(state, outcomes_.acked(), summary);
  boxcars_.put_run(summary.metrics, outcomes_.acked());
  backup_.put_run(summary.metrics);
  repairs_.put_run(summary.metrics);
  failures_.finish(state, summary);
  operations_.finish(summary);
  put_register_metrics(summary.metrics);
  if (const auto& prices = config_.scenario->prices)
    put_prices(*prices, use_of(config_, state, outcomes_.acked()), summary.metrics);
  for (std::uint32_t node = 0; node < config_.nodes.size(); ++node) {
    if (!followers_.at(node).was_replica) continue;
    SubjectMetrics replica{.id = config_.nodes[node].name, .kind = "replica", .metrics = {}};
    lag_.put_node(replica.metrics, node);
    reads_.put_node(replica.metrics, node);
    pages_.put_node(replica.metrics, node);
    summary.replicas.push_back(std::move(replica));
  }
  summary.time_series = series_.finish(state.end);
  summary.timeline = timeline_.finish(state.end, undos_);
  return summary;
}

RunMetrics::RunMetrics(MetricsConfig config) : folds_(std::make_unique<Folds>(std::move(config))) {}
RunMetrics::~RunMetrics() = default;

void RunMetrics::add_to(FactLog& log) { log.add_sink(*folds_); }

RunSummary RunMetrics::finish(const FinalState& state) { return folds_->finish(state); }

}  // namespace writepath
