#pragma once
// A small run told fact by fact, for tests of folds and checks: a primary, two replicas, a storage
// node, a client, and a scenario that names them.
#include <memory>
#include <string>
#include <vector>

#include "sim/check/run_checks.hpp"
#include "sim/metrics/find_metric.hpp"
#include "sim/metrics/in_flight.hpp"
#include "sim/metrics/run_metrics.hpp"

namespace writepath {

inline constexpr NodeId db1{0}, db2{1}, db3{2}, store{3}, web{4}, joiner{5};
inline constexpr Epoch first_epoch{1}, second_epoch{2};

inline constexpr TimeNs ms(double v) { return from_ms(v); }
inline LogPlace place(std::uint32_t epoch, std::uint64_t seq) {
  return {Epoch{epoch}, CommitSeq{seq}};
}

class Story {
 public:
  Story() {
    scenario.duration_s = 100;
    scenario.warmup_s = 0;
    scenario.settle_s = 20;
    scenario.workload.clients.push_back({.name = "web",
                                         .azs = {"a"},
                                         .open_loop = OpenLoop{},
                                         .closed_loop = {},
                                         .stop_s = {},
                                         .transactions = {},
                                         .shared_cpu = {}});
    architecture.name = "under-test";
    architecture.model = "story";
    config.scenario = &scenario;
    config.architecture = &architecture;
    config.nodes = {
        {db1, "db1", "a", NodeRole::primary},  {db2, "db2", "b", NodeRole::replica},
        {db3, "db3", "c", NodeRole::replica},  {store, "s1", "a", NodeRole::storage},
        {web, "web-a", "a", NodeRole::client}, {joiner, "db9", "b", NodeRole::replica, false}};
    config.steps = {"first", "second", "third"};
    config.key_of = [](std::uint64_t seed, std::uint32_t i) { return seed + i; };
    config.window_end = 100 * ns_per_s;
  }
  /// Call once the configuration is as wanted, before the first fact.
  void begin() {
    metrics = std::make_unique<RunMetrics>(config);
    checks = std::make_unique<RunChecks>(config);
    metrics->add_to(log);
    checks->add_to(log);
  }
  template <class F>
  void state(const F& fact) {
    if (!metrics) begin();
    log.state(fact);
  }

  // ---- the usual facts
  TxnId start(TimeNs at) {
    const TxnId txn{++last_txn};
    state(TransactionStarted{at, txn, 0, 0, at, web});
    state(CommitSent{at, txn, web, db1});
    return txn;
  }
  void order(TimeNs at, TxnId txn, LogPlace where) {
    state(CommitOrdered{at, db1, txn, where, Lsn{where.seq.value}});
  }
  void ack(TimeNs at, TxnId txn, LogPlace where, TimeNs started) {
    CommitAcked fact{at, txn, 0, 0, started, started, where, {}, where.seq.value, 1, web};
    state(fact);
  }
  void show(TimeNs at, NodeId node, LogPlace where) {
    state(ReplicaProgress{at, node, ReplicaStage::visible, where});
  }
  /// A whole transaction: started, ordered 1 ms later, acknowledged 2 ms later.
  void commit(TimeNs at, LogPlace where) {
    const TxnId txn = start(at);
    order(at + ms(1), txn, where);
    ack(at + ms(2), txn, where, at);
  }
  /// The same, and visible on both replicas `lag` after its acknowledgement.
  void commit_and_show(TimeNs at, LogPlace where, DurationNs lag) {
    commit(at, where);
    show(at + ms(2) + lag, db2, where);
    show(at + ms(2) + lag, db3, where);
  }
  void fault(double at_s, FaultKind kind = FaultKind::node_crash) {
    FaultSpec spec;
    spec.id = "fault-" + std::to_string(scenario.faults.size() + 1);
    spec.at_s = at_s;
    spec.kind = kind;
    scenario.faults.push_back(spec);
  }
  void strike(TimeNs at, std::uint32_t index, std::vector<NodeId> nodes, CrashKind kind) {
    scenario.faults[index].crash = kind;
    state(FaultStruck{at, index, no_node});
    for (const NodeId node : nodes) state(FaultStruck{at, index, node});
    for (const NodeId node : nodes) state(NodeDown{at, node, kind});
  }

  RunSummary finish() {
    if (!metrics) begin();
    if (final_state.end == 0) final_state.end = 120 * ns_per_s;
    RunSummary summary = metrics->finish(final_state);
    summary.checks = checks->finish(final_state, summary);
    return summary;
  }
  /// Ends with this log, shown by both replicas.
  RunSummary finish_with(LogEnds log_ends) {
    final_state.surviving_log = log_ends;
    for (const NodeId node : {db2, db3})
      final_state.live_replicas.push_back({node, log_ends.empty() ? LogPlace{} : log_ends.back()});
    return finish();
  }

  Scenario scenario;
  ArchitectureSpec architecture;
  MetricsConfig config;
  FinalState final_state;
  FactLog log;
  std::unique_ptr<RunMetrics> metrics;
  std::unique_ptr<RunChecks> checks;
  std::uint64_t last_txn = 0;
};

inline std::optional<double> value(const RunSummary& summary, const std::string& name) {
  const Metric* metric = find_metric(summary, name);
  return metric ? metric->value : std::nullopt;
}
inline std::optional<double> value(const SubjectMetrics& subject, const std::string& name) {
  const Metric* metric = find_metric(subject.metrics, name);
  return metric ? metric->value : std::nullopt;
}
inline CheckResult check(const RunSummary& summary, const std::string& name) {
  for (const CheckResult& result : summary.checks)
    if (result.name == name) return result;
  return {};
}

}  // namespace writepath
