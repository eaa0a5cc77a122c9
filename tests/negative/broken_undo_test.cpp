// Recoveries that must not happen: each is caught by the check `undo`; the same story told right is
// passed.
#include "tests/catch.hpp"
#include "tests/unit/metrics/facts_of.hpp"

using namespace writepath;

namespace {

using Verdict = CheckResult::Verdict;

constexpr std::uint64_t seed_of_batch = 1000;  ///< its rows: 1000, 1001, ...

/// db1 dies with `batch` in flight, and db2 goes on from `kept`.
struct Recovery {
  Story story;
  TxnId batch;

  Recovery() {
    story.fault(2);
    batch = story.start(ms(50));
    for (std::uint64_t n = 1; n <= 10; ++n)
      story.commit_and_show(static_cast<TimeNs>(n) * ms(100), place(1, n), ms(1));
    story.strike(ms(2000), 0, {db1}, CrashKind::host);
  }
  void found(TxnId txn, std::uint32_t rows = 3, Epoch epoch = second_epoch, NodeId by = db2,
             std::uint64_t seed = seed_of_batch) {
    story.state(FoundInFlight{ms(3000), by, epoch, txn, seed, rows, 2 * rows});
  }
  void opens(LogPlace kept, Epoch epoch = second_epoch, NodeId by = db2) {
    story.state(LineageForked{ms(3000), by, epoch, kept});
    story.state(FailoverMilestone{ms(3000), by, Milestone::recovered});
  }
  void undone(TxnId txn, Epoch epoch = second_epoch, NodeId by = db2, double at = 5000) {
    story.state(Undone{ms(at), by, epoch, txn});
  }
  void commits_row(std::uint64_t row, LogPlace where, TimeNs at) {
    const TxnId txn = story.start(at);
    story.state(CommitOrdered{at, db2, txn, where, Lsn{where.seq.value}});
    story.state(CommitAcked{at, txn, 0, 0, at, at, where, {}, row, 1, web});
  }
  CheckResult check() { return writepath::check(story.finish(), "undo"); }
  void require_broken(const std::string& witness) {
    const CheckResult result = check();
    INFO(result.witness);
    CHECK(result.verdict == Verdict::broken);
    CHECK(result.witness.find(witness) != std::string::npos);
  }
  void require_holds() {
    const CheckResult result = check();
    INFO(result.witness);
    CHECK(result.name == "undo");
    CHECK(result.verdict == Verdict::holds);
  }
};

}  // namespace

TEST_CASE("undo: found, undone, and only then its rows are free") {
  Recovery r;
  r.found(r.batch);
  r.opens(place(1, 10));
  r.commits_row(999, place(2, 11), ms(3500));   // another row
  r.commits_row(1003, place(2, 12), ms(3600));  // its change to this one never reached the volume
  r.undone(r.batch);
  r.commits_row(1000, place(2, 13), ms(5100));
  r.require_holds();
}

TEST_CASE("undo: without anything in flight there is nothing to check") {
  Recovery r;
  r.opens(place(1, 10));
  CHECK(r.check().name.empty());
}

TEST_CASE("undo: a row is free too early") {
  Recovery r;
  r.found(r.batch);
  r.opens(place(1, 10));
  r.commits_row(1002, place(2, 11), ms(3500));
  r.undone(r.batch);
  r.require_broken("committed a row that transaction 1 had changed, before that was undone");
}

TEST_CASE("undo: what a client had been told is kept") {
  Recovery r;
  r.found(TxnId{4}, 1, second_epoch, db2, 3);
  r.opens(place(1, 10));
  r.require_broken("transaction 4 had committed as epoch 1 position 3, and is to be undone");
}

TEST_CASE("undo: what is in the history stays, even if no client ever heard of it") {
  const auto undoes = [](std::uint64_t kept) {
    Recovery r;
    r.story.order(ms(1900), r.batch, place(1, 11));
    r.found(r.batch);
    r.opens(place(1, kept));
    return r.check();
  };
  CHECK(undoes(10).verdict == Verdict::holds);  // its commit record was annulled
  CHECK(undoes(11).verdict == Verdict::broken);
  CHECK(undoes(11).witness.find("had committed as epoch 1 position 11") != std::string::npos);
}

TEST_CASE("undo: once") {
  Recovery r;
  r.found(r.batch);
  r.opens(place(1, 10));
  r.undone(r.batch);
  r.undone(r.batch);
  r.require_broken("was undone, and was not found in flight");
}

TEST_CASE("undo: two transactions can't both have changed a row") {
  Recovery r;
  r.found(r.batch);
  r.found(TxnId{77}, 1, second_epoch, db2, seed_of_batch + 2);
  r.opens(place(1, 10));
  r.require_broken("are both in flight with the same row changed");
}

TEST_CASE("undo: what a second crash leaves is found again, and a writer given up is not heard") {
  Recovery r;
  r.found(r.batch);
  r.opens(place(1, 10));
  r.found(r.batch, 2, Epoch{3}, db3);  // db2 is only cut off
  r.opens(place(2, 10), Epoch{3}, db3);
  r.undone(r.batch, second_epoch, db2);
  r.commits_row(1002, place(3, 11), ms(4500));
  r.undone(r.batch, Epoch{3}, db3);
  r.require_holds();
}

TEST_CASE("what undo took, and how many it found, is counted for the fault; the time line has it") {
  const auto told = [](bool again) {
    Recovery r;
    r.found(r.batch);
    r.found(TxnId{77}, 1, second_epoch, db2, 5);
    r.opens(place(1, 10));
    r.commits_row(999, place(2, 11), ms(3500));
    r.undone(TxnId{77}, second_epoch, db2, 3200);
    if (again)
      r.story.state(NodeDown{ms(4000), db2, CrashKind::process});
    else
      r.undone(r.batch, second_epoch, db2, 6500);
    return r.story.finish_with({place(1, 10), place(2, 11)});
  };
  const RunSummary done = told(false);
  CHECK(value(done.faults.at(0), "in_flight_transactions") == 2.0);
  CHECK(*value(done.faults.at(0), "undo_s") == Approx(3.5));
  CHECK(*value(done.faults.at(0), "rto_s") == Approx(1.5));  // the undo is no part of it
  const auto undoing = [](const RunSummary& summary) {
    for (const TimelineRow& row : summary.timeline)
      if (row.state == "undoes 2 transactions") return row;
    return TimelineRow{};
  };
  CHECK(undoing(done).begin == ms(3000));
  CHECK(undoing(done).end == ms(6500));
  const RunSummary cut_short = told(true);
  CHECK(value(cut_short.faults.at(0), "in_flight_transactions") == 2.0);
  CHECK_FALSE(value(cut_short.faults.at(0), "undo_s"));
  CHECK(undoing(cut_short).end == ms(4000));
}
