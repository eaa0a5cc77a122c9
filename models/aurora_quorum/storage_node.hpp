#pragma once
// A storage node: one segment of every protection group. Of the eight steps of SIGMOD 2017, S3.3,
// only the first two are in the foreground of a commit:
//   (1) receive the boxcar and add it to an in-memory queue     receive(), store()
//   (2) persist it on disk and acknowledge                      store(), stored()
//   (3) organise the records and find gaps                      Segment, PageChains
//   (4) gossip with peers to fill them                          storage_gossip.cpp
//       and what a gap is too wide for: whole segments          storage_rejoin.cpp
//   (5) coalesce records into pages                             Coalescing
//   (6) stage log and pages to S3                               Staging
//   (7) collect garbage                                         collect_garbage()
//   (8) scrub                                                   Scrub
// A tail segment (SIGMOD 2018, S4.2) is log alone: (5) and (8) are not for it, and nobody asks it
// for a page. Its durable state is `disk_`; everything else belongs to the incarnation.
#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "models/aurora_quorum/cluster.hpp"
#include "models/aurora_quorum/link.hpp"
#include "models/aurora_quorum/page_reads.hpp"
#include "models/aurora_quorum/recovery.hpp"
#include "models/aurora_quorum/segment.hpp"
#include "models/aurora_quorum/storage_background.hpp"

namespace writepath::aurora {

class StorageNode {
 public:
  StorageNode(Cluster& cluster, std::uint16_t copy, Node& node, const std::string& name_of_copy);

  NodeId id() const { return node_.id(); }
  std::uint16_t copy() const { return copy_; }
  void stage_to(NodeId s3) { staging_.to(cluster_.world(), id(), s3); }
  /// The run starts: connections to peers are there.
  void begin();

  // ---- messages of the writer
  void receive(const BoxcarMessage& message);
  /// The first message on every connection of a writer: the epoch's truncation, to be recorded
  /// before it is answered with the SCLs.
  void truncate(Epoch epoch, std::uint32_t instance, ConnectionId connection, std::uint64_t vdl);
  /// Of a writer that has nothing else to say.
  void told_vdl(Epoch epoch, std::uint32_t instance, ConnectionId connection, std::uint64_t vdl);
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
  void asked_for_page(std::uint16_t by, ConnectionId connection);
  void receive_good_page() { scrub_.repaired(); }
  void asked_to_read_out(std::uint64_t bytes);

  // ---- messages of those who watch the storage fleet
  void asked_by_fleet(std::uint32_t monitor, ConnectionId connection);
  /// What stood in this node's latest answer to them.
  struct FleetReport {
    std::vector<std::uint32_t> memberships;  ///< by group: the epoch that is recorded
    std::vector<bool> whole;                 ///< by group: has a segment that counts
    std::vector<std::uint64_t> scls;
    std::vector<std::uint64_t> bytes_copied;  ///< by group
    Epoch epoch;                              ///< whose log they are SCLs of
    DurationNs ack_time = 0;  ///< mean, from a boxcar's arrival to its acknowledgement
  };
  const FleetReport& fleet_report() const { return fleet_report_; }

  /// What stood in this node's latest answer to fence(), truncate() or a peer: by group; none: it
  /// has no segment that counts.
  const std::vector<std::uint64_t>& reported_scls() const { return reported_scls_; }
  Epoch reported_epoch() const { return reported_epoch_; }
  std::uint64_t reported_collected_to() const { return reported_collected_to_; }

  // ---- for the account of what survives, and for trimming the log
  SegmentReport on_disk() const;
  bool is_up() const { return node_.process_up(); }
  Epoch log_epoch() const { return disk_.epoch; }
  std::uint64_t first_boxcar_needed() const {
    const bool pages_are_read = is_full() && !cluster_.pools_hold_all();
    return std::min(next_boxcar_,
                    pages_are_read ? chains_.coalescing_from() : chains_.next_boxcar());
  }
  const Segment& segment(GroupId group) const { return disk_.segments[group]; }
  std::uint64_t boxcars_dropped() const { return boxcars_dropped_; }
  const Scrub& scrub() const { return scrub_; }

  // ---- for its background
  Cluster& cluster() const { return cluster_; }
  Node& node() const { return node_; }
  const StorageOptions& options() const { return cluster_.options.storage; }
  Link* peer(std::uint16_t copy) const { return peers_[copy].get(); }
  /// (3) what is complete here and durable.
  PageChains& organise();
  bool is_full() const { return cluster_.is_full(copy_); }
  std::uint64_t coalesced_to() const { return coalescing_.done_to(); }
  /// (7) a round of coalescing or staging is done.
  void collect_garbage();
  std::uint64_t staged_to() const { return staging_.done_to(); }
  /// Background work gives way while boxcars wait for the device, unless too much of it has
  /// gathered: "background processing has negative correlation with foreground processing"
  /// (SIGMOD 2017, S3.3).
  bool gives_way() const { return unflushed_ && !hurries(); }
  bool hurries() const { return throttle_.is_on(backlog_bytes()); }
  /// Redo that is not in pages yet, or not in S3.
  std::uint64_t backlog_bytes() const;

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
    /// By group: the segment is here and has all that it ever acknowledged. Only then does it
    /// acknowledge, answer reads and recoveries.
    std::vector<bool> whole;
    std::vector<std::uint32_t> memberships;  ///< by group: the newest epoch heard of
    std::uint32_t generation = 0;            ///< of the device, when this was written
    std::uint64_t collected_to = 0;          ///< redo up to here is gone
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

