#pragma once
// A storage node: one segment of every protection group. Of the eight steps of SIGMOD 2017, S3.3,
// only the first two are in the foreground of a commit:
//   (1) receive the boxcar and add it to an in-memory queue     receive(), store()
//   (2) persist it on disk and acknowledge                      store(), stored()
//   (3) organise the records and find gaps                      Segment
//   (4) gossip with peers to fill them                          storage_gossip.cpp
//   (5) coalesce records into pages                             coalesce()
//   (7) collect garbage                                         collect_garbage()
// A tail segment (SIGMOD 2018, S4.2) is log alone: (5) is not for it, and nobody asks it for a
// page. Its durable state is `disk_`; everything else belongs to the incarnation.
#include <cstdint>
#include <memory>
#include <vector>

#include "models/aurora_quorum/cluster.hpp"
#include "models/aurora_quorum/link.hpp"
#include "models/aurora_quorum/page_reads.hpp"
#include "models/aurora_quorum/page_set.hpp"
#include "models/aurora_quorum/segment.hpp"

namespace writepath::aurora {

class StorageNode {
 public:
  StorageNode(Cluster& cluster, std::uint16_t copy, Node& node);

  NodeId id() const { return node_.id(); }
  std::uint16_t copy() const { return copy_; }
  /// The run starts: connections to peers are there.
  void begin();

  // ---- messages of the writer
  void receive(const BoxcarMessage& message);
  /// The first message on every connection of a writer: the epoch's truncation, to be recorded
  /// before it is answered with the SCLs.
  void truncate(Epoch epoch, std::uint32_t instance, ConnectionId connection, std::uint64_t vdl);
  void learn_vdl(Epoch epoch, std::uint64_t vdl);
  /// Of a recovery: no older writer is served from now on; answered with the SCLs.
  void fence(Epoch epoch, std::uint32_t instance, ConnectionId connection);

  // ---- messages of instances that read
  void read_page(const PageRequest& request);
  void learn_read_point(std::uint32_t instance, ConnectionId connection, std::uint64_t lsn);
  void subscribe(std::uint32_t instance, std::uint32_t subscription, ConnectionId connection,
                 std::uint64_t from);

  // ---- messages of peers
  void asked_for_redo(std::uint16_t by, Epoch epoch, ConnectionId connection,
                      std::uint64_t in_its_pages);
  void told_of_epoch(Epoch epoch);
  void told_too_far(GroupId group);
  void receive_gossip(const GossipMessage& message);
  void asked_for_status(std::uint16_t by, ConnectionId connection);
  void receive_status(std::uint16_t from);

  /// What stood in this node's latest answer to fence(), truncate() or a peer: by group.
  const std::vector<std::uint64_t>& reported_scls() const { return reported_scls_; }
  Epoch reported_epoch() const { return reported_epoch_; }
  std::uint64_t reported_collected_to() const { return reported_collected_to_; }

  // ---- for the account of what survives, and for trimming the log
  struct OnDisk {
    bool intact = false;  ///< false: the disk was lost and is not rebuilt yet
    Epoch epoch;          ///< whose log it follows
    std::vector<std::uint64_t> scls;
  };
  OnDisk on_disk() const;
  bool is_up() const { return node_.process_up(); }
  Epoch log_epoch() const { return disk_.epoch; }
  std::uint64_t next_boxcar() const { return next_boxcar_; }

 private:
  /// A stretch of a group's chain, from its arrival until it is known to be durable.
  struct Arrival {
    std::uint64_t position = 0;  ///< of its end in the hot log
    std::uint64_t before = 0, last = 0;
    std::uint64_t boxcar = none;  ///< none: by gossip
    TimeNs arrived_at = 0;
    Epoch epoch;
    GroupId group = 0;
    std::uint32_t records = 0, bytes = 0;
  };
  struct Disk {
    std::vector<Segment> segments;  ///< by group
    Ring<Arrival> arrivals{0};      ///< written to the hot log, not known to be durable
    Epoch epoch{1};                 ///< whose log the segments follow
    Epoch promised{1};              ///< older writers are refused
    bool intact = true;
    std::uint32_t generation = 0;    ///< of the device, when this was written
    std::uint64_t collected_to = 0;  ///< redo up to here is gone
  };
  struct WriterPeer {
    std::uint32_t instance = 0;
    Epoch epoch{0};
    ConnectionId connection;
  };
  struct Subscriber {
    std::uint32_t instance, subscription;
    ConnectionId connection;
    std::uint64_t sent_to, sent_vdl, sent_bytes;
  };

