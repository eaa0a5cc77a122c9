// What was up when, and who acknowledged beside whom: told fact by fact.
#include "sim/metrics/rto_parts.hpp"
#include "sim/metrics/summary_json.hpp"
#include "tests/catch.hpp"
#include "tests/unit/metrics/facts_of.hpp"

using namespace writepath;

namespace {

std::uint64_t load(Story& story, TimeNs from, TimeNs until, std::uint32_t epoch, std::uint64_t n) {
  for (TimeNs at = from; at < until; at += ms(10))
    story.commit_and_show(at, place(epoch, ++n), ms(1));
  return n;
}

std::vector<std::string> rows_of(const RunSummary& summary, const std::string& subject) {
  std::vector<std::string> rows;
  for (const TimelineRow& row : summary.timeline)
    if (row.subject == subject)
      rows.push_back(std::to_string(row.begin / 1'000'000) + ".." +
                     std::to_string(row.end / 1'000'000) + " " + row.state +
                     (row.fault.empty() ? "" : " (" + row.fault + ")"));
  return rows;
}

using Rows = std::vector<std::string>;

}  // namespace

TEST_CASE("the time line: nodes, faults, commits and milestones") {
  Story story;
  story.scenario.duration_s = 20;
  story.fault(10);
  story.scenario.faults[0].restart_after_s = 5;
  std::uint64_t n = load(story, 0, ms(10'000), 1, 0);
  story.strike(ms(10'000), 0, {db1}, CrashKind::host);
  story.state(FailoverMilestone{ms(13'000), db2, Milestone::detected});
  story.state(ConfiguredWait{ms(13'500), db2, ms(13'000), "promotion"});
  story.state(LineageForked{ms(14'000), db2, second_epoch, place(1, n)});
  story.state(RoleChanged{ms(14'000), db2, NodeRole::primary});
  n = load(story, ms(14'500), ms(20'000), 2, n);
  story.state(FaultHealed{ms(15'000), 0});
  story.state(NodeUp{ms(15'000), db1, 2, false});
  story.state(RoleChanged{ms(15'000), db1, NodeRole::replica});
  story.final_state.end = ms(30'000);
  const RunSummary summary = story.finish_with({place(1, 1000), place(2, n)});
  CHECK(rows_of(summary, "fault fault-1") == Rows{"10000..15000 node_crash (fault-1)"});
  CHECK(rows_of(summary, "db1") ==
        Rows{"0..10000 primary", "10000..15000 down (host) (fault-1)", "15000..30000 replica"});
  CHECK(rows_of(summary, "db2") == Rows{"0..14000 replica", "13000..13000 detected",
                                        "13000..13500 waits as configured: promotion",
                                        "14000..30000 primary", "14000..14000 begins epoch 2"});
  CHECK(rows_of(summary, "db3").empty());  // never changed
  CHECK(rows_of(summary, "commits") ==
        Rows{"0..9992 flow", "9992..14502 stopped", "14502..20000 flow"});
  // All of it survives the way to the process that reports.
  const auto back = summary_from_json(to_json(summary, SummaryForm::report));
  REQUIRE(back);
  CHECK(rows_of(*back, "db1") == rows_of(summary, "db1"));
}

TEST_CASE("a run in which nothing fails has no time line") {
  Story story;
  const std::uint64_t n = load(story, 0, ms(1'000), 1, 0);
  CHECK(story.finish_with({place(1, n)}).timeline.empty());
}

TEST_CASE("paused and cut nodes are up, and say so; overlapping faults are both named") {
  Story story;
  story.fault(1, FaultKind::pause);
  story.fault(2, FaultKind::partition);
  story.state(FaultStruck{ms(1'000), 0, no_node});
  story.state(FaultStruck{ms(1'000), 0, db1});
  story.state(FaultStruck{ms(2'000), 1, db1});
  story.state(FaultHealed{ms(3'000), 0});
  story.state(FaultHealed{ms(4'000), 1});
  story.final_state.end = ms(5'000);
  const RunSummary summary = story.finish_with({});
  CHECK(rows_of(summary, "db1") == Rows{"0..1000 primary", "1000..2000 primary, paused (fault-1)",
                                        "2000..3000 primary, paused, cut (fault-1 fault-2)",
                                        "3000..4000 primary, cut (fault-2)", "4000..5000 primary"});
}

TEST_CASE("what an old primary acknowledged after a new one took over is split brain") {
  Story story;
  story.fault(10, FaultKind::partition);
  const std::uint64_t n = load(story, 0, ms(10'000), 1, 0);
  story.strike(ms(10'000), 0, {}, CrashKind::process);
  std::uint64_t old_side = n, new_side = n;
  story.commit(ms(10'500), place(1, ++old_side));  // before the other side took over: a loss only
  story.state(LineageForked{ms(12'000), db2, second_epoch, place(1, n)});
  story.commit(ms(12'000), place(1, ++old_side));  // acknowledged at 12.002
  story.commit(ms(13'000), place(2, ++new_side));  // 13.002: from here on both
  story.commit(ms(13'500), place(1, ++old_side));
  story.commit(ms(14'000), place(1, ++old_side));  // 14.002: the old side's last
  story.commit(ms(15'000), place(2, ++new_side));
  const RunSummary summary = story.finish_with({place(1, n), place(2, new_side)});
  CHECK(value(summary, "split_brain_transactions") == 3.0);
  CHECK(value(summary, "split_brain_s") == 1.0);
  CHECK(value(summary, "commits_lost") == 4.0);
  CHECK(value(summary, "commits_lost_without_fault") == 0.0);
  CHECK(value(summary.faults[0], "split_brain_transactions") == 3.0);
  CHECK(value(summary.faults[0], "split_brain_s") == 1.0);
}

TEST_CASE("a late acknowledgement of what the new history has is no split brain") {
  Story story;
  const TxnId late = story.start(ms(10));
  story.order(ms(11), late, place(1, 1));
  story.state(LineageForked{ms(500), db2, second_epoch, place(1, 1)});
  story.ack(ms(600), late, place(1, 1), ms(10));
  story.commit(ms(700), place(2, 2));
  const RunSummary summary = story.finish_with({place(1, 1), place(2, 2)});
  CHECK(value(summary, "split_brain_transactions") == 0.0);
  CHECK(value(summary, "split_brain_s") == 0.0);
}

TEST_CASE("the second of three sides counts against the third") {
  Story story;
  story.commit(ms(10), place(1, 1));
  story.state(LineageForked{ms(100), db2, Epoch{2}, place(1, 1)});
  story.commit(ms(200), place(2, 2));
  story.state(LineageForked{ms(300), db3, Epoch{3}, place(1, 1)});
  story.commit(ms(400), place(2, 3));
  story.commit(ms(500), place(3, 2));
  const RunSummary summary = story.finish_with({place(1, 1), place(3, 2)});
  CHECK(value(summary, "split_brain_transactions") == 1.0);
  CHECK(value(summary, "split_brain_s") == 0.0);  // one ceased before the other began
}

TEST_CASE("what a failover without any fault leaves out is counted apart") {
  Story story;
  story.fault(50);
  const std::uint64_t n = load(story, 0, ms(1'000), 1, 0);
  story.state(LineageForked{ms(2'000), db2, second_epoch, place(1, n - 2)});
  story.commit(ms(2'100), place(2, n - 1));
  const RunSummary summary = story.finish_with({place(1, n - 2), place(2, n - 1)});
  CHECK(value(summary, "commits_lost") == 2.0);
  CHECK(value(summary, "commits_lost_without_fault") == 2.0);
  CHECK(check(summary, "durability").verdict == CheckResult::Verdict::broken);
}

TEST_CASE("of a detection, what options configure stands apart, and the parts add up") {
  Story story;
  story.fault(10);
  const std::uint64_t n = load(story, 0, ms(10'000), 1, 0);
  story.strike(ms(10'000), 0, {db1}, CrashKind::host);
  // The first check that missed it began at 10.4.
  story.state(ConfiguredWait{ms(13'000), db1, ms(10'400), "detection"});
  story.state(FailoverMilestone{ms(13'000), db2, Milestone::detected});
  story.state(FailoverMilestone{ms(13'100), db2, Milestone::elected});
  story.state(LineageForked{ms(14'000), db2, second_epoch, place(1, n)});
  story.state(FailoverMilestone{ms(14'000), db2, Milestone::recovered});
  story.commit(ms(14'500), place(2, n + 1));
  const RunSummary summary = story.finish_with({place(1, n), place(2, n + 1)});
  const SubjectMetrics& fault = summary.faults.at(0);
  CHECK(value(fault, "detect_s") == 3.0);
  CHECK(value(fault, "detect_configured_s") == 2.6);
  CHECK(*value(fault, "detect_rest_s") == Approx(0.4));
  CHECK(value(fault, "start_s") == 0.0);
  double sum = 0;
  for (const RtoPart& part : rto_parts) sum += *value(fault, part.metric);
  CHECK(sum == Approx(*value(fault, "rto_s")));
  const std::string json = to_json(summary, SummaryForm::report);
  CHECK(json.find("\"rto_parts\"") != std::string::npos);
}

TEST_CASE("commit availability: seconds with a commit over whole seconds of the window") {
  Story story;
  story.config.window_begin = ms(1'000);
  story.config.window_end = ms(5'500);  // four whole seconds
  std::uint64_t n = 0;
  for (const double at : {500.0, 1'200.0, 1'300.0, 4'000.0, 5'200.0})
    story.commit(ms(at), place(1, ++n));
  CHECK(value(story.finish_with({place(1, n)}), "commit_availability") == 0.5);
}