  /// Where a segment can be copied from, and what that peer said of itself.
  struct CopySource {
    std::uint16_t copy = 0;
    Epoch epoch{1};
    std::uint64_t scl = 0, collected_to = 0;
    bool found = false;
  };

  void format(bool holds_copies);
  void boot(bool data_lost);
  void join();
  void keep_links();
  bool whole_of_volume() const;
  const Log* log() const { return cluster_.volume.log(disk_.epoch).get(); }

  // foreground
  bool drops(const Boxcar& boxcar);
  Task<> store(Arrival arrival);
  void stored();
  void take(Arrival& arrival);
  void acknowledge(const Arrival& arrival, bool advanced);
  bool is_refused(Epoch epoch) const {
    return epoch < disk_.promised && cluster_.options.broken != Broken::no_epoch_check;
  }
  void refuse(std::uint32_t instance, ConnectionId connection);
  Task<> store_unchecked(BoxcarMessage message);
  void learn_vdl(Epoch epoch, std::uint64_t vdl);
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
  std::uint64_t log_bytes() const;
  void keep_connections_alive();
  void state_log_kept() const;
  bool follows(const Subscriber& subscriber) const;
  void push_to_readers(bool anyhow = false);
  void push(Subscriber& subscriber, std::uint64_t to);
  Task<> heartbeat();

  // background
  Task<> gossip();
  std::uint64_t wanted_after(GroupId group) const;
  void offer_redo(std::uint16_t to, GroupId group, ConnectionId connection);
  Task<> send_redo(std::uint16_t to, GossipMessage message, ConnectionId connection);
  // memberships, and coming back
  bool learn_memberships();
  void learn_membership(GroupId group);
  void drop_segment(GroupId group);
  void await_copy(GroupId group);
  void tell_writer(GroupId group);
  void send_status(std::uint16_t by, ConnectionId connection);
  Task<> answer_status(std::uint16_t by, ConnectionId connection);
  bool has_status(GroupId group) const;
  Task<> answer_fleet(std::uint32_t monitor, ConnectionId connection, bool changed);
  void send_fleet_report(std::uint32_t monitor, ConnectionId connection);
  Task<> rejoin();
  bool rejoined() const;
  bool needs_status() const;
  Task<> ask_status();
  void begin_copies();
  Task<> copy_segment(GroupId group);
  std::uint64_t bytes_to_copy(const CopySource& source, GroupId group) const;
  void received_again(GroupId group, std::uint64_t base);
  Task<> read_out(std::uint64_t bytes);
  void settle();

  Cluster& cluster_;
  std::uint16_t copy_;
  Node& node_;
  DurableFile& hot_log_;
  Disk disk_;
  PageChains chains_;
  Coalescing coalescing_;
  Staging staging_;
  Scrub scrub_;
  Throttle throttle_;
  Neighbours neighbours_;
  RandomStream losses_;

  // volatile
  bool begun_ = false, joined_ = false;
  std::vector<Segment> received_;  ///< by group: what is here or on its way to disk
  std::uint64_t hot_log_end_ = 0;
  bool unflushed_ = false;
  std::uint64_t queued_bytes_ = 0;                         ///< received and not on disk
  std::uint64_t dropped_bytes_ = 0, boxcars_dropped_ = 0;  ///< the writer is not told of yet; ever
  std::int64_t flushes_ = 0;
  std::uint64_t next_boxcar_ = 0;  ///< the first of the log that is not complete here
  std::uint64_t known_vdl_ = 0;
  WriterPeer writer_;
  WriterPeer fencer_;
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
  std::vector<CopySet> status_of_;          ///< by group: who has reported it
  std::vector<std::uint64_t> status_scls_;  ///< highest that peers reported, by group
  std::vector<CopySource> status_copies_;   ///< by group: who reported first
  /// Of a segment: nothing to do; behind what others reported; to be copied; being copied.
  enum class Todo : std::uint8_t { nothing, catch_up, copy, copying };
  std::vector<Todo> todo_;     ///< by group
  std::vector<bool> copying_;  ///< by group: a copy runs
  std::int64_t copies_running_ = 0;
  std::vector<ConnectionId> fleet_;          ///< by monitor
  std::vector<std::uint64_t> bytes_copied_;  ///< by group, by this incarnation
  std::vector<std::uint64_t> peers_pages_;   ///< by copy: how far its pages are made, as it said
  std::uint64_t memberships_seen_ = 0;       ///< version of all
  CopySet linked_ = 0;                       ///< peers whose link is kept
  FleetReport fleet_report_;
  DurationNs ack_time_ = 0;
  std::uint64_t stored_to_ = 0;
};

}  // namespace writepath::aurora
