// Commits from the client's side, the steps of the write path, the time series.
#include "tests/catch.hpp"
#include "tests/unit/metrics/facts_of.hpp"

using namespace writepath;

TEST_CASE("a commit counts by its intended start") {
  Story story;
  story.config.window_begin = 1 * ns_per_s;
  story.config.window_end = 3 * ns_per_s;
  story.commit(ms(999), place(1, 1));  // warm-up
  story.commit(ms(1000), place(1, 2));
  story.commit(ms(2999), place(1, 3));  // acknowledged after the window's end
  story.commit(ms(3000), place(1, 4));  // too late
  story.state(CommitFailed{ms(2500), story.start(ms(2000)), 0, 0, ms(2000), web});
  const RunSummary summary = story.finish_with({place(1, 4)});
  REQUIRE(value(summary, "commits_acked") == 2.0);
  REQUIRE(value(summary, "commits_failed") == 1.0);
  REQUIRE(value(summary, "commits_per_s") == 1.0);
  REQUIRE(value(summary, "availability") == 2.0 / 3);
  REQUIRE(value(summary.clients.at(0), "commits_acked") == 2.0);
  REQUIRE(value(summary, "commit_latency_ms_p50") == 2.0);
}

TEST_CASE("the breakdown adds up to the mean") {
  Story story;
  for (std::uint64_t n = 1; n <= 7; ++n) {
    const TimeNs at = static_cast<TimeNs>(n) * ns_per_s;
    const TxnId txn = story.start(at);
    story.order(at + 1, txn, place(1, n));
    CommitAcked fact{at + 1'000'003 * static_cast<TimeNs>(n),
                     txn,
                     0,
                     0,
                     at - 500,
                     at,
                     place(1, n),
                     {},
                     0,
                     0,
                     web};
    fact.breakdown[CommitPart::execute] = 200'001;
    fact.breakdown[CommitPart::local_flush] = 300'007;
    story.state(fact);
  }
  const RunSummary summary = story.finish_with({place(1, 7)});
  double sum = 0;
  for (const Metric& part : summary.commit_latency_breakdown_ms) sum += *part.value;
  REQUIRE(sum == Approx(*value(summary, "commit_latency_ms_mean")).epsilon(1e-14));
  REQUIRE(value(summary, "commit_latency_breakdown_ms.execute") == 0.200001);
  REQUIRE(value(summary, "commit_latency_breakdown_ms.out") == 0.0);
  REQUIRE(*value(summary, "transaction_latency_ms_mean") -
              *value(summary, "commit_latency_ms_mean") ==
          Approx(500e-6).epsilon(1e-9));
}

TEST_CASE("unknown outcomes are settled by the final log") {
  Story story;
  const auto unknown = [&](TxnId txn) {
    story.state(CommitUnknown{ms(500), txn, 0, 0, ms(10), ms(10), web});
  };
  const TxnId committed = story.start(ms(10)), lost = story.start(ms(10));
  const TxnId never_ordered = story.start(ms(10)), late = story.start(ms(10));
  const TxnId twice = story.start(ms(10));
  story.order(ms(20), committed, place(1, 1));
  story.order(ms(20), twice, place(1, 2));
  story.order(ms(20), lost, place(1, 3));
  for (const TxnId txn : {committed, lost, never_ordered, late, twice}) unknown(txn);
  story.state(LineageForked{ms(600), db2, second_epoch, place(1, 2)});
  story.state(CommitOrdered{ms(700), db2, late, place(2, 3), {}});
  story.state(CommitOrdered{ms(700), db2, twice, place(2, 4), {}});
  const RunSummary summary = story.finish_with({place(1, 2), place(2, 4)});
  REQUIRE(value(summary, "commits_unknown") == 5.0);
  REQUIRE(value(summary, "commits_unknown_committed") == 2.0);
  REQUIRE(value(summary, "commits_unknown_lost") == 2.0);
  REQUIRE(value(summary, "commits_unknown_duplicated") == 1.0);
}

