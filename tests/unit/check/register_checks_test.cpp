// What the registers' checks say of a stale read and of a lost write, by what the architecture
// promises.
#include "sim/check/register_checks.hpp"

#include "sim/metrics/find_metric.hpp"
#include "tests/catch.hpp"

using namespace writepath;

namespace {

using Verdict = CheckResult::Verdict;

LogPlace at(std::uint32_t epoch, std::uint64_t seq) { return {Epoch{epoch}, CommitSeq{seq}}; }

/// One client's operations on register 0 one after another, each 10 ms long.
class Story {
 public:
  Story() {
    scenario_.workload.registers.enabled = true;
    scenario_.workload.registers.count = 2;
    config.scenario = &scenario_;
    config.nodes = {{.id = NodeId{0}, .name = "db1", .az = "a"},
                    {.id = NodeId{1}, .name = "client.registers.a", .az = "a"}};
  }
  void reads_from(ReadLoad::Target target) { scenario_.workload.registers.target = target; }
  void write(std::uint32_t client, LogPlace place) {
    const TxnId txn{++last_};
    checks_.on(RegisterInvoked{now_ += ms, NodeId{1}, client, 0, true, txn});
    checks_.on(CommitOrdered{now_, NodeId{0}, txn, place, Lsn{0}});
    checks_.on(RegisterDone{now_ += 9 * ms, NodeId{1}, NodeId{0}, client, 0, true,
                            RegisterOutcome::ok, place});
  }
  void read(std::uint32_t client, LogPlace seen) {
    checks_.on(RegisterInvoked{now_ += ms, NodeId{1}, client, 0, false, no_txn});
    checks_.on(RegisterDone{now_ += 9 * ms, NodeId{1}, NodeId{0}, client, 0, false,
                            RegisterOutcome::ok, seen});
  }
  void fork(std::uint32_t epoch, LogPlace kept) {
    checks_.on(LineageForked{.at = now_, .node = NodeId{0}, .epoch = Epoch{epoch}, .kept = kept});
  }
  void strike(FaultKind kind, CrashKind crash) {
    FaultSpec fault;
    fault.kind = kind;
    fault.crash = crash;
    scenario_.faults.push_back(fault);
    checks_.on(FaultStruck{now_, static_cast<std::uint32_t>(scenario_.faults.size() - 1), no_node});
  }
  CheckResult judge(const char* name, LogEnds final_log = {}) {
    FinalState state;
    state.surviving_log = std::move(final_log);
    summary = {};
    checks_.finish(state, summary);
    for (const CheckResult& result : summary.checks)
      if (result.name == name) return result;
    throw std::runtime_error(std::string("no check ") + name);
  }
  double metric(const char* name) { return find_metric(summary, name)->value.value(); }

  MetricsConfig config;
  RunSummary summary;

 private:
  static constexpr DurationNs ms = ns_per_ms;
  Scenario scenario_;
  TimeNs now_ = 0;
  std::uint64_t last_ = 0;
  RegisterChecks checks_{config};
};

bool says(const CheckResult& result, const char* words) {
  return result.witness.find(words) != std::string::npos;
}

void stale_read(Story& story) {
  story.write(0, at(1, 5));
  story.write(0, at(1, 6));
  story.read(1, at(1, 5));
}

void lost_write(Story& story) {
  story.write(0, at(1, 5));
  story.write(0, at(1, 6));
  story.fork(2, at(1, 5));
  story.read(0, at(2, 5));
}

}  // namespace

TEST_CASE("a good history holds, and is counted") {
  Story story;
  story.write(0, at(1, 5));
  story.read(1, at(1, 5));
  CHECK(story.judge("linearizability").verdict == Verdict::holds);
  CHECK(story.judge("linearizability").witness.empty());
  CHECK(story.judge("session_guarantees").verdict == Verdict::holds);
  CHECK(story.metric("register_operations") == 2);
  CHECK(story.metric("registers_not_linearizable") == 0);
}

TEST_CASE("a stale read at the primary breaks what every architecture promises") {
  for (const bool may_lose : {false, true}) {
    Story story;
    story.config.may_read_what_is_lost = may_lose;
    stale_read(story);
    const CheckResult result = story.judge("linearizability");
    CHECK(result.verdict == Verdict::broken);
    CHECK(result.witness ==
          "process 1 at client.registers.a read 1 from register 0 at db1, from 0.021000000 s to "
          "0.030000000 s, but before that process 0 at client.registers.a wrote 2 to register 0 at "
          "db1, from 0.011000000 s to 0.020000000 s; what was read now is of a history that lacks "
          "it");
    CHECK(story.metric("registers_not_linearizable") == 1);
    // The reader had seen nothing before.
    CHECK(story.judge("session_guarantees").verdict == Verdict::holds);
  }
}

TEST_CASE("of replicas no fresh reads are promised") {
  for (const ReadLoad::Target target : {ReadLoad::Target::replicas, ReadLoad::Target::any}) {
    Story story;
    story.reads_from(target);
    stale_read(story);
    story.read(0, at(1, 5));
    for (const char* name : {"linearizability", "session_guarantees"}) {
      const CheckResult result = story.judge(name);
      CHECK(result.verdict == Verdict::holds);
      CHECK(says(result, "does not promise"));
    }
    CHECK(story.metric("read_your_writes_violations") == 1);
  }
}

TEST_CASE("writes out of their session's order break the promise, wherever reads go") {
  Story story;
  story.reads_from(ReadLoad::Target::replicas);
  story.write(0, at(1, 6));
  story.write(0, at(1, 5));
  const CheckResult result = story.judge("session_guarantees");
  CHECK(result.verdict == Verdict::broken);
  CHECK(says(result, "monotonic_writes: process 0"));
}

TEST_CASE("a lost write breaks the promise of who may not lose any") {
  Story strict, loose;
  loose.config.may_read_what_is_lost = true;
  lost_write(strict);
  lost_write(loose);
  for (const char* name : {"linearizability", "session_guarantees"}) {
    CHECK(strict.judge(name, {at(1, 5), at(2, 6)}).verdict == Verdict::broken);
    const CheckResult allowed = loose.judge(name, {at(1, 5), at(2, 6)});
    CHECK(allowed.verdict == Verdict::holds);
    CHECK(says(allowed, "does not promise"));
  }
}

TEST_CASE("whether disks that were lost may take a write with them, it can't tell") {
  const auto verdict_with = [](FaultKind kind, CrashKind crash) {
    Story story;
    story.strike(kind, crash);
    lost_write(story);
    return story.judge("linearizability", {at(1, 5), at(2, 6)});
  };
  CHECK(verdict_with(FaultKind::node_crash, CrashKind::loss).verdict == Verdict::unknown);
  CHECK(verdict_with(FaultKind::volume_loss, CrashKind::host).verdict == Verdict::unknown);
  CHECK(verdict_with(FaultKind::node_crash, CrashKind::host).verdict == Verdict::broken);
  CHECK(verdict_with(FaultKind::partition, CrashKind::host).verdict == Verdict::broken);
  // A stale read is no loss.
  Story story;
  story.strike(FaultKind::node_crash, CrashKind::loss);
  stale_read(story);
  CHECK(story.judge("linearizability", {at(1, 6)}).verdict == Verdict::broken);
}
