#pragma once
// The writer's stream to its readers: the same redo that storage nodes get, shipped in whole
// mini-transactions, with VDL updates and commit notices (SIGMOD 2017, S4.2.4; 2018, S3.3, S3.4).
// It has a send path of its own: "the writer acknowledges independently of replicas".
#include <algorithm>
#include <cstdint>
#include <vector>

#include "models/aurora_quorum/cluster.hpp"

namespace writepath::aurora {

/// Bytes of redo after `after` up to `to`; an annulled range before the log's base holds none.
inline std::uint64_t redo_between(const Log& log, std::uint64_t after, std::uint64_t to) {
  const std::uint64_t from = after < log.base() ? log.base() : after;
  return to > from ? to - from : 0;
}

/// TCP hands redo over as it arrives, not all of a backlog at its end: the backlog is sent in
/// pieces of so many bytes, so that a reader behind a narrow path hears its source and keeps what
/// it has. Assumption, range 16 KiB to 1 MiB.
inline constexpr std::uint64_t stream_piece_bytes = 64 << 10;

/// Where the piece after `after` ends: with a record, and at `to` at the latest.
inline std::uint64_t end_of_piece(const Log& log, std::uint64_t after, std::uint64_t to) {
  const std::uint64_t full = std::max(after, log.base()) + stream_piece_bytes;
  if (full >= to) return to;
  const std::uint64_t next = log.record_after(full - 1);
  return log.records().holds(next) ? std::min(log.records()[next].lsn, to) : to;
}

class RedoStream {
 public:
  RedoStream(Cluster& cluster, Instance& writer, const Log& log, std::uint32_t writer_number)
      : cluster_(cluster), writer_(writer), log_(log), writer_number_(writer_number) {}

  /// A reader follows from `from` (none: it has nothing, and anchors at VDL).
  void subscribe(std::uint32_t reader, std::uint32_t subscription, ConnectionId connection,
                 std::uint64_t from, std::uint64_t vdl);
  /// There is something to tell. As a boxcar, a chunk is submitted at once and filled until it
  /// leaves.
  void submit();
  void leave(std::uint64_t vdl);

  bool has_readers() const { return !subscribers_.empty(); }

 private:
  struct Subscriber {
    std::uint32_t reader, subscription;
    ConnectionId connection;
    std::uint64_t sent_to, sent_vdl;
    std::uint64_t sent_bytes;
  };
  bool is_full(const Subscriber& subscriber) const;
  void send(Subscriber& subscriber, std::uint64_t to, std::uint64_t vdl);

  Cluster& cluster_;
  Instance& writer_;
  const Log& log_;
  std::uint32_t writer_number_;
  bool submitted_ = false;
  TimeNs free_at_ = 0;
  std::vector<Subscriber> subscribers_;
};

}  // namespace writepath::aurora
