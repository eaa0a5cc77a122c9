#include "models/aurora_quorum/buffer_pool.hpp"

namespace writepath::aurora {

std::optional<BufferPool::Admitted> BufferPool::admit(Page page) {
  const auto may_go = [this](Page other) {
    return undurable_lsn(other) == 0 && !is_being_read(other);
  };
  const std::optional<ResidentPages::Admitted> admitted = resident_.admit(page, may_go);
  if (!admitted) return std::nullopt;
  return Admitted{admitted->evicted, admitted->any};
}

void BufferPool::given_up(Page page) {
  being_read_.erase(page);
  resident_.drop(page);
}

void BufferPool::changed(Page page, std::uint64_t lsn) {
  lsns_.put(page, lsn);
  changes_.push({lsn, page});
}

void BufferPool::durable_to(std::uint64_t vdl) {
  while (!changes_.empty() && changes_.front().lsn <= vdl) {
    const Change change = changes_.front();
    changes_.drop_before(changes_.begin() + 1);
    if (undurable_lsn(change.page) == change.lsn) lsns_.erase(change.page);
  }
}

void BufferPool::clear() {
  resident_.clear();
  // A page on its way has no frame any more; whoever waits for it asks again.
  being_read_.clear();
}

}  // namespace writepath::aurora
