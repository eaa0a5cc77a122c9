#pragma once
// Listens to one run: its messages and device requests (TraceTap) and its facts. A first run finds
// out which transaction to show (TransactionChooser); a second, the same to the event, records what
// happens around it.
#include <optional>
#include <vector>

#include "sim/metrics/config.hpp"
#include "sim/observe/facts.hpp"
#include "sim/world/trace_tap.hpp"
#include "sim/world/world.hpp"

namespace writepath {

/// The acknowledged transactions of the measured window, in the order of their acknowledgements.
class TransactionChooser : public FactSink {
 public:
  TransactionChooser(TimeNs begin, TimeNs end) : begin_(begin), end_(end) {}
  void on(const CommitAcked& fact) override {
    if (fact.intended_start >= begin_ && fact.intended_start < end_)
      acked_.push_back({fact.txn, fact.commit_sent, fact.at});
  }

  struct Acked {
    TxnId txn{};
    TimeNs sent = 0, at = 0;
  };
  std::size_t count() const { return acked_.size(); }
  /// From 1.
  const Acked& number(std::uint64_t n) const { return acked_[n - 1]; }
  /// The first of those whose latency is the median (of an even number: the lower one).
  std::uint64_t median() const;

 private:
  TimeNs begin_, end_;
  std::vector<Acked> acked_;
};

class TraceRecorder : public TraceTap, public FactSink {
 public:
  struct SeenMessage {
    NodeId from, to;
    TimeNs sent, arrived;
    std::uint64_t bytes;
    Traffic traffic;
    MessageTag tag;
  };
  struct SeenRequest {
    NodeId node;
    DeviceRequest request;
  };
  struct SeenStep {
    TimeNs at;
    TxnId txn;
    std::uint32_t step;
    NodeId node;
  };

  /// Records what begins in [begin, end].
  TraceRecorder(TimeNs begin, TimeNs end) : begin_(begin), end_(end) {}

  /// When the world is complete, before it runs.
  void attach(World& world, std::vector<NodeInfo> nodes, std::vector<const char*> steps);

  std::uint32_t sent(NodeId from, NodeId to, std::uint64_t bytes, Traffic traffic,
                     const MessageTag& tag) override;
  void arrived(std::uint32_t message) override;
  void requested(const DeviceRequest& request) override;

  void on(const CommitSent& fact) override { keep(commits_sent, fact); }
  void on(const CommitAcked& fact) override { keep(commits_acked, fact); }
  void on(const CommitOrdered& fact) override { keep(commits_ordered, fact); }
  void on(const ReplicaProgress& fact) override { keep(progress, fact); }
  void on(const StepDone& fact) override {
    if (within(fact.at)) steps.push_back({fact.at, fact.txn, fact.step, fact.node});
  }
  void on(const NodeDown& fact) override { keep(downs, fact); }
  void on(const NodeUp& fact) override { keep(ups, fact); }

  TimeNs begin() const { return begin_; }
  TimeNs end() const { return end_; }

  std::vector<NodeInfo> nodes;
  std::vector<const char*> step_names;
  std::vector<SeenMessage> messages;
  std::vector<SeenRequest> requests;
  std::vector<CommitSent> commits_sent;
  std::vector<CommitAcked> commits_acked;
  std::vector<CommitOrdered> commits_ordered;
  std::vector<ReplicaProgress> progress;
  std::vector<SeenStep> steps;
  std::vector<NodeDown> downs;
  std::vector<NodeUp> ups;

 private:
  bool within(TimeNs at) const { return at >= begin_ && at <= end_; }
  template <class F>
  void keep(std::vector<F>& list, const F& fact) {
    if (within(fact.at)) list.push_back(fact);
  }
  NodeId owner(const StorageDevice* device) const;

  TimeNs begin_, end_;
  World* world_ = nullptr;
};

}  // namespace writepath
