#pragma once
// Facts: what happened, when and where. Models, clients and the nemesis state them; metrics and
// checks fold them; the fingerprint hashes them. A fact never holds a statistic.
//
// Each fact lists its fields once, by `fields(visitor)`: fingerprint, events.ndjson and tests use
// that.
#include <cstdint>

#include "sim/core/ids.hpp"
#include "sim/core/time.hpp"
#include "sim/observe/facts_of_clients.hpp"
#include "sim/observe/facts_of_data.hpp"
#include "sim/observe/facts_of_nodes.hpp"

namespace writepath {
// ---- facts of the nemesis and the runner -------------------------------------------------------

struct FaultStruck {
  static constexpr const char* name = "fault_struck";
  TimeNs at;
  std::uint32_t fault;
  NodeId node;  ///< once for each node hit; no_node: for the fault itself
  template <class V>
  void fields(V&& v) const {
    v("t_ns", at);
    v("fault", fault);
    v("node", node);
  }
};
struct FaultHealed {
  static constexpr const char* name = "fault_healed";
  TimeNs at;
  std::uint32_t fault;
  template <class V>
  void fields(V&& v) const {
    v("t_ns", at);
    v("fault", fault);
  }
};
struct OperationStarted {
  static constexpr const char* name = "operation_started";
  TimeNs at;
  std::uint32_t operation;
  NodeId node;
  template <class V>
  void fields(V&& v) const {
    v("t_ns", at);
    v("operation", operation);
    v("node", node);
  }
};

/// Visits every fact type; keeps lists (sink, fingerprint, ndjson) in step.
// clang-format off
#define WRITEPATH_FOR_EACH_FACT(X)                                                           \
  X(TransactionStarted) X(CommitSent) X(CommitAcked) X(CommitFailed) X(CommitUnknown)        \
  X(ReadDone) X(ProbeDone) X(CommitOrdered) X(StepDone) X(ReplicaProgress) X(LogAdvanced)    \
  X(LagReported) X(RecordsMet) X(NodeDown) X(NodeUp) X(RoleChanged) X(LineageForked)         \
  X(FailoverMilestone) X(ReplicaReady) X(ModeChanged) X(FaultStruck) X(FaultHealed)          \
  X(OperationStarted) X(RolledBack) X(HeartbeatWritten) X(ApplierMet) X(BoxcarSent)          \
  X(BufferPoolUsed) X(PageRead) X(LogKept) X(ConfiguredWait) X(MembershipChanged)             \
  X(StorageReplaced) X(RegisterInvoked) X(RegisterDone) X(CommitRetried)                     \
  X(FoundInFlight) X(Undone)
// clang-format on

/// Who folds facts. Called in the order in which they were stated, at the simulated instant.
class FactSink {
 public:
  virtual ~FactSink() = default;
#define WRITEPATH_SINK(F) \
  virtual void on(const F&) {}
  WRITEPATH_FOR_EACH_FACT(WRITEPATH_SINK)
#undef WRITEPATH_SINK
};

}  // namespace writepath
