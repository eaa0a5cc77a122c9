// Timeouts, quorums, replies, watermarks.
#include <algorithm>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "sim/core/random.hpp"
#include "sim/engine/inbox.hpp"
#include "sim/engine/quorum.hpp"
#include "sim/engine/reply.hpp"
#include "sim/engine/scope.hpp"
#include "sim/engine/sleep.hpp"
#include "sim/engine/timeout.hpp"
#include "sim/engine/watermark.hpp"
#include "tests/catch.hpp"
#include "tests/unit/engine/child_process.hpp"
#include "tests/unit/engine/counted.hpp"

using namespace writepath;
using test::Counted;

namespace {

Task<int> after(EventQueue& queue, DurationNs duration, int result) {
  Counted counted;
  co_await sleep_for(queue, duration);
  co_return result;
}
Task<int> at_once(int result) { co_return result; }
Task<int> fails(EventQueue& queue) {
  co_await sleep_for(queue, 50);
  throw std::runtime_error("bad");
}

Task<> timeouts(EventQueue& queue, bool& done) {
  const TimeNs start = queue.now();
  const std::optional<int> in_time = co_await with_timeout(queue, after(queue, 100, 42), 200);
  CHECK(in_time == std::optional<int>(42));
  CHECK(queue.now() == start + 100);
  const std::optional<int> late = co_await with_timeout(queue, after(queue, 500, 42), 200);
  CHECK_FALSE(late.has_value());
  CHECK(queue.now() == start + 300);
  CHECK(Counted::alive == 0);  // the child died with the statement
  const std::optional<int> instant = co_await with_timeout(queue, at_once(7), 200);
  CHECK(instant == std::optional<int>(7));
  CHECK(queue.now() == start + 300);
  const bool slept = co_await with_timeout(queue, sleep_for(queue, 100), 101);
  CHECK(slept);
  const bool overslept = co_await with_timeout(queue, sleep_for(queue, 102), 101);
  CHECK_FALSE(overslept);
  done = true;
}
Task<> tie(EventQueue& queue, std::string& log) {
  // The limit is armed before the sleep is: it wins.
  const bool slept = co_await with_timeout(queue, sleep_for(queue, 100), 100);
  log += slept ? "slept " : "limit ";
  // An acknowledgement posted before the limit was armed comes first.
  QuorumWait acks(queue, 1);
  const QuorumToken token = acks.token();
  queue.post_after(100, [&queue, token] { QuorumWait::deliver(queue, token); });
  const bool reached = co_await with_timeout(queue, acks.reached(), 100);
  log += reached ? "reached " : "limit ";
  // And one that is posted afterwards comes second.
  QuorumWait more(queue, 1);
  const QuorumToken second = more.token();
  queue.post_at(queue.now(), [&queue, second] {
    queue.post_after(100, [&queue, second] { QuorumWait::deliver(queue, second); });
  });
  const bool again = co_await with_timeout(queue, more.reached(), 100);
  log += again ? "reached" : "limit";
}
Task<> limit_on_failure(EventQueue& queue, std::string& caught) {
  try {
    const std::optional<int> value = co_await with_timeout(queue, fails(queue), 100);
    caught = value ? "value" : "late";
  } catch (const std::runtime_error& failure) {
    caught = failure.what();
  }
}
Task<bool> limited(EventQueue& queue, DurationNs duration, DurationNs limit) {
  Counted counted;
  const std::optional<int> result = co_await with_timeout(queue, after(queue, duration, 1), limit);
  co_return result.has_value();
}
Task<> nested_limits(EventQueue& queue, std::string& log) {
  for (const DurationNs inner : {10, 200, 30}) {
    for (const DurationNs duration : {20, 5, 500}) {
      const std::optional<bool> result =
          co_await with_timeout(queue, limited(queue, duration, inner), 100);
      log += !result ? 'o' : !*result ? 'i' : 'd';
    }
  }
}

Task<> four_of_six(EventQueue& queue, TimeNs& reached_at) {
  QuorumWait acks(queue, 4);
  const QuorumToken token = acks.token();
  for (int i = 1; i <= 6; ++i)
    queue.post_at(i * 100, [&queue, token] { QuorumWait::deliver(queue, token); });
  co_await acks.reached();
  reached_at = queue.now();
  CHECK(acks.received() == 4);
}
// Takes over the token slot of four_of_six, whose last two acknowledgements must not count here.
Task<> starts_later(EventQueue& queue, bool& reached) {
  co_await sleep_until(queue, 450);
  QuorumWait acks(queue, 1);
  reached = co_await with_timeout(queue, acks.reached(), 500);
}
Task<> acknowledged_before_waiting(EventQueue& queue, bool& reached) {
  QuorumWait acks(queue, 2);
  for (int i = 0; i < 5; ++i) QuorumWait::deliver(queue, acks.token());
  CHECK(acks.received() == 5);
  co_await acks.reached();
  reached = true;
}

struct Page {
  std::uint64_t key, lsn;
};
Task<> asks(EventQueue& queue, DurationNs delay, DurationNs limit, std::string& log) {
  PendingReply<Page> page(queue);
  const ReplyToken token = page.token();
  for (const DurationNs extra : {0, 5})  // the second answer is one too many
    queue.post_after(delay + extra, [&queue, token] {
      (void)deliver(queue, token, Page{3, static_cast<std::uint64_t>(queue.now())});
    });
  const std::optional<Page> answer = co_await with_timeout(queue, page.arrives(), limit);
  log += answer ? "lsn " + std::to_string(answer->lsn) + " " : "late ";
}

Task<> follows(Watermark& mark, std::uint64_t target, std::vector<std::uint64_t>& served) {
  Counted counted;
  co_await mark.reaches(target);
  CHECK(mark.value() >= target);
  served.push_back(target);
}
Task<> gives_up(EventQueue& queue, Watermark& mark, std::uint64_t target, long& gave_up) {
  const bool reached = co_await with_timeout(queue, mark.reaches(target), 10);
  if (!reached) ++gave_up;
}
}  // namespace

