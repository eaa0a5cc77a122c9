#pragma once
// Steps (5), (6) and (8) of a storage node, and the load of other volumes beside it. Each is one
// object with one loop. "Only steps (1) and (2) are in the foreground path" (SIGMOD 2017, S3.3);
// these give way to it (StorageNode::gives_way).
#include <cstdint>
#include <memory>
#include <vector>

#include "models/aurora_quorum/cluster.hpp"
#include "models/aurora_quorum/link.hpp"
#include "models/aurora_quorum/page_chains.hpp"
#include "sim/core/random.hpp"
#include "sim/engine/event.hpp"

namespace writepath::aurora {

/// Read at once from disk, to be staged or scrubbed: boxcars wait for no longer than that.
/// Assumption, range 16 KiB to 1 MiB.
inline constexpr std::uint64_t background_read_bytes = 128 * 1024;
/// Background work that had to give way looks again after this. Assumption, range 0.1 to 10 ms.
inline constexpr DurationNs look_again_after = from_ms(1);

/// When the backlog grows, background work throttles the foreground: the node takes boxcars in more
/// slowly, and so appears as a slow node, which the 4 of 6 quorum absorbs (S3.3).
class Throttle {
 public:
  explicit Throttle(const StorageOptions& options)
      : limit_bytes_(options.backlog_limit_mb * 1e6), delay_(from_ms(options.throttle_ms)) {}
  bool is_on(std::uint64_t backlog_bytes) const {
    return static_cast<double>(backlog_bytes) > limit_bytes_;
  }
  /// Before a boxcar is taken in: throttle_ms at twice the limit, and in proportion.
  DurationNs delay(std::uint64_t backlog_bytes) const {
    if (!is_on(backlog_bytes)) return 0;
    const double beyond = static_cast<double>(backlog_bytes) / limit_bytes_ - 1;
    return round_to_ns(beyond * static_cast<double>(delay_));
  }

 private:
  double limit_bytes_;
  DurationNs delay_;
};

/// (5) coalesce log records into new versions of pages. "Aurora page materialization is governed
/// by the length of the chain for a given page", not by the log's length (S3.2): each changed page
/// is written once in a round, however long its chain.
class Coalescing {
 public:
  explicit Coalescing(StorageNode& node) : node_(node) {}
  /// For as long as the process lives; a round that it did not finish goes on with the next one.
  Task<> run();
  /// All redo before this LSN is in pages.
  std::uint64_t done_to() const { return done_to_; }
  std::uint64_t backlog_bytes() const { return round_.log_bytes; }
  /// A segment came whole, with its pages.
  void copied(std::uint64_t to) {
    if (to > done_to_) done_to_ = to;
  }
  void forget();

 private:
  Task<> write_some();

  StorageNode& node_;
  RoundOfWork round_;
  std::uint64_t done_to_ = 0;
};

/// (6) periodically stage log and new pages to S3. Over the node's own network card to the endpoint
/// in its AZ, a piece at a time, each acknowledged.
class Staging {
 public:
  Staging(StorageNode& node, EventQueue& queue) : node_(node), acknowledged_(queue) {}
  /// Where to. Before the run.
  void to(World& world, NodeId from, NodeId s3);
  bool is_on() const { return link_ != nullptr; }
  Task<> run();
  Task<> keep_link() { return link_->keep(); }
  void connect_now() { link_->connect_now(); }
  void process_died();
  void forget();
  /// S3 has all redo before this LSN.
  std::uint64_t done_to() const { return done_to_; }
  std::uint64_t backlog_bytes() const { return round_.log_bytes; }

 private:
  Task<> send_some();
  void acknowledged(std::uint64_t piece);
  void finish();

  StorageNode& node_;
  std::unique_ptr<Link> link_;
  RoundOfWork round_;
  std::uint64_t left_bytes_ = 0, done_to_ = 0;
  TimeNs began_ = 0, covers_ = 0;  ///< this round; what S3 has is the state of `covers_`
  bool under_way_ = false;
  std::uint64_t pieces_sent_ = 0, pieces_there_ = 0;
  Signal acknowledged_;
};

/// (8) periodically validate the CRC codes of pages; a page that fails is fetched from a peer.
class Scrub {
 public:
  Scrub(StorageNode& node, RandomStream stream) : node_(node), stream_(stream) {}
  Task<> run();
  /// A peer's page was found corrupt: reads ours and sends it.
  Task<> help(std::uint16_t peer, ConnectionId connection);
  void repaired();
  std::uint64_t pages_repaired() const { return pages_repaired_; }

 private:
  void ask_for_page();

  StorageNode& node_;
  RandomStream stream_;
  std::uint64_t pages_repaired_ = 0;
};

/// A storage node's disk and processors are shared by segments of many volumes; a busy one is a
/// noisy neighbour to the others, which the quorum absorbs as it does a slow node (S3.3).
class Neighbours {
 public:
  Neighbours(StorageNode& node, const World& world, const StorageOptions& options,
             const std::string& copy);
  /// Starts their loads; again after each boot.
  void start();

 private:
  struct Load {
    const NeighbourSpec* spec;
    bool pages;  ///< its page I/Os, or its boxcars
    RandomStream stream;
  };
  DurationNs gap(Load& load) const;
  Task<> arrivals(Load& load);
  Task<> one(Load& load);

  StorageNode& node_;
  std::vector<Load> loads_;
};

}  // namespace writepath::aurora
