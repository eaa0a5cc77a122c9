// What a storage node does for instances that read: pages as of a read point, and the stream of
// redo to readers that follow the storage.
#include <algorithm>

#include "models/aurora_quorum/instance.hpp"
#include "models/aurora_quorum/storage_node.hpp"

namespace writepath::aurora {

// ---- pages

/// "A storage node that is complete with respect to the read point" (SIGMOD 2017, S4.2.3).
bool StorageNode::covers(Page page, std::uint64_t read_point) const {
  const GroupId group = cluster_.layout.group_of(page);
  if (!disk_.whole[group]) return false;
  const Log* const its = log();
  // Beyond the end of the log that it follows: it has not heard of the epoch of the read point yet.
  if (its == nullptr || read_point > its->end()) return false;
  for (std::uint64_t n = next_boxcar_; its->boxcars().holds(n); ++n) {
    const Boxcar& boxcar = its->boxcars()[n];
    if (boxcar.before >= read_point) break;
    if (boxcar.group == group && disk_.segments[group].scl() < boxcar.last) return false;
  }
  return true;
}

/// Accepted only for PGMRPL <= read point <= SCL (SIGMOD 2018, S3.4).
void StorageNode::read_page(const PageRequest& request) {
  WRITEPATH_CHECK(is_full(), "a tail segment was asked for a page");
  advance_pgmrpl();
  if (request.read_point < pgmrpl_)
    answer_page(request, PageAnswer::too_old, control_bytes);
  else if (!covers(request.page, request.read_point))
    answer_page(request, PageAnswer::behind, control_bytes);
  else
    node_.scope().spawn(serve_page(request));
}

void StorageNode::answer_page(const PageRequest& request, PageAnswer answer, std::uint64_t bytes) {
  Instance* const asker = cluster_.instances[request.instance].get();
  const PageReply reply{request.number, copy_, answer};
  cluster_.network().send(request.connection, id(), bytes,
                          answer == PageAnswer::page ? Traffic::page : Traffic::control,
                          [asker, reply] { asker->page_answered(reply); });
}

Task<> StorageNode::serve_page(PageRequest request) {
  const std::uint64_t bytes = cluster_.layout.page_bytes();
  co_await node_.storage().read(bytes, Purpose::page);
  // Redo that is not in the page yet is applied to it on demand (SIGMOD 2017, S3.2).
  const std::uint64_t records = records_to_apply(request.page);
  const DurationNs each = from_us(options().coalesce_cpu_us_per_record);
  if (records > 0 && each > 0) co_await node_.cpu().serve(static_cast<DurationNs>(records) * each);
  answer_page(request, PageAnswer::page, bytes + envelope_bytes);
}

std::uint64_t StorageNode::records_to_apply(Page page) const {
  return log()->length_of_chain(page, coalescing_.done_to(), complete());
}

// ---- PGMRPL, and (7) collecting garbage

void StorageNode::learn_read_point(std::uint32_t instance, ConnectionId connection,
                                   std::uint64_t lsn) {
  std::erase_if(read_points_, [&](const ReadPoint& r) { return r.instance == instance; });
  read_points_.push_back({instance, connection, lsn});
  advance_pgmrpl();
  collect_garbage();
}

/// The low-water mark of all instances that have the volume open. An instance whose connection is
/// gone needs nothing any more.
void StorageNode::advance_pgmrpl() {
  std::erase_if(read_points_, [this](const ReadPoint& r) {
    return !cluster_.network().is_open(r.connection, id());
  });
  std::uint64_t lowest = none;
  for (const ReadPoint& r : read_points_) lowest = std::min(lowest, r.lsn);
  if (lowest != none) pgmrpl_ = std::max(pgmrpl_, lowest);
}

/// How far redo is in pages: in its own, or, for a tail segment, in those of every full one, as
/// they said with their gossip. A full one that is further behind than redo is kept copies whole
/// pages.
std::uint64_t StorageNode::in_pages() const {
  if (is_full()) return coalescing_.done_to();
  const auto kept = static_cast<std::uint64_t>(options().log_retention_mb * 1e6);
  std::uint64_t most = 0, least = none;
  for (std::size_t copy = 0; copy < peers_pages_.size(); ++copy) {
    if (!cluster_.is_full(copy)) continue;
    most = std::max(most, peers_pages_[copy]);
    least = std::min(least, peers_pages_[copy]);
  }
  return std::max(least, most - std::min(most, kept));
}

/// What lies below PGMRPL and is in the pages, and in S3, is not needed any more.
void StorageNode::collect_garbage() {
  std::uint64_t done = std::min(pgmrpl_, in_pages());
  if (staging_.is_on()) done = std::min(done, staging_.done_to());
  disk_.collected_to = std::max(disk_.collected_to, done);
}

std::uint64_t StorageNode::log_bytes() const {
  const Log* const its = log();
  return its == nullptr ? 0 : redo_between(*its, disk_.collected_to, stored_to_);
}

/// A word to each instance, so that the connection to one that is cut off is found dead.
void StorageNode::keep_connections_alive() {
  for (const ReadPoint& r : read_points_)
    cluster_.network().send(r.connection, id(), control_bytes, Traffic::control, [] {});
}

void StorageNode::state_log_kept() const {
  if (whole_of_volume() && log() != nullptr)
    cluster_.context.state(LogKept{cluster_.now(), id(), log_bytes()});
}

// ---- the stream to readers that follow the storage

void StorageNode::subscribe(std::uint32_t instance, std::uint32_t subscription,
                            ConnectionId connection, std::uint64_t from) {
  std::erase_if(subscribers_, [&](const Subscriber& s) { return s.instance == instance; });
  const Log* const its = log();
  if (its == nullptr || !whole_of_volume()) return cluster_.network().close(connection, id());
  const bool kept = from != none && from >= its->trimmed_to();
  const std::uint64_t start = kept ? from : its->cpl_at(std::min(complete(), known_vdl_));
  subscribers_.push_back({instance, subscription, connection, start, none, 0});
  push_to_readers();
}

bool StorageNode::follows(const Subscriber& s) const {
  const Reader* const reader = cluster_.instances[s.instance]->reader();
  return cluster_.network().is_open(s.connection, id()) && reader != nullptr &&
         reader->subscription() == s.subscription;
}

/// So that a reader can tell silence from loss.
Task<> StorageNode::heartbeat() {
  while (true) {
    co_await sleep_for(cluster_.queue(), stream_heartbeat);
    push_to_readers(true);
    keep_connections_alive();
    state_log_kept();
  }
}

void StorageNode::push_to_readers(bool anyhow) {
  if (subscribers_.empty() || log() == nullptr) return;
  const std::uint64_t to = complete();
  const double limit = cluster_.options.writer.unacknowledged_mb * 1e6;
  std::erase_if(subscribers_, [this](const Subscriber& s) { return !follows(s); });
  for (Subscriber& s : subscribers_) {
    if (to <= s.sent_to && known_vdl_ == s.sent_vdl && !anyhow) continue;
    const Reader& reader = *cluster_.instances[s.instance]->reader();
    // What was sent and has not arrived fills the send buffer.
    if (static_cast<double>(s.sent_bytes - reader.bytes_received()) > limit) continue;
    s.sent_to = std::min(s.sent_to, to);
    do push(s, end_of_piece(*log(), s.sent_to, to));
    while (s.sent_to < to);
  }
}

void StorageNode::push(Subscriber& s, std::uint64_t to) {
  Instance* const reader = cluster_.instances[s.instance].get();
  const StreamMessage message{s.sent_to,          to,          known_vdl_,
                              node_.local_time(), disk_.epoch, s.subscription};
  const std::uint64_t bytes = redo_between(*log(), s.sent_to, to);
  cluster_.network().send(s.connection, id(), envelope_bytes + bytes, Traffic::redo_stream,
                          [reader, message] { reader->receive_stream(message); },
                          {.first = s.sent_to, .last = to, .durable_to = known_vdl_});
  s.sent_to = to;
  s.sent_vdl = known_vdl_;
  s.sent_bytes += bytes;
}

}  // namespace writepath::aurora
