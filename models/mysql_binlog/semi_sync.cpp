#include "models/mysql_binlog/semi_sync.hpp"

#include <algorithm>

#include "sim/engine/timeout.hpp"

namespace writepath::mysql {

SemiSync::SemiSync(Cluster& cluster, NodeId source)
    : cluster_(cluster),
      source_(source),
      on_(cluster.options.semi_sync != SemiSyncMode::off),
      released_(cluster.queue()) {}

Task<> SemiSync::wait(std::uint64_t seq) {
  if (!on_) co_return;
  highest_waited_ = std::max(highest_waited_, seq);
  if (gives_up_for_lack_of_replicas()) {
    fall_back();
    co_return;
  }
  const DurationNs timeout = from_ms(cluster_.options.semi_sync_timeout_ms);
  const bool in_time = co_await with_timeout(cluster_.queue(), released_.reaches(seq), timeout);
  if (!in_time && on_) fall_back();
}

void SemiSync::acknowledged(NodeId replica, const ReplicaAck& ack, std::uint64_t binlog_end) {
  auto known = std::find_if(acked_.begin(), acked_.end(),
                            [&](const Acked& a) { return a.replica == replica; });
  if (known == acked_.end()) {
    acked_.push_back({replica, 0});
    known = std::prev(acked_.end());
  }
  known->seq = std::max(known->seq, ack.seq);
  std::sort(acked_.begin(), acked_.end(), [](const Acked& a, const Acked& b) {
    return a.seq != b.seq ? a.seq > b.seq : a.replica < b.replica;
  });

  const std::uint64_t reached = enough_have();
  if (reached > released_.value()) deciding_ = ack;
  released_.advance(reached);
  if (!on_ && reached >= binlog_end) come_back();
}

void SemiSync::disconnected() {
  --connected_;
  if (on_ && gives_up_for_lack_of_replicas()) fall_back();
}

bool SemiSync::gives_up_for_lack_of_replicas() const {
  return !cluster_.options.wait_no_replica && connected_ < cluster_.options.wait_for_replica_count;
}

std::uint64_t SemiSync::enough_have() const {
  const auto wanted = static_cast<std::size_t>(cluster_.options.wait_for_replica_count);
  return acked_.size() < wanted ? 0 : acked_[wanted - 1].seq;
}

void SemiSync::fall_back() {
  on_ = false;
  cluster_.context.state(ModeChanged{cluster_.now(), source_, "semi_sync", 0});
  // Releases everybody who waits, not just the one whose time ran out.
  released_.advance(highest_waited_);
}

// MySQL comes back by itself as soon as the replicas have everything that was written.
void SemiSync::come_back() {
  on_ = true;
  cluster_.context.state(ModeChanged{cluster_.now(), source_, "semi_sync", 1});
}

}  // namespace writepath::mysql
