#pragma once
// How an instance reads a page that is not in its buffer pool: from one segment that is complete up
// to the read point, without a quorum (SIGMOD 2017, S4.2.3). It asks the one of the lowest measured
// latency, now and then a second one in parallel to refresh the estimates, and another one if the
// first takes longer than expected; whichever answers first counts (SIGMOD 2018, S3.1).
#include <cstdint>
#include <vector>

#include "models/aurora_quorum/cluster.hpp"
#include "models/aurora_quorum/ring.hpp"
#include "sim/engine/event.hpp"
#include "sim/engine/task.hpp"
#include "sim/engine/token.hpp"

namespace writepath::aurora {

/// A storage node's answer to a page read.
enum class PageAnswer : std::uint8_t {
  page,
  behind,  ///< its segment is not complete up to the read point
  too_old  ///< the read point lies below PGMRPL: the version may be gone
};

struct PageReply {
  std::uint32_t number = 0;  ///< of the request
  std::uint16_t copy = 0;
  PageAnswer answer = PageAnswer::page;
};
struct PageRequest {
  Page page = 0;
  std::uint64_t read_point = 0;
  ConnectionId connection;
  std::uint32_t number = 0;  ///< at the instance
  std::uint32_t instance = 0;
};
static_assert(sizeof(PageRequest) <= 40);

class PageReads {
 public:
  PageReads(Instance& instance, Cluster& cluster);

  enum class Outcome { page, too_old, nothing };
  /// Reads the page as of the read point.
  Task<Outcome> read(Page page, std::uint64_t read_point);
  void answered(const PageReply& reply);

  /// What a read from this copy is expected to take; the connection's round trip until one was
  /// measured.
  DurationNs estimate(std::uint16_t copy) const { return copies_[copy].estimate; }

 private:
  struct CopyState {
    DurationNs estimate = 0;
    bool measured = false;
    bool overdue = false;  ///< it owes an answer for longer than expected
  };
  struct Asked {
    TimeNs at = 0;
    ReplyToken race;
    bool answered = false;
  };
  /// Requests for one page to several copies, of which the first to be served wins.
  struct Race {
    Race(EventQueue& q, Page p, std::uint64_t at);
    Race(const Race&) = delete;
    ~Race();
    EventQueue& queue;
    ReplyToken token;
    Page page;
    std::uint64_t read_point;
    TimeNs began;
    Signal came;
    CopySet asked = 0;  ///< in this round
    bool served = false, too_old = false;
    std::uint32_t requests = 0, answers = 0, hedges = 0, refused = 0;
  };

  CopySet members(Page page) const;
  int choose(const Race& race) const;
  bool better(const Race& race, std::uint16_t a, std::uint16_t b) const;
  void ask(Race& race, std::uint16_t copy);
  void refresh(Race& race, std::uint16_t chosen);
  DurationNs patience(std::uint16_t copy) const;
  void forget_old();
  void state(const Race& race) const;

  Instance& instance_;
  Cluster& cluster_;
  std::vector<CopyState> copies_;
  Ring<Asked> asked_{0};
  double refresh_due_ = 0;
  std::size_t refresh_turn_ = 0;
};

}  // namespace writepath::aurora