  struct ReadPoint {
    std::uint32_t instance;
    ConnectionId connection;
    std::uint64_t lsn;
  };

  /// Where a segment can be copied from: a peer, and what it said of itself.
  struct CopySource {
    StorageNode* peer = nullptr;
    std::uint64_t scl = 0, collected_to = 0;
  };

  bool is_full() const { return cluster_.is_full(copy_); }
  void boot(bool data_lost);
  void start_background();
  const StorageOptions& options() const { return cluster_.options.storage; }
  const Log* log() const { return cluster_.volume.log(disk_.epoch).get(); }

  // foreground
  Task<> store(Arrival arrival);
  void stored();
  void take(Arrival& arrival);
  void acknowledge(const Arrival& arrival, bool advanced);
  void refuse(std::uint32_t instance, ConnectionId connection);
  Task<> answer_fence(Epoch epoch, std::uint32_t instance, ConnectionId connection);
  Task<> answer_truncate(Epoch epoch, std::uint32_t instance, ConnectionId connection);
  void report();
  void adopt(Epoch epoch);
  std::uint64_t complete() const;
  void advance_complete();

  // reading
  bool covers(Page page, std::uint64_t read_point) const;
  Task<> serve_page(PageRequest request);
  void answer_page(const PageRequest& request, PageAnswer answer, std::uint64_t bytes);
  std::uint64_t records_to_apply(Page page) const;
  void advance_pgmrpl();
  std::uint64_t in_pages() const;
  void collect_garbage();
  std::uint64_t log_bytes() const;
  void keep_connections_alive();
  void state_log_kept() const;
  bool follows(const Subscriber& subscriber) const;
  void push_to_readers(bool anyhow = false);
  Task<> heartbeat();

  // background
  Task<> gossip();
  void offer_redo(std::uint16_t to, GroupId group, ConnectionId connection);
  Task<> send_redo(std::uint16_t to, GossipMessage message, ConnectionId connection);
  Task<> rejoin();
  Task<> ask_status();
  bool has_heard_enough() const;
  Task<> copy_segment(GroupId group);
  std::uint64_t bytes_to_copy(GroupId group) const;
  void copied(GroupId group, const CopySource& source, Epoch epoch);
  bool caught_up() const;
  Task<> coalesce();
  void count_dirty(const Arrival& arrival);

  Cluster& cluster_;
  std::uint16_t copy_;
  Node& node_;
  DurableFile& hot_log_;
  Disk disk_;

  // volatile
  bool begun_ = false;
  std::vector<Segment> received_;  ///< by group: what is here or on its way to disk
  std::uint64_t hot_log_end_ = 0;
  bool unflushed_ = false;
  std::int64_t flushes_ = 0;
  std::uint64_t next_boxcar_ = 0;  ///< the first of the log that is not complete here
  std::uint64_t known_vdl_ = 0;
  WriterPeer writer_;
  std::vector<Subscriber> subscribers_;
  std::vector<ReadPoint> read_points_;
  std::uint64_t pgmrpl_ = 0;
  std::vector<std::uint64_t> reported_scls_;
  Epoch reported_epoch_{1};
  std::uint64_t reported_collected_to_ = 0;
  // peers
  std::vector<std::unique_ptr<Link>> peers_;  ///< by copy; null: itself
  std::vector<std::uint64_t> asked_scls_;     ///< what stands in the question to a peer
  Signal gossip_now_, progress_, status_came_;
  bool rejoining_ = false;
  CopySet status_of_ = 0;
  std::vector<std::uint64_t> status_scls_;  ///< highest that peers reported, by group
  std::vector<CopySource> sources_;         ///< by group: of those that hold what is to be copied
  std::vector<bool> must_copy_;             ///< by group
  std::uint64_t bytes_copied_ = 0;
  // coalescing
  PageSet dirty_;       ///< with redo that came since the last round of coalescing began
  PageSet coalescing_;  ///< whose pages this round writes
  std::uint64_t coalesced_to_ = 0;
  std::vector<std::uint64_t> peers_pages_;  ///< by copy: how far its pages are made, as it said
  std::uint64_t uncounted_records_ = 0;     ///< whose pages are not known any more
  std::uint64_t stored_to_ = 0;
};

}  // namespace writepath::aurora
