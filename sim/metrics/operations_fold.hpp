#pragma once
// How long until an added replica serves reads, and until it has caught up.
#include <optional>
#include <vector>

#include "sim/metrics/put.hpp"
#include "sim/metrics/redundancy.hpp"
#include "sim/model/operations.hpp"
#include "sim/scenario/words.hpp"

namespace writepath {

class OperationsFold {
 public:
  OperationsFold(const MetricsConfig& config, const Redundancy& redundancy)
      : config_(config), redundancy_(redundancy), operations_(config.scenario->operations.size()) {}

  void on(const OperationStarted& fact) {
    operations_[fact.operation] = {fact.node, fact.at, {}, {}, {}, 0};
  }
  void on(const ReadDone& fact) {
    for (Operation& operation : operations_)
      if (operation.node == fact.server && fact.ok && !operation.first_read &&
          fact.server != no_node)
        operation.first_read = fact.at;
  }
  void on(const ReplicaReady& fact) {
    for (Operation& operation : operations_)
      if (operation.node == fact.node && !operation.ready) {
        operation.ready = fact.at;
        operation.bytes_copied = fact.bytes_copied;
      }
    moved(fact.node, fact.at);
  }
  /// The node shows more than before.
  void moved(NodeId node, TimeNs now) {
    for (Operation& operation : operations_)
      if (operation.node == node && operation.ready && !operation.caught_up &&
          redundancy_.caught_up(node, now))
        operation.caught_up = now;
  }

  void finish(RunSummary& summary) const {
    for (std::size_t i = 0; i < operations_.size(); ++i) {
      const OperationSpec& spec = config_.scenario->operations[i];
      if (!applies_to(spec, *config_.architecture)) continue;
      const Operation& operation = operations_[i];
      SubjectMetrics subject{.id = spec.id, .kind = to_text(spec.kind), .metrics = {}};
      subject.applicable = operation.node != no_node;
      if (subject.applicable)
        subject.id = config_.nodes[operation.node.value].name;
      else if (subject.id.empty())
        subject.id = subject.kind + "-" + std::to_string(i + 1);
      const auto since = [&](const std::optional<TimeNs>& at) -> std::optional<double> {
        if (!at) return std::nullopt;
        return to_s(*at - operation.started);
      };
      put(subject.metrics, "time_to_ready_s", since(operation.ready));
      put(subject.metrics, "time_to_first_read_s", since(operation.first_read));
      put(subject.metrics, "time_to_caught_up_s", since(operation.caught_up));
      std::optional<double> bytes;
      if (operation.ready) bytes = static_cast<double>(operation.bytes_copied);
      put(subject.metrics, "bytes_copied", bytes);
      summary.operations.push_back(std::move(subject));
    }
  }

 private:
  struct Operation {
    NodeId node = no_node;
    TimeNs started = 0;
    std::optional<TimeNs> ready, first_read, caught_up;
    std::uint64_t bytes_copied = 0;
  };
  const MetricsConfig& config_;
  const Redundancy& redundancy_;
  std::vector<Operation> operations_;
};

}  // namespace writepath
