// Inbox, mutex, signal, gate, and servers with their queue: order, and cancelling in every state.
#include <memory>
#include <string>
#include <vector>

#include "sim/engine/event.hpp"
#include "sim/engine/inbox.hpp"
#include "sim/engine/mutex.hpp"
#include "sim/engine/scope.hpp"
#include "sim/engine/servers.hpp"
#include "sim/engine/sleep.hpp"
#include "sim/engine/timeout.hpp"
#include "tests/catch.hpp"

using namespace writepath;

namespace {

Task<> receiver(Inbox<std::unique_ptr<int>>& inbox, std::vector<int>& seen) {
  for (;;) {
    const std::unique_ptr<int> item = co_await inbox.receive();
    seen.push_back(*item);
  }
}
Task<> receives_with_limit(EventQueue& queue, Inbox<int>& inbox, std::string& log) {
  for (int i = 0; i < 3; ++i) {
    const std::optional<int> item = co_await with_timeout(queue, inbox.receive(), 100);
    log += item ? std::to_string(*item) + " " : "late ";
  }
}

Task<> locks(EventQueue& queue, FifoMutex& mutex, int id, std::string& log) {
  co_await mutex.lock();
  log += std::to_string(id);
  co_await sleep_for(queue, 10);
  mutex.unlock();
}
Task<> holds(EventQueue& queue, FifoMutex& mutex, DurationNs duration, char id, std::string& log) {
  const FifoMutex::Hold hold = co_await mutex.hold();
  log += id;
  co_await sleep_for(queue, duration);
}
Task<> tries(EventQueue& queue, FifoMutex& mutex, DurationNs limit, std::string& log) {
  const bool locked = co_await with_timeout(queue, mutex.lock(), limit);
  log += locked ? 'L' : 'l';
  if (locked) mutex.unlock();
}

Task<> waits(Signal& signal, int id, std::string& log) {
  for (;;) {
    co_await signal.wait();
    log += std::to_string(id);
  }
}
Task<> passes(Gate& gate, char id, std::string& log) {
  co_await gate.passes();
  log += id;
}

Task<> job(EventQueue& queue, Servers& servers, DurationNs duration, char id, std::string& log) {
  co_await servers.serve(duration);
  log += id;
  log += std::to_string(queue.now()) + " ";
}
Task<> woken(EventQueue& queue, Servers& servers, TimeNs at, std::string& log) {
  co_await sleep_until(queue, at);
  co_await servers.turn();
  log += "w" + std::to_string(queue.now()) + " ";
}
Task<> impatient(EventQueue& queue, Servers& servers, DurationNs duration, DurationNs limit,
                 std::string& log) {
  const bool served = co_await with_timeout(queue, servers.serve(duration), limit);
  log += served ? "served" : "gone";
  log += std::to_string(queue.now()) + " ";
}

}  // namespace

TEST_CASE("an inbox keeps order, grows, and holds what nobody has taken", "[inbox]") {
  EventQueue queue;
  Scope scope(queue);
  Inbox<std::unique_ptr<int>> inbox(queue);
  std::vector<int> seen;
  for (int i = 0; i < 5; ++i) inbox.push(std::make_unique<int>(i));
  scope.spawn(receiver(inbox, seen));
  CHECK(seen.size() == 5);
  for (int i = 5; i < 50; ++i) inbox.push(std::make_unique<int>(i));
  CHECK(inbox.size() == 45);
  queue.run_until(1);
  REQUIRE(seen.size() == 50);
  for (int i = 0; i < 50; ++i) CHECK(seen[static_cast<std::size_t>(i)] == i);
  scope.kill();
  inbox.push(std::make_unique<int>(50));
  CHECK(*inbox.pop() == 50);
  scope.reopen();
  scope.spawn(receiver(inbox, seen));
  inbox.push(std::make_unique<int>(51));
  queue.run_until(2);
  CHECK(seen.back() == 51);
}

TEST_CASE("a receiver may give up and come back", "[inbox]") {
  EventQueue queue;
  Scope scope(queue);
  Inbox<int> inbox(queue);
  std::string log;
  scope.spawn(receives_with_limit(queue, inbox, log));
  queue.post_at(150, [&inbox] { inbox.push(7); });
  queue.post_at(300, [&inbox] { inbox.push(8); });  // after the limit at 250
  queue.run_until(never);
  CHECK(log == "late 7 late ");
  CHECK(inbox.size() == 1);
}

TEST_CASE("a mutex is handed over in order of arrival", "[mutex]") {
  EventQueue queue;
  Scope scope(queue);
  FifoMutex mutex(queue);
  std::string log;
  for (int i = 1; i <= 5; ++i) scope.spawn(locks(queue, mutex, i, log));
  // One that comes exactly when the lock is handed over must not overtake.
  static Scope* late;
  late = &scope;
  queue.post_at(10, [&queue, &mutex, &log] { late->spawn(locks(queue, mutex, 6, log)); });
  queue.run_until(never);
  CHECK(log == "123456");
  CHECK(queue.now() == 60);
  CHECK_FALSE(mutex.locked());
}

TEST_CASE("a cancelled waiter leaves the mutex's queue", "[mutex]") {
  EventQueue queue;
  Scope scope(queue);
  FifoMutex mutex(queue);
  std::string log;
  scope.spawn(holds(queue, mutex, 100, 'a', log));
  scope.spawn(tries(queue, mutex, 50, log));   // gives up at 50
  scope.spawn(tries(queue, mutex, 150, log));  // gets it at 100
  scope.spawn(holds(queue, mutex, 10, 'b', log));
  queue.run_until(never);
  CHECK(log == "alLb");
  CHECK_FALSE(mutex.locked());
}

