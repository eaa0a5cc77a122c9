#pragma once
// A reader: it has no storage writes of its own. It applies redo to the pages in its buffer pool,
// and only to them; the rest it discards, because the shared storage has it. Two rules (SIGMOD
// 2017, S4.2.4): only records with an LSN up to VDL are applied, and those of one mini-transaction
// at once.
#include <cstdint>
#include <memory>

#include "models/aurora_quorum/cluster.hpp"
#include "sim/engine/event.hpp"
#include "sim/engine/watermark.hpp"

namespace writepath::aurora {

class Pages;

class Reader {
 public:
  /// `attached`: it is there from the run's start, with an empty log applied.
  Reader(Instance& instance, Cluster& cluster, bool attached);

  /// Its two tasks, in the instance's scope.
  Task<> follow();
  Task<> apply();
  /// It becomes a writer.
  void stop();

  void receive(const StreamMessage& message);

  bool serves() const { return serves_ && !stopped_; }
  LogPlace visible() const { return visible_; }
  std::uint64_t read_point() const { return applied_; }

  // ---- for the stream's send buffer, and for trimming the log
  std::uint32_t subscription() const { return subscription_; }
  std::uint64_t bytes_received() const { return bytes_received_; }
  Epoch epoch() const { return epoch_; }
  bool is_connected() const;
  std::uint64_t next_record() const { return next_record_; }
  std::uint64_t visible_commit() const { return visible_.seq.value; }

 private:
  NodeId choose_source();
  bool source_is_right() const;
  void send_subscription();
  void change_epoch(Epoch epoch);
  void anchor_at(std::uint64_t lsn);
  LogPlace commit_up_to(std::uint64_t& cursor, std::uint64_t lsn) const;
  void report_lag(TimeNs stamp);

  Instance& instance_;
  Cluster& cluster_;
  NodeId id_;
  Pages& pages_;
  bool serves_ = false, stopped_ = false, fresh_;

  // where it follows
  NodeId source_ = no_node;
  std::uint16_t source_copy_ = 0;
  std::size_t attempts_ = 0;
  ConnectionId connection_;
  Signal closed_;
  std::uint32_t subscription_ = 0;
  std::uint64_t bytes_received_ = 0;
  TimeNs heard_at_ = 0;

  // how far it has come
  std::shared_ptr<Log> log_;
  Epoch epoch_{1};
  std::uint64_t received_ = 0, known_vdl_ = 0;
  Watermark ready_;  ///< what has arrived and is durable
  std::uint64_t applied_ = 0, next_record_ = 0;
  std::uint64_t received_commit_ = 0, visible_commit_ = 0;
  LogPlace received_place_{{1}, {0}}, visible_{{1}, {0}};
  TimeNs stamp_ = 0, lag_reported_at_ = 0;
};

}  // namespace writepath::aurora