TEST_CASE("a retry of what had committed after all is a duplicate") {
  Story story;
  std::uint64_t seq = 0;
  // An attempt in doubt that has its place or none, then another in its place.
  const auto doubt = [&](bool committed) {
    const TxnId txn = story.start(ms(10));
    if (committed) story.order(ms(20), txn, place(1, ++seq));
    story.state(CommitUnknown{ms(500), txn, 0, 0, ms(10), ms(10), web});
    return txn;
  };
  const auto retry = [&](TxnId of) {
    const TxnId txn = story.start(ms(600));
    story.state(CommitRetried{ms(600), txn, of, web});
    return txn;
  };
  const auto acked = [&](TxnId txn) {
    story.order(ms(700), txn, place(1, ++seq));
    story.ack(ms(710), txn, place(1, seq), ms(10));
  };
  const auto failed = [&](TxnId txn) {
    story.state(CommitFailed{ms(700), txn, 0, 0, ms(10), web});
  };
  acked(retry(doubt(true)));   // duplicated
  acked(retry(doubt(false)));  // lost, and done by the retry
  failed(retry(doubt(true)));  // committed: the client believes it failed
  const TxnId first = doubt(true);
  retry(first);         // an attempt that was never sent, then another
  acked(retry(first));  // duplicated
  doubt(true);          // committed, never tried again
  const RunSummary summary = story.finish_with({place(1, seq)});
  CHECK(value(summary, "commits_unknown") == 5.0);
  CHECK(value(summary, "commits_unknown_retried") == 4.0);
  CHECK(value(summary, "commits_unknown_duplicated") == 2.0);
  CHECK(value(summary, "commits_unknown_lost") == 1.0);
  CHECK(value(summary, "commits_unknown_committed") == 2.0);
  // Three tickets were acknowledged, one failed, one was left in doubt.
  CHECK(value(summary, "availability") == 3.0 / 5);
}

TEST_CASE("steps: mean times after COMMIT, and their order") {
  Story story;
  const auto with_steps = [&](TimeNs at, std::uint64_t n, std::vector<std::uint32_t> steps) {
    const TxnId txn = story.start(at);
    story.order(at, txn, place(1, n));
    TimeNs when = at;
    for (const std::uint32_t step : steps) story.state(StepDone{when += ms(1), db1, txn, step});
    story.ack(at + ms(9), txn, place(1, n), at);
  };
  with_steps(ms(10), 1, {0, 1, 2});
  with_steps(ms(30), 2, {0, 2});  // a step that doesn't apply is left out, not out of order
  REQUIRE(story.last_txn == 2);
  SECTION("in order") {
    const RunSummary summary = story.finish_with({place(1, 2)});
    REQUIRE(value(summary, "step_order_violations") == 0.0);
    REQUIRE(value(summary, "write_path_ms.first") == 1.0);
    REQUIRE(value(summary, "write_path_ms.second") == 2.0);
    REQUIRE(value(summary, "write_path_ms.third") == 2.5);
    REQUIRE(check(summary, "order").verdict == CheckResult::Verdict::holds);
  }
  SECTION("out of order") {
    with_steps(ms(50), 3, {1, 0, 2});
    const RunSummary summary = story.finish_with({place(1, 3)});
    REQUIRE(value(summary, "step_order_violations") == 1.0);
    REQUIRE(check(summary, "order").verdict == CheckResult::Verdict::broken);
  }
}

TEST_CASE("attempts that nobody ends are forgotten") {
  InFlight in_flight(10 * ns_per_s);
  std::size_t dropped = 0;
  for (std::uint64_t n = 1; n <= 100'000; ++n)
    in_flight.on(TransactionStarted{static_cast<TimeNs>(n) * ms(1), TxnId{n}, 0, 0, 0, web},
                 [&](const TransactionState&) { ++dropped; });
  REQUIRE(in_flight.size() <= 10'001);
  REQUIRE(dropped + in_flight.size() == 100'000);
}

TEST_CASE("the time series has a value a second") {
  Story story;
  story.commit_and_show(ms(100), place(1, 1), ms(5));
  story.commit_and_show(ms(2200), place(1, 2), ms(7));
  story.state(CommitFailed{ms(2500), story.start(ms(2400)), 0, 0, ms(2400), web});
  story.final_state.end = 3 * ns_per_s;
  const RunSummary summary = story.finish_with({place(1, 2)});
  const auto at = [&](double second, const std::string& node, const std::string& metric) {
    std::optional<double> found;
    for (const TimePoint& point : summary.time_series)
      if (point.t_ns == from_s(second) && point.node == node && point.metric == metric)
        found = point.value;
    return found;
  };
  REQUIRE(at(0, "", "commits_per_s") == 1.0);
  REQUIRE(at(1, "", "commits_per_s") == 0.0);
  REQUIRE(at(2, "", "commits_per_s") == 1.0);
  REQUIRE_FALSE(at(3, "", "commits_per_s"));
  REQUIRE(at(2, "", "commits_failed") == 1.0);
  REQUIRE(at(0, "db2", "replica_lag_ms_p50") == 5.0);
  REQUIRE_FALSE(at(1, "db2", "replica_lag_ms_p50"));
  REQUIRE(at(2, "db3", "replica_lag_ms_p50") == 7.0);
  REQUIRE(at(0, "", "commit_latency_ms_p99") == 2.0);
}
