// Order of events, timers that are taken back, dead entries, failures, stopping.
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "sim/core/random.hpp"
#include "sim/engine/event_queue.hpp"
#include "sim/engine/scope.hpp"
#include "sim/engine/sleep.hpp"
#include "tests/catch.hpp"
#include "tests/unit/engine/child_process.hpp"

using namespace writepath;

TEST_CASE("events run in order of time, then of posting", "[queue]") {
  EventQueue queue;
  RandomStream random(1, "order");
  struct Seen {
    TimeNs at;
    int sequence;
  };
  static std::vector<Seen> seen;
  seen.clear();
  for (int i = 0; i < 10'000; ++i) {
    const auto at = static_cast<TimeNs>(random.below(500));
    const auto note = [&queue, i] { seen.push_back({queue.now(), i}); };
    if (random.below(4) == 0)
      queue.post_marked_at(at, note);
    else
      queue.post_at(at, note);
  }
  queue.run_until(never);
  REQUIRE(seen.size() == 10'000);
  CHECK(queue.events_run() == 10'000);
  for (std::size_t i = 1; i < seen.size(); ++i) {
    const bool ascending = seen[i - 1].at < seen[i].at || (seen[i - 1].at == seen[i].at &&
                                                           seen[i - 1].sequence < seen[i].sequence);
    REQUIRE(ascending);
  }
}

TEST_CASE("an event posted for now runs after the segment, behind earlier ones", "[queue]") {
  EventQueue queue;
  static std::string order;
  order.clear();
  queue.post_at(5, [&queue] {
    queue.post_at(queue.now(), [] { order += 'c'; });
    order += 'a';
  });
  queue.post_at(5, [] { order += 'b'; });
  queue.run_until(5);
  CHECK(order == "abc");
  CHECK(queue.now() == 5);
}

TEST_CASE("run_until stops behind its horizon and can go on", "[queue]") {
  EventQueue queue;
  static int runs;
  runs = 0;
  for (TimeNs at : {10, 20, 21, 30}) queue.post_at(at, [] { ++runs; });
  queue.run_until(20);
  CHECK(runs == 2);
  CHECK(queue.now() == 20);
  CHECK(queue.next_time() == 21);
  queue.run_until(25);
  CHECK(queue.now() == 25);
  queue.run_until(never);
  CHECK(runs == 4);
  CHECK(queue.now() == 30);
  CHECK(queue.next_time() == never);
}

TEST_CASE("a closure of 48 bytes arrives whole", "[queue]") {
  EventQueue queue;
  struct Message {
    std::uint64_t words[5];
  };
  static std::uint64_t sum;
  sum = 0;
  const Message message{{1, 20, 300, 4000, 50000}};
  for (int i = 0; i < 200; ++i)
    queue.post_at(i, [&queue, message] {
      for (const std::uint64_t word : message.words) sum += word;
      if (queue.now() < 1000) queue.post_after(1000, [] { ++sum; });
    });
  queue.run_until(never);
  CHECK(sum == 200 * 54321 + 200);
}

TEST_CASE("timers are taken back once, and stale handles do nothing", "[queue]") {
  EventQueue queue;
  static int fired;
  fired = 0;
  TimerHandle none;
  CHECK_FALSE(queue.disarm(none));
  TimerHandle first = queue.arm_timer(10, [] { fired += 1; });
  TimerHandle copy = first;
  TimerHandle second = queue.arm_timer(10, [] { fired += 10; });
  CHECK(queue.disarm(first));
  CHECK_FALSE(queue.disarm(first));
  CHECK_FALSE(queue.disarm(copy));
  TimerHandle stale = second;
  queue.run_until(20);
  CHECK(fired == 10);
  CHECK(queue.events_run() == 1);
  CHECK_FALSE(queue.disarm(second));
  // The slots serve again; the old handles must not reach their new owners.
  for (int i = 0; i < 100; ++i) queue.post_at(30, [] { fired += 100; });
  TimerHandle third = queue.arm_timer(30, [] { fired += 100000; });
  CHECK_FALSE(queue.disarm(stale));
  CHECK_FALSE(queue.disarm(copy));
  CHECK(queue.disarm(third));
  queue.run_until(never);
  CHECK(fired == 10 + 100 * 100);
  CHECK(queue.pending() == 0);
}

TEST_CASE("a timer may disarm another of the same time", "[queue]") {
  EventQueue queue;
  static TimerHandle victim;
  static bool fired;
  fired = false;
  queue.post_at(5, [&queue] { CHECK(queue.disarm(victim)); });
  victim = queue.arm_timer(5, [] { fired = true; });
  queue.run_until(never);
  CHECK_FALSE(fired);
}

namespace {
Task<> sleeper(EventQueue& queue, DurationNs duration) { co_await sleep_for(queue, duration); }
}  // namespace

TEST_CASE("entries that a crash leaves behind are removed soon", "[queue]") {
  EventQueue queue;
  {
    Scope scope(queue);
    for (int i = 0; i < 100'000; ++i) scope.spawn(sleeper(queue, 1'000'000'000 + i));
    CHECK(queue.pending() == 100'000);
    scope.kill();
  }
  CHECK(FramePool::live() == 0);
  static int runs;
  runs = 0;
  queue.post_at(1, [] { ++runs; });
  queue.post_at(2, [] { ++runs; });
  queue.run_until(2);
  CHECK(runs == 2);
  CHECK(queue.pending() == 0);
  CHECK(queue.events_run() == 2);
}

TEST_CASE("compaction keeps the living, in order", "[queue]") {
  EventQueue queue;
  RandomStream random(3, "compaction");
  static std::vector<TimeNs> seen;
  seen.clear();
  std::vector<TimerHandle> handles;
  std::multimap<TimeNs, int> expected;
  for (int i = 0; i < 20'000; ++i) {
    const auto at = static_cast<TimeNs>(1000 + random.below(100'000));
    handles.push_back(queue.arm_timer(at, [&queue] { seen.push_back(queue.now()); }));
    if (random.below(10) != 0)
      CHECK(queue.disarm(handles.back()));
    else
      expected.emplace(at, i);
  }
  queue.post_at(1, [] {});
  queue.run_until(1);
  CHECK(queue.pending() == expected.size());
  queue.run_until(never);
  REQUIRE(seen.size() == expected.size());
  std::size_t i = 0;
  for (const auto& [at, number] : expected) REQUIRE(seen[i++] == at);
}

TEST_CASE("stop() lets the segment end and nothing else", "[queue]") {
  EventQueue queue;
  static int runs;
  runs = 0;
  queue.post_at(1, [&queue] {
    queue.stop();
    ++runs;
  });
  queue.post_at(1, [] { ++runs; });
  queue.run_until(never);
  CHECK(runs == 1);
  CHECK(queue.stopped());
  queue.run_until(never);
  CHECK(runs == 1);
}

TEST_CASE("a closure's exception stops the run and is reported with its time", "[queue]") {
  EventQueue queue;
  static bool later;
  later = false;
  queue.post_at(7, [] { throw std::runtime_error("boom"); });
  queue.post_at(8, [] { later = true; });
  CHECK_THROWS_WITH(queue.run_until(never), "at t=7 ns, in a posted closure: boom");
  CHECK(queue.stopped());
  CHECK_FALSE(later);
  CHECK_NOTHROW(queue.check());  // reported once
}

TEST_CASE("an event in the past is a broken invariant", "[queue]") {
  const auto result = test::in_child_process([] {
    EventQueue queue;
    queue.post_at(10, [] {});
    queue.run_until(10);
    queue.post_at(9, [] {});
    return std::string("accepted");
  });
  CHECK(WIFSIGNALED(result.status));
  CHECK(result.text.find("posted into the past") != std::string::npos);
}
