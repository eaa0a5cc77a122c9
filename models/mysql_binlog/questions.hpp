#pragma once
// A question and its answer between two nodes over a connection of its own: positions, promotion,
// "who is the source?".
#include <optional>

#include "sim/engine/reply.hpp"
#include "sim/engine/timeout.hpp"
#include "sim/model/context.hpp"

namespace writepath::mysql {

/// assumption, range 50 to 500: a short SQL statement or its one-row result
inline constexpr std::uint64_t question_bytes = 100;

/// Where the answer goes.
struct ReplyPath {
  ModelContext* context;
  ConnectionId connection;
  NodeId answerer;
  ReplyToken token;

  template <class Answer>
  void answer(const Answer& answer) const {
    EventQueue* const queue = &context->queue();
    context->network().send(connection, answerer, question_bytes, Traffic::control,
                            [queue, token = token, answer] { deliver(*queue, token, answer); });
  }
};

/// Runs `handle(path)` at `to`; empty if no answer came within `timeout`. Await it in `from`'s
/// scope.
template <class Answer, class Handle>
Task<std::optional<Answer>> ask(ModelContext& context, NodeId from, NodeId to, DurationNs timeout,
                                Handle handle) {
  const TimeNs deadline = context.now() + timeout;
  const Dialled dialled = co_await context.network().dial(from, to, timeout);
  if (dialled.result != DialResult::connected) co_return std::nullopt;
  PendingReply<Answer> reply(context.queue());
  const ReplyPath path{&context, dialled.connection, to, reply.token()};
  context.network().send(dialled.connection, from, question_bytes, Traffic::control,
                         [handle, path] { handle(path); });
  const DurationNs left = std::max<DurationNs>(deadline - context.now(), 0);
  const std::optional<Answer> answer =
      co_await with_timeout(context.queue(), reply.arrives(), left);
  context.network().close(dialled.connection, from);
  co_return answer;
}

}  // namespace writepath::mysql
