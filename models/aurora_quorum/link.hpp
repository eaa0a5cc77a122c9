#pragma once
// A connection that its owner keeps: dialled again whenever it is lost.
#include <cstdint>
#include <functional>

#include "sim/engine/event.hpp"
#include "sim/engine/sleep.hpp"
#include "sim/engine/task.hpp"
#include "sim/world/world.hpp"

namespace writepath::aurora {

class Link {
 public:
  Link(World& world, NodeId from, NodeId to)
      : network_(world.network()), queue_(world.queue()), from_(from), to_(to), closed_(queue_) {}

  /// Runs each time that the connection is there, and each time that it is lost.
  void on_up(std::function<void()> up) { up_ = std::move(up); }
  void on_down(std::function<void()> down) { down_ = std::move(down); }

  /// Keeps the connection for as long as the incarnation of its owner lives: spawn it in its scope.
  Task<> keep();
  /// It is simply there: at the run's start. Before keep().
  void connect_now() { adopt(network_.connect_now(from_, to_)); }
  /// The owner's process died, and its connections with it.
  void forget() { connection_ = {}; }

  /// Gives up on a connection that is silent, and dials anew: TCP may retransmit for minutes.
  void redial();

  NodeId peer() const { return to_; }
  bool is_up() const { return connection_.valid() && network_.is_open(connection_, from_); }
  ConnectionId connection() const { return connection_; }
  template <class F>
  void send(std::uint64_t bytes, Traffic traffic, F deliver, const MessageTag& tag = {}) {
    network_.send(connection_, from_, bytes, traffic, deliver, tag);
  }

 private:
  void adopt(ConnectionId connection);
  void lost(ConnectionId connection);

  Network& network_;
  EventQueue& queue_;
  NodeId from_, to_;
  ConnectionId connection_;
  Signal closed_;
  std::function<void()> up_, down_;
};

}  // namespace writepath::aurora
