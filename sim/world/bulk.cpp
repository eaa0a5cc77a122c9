// Bulk flows are SimGrid's; messages are the channels'. Both use the same links, so while bulk
// flows exist a marked event each millisecond tells either side what the other takes:
// - a link shares its rate among the messages' channels and its bulk flows alike; where the flows
// are
//   bounded elsewhere (SimGrid's usage is below what they might have), the channels get the rest;
// - the flows' bandwidth is what the messages of the last millisecond left. As those were served at
//   their fair share at most, the flows have had theirs.
#include <algorithm>
#include <utility>

#include "sim/engine/sleep.hpp"
#include "sim/world/network_impl.hpp"

namespace writepath {

namespace {

constexpr DurationNs coupling_period = ns_per_ms;
constexpr std::uint64_t bulk_bit = std::uint64_t{1} << 63;  // of a flow's owner; else a channel

}  // namespace

/// One transfer; lives in the coroutine that waits for it and ends with it.
struct BulkTransfer {
  enum class State { waiting, flowing, done, failed };

  BulkTransfer(Network::Impl& network, NodeId source, NodeId target, std::uint32_t on)
      : impl(network), from(source), to(target), path(on), id(network.next_bulk++) {
    impl.bulks.push_back(this);
  }
  BulkTransfer(const BulkTransfer&) = delete;
  BulkTransfer& operator=(const BulkTransfer&) = delete;
  ~BulkTransfer() {
    impl.end_bulk(*this);
    std::erase(impl.bulks, this);
  }

  struct [[nodiscard]] Awaiter : Waiter {
    explicit Awaiter(BulkTransfer& b) : bulk(b) {}
    ~Awaiter() { bulk.waiter = nullptr; }
    bool await_ready() const noexcept { return bulk.state != State::flowing; }
    void await_suspend(std::coroutine_handle<> awaiting) noexcept {
      coroutine = awaiting;
      bulk.waiter = this;
    }
    void await_resume() noexcept {}
    BulkTransfer& bulk;
  };
  void finish(State how) {
    if (state != State::waiting && state != State::flowing) return;
    impl.end_bulk(*this);
    state = how;
    if (waiter != nullptr) impl.queue.make_ready(*std::exchange(waiter, nullptr));
  }

