// An instance's reads, in either role.
#include "models/aurora_quorum/instance.hpp"
#include "sim/engine/sleep.hpp"

namespace writepath::aurora {

void Instance::make_pages(double pool_gb, bool warm) {
  pages_ = std::make_unique<Pages>(*this, cluster_, pool_gb, warm);
  node_.scope().spawn(pages_->report());
  node_.scope().spawn(tell_read_points());
}

LogPlace Instance::visible() const {
  if (accepts_writes()) return writer_->visible();
  return reader_ ? reader_->visible() : LogPlace{{1}, {0}};
}

/// Of a view that begins now.
std::uint64_t Instance::read_point() const {
  return accepts_writes() ? writer_->read_point() : reader_->read_point();
}

Task<ReadResult> Instance::read(ReadRequest request) {
  constexpr int views = 2;
  if (request.cpu > 0) co_await node_.cpu().serve(request.cpu);
  ReadResult result;
  // Storage may have forgotten what a view needs that is new to it: then it takes a newer one.
  for (int i = 0; i < views && !result.ok && accepts_reads(); ++i) {
    result.seen = visible();
    if (pages_->hold_all()) {
      pages_->hit(1);
      result.ok = true;
      break;
    }
    const View view(pages_->views(), read_point());
    PageReads::Outcome outcome = PageReads::Outcome::nothing;
    outcome = co_await pages_->get(cluster_.layout.page_of(request.key), view.read_point());
    result.ok = outcome == PageReads::Outcome::page;
    if (outcome == PageReads::Outcome::nothing) break;
  }
  co_return result;
}

// ---- what PGMRPL is made of: the lowest read point that is still needed here (SIGMOD 2018, S3.4).
// A view may read any page, so it is the same for every protection group.

void Instance::tell_read_point(std::uint16_t copy) {
  if (!links_[copy]->is_up() || !pages_ || !accepts_reads()) return;
  if (!cluster_.memberships.holds_any(copy)) return;  // a spare
  StorageNode* const node = cluster_.storage[copy].get();
  const std::uint64_t lowest = pages_->views().lowest(read_point());
  links_[copy]->send(control_bytes, Traffic::control,
                     [node, index = index_, at = links_[copy]->connection(), lowest] {
                       node->learn_read_point(index, at, lowest);
                     });
}

Task<> Instance::tell_read_points() {
  const DurationNs interval = from_ms(cluster_.options.page_reads.read_point_interval_ms);
  while (true) {
    for (std::uint16_t copy = 0; copy < links_.size(); ++copy) tell_read_point(copy);
    co_await sleep_for(cluster_.queue(), interval);
  }
}

/// Reports that run on a reader, one after another: each reads a page with the view that it began
/// with.
Task<> Instance::long_reads() {
  const DurationNs length = from_s(cluster_.options.reader.long_read_s);
  for (Key key = 0; reader_; ++key) {
    const View view(pages_->views(), reader_->read_point());
    co_await sleep_for(cluster_.queue(), length);
    if (pages_->hold_all()) continue;
    co_await pages_->get(cluster_.layout.page_of(mix64(key) % cluster_.context.keys().count()),
                         view.read_point());
  }
}

}  // namespace writepath::aurora
