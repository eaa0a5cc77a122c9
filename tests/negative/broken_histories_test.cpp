// Histories that must not happen. Each is caught by its own check and by no other; the same story
// told right is passed by all.
#include <functional>

#include "tests/catch.hpp"
#include "tests/unit/metrics/facts_of.hpp"

using namespace writepath;

namespace {

using Verdict = CheckResult::Verdict;

/// The named check is broken, with a witness; all the others hold.
void require_only_broken(const RunSummary& summary, const std::string& name,
                         const std::string& witness) {
  REQUIRE(summary.checks.size() == 4);
  for (const CheckResult& result : summary.checks) {
    INFO(result.name << ": " << result.witness);
    if (result.name == name) {
      CHECK(result.verdict == Verdict::broken);
      CHECK(result.witness.find(witness) != std::string::npos);
    } else {
      CHECK(result.verdict == Verdict::holds);
    }
  }
}

void require_all_hold(const RunSummary& summary) {
  REQUIRE(summary.checks.size() == 4);
  for (const CheckResult& result : summary.checks) {
    INFO(result.name << ": " << result.witness);
    CHECK(result.verdict == Verdict::holds);
  }
}

/// Ten commits, one each 100 ms, shown 1 ms after their acknowledgement.
void ten_commits(Story& story) {
  for (std::uint64_t n = 1; n <= 10; ++n)
    story.commit_and_show(static_cast<TimeNs>(n) * ms(100), place(1, n), ms(1));
}

}  // namespace

TEST_CASE("a history without blemish passes every check") {
  Story story;
  ten_commits(story);
  require_all_hold(story.finish_with({place(1, 10)}));
}

TEST_CASE("durability: acknowledged, then gone without a fault") {
  Story story;
  ten_commits(story);
  // Nobody but the clients remembers the last two.
  const TxnId a = story.start(ms(2000)), b = story.start(ms(2000));
  story.order(ms(2001), a, place(1, 11));
  story.order(ms(2001), b, place(1, 12));
  story.ack(ms(2002), a, place(1, 11), ms(2000));
  story.ack(ms(2002), b, place(1, 12), ms(2000));
  require_only_broken(story.finish_with({place(1, 10)}), "durability",
                      "2 acknowledged transactions are not in the final log, 0 of them lost by a "
                      "fault; the first: epoch 1 position 11");
}

TEST_CASE("durability: a fork without a fault excuses nothing") {
  Story story;
  ten_commits(story);
  story.commit(ms(2000), place(1, 11));
  story.state(LineageForked{ms(3000), db1, second_epoch, place(1, 10)});
  require_only_broken(story.finish_with({place(1, 10), place(2, 10)}), "durability", "position 11");
}

TEST_CASE("durability: a failover without any fault that goes on without a commit") {
  Story story;
  ten_commits(story);
  story.commit(ms(1400), place(1, 11));
  story.state(LineageForked{ms(3000), db2, second_epoch, place(1, 10)});
  const RunSummary summary = story.finish_with({place(1, 10), place(2, 10)});
  CHECK(check(summary, "durability").verdict == Verdict::broken);
  CHECK(check(summary, "durability").witness ==
        "1 acknowledged transactions are not in the final log, 0 of them lost by a fault; the "
        "first: epoch 1 position 11; the failover at 3.000000000 s went on without it");
}

TEST_CASE("durability: a process that dies takes nothing with it") {
  Story story;
  story.fault(1.5);
  ten_commits(story);
  story.commit(ms(1400), place(1, 11));
  story.strike(ms(1500), 0, {db1}, CrashKind::process);
  require_only_broken(story.finish_with({place(1, 10)}), "durability", "position 11");
}

TEST_CASE("durability: a process that keeps commits in its memory takes them with it") {
  Story story;
  story.fault(1.5);
  story.config.loses_with_process = true;
  ten_commits(story);
  story.commit(ms(1400), place(1, 11));
  story.strike(ms(1500), 0, {db1}, CrashKind::process);
  const RunSummary summary = story.finish_with({place(1, 10)});
  require_all_hold(summary);
  CHECK(find_metric(summary.faults[0].metrics, "rpo_transactions")->value == 1.0);
}

