#include "sim/check/register_checks.hpp"

#include <algorithm>

#include "sim/check/words.hpp"
#include "sim/core/check.hpp"
#include "sim/metrics/register_metrics.hpp"

namespace writepath {
namespace {

using Verdict = Linearizability::Verdict;

/// One register's operations as the deciders want them. A write in doubt that nobody read may as
/// well not have taken place, and a failed operation did not.
struct Extract {
  std::vector<TimedOperation> history;
  std::vector<std::size_t> of;  ///< its operations' numbers in the whole history
};

/// By register.
std::vector<Extract> extracts(const std::vector<RegisterOperation>& all, std::size_t registers) {
  FlatMap<bool> was_read;
  for (const RegisterOperation& o : all)
    if (!o.write && o.outcome == RegisterOutcome::ok) was_read[o.value] = true;
  std::vector<Extract> extracts(registers);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const RegisterOperation& o = all[i];
    const bool took_place = o.outcome == RegisterOutcome::ok;
    const bool may_have = o.write && o.outcome == RegisterOutcome::info && was_read.find(o.value);
    if (!took_place && !may_have) continue;
    const std::uint64_t ret = took_place ? o.done : TimedOperation::never;
    extracts[o.of].history.push_back({o.invoked, ret, o.write, o.value});
    extracts[o.of].of.push_back(i);
  }
  return extracts;
}

std::string words_of_value(std::uint64_t value) {
  return value == 0 ? "nothing" : std::to_string(value);
}

}  // namespace

void RegisterChecks::on(const FaultStruck& fact) {
  const FaultSpec& fault = config_.scenario->faults[fact.fault];
  const bool crash = fault.kind == FaultKind::node_crash && fault.crash == CrashKind::loss;
  if (crash || fault.kind == FaultKind::volume_loss) disks_lost_at_ = fact.at;
}

// ---- promises

bool RegisterChecks::reads_at_primary() const {
  return config_.scenario->workload.registers.target == ReadLoad::Target::primary;
}

RegisterChecks::Promise RegisterChecks::promise_of_linearizability() const {
  if (!reads_at_primary()) return Promise::none;
  return config_.may_read_what_is_lost ? Promise::kept_without_failover : Promise::kept_always;
}

RegisterChecks::Promise RegisterChecks::promise_of(SessionGuarantee guarantee) const {
  const bool of_reads = guarantee == SessionGuarantee::read_your_writes ||
                        guarantee == SessionGuarantee::monotonic_reads;
  if (of_reads && !reads_at_primary()) return Promise::none;
  return config_.may_read_what_is_lost ? Promise::kept_without_failover : Promise::kept_always;
}

bool RegisterChecks::is_due(Promise promise) const {
  return promise == Promise::kept_always ||
         (promise == Promise::kept_without_failover && lineage_.forks().empty());
}

/// Whether acknowledged writes went with disks: whether more was lost than the architecture may
/// lose, this can't tell.
bool RegisterChecks::lost_with_disks(const Operations& all, const FinalState& state) const {
  return disks_lost_at_ != never && std::any_of(all.begin(), all.end(), [&](const auto& o) {
           return o.write && o.outcome == RegisterOutcome::ok &&
                  !survives(lineage_, o.place, state.surviving_log);
         });
}

CheckResult RegisterChecks::verdict(const char* name, bool due, std::string witness,
                                    const Operations& all, const FinalState& state) const {
  CheckResult result{CheckResult::Verdict::holds, name, std::move(witness)};
  if (result.witness.empty()) return result;
  if (!due) {
    result.witness += "; the architecture does not promise otherwise";
  } else if (lost_with_disks(all, state)) {
    result.verdict = CheckResult::Verdict::unknown;
    result.witness += "; disks were lost " + words_at(disks_lost_at_);
  } else {
    result.verdict = CheckResult::Verdict::broken;
  }
  return result;
}

// ---- words

/// "process 3 at client.registers.a read 17 from register 2 at db1, from 12.3 s to 12.4 s"
std::string RegisterChecks::words_of(const Operations& all, std::size_t operation) const {
  const RegisterOperation& o = all[operation];
  std::string words = "process " + std::to_string(o.process) + " at " + name_in(config_, o.node);
  words += o.write ? " wrote " : " read ";
  words += words_of_value(o.value) + (o.write ? " to" : " from") + " register " +
           std::to_string(o.of) + " at " + name_in(config_, o.server) + ", from " +
           words_at(o.invoked_at).substr(3);
  if (o.outcome == RegisterOutcome::info) return words + ", and never had an answer";
  return words + " to " + words_at(o.done_at).substr(3);
}

