// The engine as models use it: a coroutine for each transaction and for each storage node's
// handler, messages that die with their destination's incarnation, the queue inside SimGrid.
#include <memory>
#include <vector>

#include "sim/engine/quorum.hpp"
#include "sim/engine/scope.hpp"
#include "sim/engine/simgrid_compat.hpp"
#include "sim/engine/simgrid_driver.hpp"
#include "sim/engine/sleep.hpp"
#include "tests/bench/fanout.hpp"
#include "tests/bench/platform.hpp"

namespace writepath::bench {

namespace {

class EngineStyle {
 public:
  EngineStyle(EventQueue& queue, long transactions) : queue_(queue), workload_(transactions) {
    for (int i = 0; i < nodes; ++i) nodes_.push_back(std::make_unique<Node>(queue, i));
  }
  ~EngineStyle() {
    for (auto& node : nodes_) node->scope.kill();
  }

  void start(int in_flight) {
    for (int i = 0; i < in_flight; ++i) nodes_[0]->scope.spawn(client());
  }
  const Fanout& workload() const { return workload_; }

 private:
  struct Node {
    Node(EventQueue& queue, int its_id) : id(its_id), scope(queue) {}
    int id;
    std::uint32_t incarnation = 0;
    Scope scope;
  };
  struct Message {
    QuorumToken transaction;
    std::uint32_t bytes;
  };

  template <class Handler>
  void send(Node& from, Node& to, Message message, Handler handler) {
    queue_.post_after(workload_.hop(from.id, to.id),
                      [this, node = &to, incarnation = to.incarnation, message, handler] {
                        if (node->incarnation == incarnation) handler(*this, *node, message);
                      });
  }

  Task<> client() {
    while (workload_.begin()) {
      co_await transaction();
    }
  }
  Task<> transaction() {
    const TimeNs began = queue_.now();
    QuorumWait acks(queue_, write_quorum);
    for (int i = 1; i <= copies; ++i)
      send(*nodes_[0], *nodes_[i], {acks.token(), 200},
           [](EngineStyle& bench, Node& node, Message message) {
             node.scope.spawn(bench.store(node, message));
           });
    co_await acks.reached();
    workload_.committed(began, queue_.now());
  }
  Task<> store(Node& node, Message message) {
    co_await sleep_until(queue_, workload_.durable_at(node.id, queue_.now()));
    send(node, *nodes_[0], message, [](EngineStyle& bench, Node&, Message ack) {
      QuorumWait::deliver(bench.queue_, ack.transaction);
    });
  }

  EventQueue& queue_;
  Fanout workload_;
  std::vector<std::unique_ptr<Node>> nodes_;
};

}  // namespace

Result run_engine(long transactions, int in_flight, bool with_simgrid) {
  EventQueue queue;
  EngineStyle style(queue, transactions);
  std::unique_ptr<Platform> platform;
  SimGridDriver driver(queue, EngineMode::drained);
  if (with_simgrid) {
    platform = std::make_unique<Platform>();
    driver.attach();
  }
  const double start = cpu_seconds();
  style.start(in_flight);
  if (with_simgrid)
    driver.run(longest_run);
  else
    queue.run_until(never);
  const double cpu_s = cpu_seconds() - start;
  return {cpu_s, style.workload().committed(), style.workload().mean_latency_ms(),
          style.workload().hash(), true};
}

}  // namespace writepath::bench
