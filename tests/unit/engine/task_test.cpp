// Tasks: results, exceptions, ownership, long chains.
#include <memory>
#include <stdexcept>
#include <string>

#include "sim/engine/scope.hpp"
#include "sim/engine/sleep.hpp"
#include "tests/catch.hpp"
#include "tests/unit/engine/counted.hpp"

using namespace writepath;
using test::Counted;

namespace {

Task<int> after(EventQueue& queue, DurationNs duration, int result) {
  Counted counted;
  co_await sleep_for(queue, duration);
  co_return result;
}
Task<std::unique_ptr<std::string>> owned(EventQueue& queue) {
  co_await sleep_for(queue, 1);
  co_return std::make_unique<std::string>("a string that does not fit into the object itself");
}
Task<int> sum(EventQueue& queue, int depth) {
  Counted counted;
  if (depth == 0) co_return 0;
  const int rest = co_await sum(queue, depth - 1);
  const int mine = co_await after(queue, 1, depth);
  co_return rest + mine;
}
Task<> store(EventQueue& queue, int& result) { result = co_await sum(queue, 10); }
Task<> store_owned(EventQueue& queue, std::string& result) {
  const std::unique_ptr<std::string> text = co_await owned(queue);
  result = *text;
}

Task<int> at_once(int value) { co_return value; }
Task<> many_at_once(int count, long& total) {
  for (int i = 0; i < count; ++i) {
    const int one = co_await at_once(1);
    total += one;
  }
}

Task<int> fails(EventQueue& queue) {
  Counted counted;
  co_await sleep_for(queue, 1000);
  throw std::logic_error("lsn 17 applied twice");
}
Task<> passes_on(EventQueue& queue) {
  Counted counted;
  const int value = co_await fails(queue);
  (void)value;
}
Task<> catches(EventQueue& queue, std::string& caught) {
  try {
    const int value = co_await fails(queue);
    (void)value;
  } catch (const std::logic_error& failure) {
    caught = failure.what();
  }
}
Task<> bystander(EventQueue& queue, bool& reached) {
  Counted counted;
  co_await sleep_for(queue, 100'000);
  reached = true;
}
Task<> fails_early() {
  throw std::logic_error("at once");
  co_return;
}

}  // namespace

TEST_CASE("a task gives its result to its caller", "[task]") {
  EventQueue queue;
  Scope scope(queue);
  int result = 0;
  std::string text;
  scope.spawn(store(queue, result));
  scope.spawn(store_owned(queue, text));
  CHECK(scope.live() == 2);
  queue.run_until(never);
  CHECK(result == 55);
  CHECK(text == "a string that does not fit into the object itself");
  CHECK(queue.now() == 10);
  CHECK(scope.live() == 0);
  CHECK(Counted::alive == 0);
  CHECK(FramePool::live() == 0);
}

TEST_CASE("a task that nobody starts runs nothing and leaks nothing", "[task]") {
  EventQueue queue;
  {
    const Task<int> never_started = after(queue, 1, 1);
    Task<int> moved = after(queue, 1, 1);
    const Task<int> target = std::move(moved);
  }
  CHECK(Counted::alive == 0);
  CHECK(FramePool::live() == 0);
  CHECK(queue.pending() == 0);
}

TEST_CASE("children that end at once do not pile up on the stack", "[task]") {
#if defined(__OPTIMIZE__) && !defined(WRITEPATH_NO_FRAME_POOL)
  const int count = 1'000'000;
#else
  const int count = 10'000;  // symmetric transfer is no tail call in g++ without optimisation
#endif
  EventQueue queue;
  Scope scope(queue);
  long total = 0;
  scope.spawn(many_at_once(count, total));
  CHECK(total == count);
}

TEST_CASE("an exception reaches check() with the spawn's place and the time", "[task]") {
  EventQueue queue;
  bool reached = false;
  {
    Scope scope(queue);
    scope.spawn(bystander(queue, reached));
    const int line = __LINE__ + 1;
    scope.spawn(passes_on(queue));
    queue.run_through(never);
    CHECK(queue.now() == 1000);
    CHECK(queue.failed());
    try {
      queue.check();
      FAIL("no exception");
    } catch (const std::runtime_error& failure) {
      const std::string text = failure.what();
      CHECK(text.starts_with("at t=1000 ns, in the task spawned at "));
      CHECK(text.ends_with("task_test.cpp:" + std::to_string(line) + ": lsn 17 applied twice"));
    }
  }
  CHECK_FALSE(reached);
  CHECK(Counted::alive == 0);
  CHECK(FramePool::live() == 0);
}

TEST_CASE("a caller may catch what its child throws", "[task]") {
  EventQueue queue;
  Scope scope(queue);
  std::string caught;
  scope.spawn(catches(queue, caught));
  queue.run_until(never);
  CHECK(caught == "lsn 17 applied twice");
}

TEST_CASE("an exception in a task's first segment is reported too", "[task]") {
  EventQueue queue;
  Scope scope(queue);
  scope.spawn(fails_early());
  CHECK(queue.stopped());
  CHECK_THROWS(queue.check());
  CHECK(FramePool::live() == 0);
}
