// Lag, staleness and who counts as a replica.
#include "tests/catch.hpp"
#include "tests/unit/metrics/facts_of.hpp"

using namespace writepath;

TEST_CASE("lag is visible minus acknowledged, negative values included") {
  Story story;
  const TxnId a = story.start(ms(10));
  story.order(ms(11), a, place(1, 1));
  story.show(ms(12), db2, place(1, 1));  // before the client knows
  story.ack(ms(14), a, place(1, 1), ms(10));
  story.show(ms(17), db3, place(1, 1));
  const RunSummary summary = story.finish_with({place(1, 1)});
  REQUIRE(value(summary.replicas[0], "replica_lag_ms_max") == -2.0);
  REQUIRE(value(summary.replicas[1], "replica_lag_ms_max") == 3.0);
  REQUIRE(value(summary, "replica_lag_ms_mean") == 0.5);
  REQUIRE(value(summary, "replica_lag_unapplied") == 0.0);
  REQUIRE(value(summary, "stale_read_probability_1ms") == 0.5);
  REQUIRE(value(summary, "stale_read_probability_10ms") == 0.0);
}

TEST_CASE("one progress covers all before it, and stages split the lag") {
  Story story;
  for (std::uint64_t n = 1; n <= 3; ++n)
    story.commit(ms(10.0 * static_cast<double>(n)), place(1, n));
  const auto stage = [&](TimeNs at, ReplicaStage s, std::uint64_t n) {
    story.state(ReplicaProgress{at, db2, s, place(1, n)});
  };
  stage(ms(40), ReplicaStage::received, 3);
  stage(ms(41), ReplicaStage::apply_started, 2);
  stage(ms(45), ReplicaStage::applied, 2);
  stage(ms(46), ReplicaStage::visible, 2);
  stage(ms(50), ReplicaStage::apply_started, 3);
  stage(ms(60), ReplicaStage::applied, 3);
  stage(ms(62), ReplicaStage::visible, 3);
  story.show(ms(62), db3, place(1, 3));
  const RunSummary summary = story.finish_with({place(1, 3)});
  // Acknowledged at 12, 22 and 32 ms; visible on db2 at 46, 46 and 62.
  REQUIRE(value(summary.replicas[0], "replica_lag_ms_p50") == 30.0);
  REQUIRE(value(summary.replicas[0], "replica_lag_ms_mean") == Approx((34 + 24 + 30) / 3.0));
  // On db3 no stage but the last is stated: all of its lag is shipping.
  const double ship = ((28 + 18 + 8) + (50 + 40 + 30)) / 6.0;
  REQUIRE(value(summary, "replica_lag_breakdown_ms.ship") == Approx(ship));
  REQUIRE(value(summary, "replica_lag_breakdown_ms.queue") == Approx((1 + 1 + 10) / 6.0));
  REQUIRE(value(summary, "replica_lag_breakdown_ms.apply") == Approx((4 + 4 + 10) / 6.0));
  REQUIRE(value(summary, "replica_lag_breakdown_ms.visibility_wait") == Approx((1 + 1 + 2) / 6.0));
  double sum = 0;
  for (const Metric& part : summary.replica_lag_breakdown_ms) sum += *part.value;
  REQUIRE(sum == Approx(*value(summary, "replica_lag_ms_mean")));
}

TEST_CASE("what is shown ahead of an earlier one counts from then on") {
  Story story;
  story.config.may_show_gaps = true;
  for (std::uint64_t n = 1; n <= 3; ++n) story.commit(ms(10), place(1, n));  // acknowledged at 12
  const auto stage = [&](TimeNs at, ReplicaStage s, std::uint64_t n) {
    story.state(ReplicaProgress{at, db2, s, place(1, n)});
  };
  stage(ms(13), ReplicaStage::received, 3);
  stage(ms(14), ReplicaStage::apply_started, 3);
  story.state(ApplierMet{ms(20), db2, ApplierAction::committed_ahead, place(1, 2)});
  stage(ms(42), ReplicaStage::applied, 3);
  stage(ms(42), ReplicaStage::visible, 3);
  story.show(ms(12), db3, place(1, 3));
  const RunSummary summary = story.finish_with({place(1, 3)});
  REQUIRE(value(summary.replicas[0], "replica_lag_ms_mean") == Approx((30 + 8 + 30) / 3.0));
  REQUIRE(value(summary.replicas[0], "applied_ahead") == 1.0);
  // No part of it ends later than the whole.
  REQUIRE(value(summary, "replica_lag_breakdown_ms.apply") == Approx((28 + 6 + 28) / 6.0));
}