TEST_CASE("durability: what a host crash and its failover lose is counted, not broken") {
  Story story;
  story.fault(1.5);
  ten_commits(story);
  story.commit(ms(1400), place(1, 11));
  story.strike(ms(1500), 0, {db1}, CrashKind::host);
  story.state(LineageForked{ms(3000), db2, second_epoch, place(1, 10)});
  require_all_hold(story.finish_with({place(1, 10), place(2, 10)}));
}

TEST_CASE("durability: an acknowledged heartbeat that is gone without a fault") {
  Story story;
  story.scenario.workload.heartbeat.enabled = true;
  ten_commits(story);
  story.order(ms(2001), TxnId{900}, place(1, 11));
  story.state(HeartbeatWritten{ms(2002), db1, TxnId{900}, place(1, 11), ms(2000)});
  require_only_broken(story.finish_with({place(1, 10)}), "durability",
                      "1 acknowledged heartbeats are not in the final log, 0 of them lost");
}

TEST_CASE("durability: a heartbeat that a failover lost is counted, apart from the commits") {
  Story story;
  story.scenario.workload.heartbeat.enabled = true;
  story.fault(2.5);
  ten_commits(story);
  story.order(ms(2001), TxnId{900}, place(1, 11));
  story.state(HeartbeatWritten{ms(2002), db1, TxnId{900}, place(1, 11), ms(2000)});
  story.strike(ms(2500), 0, {db1}, CrashKind::host);
  story.state(LineageForked{ms(3000), db2, second_epoch, place(1, 10)});
  const RunSummary summary = story.finish_with({place(1, 10), place(2, 10)});
  require_all_hold(summary);
  CHECK(value(summary, "heartbeats_written") == 1.0);
  CHECK(value(summary, "heartbeats_lost") == 1.0);
  CHECK(value(summary, "commits_lost") == 0.0);
  CHECK(value(summary.faults.at(0), "rpo_heartbeats") == 1.0);
  CHECK(value(summary.faults.at(0), "rpo_transactions") == 0.0);
}

TEST_CASE("order: a gap in the commit order") {
  Story story;
  ten_commits(story);
  story.order(ms(2000), story.start(ms(2000)), place(1, 12));
  require_only_broken(story.finish_with({place(1, 10)}), "order",
                      "db1 at 2.000000000 s: epoch 1 position 12 was ordered after position 10");
}

TEST_CASE("order: the same position twice") {
  Story story;
  ten_commits(story);
  story.order(ms(2000), story.start(ms(2000)), place(1, 10));
  require_only_broken(story.finish_with({place(1, 10)}), "order", "position 10 was ordered after");
}

TEST_CASE("order: an epoch that no fork began") {
  Story story;
  ten_commits(story);
  story.order(ms(2000), story.start(ms(2000)), place(7, 11));
  require_only_broken(story.finish_with({place(1, 10)}), "order", "no fork began");
}

TEST_CASE("order: a new epoch that keeps what never was") {
  Story story;
  ten_commits(story);
  story.state(LineageForked{ms(2000), db2, second_epoch, place(1, 15)});
  story.final_state.live_replicas = {{db2, place(1, 10)}};
  story.final_state.surviving_log = {place(1, 10)};
  require_only_broken(story.finish(), "order",
                      "keeps epoch 1 position 15, which was never ordered");
}

TEST_CASE("order: a replica shows what was never ordered") {
  Story story;
  ten_commits(story);
  story.show(ms(2000), db2, place(1, 11));
  require_only_broken(story.finish_with({place(1, 10)}), "order",
                      "position 11, which was never ordered");
}

TEST_CASE("order: a replica goes back") {
  Story story;
  ten_commits(story);
  story.show(ms(2000), db2, place(1, 9));
  require_only_broken(story.finish_with({place(1, 10)}), "order",
                      "db2 at 2.000000000 s: visible epoch 1 position 9 after epoch 1 position 10");
}

TEST_CASE("order: a replica shows a transaction before an earlier one") {
  Story story;
  ten_commits(story);
  story.commit(ms(2000), place(1, 11));
  story.commit(ms(2000), place(1, 12));
  story.state(ApplierMet{ms(2004), db2, ApplierAction::committed_ahead, place(1, 12)});
  for (const NodeId replica : {db2, db3}) story.show(ms(2005), replica, place(1, 12));
  require_only_broken(story.finish_with({place(1, 12)}), "order",
                      "db2 at 2.004000000 s: shows epoch 1 position 12 before an earlier one");
}

