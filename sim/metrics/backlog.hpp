#pragma once
// The acknowledged transactions that not every replica shows yet, by epoch and position, and how
// far each replica has come. A position leaves when nobody waits for it: memory follows the
// backlog.
#include <array>
#include <cstdint>
#include <vector>

#include "sim/core/flat_map.hpp"
#include "sim/core/ring.hpp"
#include "sim/metrics/followers.hpp"
#include "sim/metrics/lineage.hpp"

namespace writepath {

constexpr std::size_t replica_stages = static_cast<std::size_t>(ReplicaStage::count_);

/// One acknowledged transaction that has become visible on a replica, and by which way.
struct Arrival {
  std::uint32_t node;
  TimeNs ack;
  bool counts;                                ///< its intended start lies in the measured window
  std::array<TimeNs, replica_stages> passed;  ///< each stage; one that the model doesn't state
                                              ///< takes the time of the next
};

class Backlog {
 public:
  /// Who is told. `arrived`: once for each transaction and replica that counts. `gave_up`: it will
  /// never be seen to arrive there; it had waited from `ack` until `until`.
  class Listener {
   public:
    virtual ~Listener() = default;
    virtual void arrived(const Arrival&) = 0;
    virtual void gave_up(std::uint32_t node, TimeNs ack, bool counts, TimeNs until) = 0;
  };

  Backlog(std::size_t nodes, const Followers& followers, const Lineage& lineage, Listener& listener)
      : nodes_(nodes), followers_(followers), lineage_(lineage), listener_(listener) {}

  /// A position is taken, by a transaction whose client waits or by anything else.
  void order(LogPlace place, bool awaited);
  void acknowledge(LogPlace place, TimeNs at, bool counts);
  /// No acknowledgement will come.
  void abandon(LogPlace place);
  void progress(NodeId node, ReplicaStage stage, LogPlace place, TimeNs at);
  /// The node shows this one transaction, and not yet all before it: it arrives when they do, but
  /// as of now.
  void show_ahead(NodeId node, LogPlace place, TimeNs at);
  /// Call after the lineage knows the fork: what it cut off never arrives anywhere.
  void fork(const LineageForked& fact);
  /// Gives up everything that `node` has not shown.
  void settle(std::uint32_t node, TimeNs until);
  /// Releases what nobody waits for any more (after a follower's state changed).
  void release();

  /// Whether every replica shows it that has to (a position that was cut off: nobody has to).
  bool everywhere(LogPlace place, TimeNs ack) const;
  /// Age of the oldest acknowledged transaction that the node does not show; 0: it shows all.
  DurationNs lag(std::uint32_t node, TimeNs now) const;
  std::uint64_t size() const;

 private:
  static constexpr TimeNs not_yet = never, not_awaited = never - 1;
  struct Entry {
    TimeNs ack = not_awaited;
    bool counts = false;
    bool acked() const { return ack < not_awaited; }
  };
  struct Mark {
    std::uint64_t seq;
    TimeNs at;
  };
  struct Cursor {
    std::array<std::uint64_t, replica_stages> upto{};
    std::array<Ring<Mark>, replica_stages> marks;
    FlatMap<TimeNs> ahead;  ///< by position: shown beyond upto[visible]
  };
  struct EpochLog {
    Epoch epoch;
    std::uint64_t cut_after =
        UINT64_MAX;               ///< positions beyond it are not part of the newest history
    Ring<Entry> entries;          ///< numbered by position
    std::vector<Cursor> cursors;  ///< by node
  };

  EpochLog* find(Epoch epoch);
  const EpochLog* find(Epoch epoch) const;
  EpochLog& epoch_log(Epoch epoch);
  Entry* entry(EpochLog& log, std::uint64_t seq);
  void advance(Epoch epoch, std::uint32_t node, std::size_t stage, std::uint64_t seq, TimeNs at);
  void arrive(EpochLog& log, std::uint32_t node, std::uint64_t seq, const Entry& entry,
              TimeNs visible, bool ahead = false);
  static TimeNs take_ahead(Cursor& cursor, std::uint64_t seq, TimeNs otherwise);
  bool waited_for(const EpochLog& log, std::uint64_t seq, const Entry& entry) const;
  void release(EpochLog& log);
  static TimeNs passed(const Cursor& cursor, std::size_t stage, std::uint64_t seq,
                       TimeNs otherwise);

  std::size_t nodes_;
  const Followers& followers_;
  const Lineage& lineage_;
  Listener& listener_;
  std::vector<EpochLog> logs_;
};

}  // namespace writepath
