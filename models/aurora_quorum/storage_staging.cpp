// (6) Log and pages go to S3.
#include <algorithm>

#include "models/aurora_quorum/storage_node.hpp"
#include "sim/engine/timeout.hpp"

namespace writepath::aurora {

namespace {
/// A piece that is not acknowledged by then is sent again. Assumption, range 1 to 60 s.
constexpr DurationNs send_again_after = from_s(5);
}  // namespace

void Staging::to(World& world, NodeId from, NodeId s3) {
  link_ = std::make_unique<Link>(world, from, s3);
}

Task<> Staging::run() {
  EventQueue& queue = node_.cluster().queue();
  const DurationNs interval = from_ms(node_.options().staging_interval_ms);
  while (true) {
    if (!under_way_) {
      co_await sleep_for(queue, interval);
      round_ = node_.organise().next_to_stage();
      if (!node_.is_full()) round_.pages = 0;  // a tail segment has none
      left_bytes_ = round_.log_bytes + round_.pages * node_.cluster().layout.page_bytes();
      began_ = queue.now();
      under_way_ = true;
    }
    // The pages' new versions must be there first.
    while (node_.is_full() && node_.coalesced_to() < round_.to)
      co_await sleep_for(queue, from_ms(100));
    while (left_bytes_ > 0) {
      if (node_.gives_way() || !link_->is_up())
        co_await sleep_for(queue, look_again_after);
      else
        co_await send_some();
    }
    finish();
  }
}

Task<> Staging::send_some() {
  const std::uint64_t bytes = std::min(left_bytes_, background_read_bytes);
  co_await node_.node().storage().read(bytes, Purpose::backup);
  const std::uint64_t piece = ++pieces_sent_;
  const ConnectionId connection = link_->connection();
  link_->send(bytes + envelope_bytes, Traffic::backup,
              [network = &node_.cluster().network(), s3 = link_->peer(), staging = this, connection,
               piece] {
                network->send(connection, s3, ack_bytes, Traffic::backup,
                              [staging, piece] { staging->acknowledged(piece); });
              });
  const TimeNs until = node_.cluster().now() + send_again_after;
  while (pieces_there_ < piece && node_.cluster().now() < until)
    co_await with_timeout(node_.cluster().queue(), acknowledged_.wait(),
                          until - node_.cluster().now());
  if (pieces_there_ >= piece) left_bytes_ -= bytes;
}

void Staging::acknowledged(std::uint64_t piece) {
  pieces_there_ = std::max(pieces_there_, piece);
  acknowledged_.notify_all();
}

void Staging::finish() {
  under_way_ = false;
  round_.log_bytes = 0;
  done_to_ = std::max(done_to_, round_.to);
  const TimeNs now = node_.cluster().now();
  ModelContext& context = node_.cluster().context;
  context.state(LogAdvanced{now, node_.id(), "staged", 0, done_to_});
  context.state(LagReported{now, node_.id(), "backup", now - covers_});
  covers_ = began_;
  node_.collect_garbage();
}

void Staging::process_died() {
  if (link_) link_->forget();
}

/// The disk is lost: the copy that replaces it was staged by its source.
void Staging::forget() {
  round_ = {};
  left_bytes_ = 0;
  under_way_ = false;
}

}  // namespace writepath::aurora