  Network::Impl& impl;
  NodeId from, to;
  std::uint32_t path;
  std::uint64_t id;
  State state = State::waiting;
  FlowId flow;
  Waiter* waiter = nullptr;
};

Task<bool> Network::bulk_transfer(NodeId from, NodeId to, std::uint64_t bytes) {
  Impl& impl = *impl_;
  EventQueue& queue = impl.queue;
  const std::uint32_t path = impl.path_between(from, to);
  impl.count(from, bytes, Traffic::bulk, impl.paths[path].cross_az);
  BulkTransfer bulk(impl, from, to, path);
  if (impl.paths[path].link_count == 0) {  // within a host
    const double ns = static_cast<double>(bytes) * impl.paths[path].cap_ns_per_byte;
    co_await sleep_for(queue, impl.paths[path].one_way + round_to_ns(ns));
    co_return bulk.state != BulkTransfer::State::failed;
  }
  co_await marked_point(queue, queue.now() + impl.draw_latency(impl.paths[path]));
  if (impl.paths[path].blocked() || !impl.world.node(from).host_up())
    bulk.state = BulkTransfer::State::failed;
  if (bulk.state == BulkTransfer::State::failed) co_return false;
  impl.start_bulk(bulk, bytes);
  BulkTransfer::Awaiter ended(bulk);
  co_await ended;
  co_return bulk.state == BulkTransfer::State::done;
}

void Network::Impl::start_bulk(BulkTransfer& bulk, std::uint64_t bytes) {
  const Path& path = paths[bulk.path];
  bulk.state = BulkTransfer::State::flowing;
  bulk.flow = world.platform().start_flow(path.from_host, path.to_host, bytes, bulk_bit | bulk.id);
  if (real_flows) return;  // SimGrid shares the links by itself
  for (std::uint32_t i = 0; i < path.link_count; ++i) {
    Link& link = links[path.links[i]];
    ++link.bulk_flows;
    if (std::exchange(link.coupled, true)) continue;
    advance(link);
    link.served_before = link.sharing.total_served();
    link.bulk_bandwidth = link.nominal;
    coupled_links.push_back(path.links[i]);
  }
  schedule_coupling(queue.now());
}

void Network::Impl::end_bulk(BulkTransfer& bulk) {
  if (bulk.state != BulkTransfer::State::flowing) return;
  bulk.state = BulkTransfer::State::failed;
  cancel_later(bulk.flow);  // harmless if it is complete
  if (real_flows) return;
  const Path& path = paths[bulk.path];
  for (std::uint32_t i = 0; i < path.link_count; ++i) --links[path.links[i]].bulk_flows;
  schedule_coupling(queue.now());
}

void Network::Impl::fail_bulks(NodeId node) {
  for (BulkTransfer* bulk : bulks)
    if (bulk->from == node || bulk->to == node) bulk->finish(BulkTransfer::State::failed);
}

void Network::Impl::fail_bulks_on(std::uint32_t path) {
  for (BulkTransfer* bulk : bulks)
    if (bulk->path == path) bulk->finish(BulkTransfer::State::failed);
}

/// Called by SimGrid in the middle of its step; what follows needs a moment of its own.
void Network::Impl::flow_done(std::uint64_t owner, TimeNs at) {
  queue.post_marked_at(std::max(at, queue.now()), [this, owner] {
    if ((owner & bulk_bit) == 0)
      return real_flow_ended(static_cast<std::uint32_t>(owner >> 32),
                             static_cast<std::uint32_t>(owner));
    for (BulkTransfer* bulk : bulks)
      if ((bulk_bit | bulk->id) == owner && bulk->state == BulkTransfer::State::flowing)
        return bulk->finish(BulkTransfer::State::done);
  });
}

void Network::Impl::cancel_later(FlowId flow) {
  if (flow.valid())
    queue.post_marked_at(queue.now(), [this, flow] { world.platform().cancel_flow(flow); });
}

// ---- the coupling

void Network::Impl::schedule_coupling(TimeNs at) {
  const std::uint32_t ticket = ++coupling_ticket;
  queue.post_marked_at(at, [this, ticket] {
    if (ticket == coupling_ticket) couple();
  });
}

void Network::Impl::couple() {
  const DurationNs elapsed = queue.now() - last_coupling;
  last_coupling = queue.now();
  for (const std::uint32_t index : coupled_links) couple(links[index], elapsed);
  std::erase_if(coupled_links, [&](std::uint32_t index) { return !links[index].coupled; });
  if (!coupled_links.empty()) schedule_coupling(queue.now() + coupling_period);
}

void Network::Impl::couple(Link& link, DurationNs elapsed) {
  Platform& platform = world.platform();
  advance(link);
  const double served = link.sharing.total_served() - link.served_before;
  double left_over = 0, bandwidth = link.nominal;
  if (link.bulk_flows == 0) {
    link.coupled = false;
  } else if (elapsed > 0) {
    const double usage = platform.usage_bytes_per_ns(link.kind, link.index);
    // A flow that has just started shows no usage before SimGrid's next step.
    if (usage > 0 && usage < 0.999 * link.bulk_bandwidth) left_over = link.nominal - usage;
    bandwidth = std::max(link.nominal - served / static_cast<double>(elapsed), 1e-3 * link.nominal);
  } else {
    bandwidth = link.bulk_bandwidth;
  }
  if (elapsed > 0) link.served_before = link.sharing.total_served();
  if (bandwidth != link.bulk_bandwidth) {
    link.bulk_bandwidth = bandwidth;
    platform.set_bandwidth(link.kind, link.index, bandwidth);
  }
  link.sharing.set_others(link.bulk_flows, left_over);
  // Where the channels get more than before, the armed events are too late. One that is too early
  // does no harm; to post another each time would fill the queue with void ones.
  link.sharing.for_each_end([this](std::uint32_t channel, double end) {
    if (channels[channel].head != channels[channel].transferring) return;
    const TimeNs due = head_due_at(channel, end);
    if (due < channels[channel].armed_at) arm(channel, due);
  });
}

}  // namespace writepath
