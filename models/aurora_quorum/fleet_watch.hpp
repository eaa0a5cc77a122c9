#pragma once
// A monitor's other duty: the storage fleet. Each of them asks every storage node at an interval
// and tells the others whom it has lost. What a majority has lost, a spare replaces, segment by
// segment, by the steps of membership.hpp; the first monitor that is heard of takes them. Whatever
// it decides goes through the metadata's epochs, so that two who both think they are first do no
// harm.
#include <cstdint>
#include <vector>

#include "models/aurora_quorum/cluster.hpp"
#include "models/aurora_quorum/storage_node.hpp"

namespace writepath::aurora {

class FleetWatch {
 public:
  FleetWatch(Cluster& cluster, std::uint32_t index, Node& node);

  /// The monitor's process starts.
  void start();
  /// Another monitor's opinion.
  void told(std::uint32_t by, CopySet lost, CopySet hot);
  /// A storage node has answered.
  void reported(std::uint16_t copy);

 private:
  struct Opinion {
    CopySet lost = 0, hot = 0;
    TimeNs at = never;
  };
  enum class Ask { all, what_changes };

  // watching
  Task<> watch(std::uint16_t copy);
  Task<> confer();
  bool wants_reports() const;
  void ask(std::uint16_t copy);
  void ask_everybody();
  void feel_heat();
  bool is_heard(std::uint32_t monitor) const;
  bool is_first() const;
  CopySet agreed(CopySet Opinion::*what) const;

  // changing memberships
  void act();
  bool go_on(GroupId group);
  bool go_on_with_model(GroupId group);
  bool is_locked(GroupId group);
  bool is_caught_up(GroupId group);
  void begin_changes(CopySet leaving);
  bool begin_change(GroupId group, std::size_t slot);
  std::uint16_t candidate_for(GroupId group, std::uint16_t leaving) const;
  void watch_azs();
  void begin_model_changes();
  bool change(GroupId group, const Membership& next);
  void completed(GroupId group, std::uint16_t from, std::uint16_t to);
  void state(GroupId group, std::uint16_t from, std::uint16_t to, MembershipStep step) const;
  bool answers(std::uint16_t copy) const { return (answering_ >> copy & 1) != 0; }
  bool reports_whole(GroupId group, std::uint16_t copy) const;

  const RepairOptions& options() const { return cluster_.options.repair; }
  const Memberships& memberships() const { return cluster_.memberships; }
  NodeId id() const { return node_.id(); }
  DurationNs patience() const;

  Cluster& cluster_;
  std::uint32_t index_;
  Node& node_;

  std::vector<ConnectionId> connections_;  ///< by copy
  CopySet answering_ = 0;                  ///< answered the last question
  CopySet lost_ = 0, hot_ = 0;
  std::vector<Opinion> opinions_;                  ///< by monitor; its own is not used
  std::vector<StorageNode::FleetReport> reports_;  ///< by copy; empty: none in this incarnation
  std::vector<TimeNs> hot_since_;                  ///< by copy
  std::vector<CopySet> az_slots_;                  ///< by AZ of copies: the slots there
  std::vector<TimeNs> dark_since_;                 ///< by AZ of copies
  std::vector<std::uint64_t> through_;             ///< by group: see is_caught_up()
  std::vector<Epoch> through_epoch_;
  std::vector<std::uint32_t> through_of_;  ///< by group: of which membership epoch
};

}  // namespace writepath::aurora
