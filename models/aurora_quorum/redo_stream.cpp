#include "models/aurora_quorum/redo_stream.hpp"

#include <algorithm>

#include "models/aurora_quorum/instance.hpp"

namespace writepath::aurora {

void RedoStream::subscribe(std::uint32_t reader, std::uint32_t subscription,
                           ConnectionId connection, std::uint64_t from, std::uint64_t vdl) {
  std::erase_if(subscribers_, [reader](const Subscriber& s) { return s.reader == reader; });
  // A reader goes on where it was, if the log still reaches back so far; else at VDL, without what
  // its buffer pool held.
  const bool kept = from != none && from >= log_.trimmed_to();
  const std::uint64_t sent_to = kept ? std::min(from, vdl) : vdl;
  subscribers_.push_back({reader, subscription, connection, sent_to, none, 0});
  submit();
}

void RedoStream::submit() {
  if (submitted_ || subscribers_.empty()) return;
  submitted_ = true;
  EventQueue& queue = cluster_.queue();
  free_at_ = std::max(free_at_, queue.now()) + from_us(cluster_.options.writer.send_path_us);
  queue.post_at(free_at_, [writer = &writer_, number = writer_number_] {
    writer->when_running([=] {
      if (Writer* alive = writer->writer(number)) alive->stream().leave(alive->read_point());
    });
  });
}

/// What was sent and has not arrived fills the send buffer.
bool RedoStream::is_full(const Subscriber& subscriber) const {
  const Reader* const reader = cluster_.instances[subscriber.reader]->reader();
  if (reader == nullptr) return true;
  const std::uint64_t on_way = subscriber.sent_bytes - reader->bytes_received();
  return static_cast<double>(on_way) > cluster_.options.writer.unacknowledged_mb * 1e6;
}

void RedoStream::leave(std::uint64_t vdl) {
  submitted_ = false;
  std::erase_if(subscribers_, [this](const Subscriber& s) {
    const Reader* const reader = cluster_.instances[s.reader]->reader();
    return !cluster_.network().is_open(s.connection, writer_.id()) || reader == nullptr ||
           reader->subscription() != s.subscription;
  });
  const std::uint64_t to = log_.end();  // between events, the log ends with a mini-transaction
  for (Subscriber& s : subscribers_) {
    if (is_full(s)) continue;
    do send(s, end_of_piece(log_, s.sent_to, to), vdl);
    while (s.sent_to < to);
  }
}

void RedoStream::send(Subscriber& s, std::uint64_t to, std::uint64_t vdl) {
  const StreamMessage message{s.sent_to,     to, vdl, writer_.node().local_time(), log_.epoch(),
                              s.subscription};
  const std::uint64_t bytes = redo_between(log_, s.sent_to, to);
  Instance* const reader = cluster_.instances[s.reader].get();
  cluster_.network().send(s.connection, writer_.id(), envelope_bytes + bytes, Traffic::redo_stream,
                          [reader, message] { reader->receive_stream(message); },
                          {.first = s.sent_to, .last = to, .durable_to = vdl});
  s.sent_to = to;
  s.sent_vdl = vdl;
  s.sent_bytes += bytes;
}

}  // namespace writepath::aurora
