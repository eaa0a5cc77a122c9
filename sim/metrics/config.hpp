#pragma once
// What the folds must know of a run before its first fact, and what they are told after its last.
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "sim/core/ids.hpp"
#include "sim/metrics/run_summary.hpp"
#include "sim/scenario/scenario.hpp"

namespace writepath {

/// A node of the run. NodeId is its index in MetricsConfig::nodes.
struct NodeInfo {
  NodeId id;
  std::string name, az;
  NodeRole role = NodeRole::primary;         ///< at the start
  bool present = true;                       ///< false: joins by an operation
  StorageKind storage = StorageKind::local;  ///< attached volumes outlive a crash of kind `loss`
};

struct MetricsConfig {
  const Scenario* scenario = nullptr;
  const ArchitectureSpec* architecture = nullptr;
  std::vector<NodeInfo> nodes;
  std::vector<const char*> steps;  ///< of the model's write path; StepDone::step indexes it
  /// The i-th key of a transaction with this seed: KeyChooser::key.
  std::function<Key(std::uint64_t key_seed, std::uint32_t i)> key_of;
  TimeNs window_begin = 0;  ///< a commit counts if its intended start lies in [begin, end)
  TimeNs window_end = 0;
  std::uint64_t seed = 0;  ///< of this run
  /// The architecture says that a read may see what a fault later takes away (MySQL shows a
  /// transaction before any replica has it). Then the visibility check reports, but doesn't break.
  bool may_read_what_is_lost = false;
  /// So long after the last disturbance a replica may still wait for a timeout of its architecture.
  DurationNs repairs_within = 0;
  /// The architecture says that a replica may show a transaction before an earlier one. Then the
  /// order check reports, but doesn't break.
  bool may_show_gaps = false;
  /// The architecture says that acknowledged transactions may stand in a process's memory only:
  /// what a process crash takes with it is that fault's loss.
  bool loses_with_process = false;
};

/// A history as the model gives it: the last position of each epoch, in order; empty: nothing.
using LogEnds = std::vector<LogPlace>;

/// What stands when the run has settled.
struct FinalState {
  struct NodeLog {
    NodeId node;
    LogEnds log;
  };
  struct Replica {
    NodeId node;
    LogPlace visible;
  };

  TimeNs end = 0;
  bool has_primary = true;  ///< somebody accepts writes
  LogEnds surviving_log;
  std::vector<NodeLog> logs_on_disk;  ///< of each node, surviving or not
  std::vector<Replica> live_replicas;
  std::vector<IoRow> io;            ///< within the measured window
  std::vector<TrafficRow> traffic;  ///< within the measured window
  std::uint32_t storage_nodes = 0;  ///< that wrote something in it
  std::uint64_t fingerprint = 0, events = 0;
};

}  // namespace writepath