TEST_CASE("a limit bounds a task, a sleep and a ready result", "[timeout]") {
  EventQueue queue;
  Scope scope(queue);
  bool done = false;
  scope.spawn(timeouts(queue, done));
  queue.run_until(never);
  CHECK(done);
  CHECK(queue.pending() == 0);
  CHECK(FramePool::live() == 0);
}

TEST_CASE("at a tie what was armed first wins", "[timeout]") {
  EventQueue queue;
  Scope scope(queue);
  std::string log;
  scope.spawn(tie(queue, log));
  queue.run_until(never);
  CHECK(log == "limit reached limit");
}

TEST_CASE("an exception passes through a limit", "[timeout]") {
  EventQueue queue;
  Scope scope(queue);
  std::string caught;
  scope.spawn(limit_on_failure(queue, caught));
  queue.run_until(never);
  CHECK(caught == "bad");
}

TEST_CASE("limits nest", "[timeout]") {
  EventQueue queue;
  Scope scope(queue);
  std::string log;
  scope.spawn(nested_limits(queue, log));
  queue.run_until(never);
  CHECK(log ==
        "idi"
        "ddo"
        "ddi");
  CHECK(Counted::alive == 0);
}

TEST_CASE("a quorum is reached with its k-th acknowledgement; late ones are counted", "[quorum]") {
  EventQueue queue;
  Scope scope(queue);
  TimeNs reached_at = 0;
  bool later_reached = true;
  scope.spawn(four_of_six(queue, reached_at));
  scope.spawn(starts_later(queue, later_reached));
  queue.run_until(never);
  CHECK(reached_at == 400);
  CHECK_FALSE(later_reached);
  CHECK(queue.late_deliveries() == 2);
}

TEST_CASE("acknowledgements may come before the wait", "[quorum]") {
  EventQueue queue;
  Scope scope(queue);
  bool reached = false;
  scope.spawn(acknowledged_before_waiting(queue, reached));
  CHECK(reached);
  QuorumWait::deliver(queue, QuorumToken{});
  CHECK(queue.late_deliveries() == 1);
}

TEST_CASE("a reply comes once, in time or not at all", "[reply]") {
  EventQueue queue;
  Scope scope(queue);
  std::string log;
  scope.spawn(asks(queue, 10, 20, log));
  queue.run_until(100);
  CHECK(log == "lsn 10 ");
  CHECK(queue.late_deliveries() == 1);
  scope.spawn(asks(queue, 30, 20, log));
  queue.run_until(200);
  CHECK(log == "lsn 10 late ");
  CHECK(queue.late_deliveries() == 3);
  scope.spawn(asks(queue, 30, 40, log));
  scope.kill();
  queue.run_until(300);
  CHECK(log == "lsn 10 late ");
  CHECK(queue.late_deliveries() == 5);
}

TEST_CASE("an answer of another type is a broken invariant", "[reply]") {
  const auto result = test::in_child_process([] {
    EventQueue queue;
    const PendingReply<Page> page(queue);
    deliver(queue, page.token(), 17);
    return std::string("accepted");
  });
  CHECK(WIFSIGNALED(result.status));
  CHECK(result.text.find("an answer of the wrong type") != std::string::npos);
}

TEST_CASE("a watermark serves its waiters in order, whatever order they came in", "[watermark]") {
  constexpr std::uint64_t count = 20'000;
  for (const std::string arrival : {"ascending", "random", "descending"}) {
    EventQueue queue;
    Scope scope(queue);
    Watermark mark(queue);
    RandomStream random(5, arrival);
    std::vector<std::uint64_t> served;
    for (std::uint64_t i = 1; i <= count; ++i)
      scope.spawn(follows(mark,
                          arrival == "ascending" ? i
                          : arrival == "random"  ? 1 + random.below(count)
                                                 : count + 1 - i,
                          served));
    while (mark.value() < count) {
      mark.advance(mark.value() + 1 + random.below(5));
      mark.advance(mark.value() / 2);  // lower values change nothing
      queue.run_until(queue.now());
      REQUIRE((served.empty() || served.back() <= mark.value()));
    }
    INFO(arrival);
    CHECK(served.size() == count);
    CHECK(std::is_sorted(served.begin(), served.end()));
    CHECK(Counted::alive == 0);
  }
}

TEST_CASE("waiters that give up leave the watermark clean", "[watermark]") {
  EventQueue queue;
  Scope scope(queue);
  Watermark mark(queue);
  long gave_up = 0;
  std::vector<std::uint64_t> served;
  scope.spawn(follows(mark, 900, served));
  for (int round = 0; round < 5; ++round) {
    for (std::uint64_t i = 0; i < 500; ++i)
      scope.spawn(gives_up(queue, mark, 1000 - i, gave_up));  // list and heap
    queue.run_until(queue.now() + 100);
  }
  CHECK(gave_up == 2500);
  scope.spawn(follows(mark, 800, served));
  scope.spawn(follows(mark, 850, served));
  mark.advance(899);
  queue.run_until(queue.now());
  CHECK(served == std::vector<std::uint64_t>{800, 850});
  mark.advance(900);
  queue.run_until(queue.now());
  CHECK(served.back() == 900);
}