TEST_CASE("what never becomes visible counts as a lower bound") {
  Story story;
  story.commit(ms(1000), place(1, 1));
  story.commit(ms(2000), place(1, 2));
  story.show(ms(1003), db2, place(1, 1));
  story.show(ms(2003), db2, place(1, 2));
  story.show(ms(1003), db3, place(1, 1));  // then nothing more
  story.final_state.end = 10 * ns_per_s;
  const RunSummary summary = story.finish_with({place(1, 2)});
  REQUIRE(value(summary, "replica_lag_unapplied") == 1.0);
  REQUIRE(value(summary.replicas[0], "replica_lag_unapplied") == 0.0);
  REQUIRE(value(summary.replicas[1], "replica_lag_unapplied") == 1.0);
  REQUIRE(value(summary.replicas[1], "replica_lag_ms_max") == 10'000.0 - 2002);
  REQUIRE(value(summary.replicas[1], "replica_lag_ms_final") == 10'000.0 - 2002);
  REQUIRE(value(summary.replicas[0], "replica_lag_ms_final") == 0.0);
}

TEST_CASE("a diverging replica shows as the slope of lag against commit time") {
  Story story;
  // 100 commits a second are applied at 80 a second: lag grows by 100/80 - 1 = 0.25 s a second.
  std::uint64_t shown = 0;
  for (std::uint64_t n = 1; n <= 2000; ++n) {
    const TimeNs sent = static_cast<TimeNs>(n) * ms(10);
    for (; static_cast<TimeNs>(shown + 1) * ms(12.5) < sent; ++shown)
      for (const NodeId node : {db2, db3})
        story.show(static_cast<TimeNs>(shown + 1) * ms(12.5), node, place(1, shown + 1));
    story.commit(sent, place(1, n));
  }
  story.final_state.end = 21 * ns_per_s;
  const RunSummary summary = story.finish_with({place(1, 2000)});
  REQUIRE(value(summary, "replica_lag_growth_s_per_s") == Approx(0.25).epsilon(0.001));
  REQUIRE(*value(summary, "replica_lag_unapplied") == Approx(800).margin(10));
}

TEST_CASE("without replicas there is no lag") {
  Story story;
  story.config.nodes = {{db1, "db1", "a", NodeRole::primary}};
  story.config.nodes.push_back({NodeId{1}, "s1", "a", NodeRole::storage});
  story.config.nodes.push_back({NodeId{2}, "m", "a", NodeRole::monitor});
  story.config.nodes.push_back({NodeId{3}, "s2", "a", NodeRole::storage});
  story.config.nodes.push_back({web, "web-a", "a", NodeRole::client});
  story.commit(ms(10), place(1, 1));
  story.final_state.surviving_log = {place(1, 1)};
  const RunSummary summary = story.finish();
  REQUIRE_FALSE(value(summary, "replica_lag_ms_p50"));
  REQUIRE_FALSE(value(summary, "replica_lag_unapplied"));
  REQUIRE(summary.replicas.empty());
}

TEST_CASE("a replica that is down keeps its backlog; one that lost its data does not") {
  Story story;
  story.commit_and_show(ms(100), place(1, 1), ms(1));
  story.state(NodeDown{ms(200), db2, CrashKind::host});
  story.state(NodeDown{ms(200), db3, CrashKind::loss});
  story.commit(ms(1000), place(1, 2));
  story.state(NodeUp{ms(5000), db2, 2, false});
  story.state(NodeUp{ms(5000), db3, 2, true});
  story.show(ms(6002), db2, place(1, 2));
  story.show(ms(7000), db3, place(1, 2));
  story.state(ReplicaReady{ms(7000), db3, 0});
  story.commit_and_show(ms(8000), place(1, 3), ms(4));
  const RunSummary summary = story.finish_with({place(1, 3)});
  REQUIRE(value(summary.replicas[0], "replica_lag_ms_max") == 5000.0);
  REQUIRE(value(summary.replicas[1], "replica_lag_ms_max") == 4.0);
  REQUIRE(value(summary, "replica_lag_unapplied") == 0.0);
}

TEST_CASE("a promoted replica stops counting, the old primary counts once it is a replica") {
  Story story;
  story.commit_and_show(ms(100), place(1, 1), ms(1));
  story.commit(ms(200), place(1, 2));  // never reaches anybody
  story.state(LineageForked{ms(1000), db2, second_epoch, place(1, 1)});
  story.state(RoleChanged{ms(1000), db2, NodeRole::primary});
  story.state(RoleChanged{ms(2000), db1, NodeRole::replica});
  story.commit(ms(3000), place(2, 2));
  story.show(ms(3012), db1, place(2, 2));
  story.show(ms(3022), db3, place(2, 2));
  story.final_state.end = 10 * ns_per_s;
  story.final_state.surviving_log = {place(1, 1), place(2, 2)};
  const RunSummary summary = story.finish();
  REQUIRE(summary.replicas.size() == 4);  // db1, db2, db3 and the one that may join
  REQUIRE(summary.replicas[0].id == "db1");
  REQUIRE(value(summary.replicas[0], "replica_lag_ms_max") == 10.0);
  REQUIRE(value(summary.replicas[0], "replica_lag_unapplied") == 0.0);
  // What the fork cut off was waited for until then: on db2 and on db3.
  REQUIRE(value(summary, "replica_lag_unapplied") == 2.0);
  REQUIRE(value(summary, "replica_lag_ms_max") == 1000.0 - 202);
}

TEST_CASE("a joiner's lag counts from when it is ready; catching up is timed") {
  Story story;
  story.scenario.operations.push_back({.id = "db9", .at_s = 1, .az = "b", .architecture = ""});
  std::uint64_t n = 0;
  const auto commits_until = [&](TimeNs until) {
    for (; static_cast<TimeNs>(n + 1) * ms(100) < until;) {
      ++n;
      story.commit_and_show(static_cast<TimeNs>(n) * ms(100), place(1, n), ms(1));
    }
  };
  commits_until(ms(1000));
  story.state(OperationStarted{ms(1000), 0, joiner});
  story.state(NodeUp{ms(1000), joiner, 1, false});
  commits_until(ms(5000));
  story.state(RoleChanged{ms(5000), joiner, NodeRole::replica});
  story.state(ReplicaReady{ms(5000), joiner, 123});
  story.show(ms(5001), joiner, place(1, 20));  // 3 s behind
  ReadDone read{ms(5050), ms(5040), web, joiner, 7, place(1, 20), true};
  story.state(read);
  story.show(ms(5500), joiner, place(1, 38));  // the next was acknowledged at 3.902 s
  story.show(ms(5600), joiner, place(1, 47));  // the next was acknowledged at 4.802 s
  commits_until(ms(6000));
  story.show(ms(6010), joiner, place(1, n));
  const RunSummary summary = story.finish_with({place(1, n)});
  const SubjectMetrics& added = summary.operations.at(0);
  REQUIRE(added.id == "db9");
  REQUIRE(value(added, "time_to_ready_s") == 4.0);
  REQUIRE(value(added, "time_to_first_read_s") == 4.05);
  REQUIRE(value(added, "time_to_caught_up_s") == 4.6);
  REQUIRE(value(added, "bytes_copied") == 123.0);
  // Only the commits acknowledged since it was ready: at 5.002 .. 5.902 s.
  REQUIRE(value(*find_subject(summary.replicas, "db9"), "replica_lag_ms_max") == 6010.0 - 5002);
}

TEST_CASE("what operators see") {
  Story story;
  story.state(LagReported{ms(1000), db2, "heartbeat", ms(20)});
  story.state(LagReported{ms(2000), db2, "heartbeat", ms(40)});
  story.state(LagReported{ms(2000), db3, "seconds_behind_source", 3 * ns_per_s});
  story.state(RecordsMet{ms(2000), db3, 5, 7});
  const RunSummary summary = story.finish_with({});
  REQUIRE(value(summary, "heartbeat_lag_ms_max") == 40.0);
  REQUIRE(value(summary.replicas[0], "heartbeat_lag_ms_p50") == 20.0);
  REQUIRE_FALSE(value(summary.replicas[1], "heartbeat_lag_ms_p50"));
  REQUIRE(value(summary, "seconds_behind_source_max") == 3.0);
  REQUIRE(value(summary.replicas[1], "records_applied") == 5.0);
  REQUIRE(value(summary, "records_discarded") == 7.0);
}

TEST_CASE("Seconds_Behind_Source: NULL is no number") {
  Story story;
  const auto reads = [&](int second, NodeId node, int behind_s, bool is_null) {
    story.state(LagReported{second * ns_per_s, node, "seconds_behind_source", behind_s * ns_per_s,
                            is_null});
  };
  for (int second = 1; second <= 5; ++second) reads(second, db2, 2 * second, second > 3);
  reads(5, db3, 0, true);
  story.state(LagReported{ms(5500), db3, "aurora_replica_lag", ms(7)});
  const RunSummary summary = story.finish_with({});
  REQUIRE(value(summary.replicas[0], "seconds_behind_source_max") == 6.0);
  REQUIRE(value(summary.replicas[0], "seconds_behind_source_p50") == 4.0);
  REQUIRE(value(summary.replicas[0], "seconds_behind_source_null_s") == 2.0);
  REQUIRE_FALSE(value(summary.replicas[1], "seconds_behind_source_max"));
  REQUIRE(value(summary.replicas[1], "seconds_behind_source_null_s") == 1.0);
  REQUIRE(value(summary.replicas[1], "aurora_replica_lag_ms_max") == 7.0);
  REQUIRE(value(summary, "seconds_behind_source_null_s") == 3.0);
  std::vector<double> line;
  for (const TimePoint& point : summary.time_series)
    if (point.node == "db2" && point.metric == "seconds_behind_source") line.push_back(point.value);
  REQUIRE(line == std::vector<double>{2, 4, 6});
}

TEST_CASE("the true lag's line goes on while nothing arrives") {
  Story story;
  story.commit_and_show(ms(500), place(1, 1), ms(1));
  story.commit(ms(998), place(1, 2));
  story.show(ms(1001), db3, place(1, 2));
  story.commit(ms(4998), place(1, 3));
  story.show(ms(5100), db2, place(1, 3));
  story.show(ms(5100), db3, place(1, 3));
  story.final_state.end = 6 * ns_per_s;
  const RunSummary summary = story.finish_with({place(1, 3)});
  std::vector<double> line;
  for (const TimePoint& point : summary.time_series)
    if (point.node == "db2" && point.metric == "replica_lag_ms") line.push_back(point.value);
  REQUIRE(line == std::vector<double>{0, 1000, 2000, 3000, 4000, 0});
}

TEST_CASE("errant: what a server's data hold and the final log does not, acknowledged or not") {
  Story story;
  story.fault(2);
  story.commit_and_show(ms(500), place(1, 1), ms(1));
  for (std::uint64_t n = 2; n <= 5; ++n) story.order(ms(1900), TxnId{100 + n}, place(1, n));
  story.strike(ms(2000), 0, {db1}, CrashKind::host);
  story.state(LineageForked{ms(3000), db2, second_epoch, place(1, 2)});
  // The old primary's disk holds 2 to 5, of which 2 was kept; a copy of it counts once.
  story.final_state.logs_on_disk = {
      {db1, {place(1, 5)}}, {db2, {place(1, 2), place(2, 9)}}, {db3, {place(1, 4)}}};
  const RunSummary summary = story.finish_with({place(1, 2), place(2, 9)});
  REQUIRE(value(summary, "errant_transactions") == 3.0);
  REQUIRE(value(summary, "commits_lost") == 0.0);
}

TEST_CASE("stale reads miss the newest version acknowledged before they began") {
  Story story;
  story.scenario.workload.reads.push_back({.rate_per_s = 10, .azs = {}});
  const auto read = [&](TimeNs started, NodeId server, Key key, LogPlace seen) {
    story.state(ReadDone{started + ms(1), started, web, server, key, seen, true});
  };
  story.commit(ms(100), place(1, 1));  // key 1, acknowledged at 102
  story.commit(ms(200), place(1, 2));  // key 2, at 202
  read(ms(101), db2, 1, place(1, 0));  // began before: fresh
  read(ms(103), db2, 1, place(1, 0));  // stale
  read(ms(203), db2, 1, place(1, 1));  // misses key 2's, but reads key 1: fresh
  read(ms(203), db2, 2, place(1, 1));  // stale
  read(ms(204), db1, 2, place(1, 2));  // at the primary: fresh
  story.show(ms(300), db2, place(1, 2));
  story.show(ms(300), db3, place(1, 2));
  read(ms(299), db3, 2, place(1, 1));  // under way while the replicas caught up: stale
  // Another version of key 1.
  const TxnId again = story.start(ms(400));
  story.order(ms(401), again, place(1, 3));
  story.state(CommitAcked{ms(402), again, 0, 0, ms(400), ms(400), place(1, 3), {}, 1, 1, web});
  read(ms(500), db3, 1, place(1, 2));  // stale: the older version does not help
  read(ms(500), db3, 1, place(1, 3));  // fresh
  const RunSummary summary = story.finish_with({place(1, 3)});
  REQUIRE(value(summary, "reads_done") == 8.0);
  REQUIRE(value(summary, "stale_read_fraction") == 4.0 / 8);
  REQUIRE(value(summary.replicas[0], "stale_read_fraction") == 2.0 / 4);
  REQUIRE(value(summary, "read_latency_ms_max") == 1.0);
}
