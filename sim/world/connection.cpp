// Paths, and how connections come and go.
#include "sim/core/math.hpp"
#include "sim/world/network_impl.hpp"

namespace writepath {

// ---- paths

Network::Impl::Impl(World& w)
    : world(w),
      queue(w.queue()),
      real_flows(w.config().network_mode == NetworkMode::simgrid),
      min_rto(from_ms(w.config().network.tcp_min_rto_ms)),
      user_timeout(from_s(w.config().network.tcp_user_timeout_s)) {
  const Topology& topology = w.topology();
  const std::size_t azs = topology.azs().size();
  for (std::size_t from = 0; from < azs; ++from)
    for (std::size_t to = 0; to < azs; ++to) {
      const double rate = topology.direction(from, to).bytes_per_ns;
      links.push_back({SharedLink(rate), rate, Platform::LinkKind::az_pair, from * azs + to});
    }
}

/// Link 0 .. azs^2 - 1 are those between AZs; then come two for each host.
std::uint32_t Network::Impl::nic_link(std::uint32_t host, bool up) {
  const std::size_t azs = world.topology().azs().size();
  while (links.size() < azs * azs + 2 * (std::size_t{host} + 1)) {
    const std::size_t next = (links.size() - azs * azs) / 2;
    const double rate = world.host(next).nic_bytes_per_ns;
    links.push_back({SharedLink(rate), rate, Platform::LinkKind::nic_up, next});
    links.push_back({SharedLink(rate), rate, Platform::LinkKind::nic_down, next});
  }
  return static_cast<std::uint32_t>(azs * azs + 2 * std::size_t{host} + (up ? 0 : 1));
}

std::uint32_t Network::Impl::path_between(NodeId from, NodeId to) {
  const std::uint64_t key = std::uint64_t{from.value} << 32 | to.value;
  if (const auto found = path_of.find(key); found != path_of.end()) return found->second;
  const auto there = static_cast<std::uint32_t>(paths.size());
  const bool self = from == to;
  const auto make = [&](NodeId a, NodeId b) {
    const std::string ends = world.node(a).name() + ">" + world.node(b).name();
    paths.push_back({.from = a,
                     .to = b,
                     .jitter_stream = world.stream("link." + ends),
                     .loss_stream = world.stream("loss." + ends)});
    describe(paths.back());
  };
  make(from, to);
  path_of.emplace(key, there);
  paths[there].back = there;
  if (!self) {
    make(to, from);
    path_of.emplace(std::uint64_t{to.value} << 32 | from.value, there + 1);
    paths[there].back = there + 1;
    paths[there + 1].back = there;
  }
  const DurationNs round_trip = paths[there].one_way + paths[paths[there].back].one_way;
  paths[there].round_trip = paths[paths[there].back].round_trip = round_trip;
  sent.resize(world.node_count());
  for (std::uint32_t path = there; path < paths.size(); ++path) check_route(paths[path]);
  return there;
}

void Network::Impl::describe(Path& path) {
  const Topology& topology = world.topology();
  path.from_host = world.host_of(path.from);
  path.to_host = world.host_of(path.to);
  path.host_dead = !world.node(path.to).host_up();
  const std::size_t from_az = world.host(path.from_host).az;
  const std::size_t to_az = world.host(path.to_host).az;
  const bool same_host = path.from_host == path.to_host;
  const Direction& direction =
      same_host ? Topology::loopback() : topology.direction(from_az, to_az);
  path.cross_az = from_az != to_az;
  path.one_way = direction.one_way;
  path.jitter = &direction.jitter;
  path.loss_probability = path.own_loss_probability = direction.loss_probability;
  if (const auto* constant = std::get_if<Constant>(&direction.jitter.shape))
    path.fixed_latency = round_to_ns(static_cast<double>(path.one_way) * constant->value);
  else if (const auto* d = std::get_if<Lognormal>(&direction.jitter.shape); d && d->median > 0) {
    path.sigma = writepath::log(d->p99 / d->median) / normal_quantile(0.99);
    path.median = static_cast<double>(path.one_way) * d->median;
  }
  if (same_host) {
    path.cap_ns_per_byte = 1 / direction.bytes_per_ns;
    return;
  }
  const std::uint32_t up = nic_link(path.from_host, true);
  const std::uint32_t down = nic_link(path.to_host, false);
  path.links[path.link_count++] = up;
  if (path.cross_az)
    path.links[path.link_count++] =
        static_cast<std::uint32_t>(from_az * topology.azs().size() + to_az);
  else if (direction.bytes_per_ns < std::min(links[up].nominal, links[down].nominal))
    path.cap_ns_per_byte = 1 / direction.bytes_per_ns;  // the fabric within an AZ does not block
  path.links[path.link_count++] = down;
}

/// Once the platform stands: SimGrid's routes are what the channels compute with.
void Network::Impl::check_route(const Path& path) {
  if (path.link_count == 0 || !world.sealed()) return;
  WRITEPATH_CHECK(world.platform().route_latency(path.from_host, path.to_host) == path.one_way,
                  "SimGrid's route has another latency");
}

/// One way, jitter and impairments included. Each loss in a row costs a retransmission timeout,
/// twice the last one's.
DurationNs Network::Impl::draw_latency(Path& path, bool* lost) {
  DurationNs latency = path.fixed_latency;
  if (path.sigma > 0)
    latency = round_to_ns(
        path.median * writepath::exp(path.sigma * normal_quantile(path.jitter_stream.uniform())));
  else if (latency < 0)
    latency =
        round_to_ns(static_cast<double>(path.one_way) * path.jitter->sample(path.jitter_stream));
  latency += path.delay;
  if (path.loss_probability > 0) [[unlikely]] {
    DurationNs rto = round_trip_now(path) + min_rto;
    for (int tries = 0; tries < 10 && path.loss_stream.uniform() < path.loss_probability; ++tries) {
      latency += rto;
      rto *= 2;
      if (lost != nullptr) *lost = true;
    }
  }
  return latency;
}

void Network::Impl::count(NodeId from, std::uint64_t bytes, Traffic traffic, bool cross_az) {
  TrafficCounters::Line& line = sent[from.value].by_traffic[static_cast<std::size_t>(traffic)];
  ++line.messages;
  line.bytes += bytes;
  if (!cross_az) return;
  ++line.cross_az_messages;
  line.cross_az_bytes += bytes;
}

// ---- connections

ConnectionId Network::Impl::open(NodeId a, NodeId b) {
  const std::uint32_t there = path_between(a, b);
  std::uint32_t slot;
  if (free_connections.empty()) {
    slot = static_cast<std::uint32_t>(connections.size());
    connections.emplace_back();
    channels.resize(channels.size() + 2);
  } else {
    slot = free_connections.back();
    free_connections.pop_back();
  }
  Connection& connection = connections[slot];
  connection.in_use = true;
  connection.ends[0] = {.node = a, .open = true, .notice_sent = false, .closed = {}};
  connection.ends[1] = {.node = b, .open = true, .notice_sent = false, .closed = {}};
  for (std::uint32_t side = 0; side < 2; ++side) {
    Channel& channel = channels[2 * slot + side];
    channel.path = side == 0 ? there : paths[there].back;
    channel.link = none;
    channel.cap_free_at = 0;
    const Path& path = paths[channel.path];
    for (std::uint32_t i = 0; i < path.link_count; ++i) ++links[path.links[i]].channels;
  }
  return {slot, connection.generation};
}

std::uint32_t Network::Impl::open_side(ConnectionId id, NodeId node) const {
  if (id.slot >= connections.size()) return 2;
  const Connection& connection = connections[id.slot];
  if (connection.generation != id.generation) return 2;
  const std::uint32_t side = connection.ends[0].node == node ? 0 : 1;
  const Connection::End& end = connection.ends[side];
  return end.node == node && end.open ? side : 2;
}

/// The end learns that the connection is gone.
void Network::Impl::close_end(std::uint32_t slot, std::uint32_t side) {
  Connection::End& end = connections[slot].ends[side];
  if (!end.open) return;
  const SmallClosure closed = end.closed;
  end.open = false;
  end.closed = {};
  clear(2 * slot + side);
  if (!connections[slot].ends[1 - side].open) release(slot);
  closed();
}

/// The end goes by itself (or its process died): the other end is told, after what was sent before.
void Network::Impl::close_with_notice(std::uint32_t slot, std::uint32_t side) {
  Connection::End& end = connections[slot].ends[side];
  end.open = false;
  end.closed = {};
  if (!connections[slot].ends[1 - side].open) return release(slot);
  end.notice_sent = true;
  const std::uint32_t channel = 2 * slot + side;
  const std::uint32_t message = take_message();
  Message& notice = messages[message];
  notice = Message{};
  notice.notice = true;
  notice.latency = draw_latency(paths[channels[channel].path], &notice.lost_once);
  enter(channel, message);
}

void Network::Impl::release(std::uint32_t slot) {
  for (std::uint32_t side = 0; side < 2; ++side) {
    clear(2 * slot + side);
    const Path& path = paths[channels[2 * slot + side].path];
    for (std::uint32_t i = 0; i < path.link_count; ++i) --links[path.links[i]].channels;
  }
  Connection& connection = connections[slot];
  ++connection.generation;
  connection.in_use = false;
  connection.ends = {};
  free_connections.push_back(slot);
}

// ---- the interface

Network::Network(World& world) : impl_(std::make_unique<Impl>(world)) {}
Network::~Network() = default;

ConnectionId Network::connect_now(NodeId from, NodeId to) {
  const auto alive = [&](NodeId id) {
    const Node& node = impl_->world.node(id);
    return node.process_up() || (!impl_->world.sealed() && node.config().starts);
  };
  WRITEPATH_CHECK(alive(from) && alive(to), "both ends of a connection must run");
  return impl_->open(from, to);
}

void Network::set_on_closed(ConnectionId id, NodeId side, const SmallClosure& closed) {
  const std::uint32_t end = impl_->open_side(id, side);
  if (end != 2) impl_->connections[id.slot].ends[end].closed = closed;
}

void Network::close(ConnectionId id, NodeId side) {
  const std::uint32_t end = impl_->open_side(id, side);
  if (end != 2) impl_->close_with_notice(id.slot, end);
}

bool Network::is_open(ConnectionId id, NodeId side) const {
  return impl_->open_side(id, side) != 2;
}

DurationNs Network::round_trip(NodeId a, NodeId b) const {
  return impl_->paths[impl_->path_between(a, b)].round_trip;
}

const TrafficCounters& Network::sent_by(NodeId node) const {
  static const TrafficCounters nothing;
  return node.value < impl_->sent.size() ? impl_->sent[node.value] : nothing;
}

TrafficCounters Network::total() const {
  TrafficCounters sum;
  for (const TrafficCounters& node : impl_->sent)
    for (std::size_t i = 0; i < sum.by_traffic.size(); ++i) {
      sum.by_traffic[i].messages += node.by_traffic[i].messages;
      sum.by_traffic[i].bytes += node.by_traffic[i].bytes;
      sum.by_traffic[i].cross_az_messages += node.by_traffic[i].cross_az_messages;
      sum.by_traffic[i].cross_az_bytes += node.by_traffic[i].cross_az_bytes;
    }
  return sum;
}

void Network::seal() {
  for (const Path& path : impl_->paths) impl_->check_route(path);
  impl_->world.platform().on_flow_done(
      [impl = impl_.get()](std::uint64_t owner, TimeNs at) { impl->flow_done(owner, at); });
}

// ---- dialling

/// SYNs and their answers are small: they take latency, no bandwidth.
Task<Dialled> Network::dial(NodeId from, NodeId to, DurationNs timeout) {
  Impl& impl = *impl_;
  EventQueue& queue = impl.queue;
  const TimeNs gives_up_at = queue.now() + timeout;
  const std::uint32_t there = impl.path_between(from, to);
  const std::uint32_t back = impl.paths[there].back;
  const Node& server = impl.world.node(to);
  // Linux resends a SYN after 1 s (TCP_TIMEOUT_INIT), then 2 s later, ...: 1, 3, 7, 15 s (tcp(7)).
  for (DurationNs wait = ns_per_s;; wait *= 2) {
    const TimeNs resends_at = std::min(queue.now() + wait, gives_up_at);
    const TimeNs arrives_at = queue.now() + impl.draw_latency(impl.paths[there]);
    co_await sleep_until(queue, std::min(arrives_at, gives_up_at));
    if (arrives_at <= gives_up_at && !impl.paths[there].blocked()) {
      const bool accepted = server.process_up();
      const std::uint32_t incarnation = server.incarnation();
      const TimeNs answered_at = queue.now() + impl.draw_latency(impl.paths[back]);
      co_await sleep_until(queue, std::min(answered_at, gives_up_at));
      if (answered_at <= gives_up_at && !impl.paths[back].blocked()) {
        if (!accepted) co_return Dialled{DialResult::refused, {}};
        if (server.process_up() && server.incarnation() == incarnation)
          co_return Dialled{DialResult::connected, impl.open(from, to)};
        if (server.host_up()) co_return Dialled{DialResult::refused, {}};
      }
    }
    if (queue.now() < resends_at) co_await sleep_until(queue, resends_at);
    if (queue.now() >= gives_up_at) co_return Dialled{};
  }
}

}  // namespace writepath
