#pragma once
// The registers' history, judged: two more checks of a run with workload.registers, and their
// figures as metrics.
//   linearizability     every register's history has an order that real time allows
//   session_guarantees  what each client saw fits what it had done and seen
//
// What an architecture promises. That may not lose what was read or acknowledged
// (ModelFactory::may_read_what_is_lost is not set): with reads at the primary linearizability and
// all four guarantees; with reads elsewhere monotonic writes and writes that follow reads, for
// writes go to one primary, while replicas lag and a session may change from one to another. Any
// other architecture: the same until a failover has cut off history, and nothing from then on.
// What is not promised is reported, and breaks nothing.
//
// A limit: no source gives Aurora a lease for reads. A writer that was replaced while it was cut
// off may answer clients beside it that only read, from its memory, until they learn of the new
// one; this check would call that broken. Clients here write, too, and leave it at the first write
// that finds no quorum.
#include <string>
#include <vector>

#include "sim/check/linearizability.hpp"
#include "sim/check/register_history.hpp"
#include "sim/check/session_guarantees.hpp"
#include "sim/metrics/config.hpp"
#include "sim/metrics/lineage.hpp"
#include "sim/metrics/run_summary.hpp"

namespace writepath {

class RegisterChecks final : public FactSink {
 public:
  explicit RegisterChecks(const MetricsConfig& config) : config_(config) {}

  void on(const RegisterInvoked& fact) override { history_.on(fact); }
  void on(const RegisterDone& fact) override { history_.on(fact); }
  void on(const CommitOrdered& fact) override { history_.on(fact); }
  void on(const LineageForked& fact) override { lineage_.on(fact); }
  void on(const FaultStruck& fact) override;

  /// After the last fact. Adds its checks and metrics to the summary.
  void finish(const FinalState& state, RunSummary& summary) const;
  /// The history, for who writes it down.
  std::vector<RegisterOperation> operations() const { return history_.operations(lineage_); }

 private:
  using Operations = std::vector<RegisterOperation>;
  enum class Promise { kept_always, kept_without_failover, none };
  struct Judged {
    std::uint64_t broken_registers = 0;
    std::uint64_t configurations = 0;
    std::string witness;  ///< of the first culprit by time
  };

  bool reads_at_primary() const;
  Promise promise_of_linearizability() const;
  Promise promise_of(SessionGuarantee guarantee) const;
  bool is_due(Promise promise) const;
  CheckResult verdict(const char* name, bool due, std::string witness, const Operations& all,
                      const FinalState& state) const;
  bool lost_with_disks(const Operations& all, const FinalState& state) const;

  Judged judge_registers(const Operations& all) const;
  std::string words_of(const Operations& all, std::size_t operation) const;
  std::string why(const Operations& all, std::size_t culprit) const;
  CheckResult judge_sessions_of(const Operations& all, const SessionFindings& findings,
                                const FinalState& state) const;

  const MetricsConfig& config_;
  Lineage lineage_;
  RegisterHistory history_;
  TimeNs disks_lost_at_ = never;
};

}  // namespace writepath
