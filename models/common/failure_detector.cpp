#include "models/common/failure_detector.hpp"

#include <algorithm>

#include "sim/engine/reply.hpp"
#include "sim/engine/sleep.hpp"
#include "sim/engine/timeout.hpp"

namespace writepath {

namespace {

// A `SELECT 1` and its answer: packet header, command and a one-column result set.
// Assumption, range 20 to 200 bytes; no result depends on it at these sizes.
constexpr std::uint64_t ping_bytes = 64;

struct Pong {};

}  // namespace

void describe(Fields& f, DetectorSpec& spec) {
  f.about("Asks a node at a fixed interval; silence several times in a row counts as failure.",
          "detector");
  f.number("interval_s", spec.interval_s, {0.001, 3600},
           {"from one ping's start to the next one's", "s", "assumption, range 0.1 to 10"});
  f.number("timeout_s", spec.timeout_s, {0.001, 3600},
           {"of one ping, its connection included", "s", "assumption, range 0.1 to 10"});
  f.integer("failures", spec.failures, {1, 1000},
            {"misses in a row that declare the node failed", "", "assumption, range 1 to 10"});
}

Task<bool> ping(ModelContext& context, NodeId monitor, NodeId target, ConnectionId& connection,
                DurationNs timeout) {
  Network& network = context.network();
  EventQueue& queue = context.queue();
  const TimeNs deadline = queue.now() + timeout;
  if (!connection.valid() || !network.is_open(connection, monitor)) {
    const Dialled dialled = co_await network.dial(monitor, target, timeout);
    if (dialled.result != DialResult::connected) {
      connection = {};
      co_return false;
    }
    connection = dialled.connection;
  }
  PendingReply<Pong> pong(queue);
  network.send(connection, monitor, ping_bytes, Traffic::control,
               [&network, &queue, target, at = connection, token = pong.token()] {
                 network.send(at, target, ping_bytes, Traffic::control,
                              [&queue, token] { deliver(queue, token, Pong{}); });
               });
  const DurationNs left = std::max<DurationNs>(deadline - queue.now(), 0);
  const std::optional<Pong> answer = co_await with_timeout(queue, pong.arrives(), left);
  if (answer) co_return true;
  network.close(connection, monitor);
  connection = {};
  co_return false;
}

Task<> until_failed(ModelContext& context, NodeId monitor, NodeId target, DetectorSpec spec) {
  EventQueue& queue = context.queue();
  ConnectionId connection;
  TimeNs next = queue.now();
  std::int64_t misses = 0;
  while (true) {
    const bool alive = co_await ping(context, monitor, target, connection, from_s(spec.timeout_s));
    misses = alive ? 0 : misses + 1;
    if (misses >= spec.failures) co_return;  // the last miss has closed the connection
    next = std::max(next + from_s(spec.interval_s), queue.now());
    co_await sleep_until(queue, next);
  }
}

Task<> until_answers(ModelContext& context, NodeId monitor, NodeId target, DetectorSpec spec) {
  EventQueue& queue = context.queue();
  ConnectionId connection;
  TimeNs next = queue.now();
  while (true) {
    const bool alive = co_await ping(context, monitor, target, connection, from_s(spec.timeout_s));
    if (alive) break;
    next = std::max(next + from_s(spec.interval_s), queue.now());
    co_await sleep_until(queue, next);
  }
  context.network().close(connection, monitor);
}

}  // namespace writepath
