// Compiled once for each CASE by tests that expect 0 to pass and every other one to be refused.
#include <string>

#include "sim/engine/quorum.hpp"
#include "sim/engine/reply.hpp"
#include "sim/engine/scope.hpp"
#include "sim/engine/sleep.hpp"
#include "sim/engine/timeout.hpp"

using namespace writepath;

struct Plain {
  int a, b;
};
struct Owning {
  std::string a, b;
};
struct WithConstructor {
  explicit WithConstructor(std::string its_a) : a(std::move(its_a)) {}
  std::string a;
};
struct Lambda {};  // a mere name

Task<int> answer(EventQueue& queue) {
  co_await sleep_for(queue, 1);
  co_return 42;
}

#if CASE == 0
class Node {
 public:
  explicit Node(EventQueue& queue) : queue_(queue) {}
  Task<> member(int, Plain) { co_await sleep_for(queue_, 1); }

 private:
  EventQueue& queue_;
};
Task<> allowed(EventQueue& queue, Node* node, std::string, Plain, WithConstructor, Lambda) {
  co_await sleep_for(queue, 1);
  co_await node->member(1, {1, 2});
  const std::optional<int> result = co_await with_timeout(queue, answer(queue), 5);
  (void)result;
}
#elif CASE == 1  // may bind a temporary
Task<> bad(EventQueue& queue, const std::string&) { co_await sleep_for(queue, 1); }
#elif CASE == 2
Task<> bad(EventQueue& queue, std::string&&) { co_await sleep_for(queue, 1); }
#elif CASE == 3  // g++ 12 destroys it twice
Task<> bad(EventQueue& queue, Owning) { co_await sleep_for(queue, 1); }
#elif CASE == 4
void bad(EventQueue& queue) {
  const std::string text;
  auto closure = [&queue, text]() -> Task<> { co_await sleep_for(queue, 1); };
  (void)closure();
}
#elif CASE == 5
void bad(EventQueue& queue) {
  const std::string text;
  auto closure = [&queue, text]() mutable -> Task<> { co_await sleep_for(queue, 1); };
  (void)closure();
}
#elif CASE == 6
void bad(EventQueue& queue) {
  auto closure = [](EventQueue& its_queue) -> Task<> { co_await sleep_for(its_queue, 1); };
  (void)closure(queue);
}
#elif CASE == 7
struct Object {
  Task<> member(EventQueue& queue) const { co_await sleep_for(queue, 1); }
};
#elif CASE == 8  // a Task is awaited once, where it is handed over
Task<> bad(EventQueue& queue) {
  Task<int> task = answer(queue);
  const int value = co_await task;
  (void)value;
}
#elif CASE == 9
Task<> bad(EventQueue& queue) {
  Task<int> task = answer(queue);
  Task<int> copy = task;
  (void)copy;
  co_return;
}
#elif CASE == 10
void bad(EventQueue& queue) { answer(queue); }
#elif CASE == 11
void bad(EventQueue& queue, std::string text) {
  queue.post_at(1, [text] { (void)text; });
}
#elif CASE == 12
void bad(EventQueue& queue) {
  struct Big {
    char bytes[49];
  } big{};
  queue.post_at(1, [big] { (void)big; });
}
#elif CASE == 13
Task<> bad(EventQueue& queue) {
  QuorumWait acks(queue, 1);
  auto wait = acks.reached();
  const bool reached = co_await with_timeout(queue, wait, 1);
  (void)reached;
}
#elif CASE == 14
void bad(EventQueue& queue) { const PendingReply<std::string> reply(queue); }
#elif CASE == 15
Task<int&> bad();
Task<> worse() {
  int& value = co_await bad();
  (void)value;
}
#elif CASE == 16  // not a coroutine at all
Task<> bad(EventQueue&) {}
#elif CASE == 17
void bad(EventQueue& queue, ReplyToken token) { QuorumWait::deliver(queue, token); }
#endif
