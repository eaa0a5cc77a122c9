#include "models/aurora_quorum/link.hpp"

namespace writepath::aurora {

namespace {
// Both: assumption, range 0.1 to 5 s. They bound how late a healed path is noticed.
constexpr DurationNs dial_timeout = from_s(1);
constexpr DurationNs retry_after = from_ms(200);
}  // namespace

void Link::adopt(ConnectionId connection) {
  connection_ = connection;
  network_.on_closed(connection, from_, [this, connection] { lost(connection); });
}

void Link::lost(ConnectionId connection) {
  if (connection_ != connection) return;
  connection_ = {};
  closed_.notify_all();
}

void Link::redial() {
  if (!is_up()) return;
  network_.close(connection_, from_);
  lost(connection_);
}

Task<> Link::keep() {
  while (true) {
    if (!is_up()) {
      const Dialled dialled = co_await network_.dial(from_, to_, dial_timeout);
      if (dialled.result != DialResult::connected) {
        co_await sleep_for(queue_, retry_after);
        continue;
      }
      adopt(dialled.connection);
    }
    if (up_) up_();
    if (is_up()) co_await closed_.wait();
    if (down_) down_();
  }
}

}  // namespace writepath::aurora