/// The latest operation that ended before the culprit began and knew a newer value, if one does.
std::string RegisterChecks::why(const Operations& all, std::size_t culprit) const {
  const RegisterOperation& read = all[culprit];
  FlatMap<std::size_t> write_of;
  for (std::size_t i = 0; i < all.size(); ++i)
    if (all[i].write) write_of[all[i].value] = i;
  const std::size_t* write = write_of.find(read.value);
  const bool never_written = read.value == 0;
  std::size_t newer = all.size();
  for (std::size_t i = 0; i < all.size() && !read.write && (never_written || write); ++i) {
    const RegisterOperation& o = all[i];
    const bool earlier =
        o.of == read.of && o.outcome == RegisterOutcome::ok && o.done < read.invoked;
    const std::size_t* other = earlier ? write_of.find(o.value) : nullptr;
    if (!other || o.value == read.value) continue;
    if (!never_written && all[*other].invoked < all[*write].done) continue;
    if (newer == all.size() || o.done > all[newer].done) newer = i;
  }
  if (newer == all.size()) return "and no order of the operations up to its end explains it";
  std::string words = "but before that " + words_of(all, newer);
  if (all[*write_of.find(all[newer].value)].outcome != RegisterOutcome::ok)
    words += ", a value whose write was never acknowledged";
  if (!lineage_.covers(read.place, all[newer].version))
    words += "; what was read now is of a history that lacks it";
  return words;
}

// ---- judging

RegisterChecks::Judged RegisterChecks::judge_registers(const Operations& all) const {
  Judged judged;
  std::size_t first = all.size();
  std::string note;
  const auto registers = static_cast<std::size_t>(config_.scenario->workload.registers.count);
  const std::vector<Extract> parts = extracts(all, registers);
  for (std::size_t r = 0; r < registers; ++r) {
    const Extract& part = parts[r];
    const Verdict by_zones = judge_by_zones(part.history);
    const Linearizability found = search_linearization(part.history);
    judged.configurations += found.configurations;
    WRITEPATH_CHECK(found.verdict == Verdict::unknown || found.verdict == by_zones,
                    "two deciders of linearizability disagree");
    if (by_zones == Verdict::linearizable) continue;
    ++judged.broken_registers;
    if (found.verdict == Verdict::unknown) {
      note = "register " + std::to_string(r) + " by its zones alone: the search for an order was " +
             "given up after " + std::to_string(most_configurations) + " configurations";
      continue;
    }
    const std::size_t culprit = part.of[found.culprit];
    if (first == all.size() || all[culprit].done < all[first].done) first = culprit;
  }
  if (first < all.size()) judged.witness = words_of(all, first) + ", " + why(all, first);
  if (judged.witness.empty()) judged.witness = note;
  return judged;
}

CheckResult RegisterChecks::judge_sessions_of(const Operations& all,
                                              const SessionFindings& findings,
                                              const FinalState& state) const {
  std::string witness, allowed;
  for (std::size_t g = 0; g < session_guarantees; ++g) {
    const auto guarantee = static_cast<SessionGuarantee>(g);
    const SessionFindings::Finding& finding = findings[guarantee];
    if (finding.violations == 0) continue;
    const std::string words = std::string(name_of(guarantee)) + ": " +
                              words_of(all, finding.operation) +
                              ", without what it had before: " + words_of(all, finding.missed);
    std::string& to = is_due(promise_of(guarantee)) ? witness : allowed;
    if (to.empty()) to = words;
  }
  const bool due = !witness.empty();
  return verdict("session_guarantees", due, due ? witness : allowed, all, state);
}

void RegisterChecks::finish(const FinalState& state, RunSummary& summary) const {
  const Operations all = operations();
  const Judged judged = judge_registers(all);
  const SessionFindings findings = judge_sessions(all, lineage_);
  summary.checks.push_back(
      verdict("linearizability", is_due(promise_of_linearizability()), judged.witness, all, state));
  summary.checks.push_back(judge_sessions_of(all, findings, state));

  const auto count = [&](RegisterOutcome outcome) {
    return static_cast<double>(
        std::count_if(all.begin(), all.end(), [&](const auto& o) { return o.outcome == outcome; }));
  };
  Metrics& metrics = summary.metrics;
  set(metrics, "register_operations", static_cast<double>(all.size()));
  set(metrics, "register_operations_failed", count(RegisterOutcome::fail));
  set(metrics, "register_operations_in_doubt", count(RegisterOutcome::info));
  set(metrics, "registers_not_linearizable", static_cast<double>(judged.broken_registers));
  for (std::size_t g = 0; g < session_guarantees; ++g)
    set(metrics, std::string(name_of(static_cast<SessionGuarantee>(g))) + "_violations",
        static_cast<double>(findings.of[g].violations));
}

}  // namespace writepath
