#include "models/aurora_quorum/pages.hpp"

#include <algorithm>
#include <utility>

#include "models/aurora_quorum/instance.hpp"

namespace writepath::aurora {

namespace {
constexpr DurationNs report_every = from_s(1);

std::uint64_t frames_of(const Layout& layout, double pool_gb) {
  const auto frames = static_cast<std::uint64_t>(pool_gb * 1e9) / layout.page_bytes();
  return std::max<std::uint64_t>(1, frames);
}
}  // namespace

Pages::Pages(Instance& instance, Cluster& cluster, double pool_gb, bool warm)
    : instance_(instance),
      cluster_(cluster),
      pool_(cluster.layout.pages(), frames_of(cluster.layout, pool_gb), warm),
      reads_(instance, cluster),
      room_(cluster.queue()),
      arrived_(cluster.queue()) {}

Task<PageReads::Outcome> Pages::get(Page page, std::uint64_t read_point) {
  bool missed = false;
  while (true) {
    if (pool_.touch(page)) {
      if (!pool_.is_being_read(page)) {
        if (!missed) ++hits_;
        co_return PageReads::Outcome::page;
      }
      if (!std::exchange(missed, true)) ++misses_;
      co_await arrived_.wait();  // somebody else reads it already
      continue;
    }
    if (!std::exchange(missed, true)) ++misses_;
    // Storage has no later version of it than VDL's, and the frame that it needs may hold changes
    // beyond VDL, too.
    if (pool_.undurable_lsn(page) != 0 || !pool_.admit(page)) {
      co_await room_.wait();
      continue;
    }
    pool_.reading(page);
    PageReads::Outcome outcome = PageReads::Outcome::nothing;
    outcome = co_await reads_.read(page, read_point);
    if (outcome == PageReads::Outcome::page)
      pool_.arrived(page);
    else
      pool_.given_up(page);
    arrived_.notify_all();
    room_.notify_all();
    co_return outcome;
  }
}

bool Pages::keep(Page page) {
  if (pool_.touch(page)) return !pool_.is_being_read(page);
  return pool_.undurable_lsn(page) == 0 && pool_.admit(page);
}

void Pages::durable_to(std::uint64_t vdl) {
  pool_.durable_to(vdl);
  room_.notify_all();
}

void Pages::clear() {
  pool_.clear();
  arrived_.notify_all();
  room_.notify_all();
}

void Pages::become_current(const Log& log, std::uint64_t vdl) {
  const Ring<Record>& records = log.records();
  if (log.trimmed_to() > shown_to_) return clear();
  for (std::uint64_t next = log.record_after(shown_to_);
       next < records.end() && records[next].lsn <= vdl; ++next)
    if (!pool_.is_being_read(records[next].page)) pool_.drop(records[next].page);
}

Task<> Pages::report() {
  while (true) {
    co_await sleep_for(cluster_.queue(), report_every);
    if (hits_ + misses_ > 0)
      cluster_.context.state(BufferPoolUsed{cluster_.now(), instance_.id(),
                                            instance_.accepts_writes(), std::exchange(hits_, 0),
                                            std::exchange(misses_, 0)});
  }
}

}  // namespace writepath::aurora
