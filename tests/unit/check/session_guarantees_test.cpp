// Session guarantees and the values that reads returned, over histories given by their facts.
#include "sim/check/session_guarantees.hpp"

#include "tests/catch.hpp"

using namespace writepath;

namespace {

LogPlace at(std::uint32_t epoch, std::uint64_t seq) { return {Epoch{epoch}, CommitSeq{seq}}; }

/// A story told by facts: each operation ends before the next begins.
class Story {
 public:
  Story& fork(std::uint32_t epoch, LogPlace kept) {
    lineage_.on(LineageForked{.at = now_, .node = NodeId{0}, .epoch = Epoch{epoch}, .kept = kept});
    return *this;
  }
  Story& writes(std::uint32_t client, std::uint32_t of, LogPlace place,
                RegisterOutcome outcome = RegisterOutcome::ok) {
    const TxnId txn{++last_};
    history_.on(RegisterInvoked{++now_, NodeId{9}, client, of, true, txn});
    if (is_place(place)) history_.on(CommitOrdered{now_, NodeId{0}, txn, place, Lsn{0}});
    const LogPlace told = outcome == RegisterOutcome::ok ? place : LogPlace{};
    history_.on(RegisterDone{++now_, NodeId{9}, NodeId{0}, client, of, true, outcome, told});
    return *this;
  }
  Story& reads(std::uint32_t client, std::uint32_t of, LogPlace seen) {
    history_.on(RegisterInvoked{++now_, NodeId{9}, client, of, false, no_txn});
    history_.on(
        RegisterDone{++now_, NodeId{9}, NodeId{0}, client, of, false, RegisterOutcome::ok, seen});
    return *this;
  }
  std::vector<RegisterOperation> operations() const { return history_.operations(lineage_); }
  std::uint64_t violations(SessionGuarantee guarantee) const {
    return judge_sessions(operations(), lineage_)[guarantee].violations;
  }
  std::uint64_t all_violations() const {
    std::uint64_t sum = 0;
    for (const auto& finding : judge_sessions(operations(), lineage_).of) sum += finding.violations;
    return sum;
  }

 private:
  TimeNs now_ = 0;
  std::uint64_t last_ = 0;
  Lineage lineage_;
  RegisterHistory history_;
};

}  // namespace

TEST_CASE("a read returns the last write up to what it saw, along its own history") {
  Story story;
  story.writes(0, 0, at(1, 2)).writes(0, 1, at(1, 3)).writes(0, 0, at(1, 5));
  story.fork(2, at(1, 4)).writes(1, 0, at(2, 7));
  story.reads(2, 0, at(1, 1)).reads(2, 0, at(1, 4)).reads(2, 0, at(1, 9));
  story.reads(2, 0, at(2, 6)).reads(2, 0, at(2, 7)).reads(2, 1, at(2, 7));
  std::vector<std::uint64_t> values;
  for (const RegisterOperation& o : story.operations())
    if (!o.write) values.push_back(o.value);
  // Write 3 stands on the branch that the fork cut off.
  CHECK(values == std::vector<std::uint64_t>{0, 1, 3, 1, 4, 2});
}

TEST_CASE("an unanswered write is seen by reads, and its client goes on as another process") {
  Story story;
  story.writes(0, 0, at(1, 2), RegisterOutcome::info).writes(0, 0, at(1, 3));
  story.reads(1, 0, at(1, 2)).reads(1, 0, at(1, 3));
  const std::vector<RegisterOperation> all = story.operations();
  CHECK(all[0].process == 0);
  CHECK(all[1].process == 2);
  CHECK(all[2].process == 1);
  CHECK(all[2].value == 1);
  CHECK(all[3].value == 2);
}

TEST_CASE("read your writes") {
  Story kept, broken, others;
  kept.writes(0, 0, at(1, 5)).reads(0, 0, at(1, 5)).reads(0, 0, at(1, 6));
  CHECK(kept.all_violations() == 0);
  broken.writes(0, 0, at(1, 5)).reads(0, 0, at(1, 4));
  CHECK(broken.violations(SessionGuarantee::read_your_writes) == 1);
  CHECK(broken.all_violations() == 1);
  others.writes(0, 0, at(1, 5)).reads(1, 0, at(1, 4));
  CHECK(others.all_violations() == 0);
}

TEST_CASE("monotonic reads") {
  Story kept, broken;
  // The second replica is behind the first, but by nothing that the session has read.
  kept.writes(1, 0, at(1, 5)).reads(0, 0, at(1, 9)).reads(0, 0, at(1, 6));
  CHECK(kept.all_violations() == 0);
  broken.writes(1, 0, at(1, 5)).reads(0, 0, at(1, 9)).reads(0, 1, at(1, 4));
  CHECK(broken.violations(SessionGuarantee::monotonic_reads) == 1);
  CHECK(broken.all_violations() == 1);
}

TEST_CASE("monotonic writes, and writes that follow reads, across a failover that loses some") {
  Story story;
  story.writes(0, 0, at(1, 5)).writes(1, 0, at(1, 6)).reads(2, 0, at(1, 6));
  story.fork(2, at(1, 5));
  story.writes(0, 0, at(2, 6));  // what it wrote before was kept
  CHECK(story.all_violations() == 0);
  story.writes(1, 0, at(2, 7));
  CHECK(story.violations(SessionGuarantee::monotonic_writes) == 1);
  story.writes(2, 0, at(2, 8));
  CHECK(story.violations(SessionGuarantee::writes_follow_reads) == 1);
  CHECK(story.all_violations() == 2);
  const SessionFindings found = [&] {
    Lineage lineage;
    lineage.on(LineageForked{.at = 0, .node = NodeId{0}, .epoch = Epoch{2}, .kept = at(1, 5)});
    return judge_sessions(story.operations(), lineage);
  }();
  CHECK(found[SessionGuarantee::writes_follow_reads].operation == 5);
  CHECK(found[SessionGuarantee::writes_follow_reads].missed == 2);
}

TEST_CASE("a session ends with a write in doubt") {
  Story story;
  story.writes(0, 0, at(1, 5)).writes(0, 0, {}, RegisterOutcome::info).reads(0, 0, at(1, 4));
  CHECK(story.all_violations() == 0);
}