TEST_CASE("order: an architecture may say that its replicas show gaps") {
  Story story;
  story.config.may_show_gaps = true;
  ten_commits(story);
  story.commit(ms(2000), place(1, 11));
  story.commit(ms(2000), place(1, 12));
  story.state(ApplierMet{ms(2004), db2, ApplierAction::committed_ahead, place(1, 12)});
  for (const NodeId replica : {db2, db3}) story.show(ms(2005), replica, place(1, 12));
  const RunSummary summary = story.finish_with({place(1, 12)});
  require_all_hold(summary);
  CHECK(summary.checks[1].witness.find("the architecture allows it") != std::string::npos);
}

TEST_CASE("order: after a restart it may begin with less") {
  Story story;
  ten_commits(story);
  story.state(NodeDown{ms(1500), db2, CrashKind::host});
  story.state(NodeUp{ms(1800), db2, 2, false});
  story.show(ms(2000), db2, place(1, 9));
  story.show(ms(2000), db2, place(1, 10));
  require_all_hold(story.finish_with({place(1, 10)}));
}

TEST_CASE("order: a replica shows a transaction of which it has a part only") {
  Story story;
  ten_commits(story);
  story.commit(ms(2000), place(1, 11));
  story.state(ReplicaProgress{ms(2003), db2, ReplicaStage::received, place(1, 11)});
  story.state(ReplicaProgress{ms(2003), db2, ReplicaStage::applied, place(1, 10)});
  story.show(ms(2004), db2, place(1, 11));
  story.show(ms(2004), db3, place(1, 11));
  require_only_broken(story.finish_with({place(1, 11)}), "order",
                      "visible epoch 1 position 11, but applied only epoch 1 position 10");
}

TEST_CASE("order: a replica shows what it has not received") {
  Story story;
  ten_commits(story);
  story.commit(ms(2000), place(1, 11));
  story.state(ReplicaProgress{ms(2003), db2, ReplicaStage::received, place(1, 10)});
  story.show(ms(2004), db2, place(1, 11));
  story.show(ms(2004), db3, place(1, 11));
  require_only_broken(story.finish_with({place(1, 11)}), "order", "but received only");
}

TEST_CASE("order: a replica crosses to a history that lacks what it has applied") {
  Story story;
  story.fault(1.5);
  ten_commits(story);
  story.commit(ms(1400), place(1, 11));
  story.show(ms(1450), db3, place(1, 11));
  story.strike(ms(1500), 0, {db1}, CrashKind::host);
  story.state(LineageForked{ms(2000), db2, second_epoch, place(1, 10)});
  story.order(ms(3000), story.start(ms(3000)), place(2, 11));
  SECTION("as if nothing were") {
    story.show(ms(3003), db3, place(2, 11));
    require_only_broken(story.finish_with({place(1, 10), place(2, 11)}), "order",
                        "a history without its own epoch 1 position 11");
  }
  SECTION("rebuilt") {
    story.state(ReplicaReady{ms(3002), db3, 1000});
    story.show(ms(3003), db3, place(2, 11));
    require_all_hold(story.finish_with({place(1, 10), place(2, 11)}));
  }
}

TEST_CASE("visibility: a read saw what was lost") {
  Story story;
  story.fault(1.5);
  ten_commits(story);
  story.commit(ms(1400), place(1, 11));
  story.state(ReadDone{ms(1451), ms(1450), web, db1, 11, place(1, 11), true});
  story.strike(ms(1500), 0, {db1}, CrashKind::host);
  story.state(LineageForked{ms(2000), db2, second_epoch, place(1, 10)});
  require_only_broken(
      story.finish_with({place(1, 10), place(2, 10)}), "visibility",
      "a read at db1, done at 1.451000000 s, saw epoch 1 position 11, which was lost");
}

