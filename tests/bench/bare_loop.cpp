// The yardstick: an event loop written for this one workload. Plain events in a 4-ary heap, a
// switch, no abstraction, no coroutines, no SimGrid.
#include <vector>

#include "tests/bench/fanout.hpp"

namespace writepath::bench {

namespace {

enum Kind : std::uint8_t { write_arrives, write_durable, acknowledged };

struct Event {
  TimeNs at;
  std::uint64_t sequence;
  std::uint32_t slot;
  std::uint16_t generation;
  std::uint8_t kind;
  std::uint8_t node;
  __extension__ using Wide = unsigned __int128;
  Wide rank() const { return static_cast<Wide>(static_cast<std::uint64_t>(at)) << 64 | sequence; }
};

class BareLoop {
 public:
  BareLoop(long transactions, int in_flight) : workload_(transactions) {
    for (int i = 0; i < in_flight; ++i)
      if (workload_.begin()) begin(0);
  }

  void run() {
    while (!heap_.empty()) {
      const Event event = heap_.front();
      pop();
      switch (event.kind) {
        case write_arrives:
          push(workload_.durable_at(event.node, event.at), event.slot, event.generation,
               write_durable, event.node);
          break;
        case write_durable:
          push(event.at + workload_.hop(event.node, 0), event.slot, event.generation, acknowledged,
               event.node);
          break;
        case acknowledged: {
          Transaction& transaction = transactions_[event.slot];
          if (transaction.generation != event.generation) break;
          if (++transaction.acknowledgements != write_quorum) break;
          workload_.committed(transaction.began, event.at);
          ++transaction.generation;
          free_.push_back(event.slot);
          if (workload_.begin()) begin(event.at);
          break;
        }
      }
    }
  }
  const Fanout& workload() const { return workload_; }

 private:
  struct Transaction {
    TimeNs began = 0;
    std::uint16_t generation = 0;
    std::uint16_t acknowledgements = 0;
  };

  void begin(TimeNs now) {
    std::uint32_t slot;
    if (free_.empty()) {
      slot = static_cast<std::uint32_t>(transactions_.size());
      transactions_.emplace_back();
    } else {
      slot = free_.back();
      free_.pop_back();
    }
    Transaction& transaction = transactions_[slot];
    transaction.began = now;
    transaction.acknowledgements = 0;
    for (int node = 1; node <= copies; ++node)
      push(now + workload_.hop(0, node), slot, transaction.generation, write_arrives,
           static_cast<std::uint8_t>(node));
  }

  void push(TimeNs at, std::uint32_t slot, std::uint16_t generation, Kind kind, std::uint8_t node) {
    const Event event{at, sequence_++, slot, generation, kind, node};
    std::size_t hole = heap_.size();
    heap_.push_back(event);
    while (hole != 0) {
      const std::size_t parent = (hole - 1) / 4;
      if (!(event.rank() < heap_[parent].rank())) break;
      heap_[hole] = heap_[parent];
      hole = parent;
    }
    heap_[hole] = event;
  }
  void pop() {
    const Event last = heap_.back();
    heap_.pop_back();
    const std::size_t size = heap_.size();
    if (size == 0) return;
    std::size_t hole = 0;
    for (;;) {
      const std::size_t first = 4 * hole + 1;
      if (first >= size) break;
      std::size_t least = first;
      const std::size_t end = std::min(first + 4, size);
      for (std::size_t child = first + 1; child < end; ++child)
        if (heap_[child].rank() < heap_[least].rank()) least = child;
      if (!(heap_[least].rank() < last.rank())) break;
      heap_[hole] = heap_[least];
      hole = least;
    }
    heap_[hole] = last;
  }

  Fanout workload_;
  std::vector<Event> heap_;
  std::uint64_t sequence_ = 0;
  std::vector<Transaction> transactions_;
  std::vector<std::uint32_t> free_;
};

}  // namespace

Result run_bare(long transactions, int in_flight) {
  BareLoop loop(transactions, in_flight);
  const double start = cpu_seconds();
  loop.run();
  const double cpu_s = cpu_seconds() - start;
  return {cpu_s, loop.workload().committed(), loop.workload().mean_latency_ms(),
          loop.workload().hash(), true};
}

}  // namespace writepath::bench