TEST_CASE("whoever dies with the lock, held or just handed over, passes it on", "[mutex]") {
  EventQueue queue;
  Scope dies(queue), lives(queue);
  FifoMutex mutex(queue);
  std::string log;
  dies.spawn(holds(queue, mutex, 1000, 'a', log));
  dies.spawn(holds(queue, mutex, 1000, 'b', log));
  lives.spawn(holds(queue, mutex, 10, 'c', log));
  static FifoMutex* shared;
  shared = &mutex;
  queue.post_at(5, [&dies] { dies.kill(); });  // newest first: b leaves the queue, a passes to c
  queue.run_until(20);
  CHECK(log == "ac");
  CHECK_FALSE(mutex.locked());

  // Handed over to d, which is killed before its segment; e must get it.
  log.clear();
  dies.reopen();
  REQUIRE(mutex.lock().await_ready());
  dies.spawn(holds(queue, mutex, 1000, 'd', log));
  lives.spawn(holds(queue, mutex, 10, 'e', log));
  queue.post_at(30, [&dies] {
    shared->unlock();
    dies.kill();
  });
  queue.run_until(100);
  CHECK(log == "e");
  CHECK_FALSE(mutex.locked());
}

TEST_CASE("a signal wakes those who wait now, each once", "[event]") {
  EventQueue queue;
  Scope scope(queue), other(queue);
  Signal signal(queue);
  std::string log;
  signal.notify_all();  // nobody: no memory
  scope.spawn(waits(signal, 1, log));
  other.spawn(waits(signal, 2, log));
  scope.spawn(waits(signal, 3, log));
  queue.run_until(1);
  CHECK(log.empty());
  signal.notify_all();
  signal.notify_all();
  queue.run_until(2);
  CHECK(log == "123");
  other.kill();
  signal.notify_all();
  queue.run_until(3);
  CHECK(log == "12313");
}

TEST_CASE("a gate lets through while it is open", "[event]") {
  EventQueue queue;
  Scope scope(queue);
  Gate gate(queue);
  std::string log;
  scope.spawn(passes(gate, 'a', log));
  queue.run_until(1);
  CHECK(log.empty());
  gate.open();
  scope.spawn(passes(gate, 'b', log));
  CHECK(log == "b");
  gate.close();
  scope.spawn(passes(gate, 'c', log));
  queue.run_until(2);
  CHECK(log == "ba");  // a was let through when it opened
  gate.open();
  queue.run_until(3);
  CHECK(log == "bac");
}

TEST_CASE("two servers work first come, first served", "[servers]") {
  EventQueue queue;
  Scope scope(queue);
  Servers servers(queue, 2);
  std::string log;
  scope.spawn(job(queue, servers, 100, 'a', log));
  scope.spawn(job(queue, servers, 30, 'b', log));
  scope.spawn(job(queue, servers, 50, 'c', log));  // 30 .. 80
  scope.spawn(job(queue, servers, 0, 'd', log));   // 80
  scope.spawn(job(queue, servers, 40, 'e', log));  // 80 .. 120
  CHECK(servers.busy() == 2);
  CHECK(servers.waiting() == 3);
  queue.run_until(60);
  CHECK(servers.busy_ns() == 120);
  queue.run_until(never);
  CHECK(log == "b30 c80 d80 a100 e120 ");
  CHECK(servers.busy_ns() == 100 + 30 + 50 + 0 + 40);
  CHECK(servers.busy() == 0);
}

TEST_CASE("a cancelled service frees its server or its place", "[servers]") {
  EventQueue queue;
  Scope scope(queue), dies(queue);
  Servers servers(queue, 1);
  std::string log;
  scope.spawn(impatient(queue, servers, 100, 40, log));  // cut off in service at 40
  scope.spawn(impatient(queue, servers, 10, 20, log));   // gives up in the queue at 20
  dies.spawn(job(queue, servers, 1000, 'x', log));       // served from 40, killed at 60
  dies.spawn(job(queue, servers, 1000, 'y', log));       // killed in the queue
  scope.spawn(job(queue, servers, 5, 'z', log));         // 60 .. 65
  queue.post_at(60, [&dies] { dies.kill(); });
  queue.run_until(never);
  CHECK(log == "gone20 gone40 z65 ");
  CHECK(servers.busy_ns() == 65);
  CHECK(servers.busy() == 0);
  CHECK(servers.waiting() == 0);
  CHECK(FramePool::live() == 0);
}

TEST_CASE("a turn comes at once at a free server, else in order of arrival, and takes no time",
          "[servers]") {
  EventQueue queue;
  Scope scope(queue), dies(queue);
  Servers servers(queue, 1);
  std::string log;
  scope.spawn(woken(queue, servers, 5, log));
  queue.post_at(10, [&] { scope.spawn(job(queue, servers, 100, 'a', log)); });
  scope.spawn(woken(queue, servers, 20, log));
  dies.spawn(woken(queue, servers, 25, log));  // killed while it waits: nobody waits for it
  queue.post_at(30, [&] { scope.spawn(job(queue, servers, 100, 'b', log)); });
  queue.post_at(50, [&dies] { dies.kill(); });
  scope.spawn(woken(queue, servers, 40, log));
  queue.run_until(never);
  CHECK(log == "w5 a110 w110 b210 w210 ");
  CHECK(servers.busy() == 0);
  CHECK(servers.busy_ns() == 200);
}
