#pragma once
// What each fault cost: lost transactions, time without commits and its parts, unavailability as
// probes saw it, and the time until nothing was missing any more. METRICS.md has the words.
#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "sim/metrics/acked_log.hpp"
#include "sim/metrics/failovers.hpp"
#include "sim/metrics/followers.hpp"
#include "sim/metrics/in_flight.hpp"
#include "sim/metrics/redundancy.hpp"
#include "sim/metrics/resumption.hpp"
#include "sim/metrics/split_brain.hpp"
#include "sim/metrics/undos.hpp"

namespace writepath {

class Failures {
 public:
  Failures(const MetricsConfig& config, const Lineage& lineage, const Redundancy& redundancy,
           const Undos& undos);

  void on(const FaultStruck& fact);
  void on(const FaultHealed& fact);
  void on(const FailoverMilestone& fact) { failovers_.on(fact); }
  void on(const ConfiguredWait& fact) { failovers_.on(fact); }
  void on(const NodeUp& fact) { failovers_.on(fact); }
  void on(const NodeDown& fact);
  void on(const ProbeDone& fact);
  void on(const HeartbeatWritten& fact);
  /// `place` under the first name of its history.
  void on(const CommitAcked& fact, LogPlace place);
  void on(const CommitFailed& fact, const TransactionState* state);
  void on(const CommitUnknown& fact);
  /// Something changed that may have made a struck node whole again.
  void repaired(TimeNs now);
  bool awaits_repair() const { return awaiting_repair_ > 0; }

  void finish(const FinalState& state, RunSummary& summary);

 private:
  struct Probes {
    std::uint64_t done = 0, failed = 0;
    TimeNs last = 0;
  };
  struct Fault {
    bool struck = false, heals = false, healed = false;
    TimeNs at = 0, healed_at = never, whole_at = never;
    std::uint32_t episode = 0;
    DurationNs usual = 0;  ///< longest wait for a commit before any fault
    Resumption resumption;
    Probes write, read;
    std::vector<NodeId> servers, clients;  ///< that it struck
  };
  struct Loss {
    std::uint64_t lost = 0, recoverable = 0;
    TimeNs first = never, last = 0;
    void add(const AckedLog::EpochLog& log, std::uint64_t after, std::uint64_t upto,
             std::uint64_t on_some_disk);
  };
  /// Of one episode, or of the run.
  struct Split {
    std::uint64_t transactions = 0;
    DurationNs both = 0;
  };
  static constexpr std::uint32_t no_episode = 0;

  void strike(Fault& fault, const FaultSpec& spec, TimeNs at);
  bool episode_is_open() const;
  void ended(TimeNs commit_sent, TimeNs at);
  std::uint32_t episode_before(TimeNs at) const;
  std::vector<Loss> losses(const AckedLog& acked, const FinalState& state) const;
  /// Positions in some server's data that the final log does not have, whether acknowledged or not.
  std::uint64_t errant(const FinalState& state) const;
  /// By episode; no_episode: a failover that no fault came before.
  std::vector<Split> splits() const;
  static void put_split(Metrics& to, const Split& split);
  void put_run(Metrics& to, const std::vector<Loss>& losses, const std::vector<Loss>& heartbeats,
               const std::vector<Split>& splits, const FinalState& state) const;
  void put_fault(SubjectMetrics& to, const Fault& fault, const Loss& loss,
                 std::optional<double> lost_heartbeats, const FinalState& state) const;
  void put_recovery(SubjectMetrics& to, const Fault& fault, const FinalState& state) const;
  void put_undo(Metrics& to, const Fault& fault) const;
  std::optional<double> unavailable_s(const Fault& fault, const Probes& probes) const;

  const MetricsConfig& config_;
  const Lineage& lineage_;
  const Redundancy& redundancy_;
  const Undos& undos_;
  std::vector<Fault> faults_;  ///< as in the scenario
  Failovers failovers_;
  SplitBrain split_brain_;
  AckedLog acked_, heartbeats_;
  std::uint64_t heartbeats_written_ = 0;
  std::uint32_t episodes_ = 0;              ///< numbered from 1
  std::uint32_t destructive_ = no_episode;  ///< the last one that could take data with it
  std::uint32_t awaiting_repair_ = 0;
  TimeNs last_ack_ = never;
  DurationNs usual_ = 0;
  Probes write_, read_;  ///< over the run
};

}  // namespace writepath
