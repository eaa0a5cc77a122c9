// The pieces that sessions are made of: permits and calls.
#include "sim/engine/scope.hpp"
#include "sim/engine/sleep.hpp"
#include "sim/engine/timeout.hpp"
#include "sim/workload/calls.hpp"
#include "sim/workload/permits.hpp"
#include "tests/catch.hpp"

using namespace writepath;

namespace {

struct Line {
  explicit Line(std::int64_t places) : permits(queue, places), calls(queue), scope(queue) {}

  Task<> use(int who, DurationNs hold, DurationNs patience) {
    const bool mine = co_await with_timeout(queue, permits.take(), patience);
    if (!mine) {
      order.push_back(-who);
      co_return;
    }
    order.push_back(who);
    co_await sleep_for(queue, hold);
    permits.give_back();
  }
  Task<> ask(DurationNs patience) {
    Call call(queue, calls);
    asked = call.id();
    const std::optional<CallEnd> end = co_await with_timeout(queue, call.ends(), patience);
    if (end == CallEnd::answered) seq = call.reply().place.seq.value;
    ended = end;
    over = true;
  }

  EventQueue queue;
  Permits permits;
  CallTable calls;
  Scope scope;
  std::vector<int> order;
  CallId asked;
  std::optional<CallEnd> ended;
  std::uint64_t seq = 0;
  bool over = false;
};

}  // namespace

TEST_CASE("Permits are handed out in order", "[permits]") {
  Line line(2);
  for (int who = 1; who <= 5; ++who) line.scope.spawn(line.use(who, 10, 1000));
  line.queue.run_until(5);
  CHECK(line.order == std::vector<int>{1, 2});
  CHECK(line.permits.taken() == 2);
  line.queue.run_until(100);
  CHECK(line.order == std::vector<int>{1, 2, 3, 4, 5});
  CHECK(line.permits.taken() == 0);
}

TEST_CASE("Who loses patience leaves the queue", "[permits]") {
  Line line(1);
  line.scope.spawn(line.use(1, 10, 1000));
  line.scope.spawn(line.use(2, 10, 3));
  line.scope.spawn(line.use(3, 10, 1000));
  line.queue.run_until(100);
  CHECK(line.order == std::vector<int>{1, -2, 3});
  CHECK(line.permits.taken() == 0);
}

TEST_CASE("A permit that is handed to somebody who dies is passed on", "[permits]") {
  Line line(1);
  Scope doomed(line.queue);
  line.scope.spawn(line.use(1, 10, 1000));
  doomed.spawn(line.use(2, 10, 1000));
  line.scope.spawn(line.use(3, 10, 1000));
  // In the segment that hands over: the kill comes before the new holder runs.
  line.queue.post_at(5, [&line, &doomed] {
    line.permits.give_back();
    doomed.kill();
  });
  line.queue.run_until(7);
  CHECK(line.order == std::vector<int>{1, 3});
}

TEST_CASE("A parked answer is known when it arrives", "[calls]") {
  Line line(1);
  line.scope.spawn(line.ask(100));
  Reply reply;
  reply.status = ReplyStatus::done;
  reply.place.seq = CommitSeq{17};
  line.calls.park(line.asked, reply);
  line.queue.run_until(10);
  CHECK_FALSE(line.over);
  line.queue.post_at(20, [&line] { line.calls.arrive(line.asked); });
  line.queue.run_until(30);
  CHECK(line.ended == CallEnd::answered);
  CHECK(line.seq == 17);
  CHECK(line.calls.open_calls() == 0);
}

TEST_CASE("A lost connection ends a call without an answer", "[calls]") {
  Line line(1);
  line.scope.spawn(line.ask(100));
  line.queue.post_at(20, [&line] { line.calls.lose_connection(line.asked); });
  line.queue.run_until(30);
  CHECK(line.ended == CallEnd::connection_lost);
}

TEST_CASE("An answer to nobody leaves nothing behind", "[calls]") {
  Line line(1);
  line.scope.spawn(line.ask(10));
  const CallId first = line.asked;
  line.queue.run_until(20);
  CHECK(line.over);
  CHECK_FALSE(line.ended.has_value());
  line.scope.spawn(line.ask(100));  // takes the same slot
  Reply late;
  late.place.seq = CommitSeq{1};
  line.calls.park(first, late);
  line.queue.post_at(30, [&line, first] { line.calls.arrive(first); });
  line.over = false;
  line.queue.run_until(50);
  CHECK_FALSE(line.over);
  CHECK(line.calls.open_calls() == 1);
  line.queue.run_until(200);
  CHECK(line.calls.open_calls() == 0);
}
