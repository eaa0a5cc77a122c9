#pragma once
// The writer's stream to its readers: the same redo that storage nodes get, shipped in whole
// mini-transactions, with VDL updates and commit notices (SIGMOD 2017, S4.2.4; 2018, S3.3, S3.4).
// It has a send path of its own: "the writer acknowledges independently of replicas".
#include <cstdint>
#include <vector>

#include "models/aurora_quorum/cluster.hpp"

namespace writepath::aurora {

/// Bytes of redo after `after` up to `to`; an annulled range before the log's base holds none.
inline std::uint64_t redo_between(const Log& log, std::uint64_t after, std::uint64_t to) {
  const std::uint64_t from = after < log.base() ? log.base() : after;
  return to > from ? to - from : 0;
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

  Cluster& cluster_;
  Instance& writer_;
  const Log& log_;
  std::uint32_t writer_number_;
  bool submitted_ = false;
  TimeNs free_at_ = 0;
  std::vector<Subscriber> subscribers_;
};

}  // namespace writepath::aurora
