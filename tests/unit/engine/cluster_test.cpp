// A writer, six storage nodes and clients under random crashes: whatever happens, nothing leaks,
// dead incarnations do nothing, and the same seed gives the same history.
#include <array>
#include <memory>
#include <vector>

#include "sim/core/random.hpp"
#include "sim/engine/inbox.hpp"
#include "sim/engine/mutex.hpp"
#include "sim/engine/quorum.hpp"
#include "sim/engine/scope.hpp"
#include "sim/engine/servers.hpp"
#include "sim/engine/sleep.hpp"
#include "sim/engine/timeout.hpp"
#include "sim/engine/watermark.hpp"
#include "tests/catch.hpp"
#include "tests/unit/engine/counted.hpp"

using namespace writepath;
using test::Counted;

namespace {

class Cluster {
 public:
  Cluster(std::uint64_t seed, bool crashes)
      : random_(seed, "cluster"), crashes_(crashes), writer_(queue_, 0), row_(queue_) {
    for (std::uint32_t i = 1; i <= 6; ++i) copies_.push_back(std::make_unique<Node>(queue_, i));
  }
  ~Cluster() {
    // Coroutines refer to nodes: they go first.
    writer_.scope.kill();
    for (auto& copy : copies_) copy->scope.kill();
  }

  void run() {
    for (int i = 0; i < 8; ++i) writer_.scope.spawn(client(40));
    if (crashes_) plan_crashes();
    queue_.run_until(400 * ns_per_ms);
  }

  std::uint64_t fingerprint() const { return hash_; }
  std::uint64_t late() const { return queue_.late_deliveries(); }
  long committed = 0, timed_out = 0, dropped = 0;

 private:
  struct Volatile {
    explicit Volatile(EventQueue& queue) : applied(queue), device(queue, 1), inbox(queue) {}
    Watermark applied;
    Servers device;
    Inbox<std::uint64_t> inbox;
  };
  struct Node {
    Node(EventQueue& queue, std::uint32_t its_id)
        : id(its_id), scope(queue), state(std::make_unique<Volatile>(queue)) {}
    std::uint32_t id;
    std::uint32_t incarnation = 0;
    bool up = true;
    Scope scope;
    std::unique_ptr<Volatile> state;
    std::uint64_t durable = 0;
  };
  struct Message {
    std::uint64_t lsn;
    QuorumToken token;
  };

  DurationNs random_ns(DurationNs low, DurationNs high) {
    return low + static_cast<DurationNs>(random_.below(static_cast<std::uint64_t>(high - low)));
  }
  void note(std::uint64_t what) {
    hash_ = mix64(hash_ ^ what ^ (static_cast<std::uint64_t>(queue_.now()) << 8));
  }

  template <class Handler>
  void send(Node& from, Node& to, Message message, Handler handler) {
    if (!from.up) return;
    queue_.post_after(random_ns(100'000, 400'000),
                      [this, node = &to, incarnation = to.incarnation, message, handler] {
                        if (!node->up || node->incarnation != incarnation)
                          ++dropped;
                        else
                          handler(*this, *node, message);
                      });
  }