TEST_CASE("visibility: what was lost with disks is not judged") {
  Story story;
  story.fault(1.5);
  ten_commits(story);
  story.commit(ms(1400), place(1, 11));
  story.state(ReadDone{ms(1451), ms(1450), web, db1, 11, place(1, 11), true});
  story.strike(ms(1500), 0, {db1}, CrashKind::loss);
  story.state(LineageForked{ms(2000), db2, second_epoch, place(1, 10)});
  const CheckResult result = check(story.finish_with({place(1, 10), place(2, 10)}), "visibility");
  CHECK(result.verdict == Verdict::unknown);
  CHECK(result.witness.find("which was lost, with disks at 1.500000000 s") != std::string::npos);
}

TEST_CASE("visibility: where the architecture allows it, it is said and not broken") {
  Story story;
  story.config.may_read_what_is_lost = true;
  story.fault(1.5);
  ten_commits(story);
  story.commit(ms(1400), place(1, 11));
  story.state(ReadDone{ms(1451), ms(1450), web, db1, 11, place(1, 11), true});
  story.strike(ms(1500), 0, {db1}, CrashKind::host);
  story.state(LineageForked{ms(2000), db2, second_epoch, place(1, 10)});
  const RunSummary summary = story.finish_with({place(1, 10), place(2, 10)});
  require_all_hold(summary);
  REQUIRE(check(summary, "visibility").witness.find("the architecture allows it") !=
          std::string::npos);
}

TEST_CASE("visibility: a replica shows what is not durable yet") {
  Story story;
  for (std::uint64_t n = 1; n <= 3; ++n) {
    const TimeNs at = static_cast<TimeNs>(n) * ms(100);
    story.state(LogAdvanced{at, db1, "vdl", 0, 1000 * n});
    if (n < 3) story.state(LogAdvanced{at, db1, "durable_seq", 0, n});
    story.commit_and_show(at, place(1, n), ms(1));
  }
  require_only_broken(story.finish_with({place(1, 3)}), "visibility",
                      "db2 at 0.303000000 s shows epoch 1 position 3, durable is 2");
}

TEST_CASE("convergence: a replica that stays behind") {
  Story story;
  ten_commits(story);
  story.final_state.surviving_log = {place(1, 10)};
  story.final_state.live_replicas = {{db2, place(1, 10)}, {db3, place(1, 8)}};
  require_only_broken(story.finish(), "convergence",
                      "db3 shows epoch 1 position 8, the final log ends at epoch 1 position 10");
}

TEST_CASE("convergence: a replica that has something else") {
  Story story;
  story.fault(1.5);
  ten_commits(story);
  story.commit(ms(1400), place(1, 11));
  story.show(ms(1450), db3, place(1, 11));
  story.strike(ms(1500), 0, {db1}, CrashKind::host);
  story.state(LineageForked{ms(2000), db2, second_epoch, place(1, 10)});
  story.commit(ms(3000), place(2, 11));
  story.final_state.surviving_log = {place(1, 10), place(2, 11)};
  story.final_state.live_replicas = {{db3, place(1, 11)}};
  require_only_broken(story.finish(), "convergence", "of another history");
}

TEST_CASE("convergence: who may still wait for a timeout or a primary is not judged yet") {
  const auto behind = [](double settled_s, bool has_primary, bool fault) {
    Story story;
    if (fault) story.fault(0.5);
    story.config.repairs_within = 60 * ns_per_s;
    story.config.window_end = from_s(2);
    ten_commits(story);
    if (fault) story.strike(ms(500), 0, {db3}, CrashKind::process);
    story.final_state.end = from_s(2 + settled_s);
    story.final_state.has_primary = has_primary;
    story.final_state.surviving_log = {place(1, 10)};
    story.final_state.live_replicas = {{db3, place(1, 8)}};
    return check(story.finish(), "convergence");
  };
  CHECK(behind(59, true, true).verdict == Verdict::unknown);
  CHECK(
      behind(59, true, true).witness ==
      "db3 shows epoch 1 position 8, the final log ends at epoch 1 position 10; nothing disturbed "
      "it from 2.000000000 s to 61.000000000 s, which may take 60 s");
  CHECK(behind(61, true, true).verdict == Verdict::broken);
  CHECK(behind(61, false, true).verdict == Verdict::unknown);
  // Nothing ever happened.
  CHECK(behind(9, true, false).verdict == Verdict::unknown);
  CHECK(behind(10, true, false).verdict == Verdict::broken);
}

