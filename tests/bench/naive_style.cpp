// The same workload as SimGrid's tutorials would write it: an actor for each client and for each
// part of a storage node, mailboxes between them, every message a simulated communication.
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "tests/bench/fanout.hpp"
#include "tests/bench/platform.hpp"

namespace writepath::bench {

namespace {

namespace sg4 = simgrid::s4u;

struct Write {
  int client;
  long transaction;
};

TimeNs clock_ns() { return round_to_ns(sg4::Engine::get_clock() * 1e9); }

class NaiveStyle {
 public:
  explicit NaiveStyle(long transactions) : workload_(transactions) {}

  void start(int in_flight) {
    for (int client = 0; client < in_flight; ++client)
      clients_.push_back(sg4::Mailbox::by_name("client-" + std::to_string(client)));
    for (int i = 1; i < nodes; ++i) {
      stores_.push_back(std::make_unique<Store>());
      Store* const store = stores_.back().get();
      store->id = i;
      store->inbox = sg4::Mailbox::by_name("store-" + std::to_string(i));
      compat::add_actor(platform_.hosts[i], "receiver", [this, store] {
        receive(*store);
      })->daemonize();
      compat::add_actor(platform_.hosts[i], "flusher", [this, store] {
        flush(*store);
      })->daemonize();
    }
    for (int client = 0; client < in_flight; ++client)
      compat::add_actor(platform_.hosts[0], "client", [this, client] { run_client(client); });
  }
  void run() { platform_.engine->run(); }
  const Fanout& workload() const { return workload_; }

 private:
  struct Store {
    int id = 0;
    sg4::Mailbox* inbox = nullptr;
    sg4::SemaphorePtr queued = sg4::Semaphore::create(0);
    std::deque<std::pair<Write*, TimeNs>> queue;
  };

  void run_client(int client) {
    sg4::Mailbox* const inbox = clients_[static_cast<std::size_t>(client)];
    inbox->set_receiver(sg4::Actor::self());
    for (long number = 0; workload_.begin(); ++number) {
      const TimeNs began = clock_ns();
      for (auto& store : stores_) store->inbox->put_init(new Write{client, number}, 200)->detach();
      for (int acks = 0; acks < write_quorum;) {
        const std::unique_ptr<Write> ack(inbox->get<Write>());
        if (ack->transaction == number) ++acks;  // else a late one of the last transaction
      }
      workload_.committed(began, clock_ns());
    }
    inbox->set_receiver(nullptr);
  }
  void receive(Store& store) {
    store.inbox->set_receiver(sg4::Actor::self());
    for (;;) {
      Write* const write = store.inbox->get<Write>();
      store.queue.emplace_back(write, workload_.durable_at(store.id, clock_ns()));
      store.queued->release();
    }
  }
  void flush(Store& store) {
    for (;;) {
      store.queued->acquire();
      const auto [write, durable_at] = store.queue.front();
      store.queue.pop_front();
      sg4::this_actor::sleep_until(to_s(durable_at));
      clients_[static_cast<std::size_t>(write->client)]->put_init(write, 200)->detach();
    }
  }

  Platform platform_;
  Fanout workload_;
  std::vector<sg4::Mailbox*> clients_;
  std::vector<std::unique_ptr<Store>> stores_;
};

}  // namespace

Result run_naive(long transactions, int in_flight) {
  auto* const style = new NaiveStyle(transactions);  // the process ends without SimGrid's shutdown
  style->start(in_flight);
  const double start = cpu_seconds();
  style->run();
  const double cpu_s = cpu_seconds() - start;
  return {cpu_s, style->workload().committed(), style->workload().mean_latency_ms(),
          style->workload().hash(), true};
}

}  // namespace writepath::bench
