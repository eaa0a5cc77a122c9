// Crashes: what dies, when, and what must not run any more.
#include "sim/engine/scope.hpp"

#include <memory>
#include <string>

#include "sim/engine/event.hpp"
#include "sim/engine/sleep.hpp"
#include "sim/engine/timeout.hpp"
#include "sim/engine/watermark.hpp"
#include "tests/catch.hpp"
#include "tests/unit/engine/child_process.hpp"
#include "tests/unit/engine/counted.hpp"

using namespace writepath;
using test::Counted;

namespace {

Task<> inner(EventQueue& queue) {
  Counted counted;
  const auto on_heap = std::make_unique<int>(7);
  co_await sleep_for(queue, 1'000'000);
}
Task<> outer(EventQueue& queue, std::string& log) {
  Counted counted;
  co_await inner(queue);
  log += "outer ended ";
}
Task<> with_limit(EventQueue& queue, std::string& log) {
  Counted counted;
  const bool in_time = co_await with_timeout(queue, inner(queue), 500'000);
  log += in_time ? "in time " : "late ";
}

Task<> crashes_itself(EventQueue& queue, Scope& scope, Watermark& mark, std::string& log) {
  Counted counted;
  co_await sleep_for(queue, 10);
  mark.advance(5);  // makes the sibling ready
  scope.kill();
  log += "still running ";
  scope.spawn(inner(queue));  // dropped: the scope is closed
  co_await sleep_for(queue, 10);
  log += "never ";
}
Task<> sibling(Watermark& mark, std::string& log) {
  Counted counted;
  co_await mark.reaches(5);
  log += "sibling ";
}

struct SpawnsWhenDestroyed {
  SpawnsWhenDestroyed(EventQueue& its_queue, Scope& its_scope)
      : queue(its_queue), scope(its_scope) {}
  ~SpawnsWhenDestroyed() { scope.spawn(inner(queue)); }
  EventQueue& queue;
  Scope& scope;
};
Task<> spawner(EventQueue& queue, Scope& scope) {
  const SpawnsWhenDestroyed bad(queue, scope);
  co_await sleep_for(queue, 1'000'000);
}

}  // namespace

TEST_CASE("kill() from outside destroys everything at once", "[scope]") {
  EventQueue queue;
  Scope scope(queue);
  std::string log;
  scope.spawn(outer(queue, log));
  scope.spawn(with_limit(queue, log));
  queue.run_until(100);
  CHECK(scope.live() == 2);
  CHECK(Counted::alive == 4);
  scope.kill();
  CHECK(scope.live() == 0);
  CHECK_FALSE(scope.is_open());
  CHECK(Counted::alive == 0);
  CHECK(FramePool::live() == 0);
  queue.run_until(never);
  CHECK(log.empty());
  CHECK(queue.events_run() == 0);
}

TEST_CASE("a node that crashes itself runs to its next wait, its ready sibling not", "[scope]") {
  EventQueue queue;
  Scope scope(queue);
  Watermark mark(queue);
  std::string log;
  scope.spawn(sibling(mark, log));
  scope.spawn(crashes_itself(queue, scope, mark, log));
  queue.run_until(never);
  CHECK(log == "still running ");
  CHECK(Counted::alive == 0);
  CHECK(FramePool::live() == 0);

  scope.reopen();
  log.clear();
  scope.spawn(sibling(mark, log));  // mark stands at 5
  CHECK(log == "sibling ");
}

TEST_CASE("a crash in a task's first segment, spawned from outside, is safe", "[scope]") {
  EventQueue queue;
  Scope scope(queue);
  static int steps;
  steps = 0;
  struct Suicide {
    static Task<> run(EventQueue& its_queue, Scope& its_scope) {
      Counted counted;
      its_scope.kill();
      ++steps;
      co_await sleep_for(its_queue, 1);
      ++steps;
    }
  };
  scope.spawn(Suicide::run(queue, scope));
  CHECK(steps == 1);
  CHECK(Counted::alive == 0);
  queue.run_until(never);
  CHECK(steps == 1);
}

TEST_CASE("a crash posted as an event comes before what was woken in the same segment", "[scope]") {
  EventQueue queue;
  Scope scope(queue);
  Watermark mark(queue);
  std::string log;
  scope.spawn(sibling(mark, log));
  queue.post_at(5, [&scope, &mark] {
    mark.advance(9);
    scope.kill();
  });
  queue.run_until(never);
  CHECK(log.empty());
  CHECK(Counted::alive == 0);
}

TEST_CASE("a closed scope drops tasks unstarted", "[scope]") {
  EventQueue queue;
  Scope scope(queue);
  scope.kill();
  std::string log;
  scope.spawn(outer(queue, log));
  CHECK(FramePool::live() == 0);
  CHECK(queue.pending() == 0);
}

TEST_CASE("a scope destroyed with a kill pending is forgotten", "[scope]") {
  EventQueue queue;
  auto scope = std::make_unique<Scope>(queue);
  std::string log;
  scope->spawn(outer(queue, log));
  queue.post_at(1, [&scope] {
    scope->kill();
    scope.reset();
  });
  queue.run_until(never);
  CHECK(FramePool::live() == 0);
}

TEST_CASE("a destructor that spawns during a kill is a broken invariant", "[scope]") {
  const auto result = test::in_child_process([] {
    EventQueue queue;
    Scope scope(queue);
    scope.spawn(spawner(queue, scope));
    scope.kill();
    return std::string("accepted");
  });
  CHECK(WIFSIGNALED(result.status));
  CHECK(result.text.find("a destructor spawned a task") != std::string::npos);
}
