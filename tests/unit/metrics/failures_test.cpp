// What a fault cost, told fact by fact with known answers.
#include "tests/catch.hpp"
#include "tests/unit/metrics/facts_of.hpp"

using namespace writepath;

namespace {

/// Commits every 10 ms, each 2 ms long and visible 1 ms later, from `from` until `until`.
std::uint64_t load(Story& story, TimeNs from, TimeNs until, std::uint32_t epoch, std::uint64_t n) {
  for (TimeNs at = from; at < until; at += ms(10))
    story.commit_and_show(at, place(epoch, ++n), ms(1));
  return n;
}

}  // namespace

TEST_CASE("a failover: loss, and the parts of the interruption") {
  Story story;
  story.fault(10);
  std::uint64_t n = load(story, 0, ms(10'000), 1, 0);
  story.final_state.logs_on_disk = {{db1, {place(1, n)}}};
  // The last three never reached a replica; one is under way when the primary dies.
  // (Told as if the replicas had stopped at n - 3: the fork keeps no more.)
  const TxnId in_flight = story.start(ms(9999));
  story.strike(ms(10'000), 0, {db1}, CrashKind::host);
  const TxnId waiting = story.start(ms(10'001));
  story.state(FailoverMilestone{ms(13'000), db2, Milestone::detected});
  story.state(FailoverMilestone{ms(13'100), db2, Milestone::elected});
  story.state(LineageForked{ms(14'000), db2, second_epoch, place(1, n - 3)});
  story.state(RoleChanged{ms(14'000), db2, NodeRole::primary});
  story.state(FailoverMilestone{ms(14'000), db2, Milestone::recovered});
  story.state(CommitUnknown{ms(14'100), in_flight, 0, 0, ms(9999), ms(9999), web});
  story.state(CommitUnknown{ms(14'200), waiting, 0, 0, ms(10'001), ms(10'001), web});
  std::uint64_t m = n - 3;
  story.commit(ms(14'500), place(2, ++m));  // acknowledged at 14.502
  m = load(story, ms(14'510), ms(20'000), 2, m);
  const RunSummary summary = story.finish_with({place(1, n - 3), place(2, m)});

  const SubjectMetrics& fault = summary.faults.at(0);
  REQUIRE(fault.applicable);
  REQUIRE_FALSE(fault.censored);
  REQUIRE(value(fault, "rpo_transactions") == 3.0);
  REQUIRE(value(fault, "recoverable_transactions") == 3.0);
  REQUIRE(*value(fault, "rpo_s") == Approx(0.020));
  REQUIRE(value(fault, "rto_s") == 4.502);
  REQUIRE(value(fault, "detect_s") == 3.0);
  REQUIRE(*value(fault, "elect_s") == Approx(0.1));
  REQUIRE(*value(fault, "recover_s") == Approx(0.9));
  REQUIRE(*value(fault, "reconnect_s") == Approx(0.5));
  REQUIRE(*value(fault, "first_commit_s") == Approx(0.002));
  REQUIRE(*value(fault, "detect_s") + *value(fault, "elect_s") + *value(fault, "recover_s") +
              *value(fault, "reconnect_s") + *value(fault, "first_commit_s") ==
          Approx(*value(fault, "rto_s")));
  // The two unknown ones and the commit that ended the interruption.
  REQUIRE(value(fault, "commits_stalled") == 3.0);
  REQUIRE_FALSE(value(fault, "time_to_full_redundancy_s"));
  REQUIRE(value(summary, "commits_lost") == 3.0);
  REQUIRE(check(summary, "durability").verdict == CheckResult::Verdict::holds);
}

TEST_CASE("commits that go on as before were never interrupted") {
  Story story;
  story.fault(10);
  story.scenario.faults[0].restart_after_s = 5;
  std::uint64_t n = load(story, 0, ms(10'000), 1, 0);
  story.strike(ms(10'000), 0, {db3}, CrashKind::host);
  for (TimeNs at = ms(10'003); at < ms(15'000); at += ms(10)) {
    story.commit(at, place(1, ++n));
    story.show(at + ms(3), db2, place(1, n));
  }
  story.state(FaultHealed{ms(15'000), 0});
  story.state(NodeUp{ms(15'000), db3, 2, false});
  story.show(ms(15'500), db3, place(1, n - 200));  // 2 s behind
  story.show(ms(15'700), db3, place(1, n - 50));   // the next is 1.2 s old
  story.show(ms(15'900), db3, place(1, n));
  const RunSummary summary = story.finish_with({place(1, n)});
  const SubjectMetrics& fault = summary.faults.at(0);
  REQUIRE(value(fault, "rto_s") == 0.0);
  REQUIRE(value(fault, "reconnect_s") == 0.0);
  REQUIRE(value(fault, "rpo_transactions") == 0.0);
  REQUIRE(value(fault, "rpo_s") == 0.0);
  REQUIRE(value(fault, "commits_stalled") == 0.0);
  REQUIRE(value(fault, "time_to_full_redundancy_s") == 5.9);
}

TEST_CASE("a stall without failover is an interruption too") {
  Story story;
  story.fault(10);
  std::uint64_t n = load(story, 0, ms(10'000), 1, 0);
  const TxnId stalled = story.start(ms(9998));
  story.order(ms(9999), stalled, place(1, ++n));
  story.strike(ms(10'000), 0, {db2, db3}, CrashKind::host);
  const TxnId next = story.start(ms(10'010));
  story.order(ms(10'011), next, place(1, ++n));
  story.ack(ms(20'000), stalled, place(1, n - 1), ms(9998));  // semi-sync gives up
  story.ack(ms(20'001), next, place(1, n), ms(10'010));
  const RunSummary summary = story.finish_with({place(1, n)});
  const SubjectMetrics& fault = summary.faults.at(0);
  REQUIRE(value(fault, "rto_s") == 10.001);
  REQUIRE(value(fault, "detect_s") == 0.0);
  REQUIRE(*value(fault, "reconnect_s") == Approx(0.010));
  REQUIRE(*value(fault, "first_commit_s") == Approx(9.991));
  REQUIRE(value(fault, "commits_stalled") == 2.0);
}

TEST_CASE("an acknowledgement that is later lost does not end the interruption") {
  Story story;
  story.fault(10, FaultKind::partition);
  std::uint64_t n = load(story, 0, ms(10'000), 1, 0);
  story.strike(ms(10'000), 0, {}, CrashKind::process);
  // The cut-off primary goes on alone for a while.
  std::uint64_t alone = n;
  for (TimeNs at = ms(10'010); at < ms(11'000); at += ms(10)) story.commit(at, place(1, ++alone));
  story.state(LineageForked{ms(12'000), db2, second_epoch, place(1, n)});
  story.commit(ms(12'500), place(2, n + 1));
  story.final_state.logs_on_disk = {{db1, {place(1, alone - 9)}}};
  const RunSummary summary = story.finish_with({place(1, n), place(2, n + 1)});
  const SubjectMetrics& fault = summary.faults.at(0);
  REQUIRE(value(fault, "rpo_transactions") == 99.0);
  REQUIRE(value(fault, "recoverable_transactions") == 90.0);
  REQUIRE(*value(fault, "rpo_s") == Approx(0.98));
  REQUIRE(value(fault, "rto_s") == 2.502);
  REQUIRE(value(fault, "commits_stalled") == 100.0);
}

TEST_CASE("an interruption that does not end is censored") {
  Story story;
  story.fault(10);
  const std::uint64_t n = load(story, 0, ms(10'000), 1, 0);
  story.strike(ms(10'000), 0, {db1, db2, db3}, CrashKind::loss);
  story.state(
      CommitUnknown{ms(20'000), story.start(ms(10'001)), 0, 0, ms(10'001), ms(10'001), web});
  story.final_state.end = 120 * ns_per_s;
  const RunSummary summary = story.finish();  // nothing survives
  const SubjectMetrics& fault = summary.faults.at(0);
  REQUIRE(fault.censored);
  REQUIRE_FALSE(value(fault, "rto_s"));
  REQUIRE_FALSE(value(fault, "detect_s"));
  REQUIRE(value(fault, "rpo_transactions") == static_cast<double>(n));
  REQUIRE(value(fault, "recoverable_transactions") == 0.0);
  REQUIRE(*value(fault, "rpo_s") == Approx(9.99));
  REQUIRE(value(fault, "commits_stalled") == 1.0);
  REQUIRE(check(summary, "durability").verdict == CheckResult::Verdict::holds);
}

TEST_CASE("losses belong to the episode whose fork cut them off") {
  Story story;
  story.fault(10);
  story.fault(12);  // strikes before commits have gone on: the same episode
  story.fault(40);
  std::uint64_t n = load(story, 0, ms(10'000), 1, 0);
  story.strike(ms(10'000), 0, {db1}, CrashKind::host);
  story.strike(ms(12'000), 1, {store}, CrashKind::host);
  story.state(LineageForked{ms(14'000), db2, second_epoch, place(1, n - 2)});
  std::uint64_t m = load(story, ms(15'000), ms(40'000), 2, n - 2);
  story.strike(ms(40'000), 2, {db2}, CrashKind::host);
  story.state(LineageForked{ms(44'000), db3, Epoch{3}, place(2, m - 5)});
  const std::uint64_t k = load(story, ms(45'000), ms(50'000), 3, m - 5);
  const RunSummary summary = story.finish_with({place(1, n - 2), place(2, m - 5), place(3, k)});
  REQUIRE(value(summary.faults[0], "episode") == 1.0);
  REQUIRE(value(summary.faults[1], "episode") == 1.0);
  REQUIRE(value(summary.faults[2], "episode") == 2.0);
  REQUIRE(value(summary.faults[0], "rpo_transactions") == 2.0);
  REQUIRE(value(summary.faults[1], "rpo_transactions") == 2.0);
  REQUIRE(value(summary.faults[2], "rpo_transactions") == 5.0);
  REQUIRE(*value(summary.faults[0], "rto_s") == Approx(5.002));
  REQUIRE(*value(summary.faults[1], "rto_s") == Approx(3.002));
  REQUIRE(value(summary, "commits_lost") == 7.0);
  REQUIRE(check(summary, "durability").verdict == CheckResult::Verdict::holds);
}

TEST_CASE("probes tell how long writes and reads were unavailable") {
  Story story;
  story.fault(10, FaultKind::az_outage);
  story.scenario.faults[0].duration_s = 30;
  const auto probe = [&](TimeNs at, NodeId client, bool write, bool ok) {
    story.state(ProbeDone{at + ms(50), at, client, write, ok});
  };
  for (int i = 0; i < 100; ++i) probe(ms(100) * i, web, true, true);
  story.strike(ms(10'000), 0, {db1}, CrashKind::host);
  story.state(FaultStruck{ms(10'000), 0, NodeId{5}});
  for (int i = 100; i < 200; ++i) {
    probe(ms(100) * i, web, true, i >= 130);
    probe(ms(100) * i, web, false, i >= 110);
  }
  const RunSummary summary = story.finish_with({});
  REQUIRE(*value(summary.faults[0], "write_unavailable_s") == Approx(3.0));
  REQUIRE(*value(summary.faults[0], "read_unavailable_s") == Approx(1.0));
  REQUIRE(value(summary, "write_availability") == 170.0 / 200);
  REQUIRE(value(summary, "read_availability") == 0.9);
}

TEST_CASE("probes of a struck client don't count") {
  Story story;
  story.fault(10, FaultKind::az_outage);
  story.state(FaultStruck{ms(10'000), 0, no_node});
  story.state(FaultStruck{ms(10'000), 0, web});
  story.state(ProbeDone{ms(11'000), ms(10'500), web, true, false});
  story.state(FaultHealed{ms(20'000), 0});
  story.state(ProbeDone{ms(21'010), ms(21'000), web, true, true});
  const RunSummary summary = story.finish_with({});
  REQUIRE(value(summary.faults[0], "write_unavailable_s") == 0.0);
}

TEST_CASE("what options make a new primary wait is a part of its own, wherever it lies") {
  Story story;
  story.fault(10);
  std::uint64_t n = load(story, 0, ms(10'000), 1, 0);
  story.strike(ms(10'000), 0, {db1}, CrashKind::host);
  story.state(FailoverMilestone{ms(12'000), db2, Milestone::detected});
  // It starts while another one is still chosen; so does a node that has no part in it.
  story.state(ConfiguredWait{ms(13'000), db2, ms(11'500), "start"});
  story.state(ConfiguredWait{ms(13'500), db3, ms(12'000), "start"});
  story.state(FailoverMilestone{ms(13'200), db2, Milestone::elected});
  story.state(ConfiguredWait{ms(15'200), db2, ms(13'200), "promotion"});
  story.state(FailoverMilestone{ms(15'210), db2, Milestone::surveyed});
  story.state(LineageForked{ms(15'230), db2, second_epoch, place(1, n)});
  story.state(FailoverMilestone{ms(15'230), db2, Milestone::recovered});
  story.commit(ms(16'000), place(2, n + 1));
  const RunSummary summary = story.finish_with({place(1, n), place(2, n + 1)});
  const SubjectMetrics& fault = summary.faults.at(0);
  REQUIRE(value(fault, "rto_s") == 6.002);
  REQUIRE(value(fault, "detect_s") == 1.5);
  REQUIRE(*value(fault, "elect_s") == Approx(0.2));
  REQUIRE(value(fault, "start_s") == 3.5);
  REQUIRE(*value(fault, "survey_s") == Approx(0.01));
  REQUIRE(*value(fault, "recover_s") == Approx(0.02));
  REQUIRE(*value(fault, "reconnect_s") == Approx(0.77));
  REQUIRE(*value(fault, "first_commit_s") == Approx(0.002));
}

TEST_CASE("a primary that was only started again was found when its process began") {
  Story story;
  story.fault(10);
  std::uint64_t n = load(story, 0, ms(10'000), 1, 0);
  story.strike(ms(10'000), 0, {db1}, CrashKind::host);
  story.state(NodeUp{ms(13'000), db1, 2, false});
  story.state(ConfiguredWait{ms(15'000), db1, ms(13'000), "start"});
  story.state(LineageForked{ms(18'000), db1, second_epoch, place(1, n)});
  story.state(FailoverMilestone{ms(18'000), db1, Milestone::recovered});
  story.commit(ms(18'100), place(2, n + 1));
  const RunSummary summary = story.finish_with({place(1, n), place(2, n + 1)});
  const SubjectMetrics& fault = summary.faults.at(0);
  REQUIRE(value(fault, "detect_s") == 3.0);
  REQUIRE(value(fault, "elect_s") == 0.0);
  REQUIRE(value(fault, "start_s") == 2.0);
  REQUIRE(value(fault, "recover_s") == 3.0);
}

TEST_CASE("a write probe ends an interruption where no client writes") {
  Story story;
  story.fault(10);
  const std::uint64_t n = load(story, 0, ms(10'000), 1, 0);
  story.strike(ms(10'000), 0, {db1}, CrashKind::host);
  story.state(LineageForked{ms(12'000), db2, second_epoch, place(1, n)});
  story.state(FailoverMilestone{ms(12'000), db2, Milestone::recovered});
  story.state(CommitOrdered{ms(12'110), db2, no_txn, place(2, n + 1), {}});
  story.state(ProbeDone{ms(12'120), ms(12'100), web, true, true, place(2, n + 1)});
  const RunSummary summary = story.finish_with({place(1, n), place(2, n + 1)});
  REQUIRE(value(summary.faults[0], "rto_s") == 2.12);
  REQUIRE(value(summary.faults[0], "recover_s") == 2.0);
}

TEST_CASE("redundancy is back when commits go on and a restarted replica follows again") {
  Story story;
  story.fault(10);
  story.scenario.faults[0].restart_after_s = 5;
  std::uint64_t n = load(story, 0, ms(10'000), 1, 0);
  story.strike(ms(10'000), 0, {db1, db2, db3}, CrashKind::host);
  story.state(FaultHealed{ms(15'000), 0});
  for (const NodeId node : {db1, db2, db3}) story.state(NodeUp{ms(15'000), node, 2, false});
  story.commit(ms(17'000), place(1, ++n));
  story.show(ms(17'500), db2, place(1, n));
  story.show(ms(17'900), db3, place(1, n));
  const RunSummary summary = story.finish_with({place(1, n)});
  REQUIRE(value(summary.faults[0], "time_to_full_redundancy_s") == 7.9);
}

TEST_CASE("a struck replica that becomes the primary, and the old primary that follows it") {
  Story story;
  story.fault(10);
  story.scenario.faults[0].restart_after_s = 5;
  std::uint64_t n = load(story, 0, ms(10'000), 1, 0);
  story.strike(ms(10'000), 0, {db1, db2}, CrashKind::loss);
  story.state(FaultHealed{ms(15'000), 0});
  for (const NodeId node : {db1, db2}) story.state(NodeUp{ms(15'000), node, 2, true});
  story.state(LineageForked{ms(16'000), db2, second_epoch, place(1, n)});
  story.state(RoleChanged{ms(16'000), db2, NodeRole::primary});  // its data are elsewhere
  story.state(RoleChanged{ms(16'000), db1, NodeRole::replica});
  story.commit(ms(17'000), place(2, ++n));
  story.show(ms(17'100), db1, place(2, n));  // not ready yet
  story.state(ReplicaReady{ms(18'000), db1, 0});
  const RunSummary summary = story.finish_with({place(1, n - 1), place(2, n)});
  REQUIRE(value(summary.faults[0], "time_to_full_redundancy_s") == 8.0);
}

TEST_CASE("faults of other architectures are left out, absent targets marked") {
  Story story;
  story.fault(10);
  story.fault(20);
  story.scenario.faults[0].architecture = "another";
  const RunSummary summary = story.finish_with({});
  REQUIRE(summary.faults.size() == 1);
  REQUIRE(summary.faults[0].id == "fault-2");
  REQUIRE_FALSE(summary.faults[0].applicable);
  REQUIRE(summary.faults[0].metrics.empty());
}