  Task<> flush(Node& node) {
    Counted counted;
    co_await node.state->device.serve(random_ns(50'000, 150'000));
    ++node.durable;
  }
  Task<> store(Node& node, Message message) {
    Counted counted;
    co_await flush(node);
    REQUIRE(node.up);
    node.state->applied.advance(node.durable);
    node.state->inbox.push(message.lsn);
    note(node.id);
    send(node, writer_, message,
         [](Cluster& cluster, Node&, Message m) { QuorumWait::deliver(cluster.queue_, m.token); });
  }
  Task<> reader(Node& node) {
    Counted counted;
    co_await node.state->applied.reaches(node.durable + 2);
    note(100 + node.id);
  }
  Task<> consumer(Node& node) {
    Counted counted;
    for (;;) {
      const std::uint64_t lsn = co_await node.state->inbox.receive();
      co_await sleep_for(queue_, random_ns(0, 30'000));
      note(1000 + lsn);
    }
  }
  Task<bool> commit(std::uint64_t lsn) {
    Counted counted;
    const FifoMutex::Hold hold = co_await row_.hold();
    QuorumWait acks(queue_, 4);
    for (auto& copy : copies_)
      send(writer_, *copy, {lsn, acks.token()}, [](Cluster& cluster, Node& node, Message m) {
        node.scope.spawn(cluster.store(node, m));
        node.scope.spawn(cluster.reader(node));
      });
    const bool reached = co_await with_timeout(queue_, acks.reached(), 3 * ns_per_ms);
    co_return reached;
  }
  Task<> client(int transactions) {
    Counted counted;
    for (int i = 0; i < transactions; ++i) {
      const bool done = co_await commit(++next_lsn_);
      ++(done ? committed : timed_out);
      note(done);
    }
  }

  void crash(Node& node) {
    if (!node.up) return;
    node.up = false;
    ++node.incarnation;
    node.scope.kill();
    note(7777);
  }
  void restart(Node& node) {
    if (node.up) return;
    node.scope.reopen();
    node.up = true;
    node.state = std::make_unique<Volatile>(queue_);
    node.state->applied.advance(node.durable);
    node.scope.spawn(consumer(node));
    if (&node == &writer_)
      for (int i = 0; i < 4; ++i) node.scope.spawn(client(20));
  }
  void plan_crashes() {
    for (int i = 0; i < 40; ++i) {
      Node* const victim = random_.below(8) == 0 ? &writer_ : copies_[random_.below(6)].get();
      const TimeNs at = random_ns(0, 100 * ns_per_ms);
      queue_.post_at(at, [this, victim] { crash(*victim); });
      queue_.post_at(at + random_ns(0, 2 * ns_per_ms), [this, victim] { restart(*victim); });
    }
  }

  EventQueue queue_;
  RandomStream random_;
  bool crashes_;
  Node writer_;
  std::vector<std::unique_ptr<Node>> copies_;
  FifoMutex row_;
  std::uint64_t next_lsn_ = 0;
  std::uint64_t hash_ = 0;
};

struct Outcome {
  std::uint64_t fingerprint;
  long committed, timed_out, dropped;
  std::uint64_t late;
};
Outcome play(std::uint64_t seed, bool crashes) {
  Outcome outcome{};
  {
    Cluster cluster(seed, crashes);
    cluster.run();
    outcome = {cluster.fingerprint(), cluster.committed, cluster.timed_out, cluster.dropped,
               cluster.late()};
  }
  CHECK(Counted::alive == 0);
  CHECK(FramePool::live() == 0);
  return outcome;
}

}  // namespace

TEST_CASE("without crashes every transaction commits", "[cluster]") {
  const Outcome outcome = play(1, false);
  CHECK(outcome.committed == 8 * 40);
  CHECK(outcome.timed_out == 0);
  CHECK(outcome.dropped == 0);
  CHECK(outcome.late == 2 * 8 * 40);
}

TEST_CASE("random crashes lose no frame, and the same seed gives the same history", "[cluster]") {
  long committed = 0, timed_out = 0, dropped = 0;
  std::uint64_t previous = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    INFO("seed " << seed);
    const Outcome first = play(seed, true);
    // Another layout of the heap must change nothing.
    std::vector<std::unique_ptr<char[]>> shift;
    for (std::size_t i = 0; i < 50; ++i) shift.push_back(std::make_unique<char[]>(48 + 16 * i));
    const Outcome second = play(seed, true);
    CHECK(first.fingerprint == second.fingerprint);
    CHECK(first.fingerprint != previous);
    previous = first.fingerprint;
    committed += first.committed;
    timed_out += first.timed_out;
    dropped += first.dropped;
  }
  CHECK(committed > 1000);
  CHECK(timed_out > 10);
  CHECK(dropped > 100);
}