TEST_CASE("convergence: a shared log stands still while its storage nodes rebuild") {
  const auto storage_lost = [](bool lost, bool whole_again) {
    Story story;
    story.config.window_end = from_s(2);
    ten_commits(story);
    story.state(NodeDown{ms(1100), store, CrashKind::loss});
    story.state(NodeUp{ms(1200), store, 2, lost});
    if (whole_again) story.state(ReplicaReady{ms(1900), store, 1});
    story.final_state.end = from_s(1000);
    story.final_state.surviving_log = {place(1, 10)};
    story.final_state.live_replicas = {{db3, place(1, 8)}};
    return check(story.finish(), "convergence");
  };
  CHECK(storage_lost(true, false).verdict == Verdict::unknown);
  CHECK(storage_lost(true, false).witness ==
        "db3 shows epoch 1 position 8, the final log ends at epoch 1 position 10; 1 storage nodes "
        "are down or have not got their data back");
  CHECK(storage_lost(true, true).verdict == Verdict::broken);
  CHECK(storage_lost(false, false).verdict == Verdict::broken);
}

TEST_CASE("convergence: who is still at one long transaction is not yet broken") {
  const auto begun_at = [](DurationNs at) {
    Story story;
    story.config.window_end = ms(1050);
    story.commit_and_show(ms(100), place(1, 1), ms(1));
    story.commit(ms(1000), place(1, 2));
    story.state(ReplicaProgress{at, db3, ReplicaStage::apply_started, place(1, 2)});
    story.final_state.end = ms(60'000);
    story.final_state.surviving_log = {place(1, 2)};
    story.final_state.live_replicas = {{db3, place(1, 1)}};
    return check(story.finish(), "convergence");
  };
  CHECK(begun_at(ms(1100)).verdict == Verdict::unknown);
  CHECK(begun_at(ms(1100)).witness ==
        "db3 was still applying position 2, begun after the load ended; 1 transactions behind");
  CHECK(begun_at(ms(1040)).verdict == Verdict::broken);
}

TEST_CASE("convergence: who is still receiving is not yet broken, who receives no more is") {
  const auto received = [](DurationNs at, std::uint64_t position) {
    Story story;
    story.config.window_end = ms(1050);
    story.commit_and_show(ms(100), place(1, 1), ms(1));
    story.commit(ms(900), place(1, 2));
    story.commit(ms(1000), place(1, 3));
    story.state(ReplicaProgress{at, db3, ReplicaStage::received, place(1, position)});
    story.final_state.end = ms(60'000);
    story.final_state.surviving_log = {place(1, 3)};
    story.final_state.live_replicas = {{db3, place(1, 1)}};
    return check(story.finish(), "convergence");
  };
  CHECK(received(ms(56'000), 2).verdict == Verdict::unknown);
  CHECK(received(ms(56'000), 2).witness ==
        "db3 was still receiving: up to position 2 of 3, of which it showed 1");
  CHECK(received(ms(54'000), 2).verdict == Verdict::broken);
  CHECK(received(ms(56'000), 1).verdict == Verdict::broken);  // once more what it had
  CHECK(received(ms(56'000), 3).verdict == Verdict::broken);  // it has all of it
}

TEST_CASE("convergence: still catching up is not yet broken") {
  Story story;
  story.config.window_end = ms(1050);  // the tenth is shown while the run settles
  ten_commits(story);
  story.show(ms(1200), db3, place(1, 10));
  story.commit(ms(1010), place(1, 11));
  story.commit(ms(1020), place(1, 12));
  story.show(ms(1100), db2, place(1, 12));
  story.show(ms(1300), db3, place(1, 11));
  story.final_state.surviving_log = {place(1, 12)};
  story.final_state.live_replicas = {{db2, place(1, 12)}, {db3, place(1, 11)}};
  const RunSummary summary = story.finish();
  REQUIRE(check(summary, "convergence").verdict == Verdict::unknown);
  REQUIRE(check(summary, "convergence").witness ==
          "db3 was still catching up: 1 transactions behind, 1 applied since the load ended");
}
