// From send to delivery: one event for a message.
//
// The event of a channel stands for its first undelivered message. It is armed for the earliest
// moment at which that message can arrive; the link is evaluated when it fires, and if others have
// slowed the transfer the event is armed anew.
#include <algorithm>

#include "sim/world/network_impl.hpp"
#include "sim/world/trace_tap.hpp"

namespace writepath {

namespace {

TimeNs round_up(double ns) {
  const auto whole = static_cast<TimeNs>(ns);
  return whole + (static_cast<double>(whole) < ns ? 1 : 0);
}

}  // namespace

void Network::send_closure(ConnectionId id, NodeId from, std::uint64_t bytes, Traffic traffic,
                           const SmallClosure& deliver, const MessageTag& tag) {
  Impl& impl = *impl_;
  const std::uint32_t side = impl.open_side(id, from);
  if (side == 2) return;
  const std::uint32_t channel = 2 * id.slot + side;
  Path& path = impl.paths[impl.channels[channel].path];
  impl.count(from, bytes, traffic, path.cross_az);
  const std::uint32_t slot = impl.take_message();
  Message& message = impl.messages[slot];
  message.deliver = deliver;
  message.bytes = bytes;
  message.started = message.done = never;
  message.next = none;
  message.notice = message.lost_once = false;
  message.latency = impl.draw_latency(path, &message.lost_once);
  if (trace_tap != nullptr) [[unlikely]]
    message.trace = trace_tap->sent(from, path.to, bytes, traffic, tag);
  impl.enter(channel, slot);
}

std::uint32_t Network::Impl::take_message() {
  if (free_message == none) [[unlikely]] {
    messages.emplace_back();
    return static_cast<std::uint32_t>(messages.size() - 1);
  }
  const std::uint32_t slot = free_message;
  free_message = messages[slot].next;
  return slot;
}

void Network::Impl::free_message_at(std::uint32_t slot) {
  messages[slot].next = free_message;
  messages[slot].trace = 0;
  free_message = slot;
}

void Network::Impl::enter(std::uint32_t id, std::uint32_t message) {
  Channel& channel = channels[id];
  // The one ahead may have ended by now: the new one must not follow it in the past.
  if (channel.link != none && channel.transferring != none) advance(links[channel.link]);
  if (channel.tail == none)
    channel.head = message;
  else
    messages[channel.tail].next = message;
  channel.tail = message;
  if (channel.state != Channel::State::flowing) return;
  if (paths[channel.path].blocked()) {
    stall(id);
    return;
  }
  if (channel.transferring != none) return;
  channel.transferring = message;
  begin_transfer(id);
  if (channel.head == message) arm_head(id);
}

// ---- the transfer

void Network::Impl::begin_transfer(std::uint32_t id) {
  Channel& channel = channels[id];
  const Path& path = paths[channel.path];
  Message& message = messages[channel.transferring];
  message.started = queue.now();
  if (path.link_count == 0) {
    transfer_without_link(id);
  } else if (real_flows) {
    const std::uint32_t ticket = ++channel.transfer_ticket;
    queue.post_marked_at(queue.now(), [this, id, ticket] { start_real_flow(id, ticket); });
  } else {
    channel.link = narrowest_link(path);
    links[channel.link].sharing.start(id, static_cast<double>(message.bytes));
  }
}

// The link on which one more flow would be slowest; of equals, the one that more channels cross. A
// channel that has a backlog stays where it is. All of the path's links are advanced to now.
std::uint32_t Network::Impl::narrowest_link(const Path& path) {
  std::uint32_t best = none;
  double least = 0;
  for (std::uint32_t i = 0; i < path.link_count; ++i) {
    Link& link = links[path.links[i]];
    advance(link);
    const double share = link.sharing.share_of_one_more();
    if (best == none || share < least || (share == least && link.channels > links[best].channels)) {
      best = path.links[i];
      least = share;
    }
  }
  return best;
}

void Network::Impl::advance(Link& link) {
  link.sharing.advance(static_cast<double>(queue.now()),
                       [this](std::uint32_t id, double when) { return transfer_ended(id, when); });
}

// Gives the size of the message that follows at once, or -1.
double Network::Impl::transfer_ended(std::uint32_t id, double when) {
  Channel& channel = channels[id];
  Message& message = messages[channel.transferring];
  const Path& path = paths[channel.path];
  if (path.cap_ns_per_byte > 0) {
    const double start = std::max(channel.cap_free_at, static_cast<double>(message.started));
    when = std::max(when, start + static_cast<double>(message.bytes) * path.cap_ns_per_byte);
    channel.cap_free_at = when;
  }
  message.done = round_up(when);
  channel.transferring = message.next;
  if (message.next == none) return -1;
  messages[message.next].started = message.done;
  return static_cast<double>(messages[message.next].bytes);
}

// Within a host: nothing is shared, so that the end is known at once.
void Network::Impl::transfer_without_link(std::uint32_t id) {
  Channel& channel = channels[id];
  const double ns_per_byte = paths[channel.path].cap_ns_per_byte;
  for (; channel.transferring != none; channel.transferring = messages[channel.transferring].next) {
    Message& message = messages[channel.transferring];
    message.started = queue.now();
    channel.cap_free_at = std::max(channel.cap_free_at, static_cast<double>(queue.now())) +
                          static_cast<double>(message.bytes) * ns_per_byte;
    message.done = round_up(channel.cap_free_at);
  }
}

void Network::Impl::start_real_flow(std::uint32_t id, std::uint32_t ticket) {
  Channel& channel = channels[id];
  if (channel.transfer_ticket != ticket) return;
  const Path& path = paths[channel.path];
  const std::uint64_t owner = std::uint64_t{id} << 32 | ticket;
  channel.flow = world.platform().start_flow(path.from_host, path.to_host,
                                             messages[channel.transferring].bytes, owner);
}

void Network::Impl::real_flow_ended(std::uint32_t id, std::uint32_t ticket) {
  Channel& channel = channels[id];
  if (channel.transfer_ticket != ticket) return;
  const std::uint32_t ended = channel.transferring;
  messages[ended].done = queue.now();
  channel.transferring = messages[ended].next;
  if (channel.head == ended) arm_head(id);
  if (channel.transferring != none) begin_transfer(id);
}

// ---- the delivery

void Network::Impl::arm(std::uint32_t id, TimeNs at) {
  channels[id].held = false;
  const std::uint32_t ticket = ++channels[id].ticket;
  channels[id].armed_at = at;
  queue.post_at(at, [this, id, ticket] { on_event(id, ticket); });
}

void Network::Impl::arm_head(std::uint32_t id) {
  const Channel& channel = channels[id];
  const Message& head = messages[channel.head];
  if (head.done != never) {
    arm(id, std::max(queue.now(), head.done + head.latency));
  } else if (!real_flows) {  // else its flow's end arms it
    arm(id, head_due_at(id, links[channel.link].sharing.earliest_end(id)));
  }
}

/// The earliest arrival of a message that leaves the shared link at `end`, ns.
TimeNs Network::Impl::head_due_at(std::uint32_t id, double end) const {
  const Channel& channel = channels[id];
  const Message& head = messages[channel.head];
  if (const double cap = paths[channel.path].cap_ns_per_byte; cap > 0)
    end = std::max(end, std::max(channel.cap_free_at, static_cast<double>(head.started)) +
                            static_cast<double>(head.bytes) * cap);
  return std::max(queue.now() + 1, round_up(end) + head.latency);
}

void Network::Impl::on_event(std::uint32_t id, std::uint32_t ticket) {
  Channel& channel = channels[id];
  if (channel.ticket != ticket) return;
  if (paused_nodes != 0) [[unlikely]] {
    const NodeId process = event_is_for(id);
    channel.held = process != no_node && world.node(process).paused();
    if (channel.held) return;
  }
  switch (channel.state) {
    case Channel::State::flowing:
      return head_is_due(id);
    case Channel::State::stalled:
      return retry(id);
    case Channel::State::resetting:
      return reset_arrived(id);
  }
}

// The kernel of a stopped process goes on: it buffers what arrives, and resends.
NodeId Network::Impl::event_is_for(std::uint32_t id) const {
  const Channel& channel = channels[id];
  const auto& ends = connections[id / 2].ends;
  const Connection::End& sender = ends[id % 2];
  const Connection::End& receiver = ends[1 - id % 2];
  switch (channel.state) {
    case Channel::State::flowing:
      return receiver.open ? receiver.node : no_node;
    case Channel::State::resetting:
      return sender.open ? sender.node : no_node;
    case Channel::State::stalled:
      return sender.open && queue.now() >= channel.first_lost + user_timeout ? sender.node
                                                                             : no_node;
  }
  return no_node;
}

void Network::node_paused(NodeId) { ++impl_->paused_nodes; }

void Network::node_resumed(NodeId node) {
  --impl_->paused_nodes;
  for (std::uint32_t id = 0; id < impl_->channels.size(); ++id) {
    Channel& channel = impl_->channels[id];
    if (!channel.held) continue;
    const NodeId process = impl_->event_is_for(id);
    if (process != no_node && process != node) continue;
    channel.held = false;
    impl_->arm(id, impl_->queue.now());
  }
}

void Network::Impl::head_is_due(std::uint32_t id) {
  const Channel& channel = channels[id];
  const Message& head = messages[channel.head];
  if (head.done == never) advance(links[channel.link]);
  if (head.done == never || head.done + head.latency > queue.now())
    arm_head(id);
  else
    arrive(id);
}

void Network::Impl::arrive(std::uint32_t id) {
  const Connection::End& receiver = connections[id / 2].ends[1 - id % 2];
  const Message& head = messages[channels[id].head];
  if (!receiver.open) {
    if (receiver.notice_sent)
      pop_head(id);  // nobody reads it; the sender learns by the notice
    else
      reset(id);
  } else if (head.notice) {
    pop_head(id);
    close_end(id / 2, 1 - id % 2);
  } else {
    const SmallClosure deliver = head.deliver;
    if (head.trace != 0) [[unlikely]]
      trace_tap->arrived(head.trace);
    pop_head(id);
    deliver();
  }
}

void Network::Impl::pop_head(std::uint32_t id) {
  Channel& channel = channels[id];
  const std::uint32_t head = channel.head;
  channel.head = messages[head].next;
  free_message_at(head);
  if (channel.head == none) {
    channel.tail = none;
    return;
  }
  if (messages[channel.head].done == never && !real_flows) advance(links[channel.link]);
  arm_head(id);
}

void Network::Impl::drop_transfer(std::uint32_t id) {
  Channel& channel = channels[id];
  if (channel.transferring == none) return;
  if (real_flows) {
    ++channel.transfer_ticket;
    cancel_later(channel.flow);
  } else if (channel.link != none) {
    advance(links[channel.link]);
    links[channel.link].sharing.remove(id);
  }
  channel.transferring = none;
}

void Network::Impl::clear(std::uint32_t id) {
  drop_transfer(id);
  Channel& channel = channels[id];
  for (std::uint32_t message = channel.head; message != none;) {
    const std::uint32_t next = messages[message].next;
    free_message_at(message);
    message = next;
  }
  channel.head = channel.tail = none;
  channel.state = Channel::State::flowing;
  channel.held = false;
  ++channel.ticket;
}

}  // namespace writepath
