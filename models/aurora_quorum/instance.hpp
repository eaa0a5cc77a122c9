#pragma once
// A database instance: a writer or a reader over the shared storage, and what leads from one role
// to the other.
#include <cstdint>
#include <memory>
#include <vector>

#include "models/aurora_quorum/link.hpp"
#include "models/aurora_quorum/pages.hpp"
#include "models/aurora_quorum/reader.hpp"
#include "models/aurora_quorum/recovery.hpp"
#include "models/aurora_quorum/storage_node.hpp"
#include "models/aurora_quorum/writer.hpp"

namespace writepath::aurora {

struct PromotionReply {
  bool accepted = false;
};

class Instance {
 public:
  Instance(Cluster& cluster, std::uint32_t index, Node& node, bool is_writer, bool joins_later);

  NodeId id() const { return node_.id(); }
  std::uint32_t index() const { return index_; }
  Node& node() const { return node_; }
  /// The run starts: its connections are there, its role is as the scenario says.
  void begin();

  bool accepts_writes() const { return writer_ && writer_->is_open(); }
  bool accepts_reads() const { return accepts_writes() || (reader_ && reader_->serves()); }
  LogPlace visible() const;
  Task<ReadResult> read(ReadRequest request);
  /// Of a running process: there once its role is known.
  Pages& pages() { return *pages_; }
  /// Whether the copy has what a read needs, as far as this instance knows: the writer has its
  /// acknowledgements, a reader finds out.
  bool may_cover(std::uint16_t copy, Page page, std::uint64_t read_point) const {
    return !writer_ || writer_->has_acknowledged(copy, page, read_point);
  }

  Writer* writer() const { return writer_.get(); }
  /// The writer of this number, if it still is one: for what was posted earlier.
  Writer* writer(std::uint32_t number) const {
    return writer_ && writer_->number() == number ? writer_.get() : nullptr;
  }
  Reader* reader() const { return reader_.get(); }
  /// What was posted earlier waits while the process is stopped.
  template <class F>
  void when_running(F work) {
    node_.scope().when_running(work);
  }

  // ---- messages of storage nodes
  void acknowledged(const AckMessage& ack);
  void fenced(Epoch epoch, std::uint16_t copy);
  void truncated(Epoch epoch, std::uint16_t copy);
  void refused(Epoch newer);
  void page_answered(const PageReply& reply) {
    if (pages_) pages_->answered(reply);
  }
  void membership_recorded(GroupId group);
  // ---- messages of the writer, of readers, of the monitors
  void receive_stream(const StreamMessage& message);
  void subscribed(std::uint32_t reader, std::uint32_t subscription, ConnectionId connection,
                  std::uint64_t from);
  void promote(Epoch epoch, ReplyToken reply, ConnectionId connection);

  /// Planned failover: it ends what is under way, answers, and becomes a reader.
  void hand_over(ReplyToken reply, ConnectionId connection);

  Link& storage_link(std::size_t copy) { return *links_[copy]; }
  /// Copies by round trip, nearest first.
  const std::vector<std::uint16_t>& nearest_copies() const { return nearest_; }
  /// A reader has caught the stream: it serves.
  void reader_serves();

 private:
  void boot();
  Task<> start_up(DurationNs start);
  void keep_links();
  void become_reader(bool attached);
  Task<> promoted(Epoch epoch);
  Task<> become_writer(Epoch epoch);
  Task<> ask_silent_nodes_again();
  void open_for(Epoch epoch, LogPlace kept);
  void step_down();
  Task<> handed_over(ReplyToken reply, ConnectionId connection);
  void link_up(std::uint16_t copy);
  void ask_to_fence(std::uint16_t copy);
  void make_writer(std::shared_ptr<Log> log);
  void retire();
  void make_pages(double pool_gb, bool warm);
  std::uint64_t read_point() const;
  void tell_read_point(std::uint16_t copy);
  Task<> tell_read_points();
  Task<> long_reads();

  Cluster& cluster_;
  std::uint32_t index_;
  Node& node_;
  bool first_writer_, joins_later_;
  bool begun_ = false, has_run_ = false, stepping_down_ = false;
  std::vector<std::unique_ptr<Link>> links_;  ///< by copy
  std::vector<std::uint16_t> nearest_;

  std::unique_ptr<Pages> pages_;
  std::unique_ptr<Writer> writer_;
  std::unique_ptr<Reader> reader_;
  std::unique_ptr<Fencing> fencing_;
  std::uint32_t writers_ = 0;
  // What coroutines of a dying incarnation may still hold; emptied when the next one boots.
  std::vector<std::unique_ptr<Pages>> old_pages_;
  std::vector<std::unique_ptr<Writer>> old_writers_;
  std::vector<std::unique_ptr<Reader>> old_readers_;
  std::vector<std::unique_ptr<Fencing>> old_fencings_;
};

}  // namespace writepath::aurora
