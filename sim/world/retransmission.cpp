// What TCP does when packets are lost, as far as a database can tell.
//
// Lost data are resent after RTO = round trip + tcp_min_rto, then after twice that, and so on up to
// TCP_RTO_MAX (120 s in Linux, tcp(7)): the k-th retry comes RTO * (2^k - 1) after the first loss.
// The first retry on a mended path brings everything behind it along. A host that is up and knows
// no such connection answers with a reset. Acknowledgements are not modelled: a path that is cut
// one way stalls the channel of that way only.
#include <algorithm>

#include "sim/world/network_impl.hpp"

namespace writepath {

namespace {

constexpr DurationNs longest_rto = 120 * ns_per_s;
/// tcp_wmem's default maximum (Linux, ip-sysctl): what the kernel still sends for a killed process.
constexpr std::uint64_t send_buffer_bytes = 4 << 20;

}  // namespace

/// The packets in flight are lost. Of a long transfer at most the last round trip is
/// unacknowledged.
void Network::Impl::stall(std::uint32_t id) {
  drop_transfer(id);
  Channel& channel = channels[id];
  const DurationNs round_trip = round_trip_now(paths[channel.path]);
  const TimeNs started = messages[channel.head].started;
  channel.state = Channel::State::stalled;
  channel.first_lost = started == never ? queue.now() : std::max(started, queue.now() - round_trip);
  channel.backoff = round_trip + min_rto;
  // A round trip longer than the sender's patience: it is at its end already.
  arm(id, std::max(queue.now(), channel.first_lost + std::min(channel.backoff, user_timeout)));
}

void Network::Impl::retry(std::uint32_t id) {
  Channel& channel = channels[id];
  const TimeNs gives_up_at = channel.first_lost + user_timeout;
  if (queue.now() >= gives_up_at) {
    Connection::End& sender = connections[id / 2].ends[id % 2];
    if (sender.open) return close_end(id / 2, id % 2);
    sender.notice_sent = false;  // the notice is given up, too: the other end is left half open
    return clear(id);
  }
  if (paths[channel.path].blocked()) {
    channel.backoff = std::min(2 * channel.backoff, longest_rto);
    return arm(id, std::min(queue.now() + channel.backoff, gives_up_at));
  }
  channel.state = Channel::State::flowing;
  for (std::uint32_t message = channel.head; message != none; message = messages[message].next)
    messages[message].started = messages[message].done = never;
  channel.transferring = channel.head;
  begin_transfer(id);
  arm_head(id);
}

/// The head has arrived at a host that knows no such connection.
void Network::Impl::reset(std::uint32_t id) {
  drop_transfer(id);
  Channel& channel = channels[id];
  channel.state = Channel::State::resetting;
  arm(id, queue.now() + draw_latency(paths[paths[channel.path].back]));
}

void Network::Impl::reset_arrived(std::uint32_t id) {
  if (paths[paths[channels[id].path].back].blocked()) return stall(id);
  close_end(id / 2, id % 2);
}

/// The sending host died: what had left it goes on, unless it needs to be resent.
void Network::Impl::keep_what_is_on_the_wire(std::uint32_t id) {
  Channel& channel = channels[id];
  if (channel.state != Channel::State::flowing) return clear(id);
  drop_transfer(id);
  std::uint32_t last = none;
  std::uint32_t message = channel.head;
  while (message != none && messages[message].done <= queue.now() && !messages[message].lost_once) {
    last = message;
    message = messages[message].next;
  }
  if (last == none) return clear(id);
  messages[last].next = none;
  channel.tail = last;
  while (message != none) {
    const std::uint32_t next = messages[message].next;
    free_message_at(message);
    message = next;
  }
}

void Network::Impl::drop_beyond_send_buffer(std::uint32_t id) {
  Channel& channel = channels[id];
  if (channel.link != none && channel.transferring != none && !real_flows)
    advance(links[channel.link]);
  std::uint64_t bytes = 0;
  for (std::uint32_t message = channel.head; message != none; message = messages[message].next) {
    if (messages[message].started == never) bytes += messages[message].bytes;
    const std::uint32_t next = messages[message].next;
    if (next == none || messages[next].started != never ||
        bytes + messages[next].bytes <= send_buffer_bytes)
      continue;
    messages[message].next = none;
    channel.tail = message;
    for (std::uint32_t dropped = next; dropped != none;) {
      const std::uint32_t after = messages[dropped].next;
      free_message_at(dropped);
      dropped = after;
    }
    return;
  }
}

// ---- the nemesis's side

void Network::Impl::cut(std::uint32_t path) {
  ++paths[path].cuts;
  fail_bulks_on(path);
  for (std::uint32_t id = 0; id < channels.size(); ++id) {
    const Channel& channel = channels[id];
    if (connections[id / 2].in_use && channel.path == path && channel.head != none &&
        channel.state == Channel::State::flowing)
      stall(id);
  }
}

void Network::cut(NodeId a, NodeId b, bool one_way) {
  const std::uint32_t there = impl_->path_between(a, b);
  if (impl_->paths[there].link_count == 0) return;
  impl_->cut(there);
  if (!one_way) impl_->cut(impl_->paths[there].back);
}

void Network::mend(NodeId a, NodeId b, bool one_way) {
  Path& there = impl_->paths[impl_->path_between(a, b)];
  Path& back = impl_->paths[there.back];
  if (there.cuts > 0) --there.cuts;
  if (!one_way && back.cuts > 0) --back.cuts;
}

bool Network::reachable(NodeId from, NodeId to) const {
  return impl_->world.node(from).host_up() &&
         !impl_->paths[impl_->path_between(from, to)].blocked();
}

void Network::node_process_died(NodeId node) {
  impl_->fail_bulks(node);
  for (std::uint32_t slot = 0; slot < impl_->connections.size(); ++slot)
    for (std::uint32_t side = 0; side < 2; ++side) {
      const Connection::End& end = impl_->connections[slot].ends[side];
      if (!impl_->connections[slot].in_use || end.node != node || !end.open) continue;
      impl_->drop_beyond_send_buffer(2 * slot + side);
      impl_->close_with_notice(slot, side);
    }
}

void Network::node_host_died(NodeId node) {
  impl_->fail_bulks(node);
  for (Path& path : impl_->paths)
    if (path.to == node) path.host_dead = true;
  for (std::uint32_t slot = 0; slot < impl_->connections.size(); ++slot)
    for (std::uint32_t side = 0; side < 2; ++side) {
      Connection& connection = impl_->connections[slot];
      if (!connection.in_use || connection.ends[side].node != node) continue;
      Connection::End& end = connection.ends[side];
      end.open = end.notice_sent = false;
      end.closed = {};
      impl_->keep_what_is_on_the_wire(2 * slot + side);
      if (!connection.ends[1 - side].open) {
        impl_->release(slot);
        continue;
      }
      const std::uint32_t incoming = 2 * slot + 1 - side;
      if (impl_->channels[incoming].head != none &&
          impl_->channels[incoming].state == Channel::State::flowing)
        impl_->stall(incoming);
    }
}

void Network::node_host_back(NodeId node) {
  for (Path& path : impl_->paths)
    if (path.to == node) path.host_dead = false;
}

}  // namespace writepath
